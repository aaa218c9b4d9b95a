"""Receives webhooks at many addresses of loopback, each a host of its own as receivers are, and answers 204 at once.

    python3 -m harness.clients.receivers COUNT

Says at which port; the n-th is 127.1.(n // 250).(n % 250 + 1). Given a line with a number, it waits until it has had so many requests in all,
and tells of each since the last time which contact number it was about and when its last byte arrived. It verifies no signature: the tests do, and here
it would measure the receiver."""
import json
import re
import select
import socket
import sys
import time

from ..machine import raise_descriptor_limit

NUMBER = re.compile(rb'"number":\{(?:"was":null,)?"is":"(\d{10})"')
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
PATIENCE = 300  # seconds behind the last write
READ_BYTES = 1 << 16


def address(place: int) -> str:
    return f"127.1.{place // 250}.{place % 250 + 1}"


class Receivers:
    def __init__(self, count: int):
        self.poll = select.epoll()
        self.listening: dict[int, socket.socket] = {}
        self.connections: dict[int, socket.socket] = {}
        self.received: dict[int, bytes] = {}
        self.count = 0
        self.arrivals: list[tuple[str, float]] = []
        self.port = 0
        for place in range(count):
            listener = socket.create_server((address(place), self.port), backlog=256)
            self.port = listener.getsockname()[1]
            listener.setblocking(False)
            self.listening[listener.fileno()] = listener
            self.poll.register(listener.fileno(), select.EPOLLIN)
        self.poll.register(sys.stdin.fileno(), select.EPOLLIN)

    def serve_until(self, wanted: int | None) -> None:
        """Until so many have come; None: until there is a line to read."""
        deadline = time.monotonic() + PATIENCE
        while wanted is None or self.count < wanted:
            if wanted is not None and time.monotonic() > deadline:
                raise TimeoutError(f"of {wanted} webhooks {self.count} came")
            for descriptor, _ in self.poll.poll(1):
                if descriptor in self.connections:
                    self._read(descriptor)
                elif descriptor in self.listening:
                    self._accept(self.listening[descriptor])
                elif wanted is None:
                    return

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, _ = listener.accept()
        except BlockingIOError:
            return
        accepted.setblocking(False)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections[accepted.fileno()], self.received[accepted.fileno()] = accepted, b""
        self.poll.register(accepted.fileno(), select.EPOLLIN)

    def _read(self, descriptor: int) -> None:
        connection = self.connections[descriptor]
        try:
            piece = connection.recv(READ_BYTES)
        except ConnectionResetError:
            piece = b""
        if not piece:
            del self.connections[descriptor], self.received[descriptor]
            connection.close()
            return
        text = self.received[descriptor] + piece
        head, found, body = text.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]):
            self.received[descriptor] = text
            return
        self.received[descriptor] = b""
        now = time.monotonic()
        connection.send(ANSWER)
        if number := NUMBER.search(body):
            self.count += 1
            self.arrivals.append((number[1].decode(), now))


def main() -> None:
    raise_descriptor_limit()
    receivers = Receivers(int(sys.argv[1]))
    print(receivers.port, flush=True)
    while True:
        receivers.serve_until(None)
        if not (line := sys.stdin.readline()):
            return
        receivers.serve_until(int(line))
        print(json.dumps(receivers.arrivals), flush=True)
        receivers.arrivals = []


if __name__ == "__main__":
    main()
