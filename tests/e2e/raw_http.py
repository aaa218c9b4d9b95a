"""HTTP as bytes on a socket: for requests that no client library would send, and for many calls a second."""
import json
import socket
import ssl

from requests.structures import CaseInsensitiveDict


class Answer:
    """One answer as it came."""

    def __init__(self, status_code: int, headers: CaseInsensitiveDict, content: bytes):
        self.status_code = status_code
        self.headers = headers
        self.content = content

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self):
        return json.loads(self.content)

    def __repr__(self):
        return f"<{self.status_code} {self.content[:300]!r}>"


class Wire:
    """One connection. Reading more than the server sends within the timeout is an error, so nothing hangs."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None, timeout=30, host="127.0.0.1"):
        plain = socket.create_connection((host, port), timeout=timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(plain, server_hostname=host) if tls else plain
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data: bytes):
        self.socket.sendall(data)

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def _read_more(self) -> bool:
        try:
            piece = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self.received += piece
        return piece != b""

    def answer(self, method="GET") -> Answer:
        """The next answer; ConnectionError where the server closes instead."""
        while b"\r\n\r\n" not in self.received:
            if not self._read_more():
                raise ConnectionError(f"closed after {self.received[:300]!r}")
        head, _, rest = self.received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        version, status, *_ = status_line.split(" ", 2)
        assert version == "HTTP/1.1", status_line
        headers = CaseInsensitiveDict(line.split(": ", 1) for line in lines)
        has_body = method != "HEAD" and status not in ("100", "204", "304")
        length = int(headers.get("Content-Length", 0)) if has_body else 0
        while len(rest) < length:
            if not self._read_more():
                raise ConnectionError(f"closed amid a body: {self.received[:300]!r}")
            rest = self.received.partition(b"\r\n\r\n")[2]
        self.received = rest[length:]
        return Answer(int(status), headers, rest[:length])

    def to_end(self) -> bytes:
        """Everything until the server closes."""
        while self._read_more():
            pass
        rest, self.received = self.received, b""
        return rest

    def is_closed(self) -> bool:
        """Waits for the server to close; bytes that come instead are an error."""
        rest = self.to_end()
        assert rest == b"", rest[:300]
        return True


def request_bytes(method: str, path: str, token: str | None = None, body=None, host="linebook.test", **headers) -> bytes:
    """A request as a well-behaved client sends it. Header names are given with _ for -."""
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


class Caller:
    """One thread's own connection and token. Unlike Client it checks nothing, so that it can call fast."""

    def __init__(self, port: int, token: str, timeout=60):
        self.port = port
        self.token = token
        self.timeout = timeout
        self.wire: Wire | None = None

    def connect(self) -> "Caller":
        self.wire = Wire(self.port, timeout=self.timeout)
        return self

    def call(self, method: str, path: str, body=None, **headers) -> Answer:
        """ConnectionError where no answer came: the server may or may not have done it."""
        if self.wire is None:
            self.connect()
        try:
            self.wire.send(request_bytes(method, path, self.token, body, **headers))
            answer = self.wire.answer(method)
        except OSError as error:
            self.close()
            raise ConnectionError(str(error)) from error
        if answer.headers.get("Connection") == "close":
            self.close()
        return answer

    def close(self):
        if self.wire is not None:
            self.wire.close()
            self.wire = None
