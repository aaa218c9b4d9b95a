"""Sends contact numbers at a steady rate, whatever the answers: a late answer delays no other write.

    python3 -m harness.clients.writer SETTINGS      JSON: port, tokens, people, rate, writes, first_number

Each write goes out on a connection that is free, or as soon as one is. For each it tells its number, when it was due, and when its
answer had come: 201 alone is one."""
import collections
import json
import select
import socket
import sys
import time

from .. import book

CONNECTIONS = 64
PATIENCE = 60  # seconds for the last answers


class Connection:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.write = -1  # that it waits for
        self.received = b""

    def is_answered(self) -> bool:
        """Reads; is the answer whole?"""
        piece = self.socket.recv(1 << 16)
        if not piece:
            raise ConnectionError("the server closed a connection")
        self.received += piece
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return False
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) < length:
            return False
        if not head.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"a write was answered {self.received[:500]!r}")
        self.received = b""
        return True


def request(settings: dict, write: int) -> tuple[str, bytes]:
    number = book.number(settings["first_number"] + write)
    tokens = settings["tokens"]
    body = f'{{"number":"{number}","phone_type":"other","patient_id":"pat_{write * 7919 % settings["people"]:07d}"}}'
    return number, (f"POST /api/v2/phone-numbers HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {tokens[write % len(tokens)]}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


def write_all(settings: dict) -> list[tuple[str, float, float]]:
    writes, rate = settings["writes"], settings["rate"]
    requests = [request(settings, write) for write in range(writes)]
    opened = [Connection(settings["port"]) for _ in range(min(CONNECTIONS, writes))]
    free, poll = collections.deque(opened), select.epoll()
    by_descriptor = {connection.socket.fileno(): connection for connection in opened}
    for descriptor in by_descriptor:
        poll.register(descriptor, select.EPOLLIN)
    answered = [0.0] * writes
    began = time.monotonic() + 0.1
    due = [began + write / rate for write in range(writes)]
    sent = finished = 0
    while finished < writes:
        now = time.monotonic()
        if now > due[-1] + PATIENCE:
            raise TimeoutError(f"{writes - finished} writes were not answered")
        while sent < writes and due[sent] <= now and free:
            connection = free.popleft()
            connection.write = sent
            connection.socket.sendall(requests[sent][1])
            sent += 1
        waits = 1.0 if sent == writes or not free else max(due[sent] - time.monotonic(), 0)
        for descriptor, _ in poll.poll(waits):
            connection = by_descriptor[descriptor]
            if connection.is_answered():
                answered[connection.write] = time.monotonic()
                finished += 1
                free.append(connection)
    return [(requests[write][0], due[write], answered[write]) for write in range(writes)]


if __name__ == "__main__":
    print(json.dumps(write_all(json.loads(sys.argv[1]))))
