"""Keys that a server has not met: looked up in the store, so often and no oftener."""
import base64
import re
import secrets
import socket
import threading
import time

import requests

from installation import Client

AT_ONCE = 100  # look-ups of unknown tokens that one address may cause
A_SECOND = 20


def new_token() -> str:
    """Has the form of ours, and is nobody's."""
    return "lbk_" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def number(server, name) -> int:
    return int(re.search(rf"^linebook_{name} (\d+)$", server.metrics(), re.MULTILINE)[1])


def look_ups(server) -> int:
    return number(server, "key_look_ups_total")


def status(url, token, path="/ai_agents") -> int:
    return requests.get(url + path, headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code


def test_a_key_is_looked_up_once(installation):
    server = installation.serve("--threads", 2)
    clients = [installation.client() for _ in range(3)]
    assert look_ups(server) == 0, "a server begins with none, however many there are"
    for _ in range(10):
        assert {client.get("/ai_agents").status_code for client in clients} == {200}
    assert look_ups(server) == number(server, "keys_known") == 3


def test_a_text_that_cannot_be_a_token_is_not_looked_up(installation):
    server = installation.serve()
    token = installation.create_key()
    for text in ("x", token[:-1], token + "A", token.upper(), token[:-1] + "+", token[4:], "lbk_" + "é" * 43, "lbk_" + "-" * 42 + "B"):
        assert requests.get(server.url + "/ai_agents", headers={"Authorization": f"Bearer {text}".encode()}, timeout=10).status_code == 401
    assert look_ups(server) == 0


def test_an_unknown_token_is_remembered_for_a_moment(installation):
    server = installation.serve()
    token = new_token()
    assert [status(server.url, token) for _ in range(20)] == [401] * 20
    assert 1 <= look_ups(server) <= 2


def test_whoever_waits_for_the_same_key_causes_one_look_up(installation):
    server = installation.serve()
    token = installation.create_key()
    seen = []
    clients = [threading.Thread(target=lambda: seen.append(status(server.url, token))) for _ in range(20)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    assert seen == [200] * 20 and look_ups(server) <= 4


def test_a_body_is_read_after_the_key_was_looked_up(installation):
    server = installation.serve()
    for size, wanted in ((1, 201), (100_000, 422)):
        client = Client(server.url, installation.create_key(name=f"of {size}"))
        assert client.post("/api/v2/patients", {"first_name": "A" * size, "last_name": "B"}).status_code == wanted


def knock(server, tokens) -> list[bytes]:
    """All at once on one connection: the answers, in order."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        sent = "".join(f"GET /ai_agents HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n" for token in tokens)
        sending = threading.Thread(target=client.sendall, args=(sent.encode(),))
        sending.start()
        received = b""
        while received.count(b"HTTP/1.1 ") < len(tokens) or not received.endswith(b"}"):
            more = client.recv(1 << 20)
            assert more, received[-1000:]
            received += more
        sending.join()
    return [b"HTTP/1.1 " + answer for answer in received.split(b"HTTP/1.1 ")[1:]]


def statuses(answers) -> list[int]:
    return [int(answer.split()[1]) for answer in answers]


def test_pipelined_requests_with_keys_not_met_are_answered_in_order(installation):
    server = installation.serve()
    tokens = [installation.create_key(name="1"), new_token(), installation.create_key(name="2"), "lbk_short"]
    assert statuses(knock(server, tokens)) == [200, 401, 200, 401]


def test_a_flood_of_unknown_tokens_costs_so_much_and_starves_nobody(installation):
    server = installation.serve()
    known = installation.client()
    assert known.get("/ai_agents").status_code == 200
    before = look_ups(server)
    started = time.monotonic()
    answers = knock(server, [new_token() for _ in range(4 * AT_ONCE)])
    allowed = AT_ONCE + A_SECOND * (time.monotonic() - started) + 1
    seen = statuses(answers)
    assert set(seen) == {401, 503}
    assert AT_ONCE <= seen.count(401) <= allowed
    assert look_ups(server) - before == seen.count(401)
    assert number(server, "key_look_ups_refused_total") == seen.count(503)
    refused = answers[seen.index(503)]
    assert b"\r\nRetry-After: 1\r\n" in refused and b'"overloaded"' in refused
    assert known.get("/ai_agents").status_code == 200, "a known key is not affected"

    over = threading.Event()

    def flood():
        while not over.is_set():
            knock(server, [new_token() for _ in range(AT_ONCE)])

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        late = installation.create_key(name="late")
        deadline = time.monotonic() + 20
        while (last := status(server.url, late)) != 200:
            assert last == 503 and time.monotonic() < deadline, "never looked up amid the flood"
            time.sleep(1)  # as Retry-After says
            assert known.get("/ai_agents").status_code == 200
    finally:
        over.set()
        flooding.join()


def test_what_changes_is_looked_up_again_and_nothing_else(installation):
    server = installation.serve()
    others = [installation.client("others") for _ in range(3)]
    own = installation.client("own")
    assert {client.get("/ai_agents").status_code for client in [*others, own]} == {200}
    time.sleep(1)  # a node hears its own changes from the database once more
    before = look_ups(server)
    installation.run("accounts", "suspend", "own")
    assert own.get("/ai_agents").status_code == 401
    installation.run("accounts", "resume", "own")
    assert own.get("/ai_agents").status_code == 200
    assert {client.get("/ai_agents").status_code for client in others} == {200}
    assert 2 <= look_ups(server) - before <= 4
    assert number(server, "keys_known") == 4
