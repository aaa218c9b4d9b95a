"""Listens to thousands of event streams and looks into few of them.

    python3 -m harness.clients.listeners SETTINGS       JSON: port, groups of {token, streams, sampled}

Says "ready" once all are open. Given a line with a number, it waits until every stream of the first group has had so many events in
all, and tells of those that the sampled ones had since the last time which contact number they were about, and when each arrived. Sampled streams are read first, whatever
else waits; of the others events are counted when there is nothing better to do, and nothing is parsed: so a moment is that
of the arrival, and not of the reader's getting round to it. Sampled ones are spread evenly, since a server tells one after
another."""
import json
import re
import select
import socket
import sys
import time

from ..machine import raise_descriptor_limit

MARK = b"\nid: "  # of an event; never in the one line of its data
NUMBER = re.compile(rb'"number":\{(?:"was":null,)?"is":"(\d{10})"')
PATIENCE = 120  # seconds behind the last write
OTHERS_AT_ONCE = 64  # read before the sampled ones are looked at again
READ_BYTES = 1 << 18


class Streams:
    def __init__(self, settings: dict):
        self.first, self.others, self.sampled = select.epoll(), select.epoll(), {}
        self.sockets: dict[int, socket.socket] = {}
        self.tails: dict[int, bytes] = {}
        self.counted: dict[int, int] = {}  # events of each stream of the first group
        self.arrivals: list[tuple[str, float]] = []
        for place, group in enumerate(settings["groups"]):
            for n in range(group["streams"]):
                is_sampled = n * group["sampled"] // group["streams"] != (n + 1) * group["sampled"] // group["streams"]
                self._open(settings["port"], group["token"], is_sampled, is_counted=place == 0)
        self.first.register(self.others.fileno(), select.EPOLLIN)
        self.first.register(sys.stdin.fileno(), select.EPOLLIN)

    def _open(self, port: int, token: str, is_sampled: bool, is_counted: bool) -> None:
        opened = socket.create_connection(("127.0.0.1", port), timeout=60)
        opened.sendall(f"GET /events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        head = b""
        while b"retry: 2000\n" not in head:
            piece = opened.recv(1 << 16)
            if not piece:
                raise ConnectionError(f"a stream was closed: {head[:500]!r}")
            head += piece
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"a stream was answered {head[:500]!r}")
        opened.setblocking(False)
        descriptor = opened.fileno()
        self.sockets[descriptor], self.tails[descriptor] = opened, b""
        if is_counted:
            self.counted[descriptor] = 0
        if is_sampled:
            self.sampled[descriptor] = b""
        (self.first if is_sampled else self.others).register(descriptor, select.EPOLLIN)

    def read_until(self, wanted: int | None) -> None:
        """Until all that are counted have had so many; None: until there is a line to read."""
        deadline = time.monotonic() + PATIENCE
        while wanted is None or min(self.counted.values()) < wanted:
            if wanted is not None and time.monotonic() > deadline:
                raise TimeoutError(f"of {wanted} events a stream has had {min(self.counted.values())}")
            for descriptor, _ in self.first.poll(1):
                if descriptor in self.sampled:
                    self._look(descriptor)
                elif descriptor != sys.stdin.fileno():
                    for other, _ in self.others.poll(0, OTHERS_AT_ONCE):
                        self._count(other)
                elif wanted is None:
                    return

    def _count(self, descriptor: int) -> bytes:
        piece = self.sockets[descriptor].recv(READ_BYTES)
        if not piece:
            raise ConnectionError("a stream ended")
        if descriptor in self.counted:
            self.counted[descriptor] += (self.tails[descriptor] + piece).count(MARK)
            self.tails[descriptor] = piece[1 - len(MARK):]
        return piece

    def _look(self, descriptor: int) -> None:
        piece = self._count(descriptor)
        now = time.monotonic()
        text, end, rest = (self.sampled[descriptor] + piece).rpartition(b"\n\n")
        self.sampled[descriptor] = rest
        if end:
            self.arrivals += ((number.decode(), now) for number in NUMBER.findall(text))


def main() -> None:
    raise_descriptor_limit()
    streams = Streams(json.loads(sys.argv[1]))
    print("ready", flush=True)
    while True:
        streams.read_until(None)
        if not (line := sys.stdin.readline()):
            return
        streams.read_until(int(line))
        print(json.dumps(streams.arrivals), flush=True)
        streams.arrivals = []


if __name__ == "__main__":
    main()
