"""Clients that are slow, many, or random: they cost little, are told so where an answer is due, and go away."""
import random
import socket
import struct
import time

import pytest

from installation import Client, Installation, Server
from load import at_once, scaled
from raw_http import Caller, Wire, request_bytes
from refusals import refused

HEAD = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
HEADER_DEADLINE = 10
BODY_GRACE = 5
LATE = 25  # seconds by which a deadline may come late on a busy machine, before we call it a hang


def resident_kib(server: Server) -> int:
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def open_connections(server: Server) -> int:
    return next(int(float(line.split()[1])) for line in server.metrics().splitlines()
                if line.startswith("linebook_http_connections_open "))


def wait_for_connections(server: Server, most=1_000_000, least=0):
    deadline = time.monotonic() + 60
    while not least <= open_connections(server) <= most:
        assert time.monotonic() < deadline, f"{open_connections(server)} connections are open"
        time.sleep(0.05)


def told_too_slow(client: Client, wire: Wire, began: float, due: float, path="/"):
    answer = wire.answer()
    took = time.monotonic() - began
    refused(answer, 408, "request_timeout")
    client.document().check("GET" if path == "/" else "POST", path, answer.status_code, answer.headers, answer.content)
    assert due - 0.5 <= took <= due + LATE and wire.is_closed()


def slow_head(client: Client, port: int):
    """A byte now and then does not move the deadline."""
    with Wire(port, timeout=60) as wire:
        began = time.monotonic()
        wire.send(HEAD)
        for _ in range(8):
            time.sleep(1)
            wire.send(b"X-Slow: 1\r\n")
        told_too_slow(client, wire, began, HEADER_DEADLINE)


def half_a_request_line(client: Client, port: int):
    with Wire(port, timeout=60) as wire:
        began = time.monotonic()
        wire.send(b"G")
        told_too_slow(client, wire, began, HEADER_DEADLINE)


def slow_second_head(client: Client, port: int):
    """The second request of a connection has the same deadline, from its own first byte."""
    with Wire(port, timeout=60) as wire:
        wire.send(HEAD + b"\r\n")
        assert wire.answer().status_code == 200
        began = time.monotonic()
        wire.send(HEAD)
        told_too_slow(client, wire, began, HEADER_DEADLINE)


def slow_body(client: Client, port: int, chunked: bool):
    """Below 1 KiB a second, after five seconds of grace."""
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 100000"
    with Wire(port, timeout=60) as wire:
        wire.send(b"POST /phone_numbers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                  + client.token.encode() + b"\r\n" + framing + b"\r\n\r\n")
        began = time.monotonic()
        for _ in range(4):
            wire.send(b"1\r\n \r\n" if chunked else b" ")
            time.sleep(1)
        told_too_slow(client, wire, began, BODY_GRACE, "/phone_numbers")


def steady_body(client: Client, port: int):
    """Above it, however long it takes."""
    body = b'{"first_name": "Steady", "last_name": "Body"' + b" " * 16_000 + b"}"
    with Wire(port, timeout=60) as wire:
        request = request_bytes("POST", "/api/v2/patients", client.token, body)
        for begin in range(0, len(request), 2048):
            wire.send(request[begin:begin + 2048])
            time.sleep(1)
        assert wire.answer().status_code == 201


def never_says_a_word(client: Client, port: int):
    """An idle connection may stay; it is no request that could be late."""
    with Wire(port, timeout=60) as wire:
        time.sleep(HEADER_DEADLINE + 2)
        wire.send(HEAD + b"\r\n")
        assert wire.answer().status_code == 200


def test_slow_clients_meet_their_deadlines_while_others_are_served(server: Server, client: Client):
    def meanwhile():
        caller = Caller(server.port, client.token)
        for _ in range(60):
            assert caller.call("GET", "/api/v2/patients").status_code == 200
            time.sleep(0.2)

    slow = (slow_head, half_a_request_line, slow_second_head, steady_body, never_says_a_word,
            lambda c, p: slow_body(c, p, chunked=False), lambda c, p: slow_body(c, p, chunked=True))
    at_once(meanwhile, *[lambda one=one: one(client, server.port) for one in slow])
    wait_for_connections(server, most=1)


def test_client_that_never_reads_holds_up_nobody(server: Server, client: Client):
    """It asks for megabytes and takes none: what waits for it is bounded, and others are served."""
    for n in range(100):
        client.new_patient(last_name=f"Long{n} " + "x" * 40)
    before = resident_kib(server)
    deaf = []
    for _ in range(20):
        wire = socket.create_connection(("127.0.0.1", server.port))
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.setblocking(False)
        request = request_bytes("GET", "/api/v2/patients?limit=100", client.token)
        try:
            for _ in range(5000):
                wire.send(request)
        except BlockingIOError:
            pass
        deaf.append(wire)
    assert client.get("/api/v2/patients").status_code == 200
    assert resident_kib(server) - before < scaled(100, 600) * 1024
    for wire in deaf:
        wire.close()
    wait_for_connections(server, most=1)


def reset(connection: socket.socket):
    """Closes with a reset instead of an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drop_connections(port: int, token: str, count: int, seed: int):
    """Opens, says nothing, half a request, or a whole one whose answer nobody reads, and drops."""
    choice = random.Random(seed)
    whole = request_bytes("POST", "/api/v2/patients", token, {"first_name": "Dropped", "last_name": "Call"})
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(choice.choice([b"", HEAD, whole, whole[:choice.randrange(len(whole))], whole * 10]))
        if choice.random() < 0.5:
            reset(connection)
        else:
            connection.close()


def send_garbage(port: int, count: int, seed: int):
    """Random bytes, requests with bytes changed, and requests shuffled together; whatever is answered is HTTP."""
    choice = random.Random(seed)
    requests = [HEAD + b"\r\n", request_bytes("POST", "/phone_numbers", "lbk_" + "x" * 43, {"provider": "byo"}),
                b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"]
    for _ in range(count):
        garbage = bytearray(choice.choice([choice.randbytes(choice.randrange(1, 2000)), *requests, b"".join(requests)]))
        for _ in range(choice.randrange(6)):
            garbage[choice.randrange(len(garbage))] = choice.randrange(256)
        connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        try:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            answered = b""
            while piece := connection.recv(65536):
                answered += piece
            assert answered == b"" or answered.startswith(b"HTTP/1.1 "), answered
            assert b"HTTP/1.1 5" not in answered, (bytes(garbage), answered)
        except (ConnectionResetError, BrokenPipeError):
            pass
        finally:
            connection.close()


def test_thousands_of_dropped_connections_and_garbage_leave_nothing_behind(server: Server, client: Client):
    def wave(seed: int):
        at_once(*[lambda n=n: drop_connections(server.port, client.token, scaled(600, 60), seed + n) for n in range(4)],
                *[lambda n=n: send_garbage(server.port, scaled(300, 60), seed + n) for n in range(2)])
        wait_for_connections(server, most=1)
        return resident_kib(server)

    first = wave(0)
    later = [wave(seed * 100) for seed in range(1, 4)]
    assert later[-1] - first < scaled(48, 512) * 1024, f"resident KiB by wave: {first}, {later}"
    assert client.get("/healthz").status_code == 200
    assert 'status="5' not in server.metrics()
    assert server.stop() == 0


def test_connections_over_the_limit_are_told_so(installation: Installation):
    server = installation.serve("--max-connections", "10")
    caller = Caller(server.port, installation.create_key()).connect()
    assert caller.call("GET", "/readyz").status_code == 200
    held = [Wire(server.port) for _ in range(9)]
    wait_for_connections(server, least=10)  # several threads accept, each in its own time
    with Wire(server.port) as eleventh:
        answer = eleventh.answer()
        refused(answer, 503, "overloaded")
        assert answer.headers["Retry-After"] == "1" and eleventh.is_closed()
    assert caller.call("GET", "/api/v2/patients").status_code == 200, "who has a connection keeps it"
    held.pop().close()
    wait_for_connections(server, most=9)
    with Wire(server.port) as wire:
        wire.send(HEAD + b"\r\n")
        assert wire.answer().status_code == 200
