"""Server-sent events as bytes on a socket: what came, what was said beside it, and how it ended."""
import json
import random
import socket
import ssl
import threading
import time

from raw_http import Wire, request_bytes

HEARTBEAT = 15  # seconds


class NotAStream(Exception):
    """Another answer than a stream."""

    def __init__(self, answer):
        super().__init__(repr(answer))
        self.answer = answer


class EventStream:
    """One open stream. Everything that waits does so for `timeout` seconds at most; TimeoutError then."""

    def __init__(self, port: int, token: str, query="", last: int | str | None = None, version="1.1", receive_buffer: int | None = None,
                 timeout=30.0, tls: ssl.SSLContext | None = None):
        self.timeout = timeout
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="127.0.0.1")
        headers = {"Accept": "text/event-stream"} | ({} if last is None else {"Last_Event_ID": str(last)})
        path = "/events" + (f"?{query}" if query else "")
        self.socket.sendall(request_bytes("GET", path, token, **headers).replace(b"HTTP/1.1", b"HTTP/" + version.encode(), 1))
        self.last = last  # id that it had last, or came with
        self.comments: list[str] = []
        self.retry: int | None = None
        self.received = 0  # bytes, since its head
        self.ended_in_order = False  # by a last chunk, and nothing behind it
        self._is_chunked = False
        self._raw = b""  # framed, of the body
        self._text = b""  # of a line that is not whole yet
        self._fields: dict[str, str] = {}  # of an event that is not
        self._events: list[dict] = []
        self._read_head()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def _read_head(self):
        received = b""
        while b"\r\n\r\n" not in received:
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionError(f"closed after {received[:300]!r}")
            received += piece
        head, _, self._raw = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        if status.split(" ")[1] != "200":
            wire = Wire.__new__(Wire)
            wire.socket, wire.received = self.socket, received
            answer = wire.answer()
            self.close()
            raise NotAStream(answer)
        assert self.headers["content-type"] == "text/event-stream", self.headers
        self._is_chunked = self.headers.get("transfer-encoding") == "chunked"
        self._take()

    def _take(self):
        """What is whole of what was received."""
        if self._is_chunked:
            while b"\r\n" in self._raw and not self.ended_in_order:
                size, _, rest = self._raw.partition(b"\r\n")
                length = int(size, 16)
                if len(rest) < length + 2:
                    break
                assert rest[length:length + 2] == b"\r\n", rest[:300]
                self._text += rest[:length]
                self._raw = rest[length + 2:]
                self.ended_in_order = length == 0
            assert not (self.ended_in_order and self._raw), f"more behind the end: {self._raw[:300]!r}"
        else:
            self._text, self._raw = self._text + self._raw, b""
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            self._take_line(line.decode())

    def _take_line(self, line: str):
        """An empty one ends an event; a comment is a line of its own."""
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            self._end_event()
        elif name == "":
            self.comments.append(value)
        elif name == "retry":
            self.retry = int(value)
        else:
            assert name not in self._fields, (self._fields, line)
            self._fields[name] = value

    def _end_event(self):
        fields, self._fields = self._fields, {}
        if not fields:
            return
        assert set(fields) == {"id", "event", "data"}, fields
        event = json.loads(fields["data"])
        assert (fields["id"], fields["event"]) == (str(event["sequence"]), event["type"]), fields
        self._events.append(event)

    def _receive(self, timeout: float) -> bool:
        """False: the server has closed."""
        self.socket.settimeout(max(timeout, 0.001))
        try:
            piece = self.socket.recv(1 << 18)
        except (ConnectionResetError, BrokenPipeError):
            piece = b""
        if piece == b"":
            return False
        self.received += len(piece)
        self._raw += piece
        self._take()
        return True

    def next(self, timeout: float | None = None) -> dict | None:
        """The next event; None once the stream is over."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while not self._events:
            if not self._receive(deadline - time.monotonic()):
                return None
        event = self._events.pop(0)
        self.last = event["sequence"]
        return event

    def take(self, count: int, timeout: float | None = None) -> list[dict]:
        events = [self.next(timeout) for _ in range(count)]
        assert None not in events, f"the stream ended: {self.comments}"
        return events

    def until(self, sequence: int, timeout: float | None = None) -> list[dict]:
        """Those up to this one, which is among them."""
        events = []
        while not events or events[-1]["sequence"] < sequence:
            events += self.take(1, timeout)
        assert events[-1]["sequence"] == sequence
        return events

    def nothing_for(self, seconds: float) -> bool:
        try:
            return self.next(seconds) is None and False
        except TimeoutError:
            return True

    def to_end(self) -> list[dict]:
        """Those that come until the server ends the stream."""
        events = []
        while (event := self.next()) is not None:
            events.append(event)
        return events


class EventFollower(threading.Thread):
    """Follows an account as a client does that wants every event: comes back with the id that it had last, to whichever node
    answers. `patience`: how many events it stays for at most before it goes by itself; 0: as long as it is let."""

    def __init__(self, ports: list[int], token: str, seed: int, patience=0, pause=0.05):
        super().__init__(daemon=True)
        self.ports, self.token, self.patience, self.pause = ports, token, patience, pause
        self.random = random.Random(seed)
        self.seen: list[dict] = []
        self.streams = self.received = 0
        self.stop_at: int | None = None  # the last sequence that it waits for
        self.failure: BaseException | None = None

    @property
    def last(self) -> int:
        return self.seen[-1]["sequence"] if self.seen else 0

    @property
    def is_done(self) -> bool:
        return self.stop_at is not None and self.last >= self.stop_at

    def run(self):
        try:
            while not self.is_done:
                try:
                    self._follow_once()
                except (ConnectionError, NotAStream) as problem:
                    if isinstance(problem, NotAStream) and problem.answer.status_code != 503:
                        raise
                    time.sleep(self.pause)
        except BaseException as failure:
            self.failure = failure

    def _follow_once(self):
        by_query = self.random.random() < 0.3
        where = {"query": f"after={self.last}"} if by_query else {"last": self.last}
        stay = self.random.randrange(1, self.patience) if self.patience else 1 << 60
        with EventStream(self.random.choice(self.ports), self.token, **where) as stream:
            self.streams += 1
            while stay > 0 and not self.is_done:
                try:
                    event = stream.next(0.5)
                except TimeoutError:
                    continue
                if event is None:
                    return
                self.seen.append(event)
                self.received += len(json.dumps(event))
                stay -= 1


def finish(followers: list[EventFollower], last: int, timeout=60):
    """Has each come to the event with this sequence, and holds that it saw 1, 2, 3, … up to it."""
    for follower in followers:
        follower.stop_at = last
    deadline = time.monotonic() + timeout
    for follower in followers:
        follower.join(max(deadline - time.monotonic(), 0.1))
    assert [follower.failure for follower in followers] == [None] * len(followers)
    for follower in followers:
        assert not follower.is_alive(), f"it waits behind {follower.last} for {last}, after {follower.streams} streams"
        assert [event["sequence"] for event in follower.seen] == list(range(1, last + 1))
