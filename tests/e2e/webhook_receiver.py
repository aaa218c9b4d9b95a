"""Somebody's receiver of webhooks: HTTPS with a certificate of a CA of the tests' own, which answers as each path says."""
import collections
import dataclasses
import itertools
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterable

from installation import clock_ahead


@dataclasses.dataclass
class Delivered:
    """One request, as it came."""
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes
    at: float  # seconds since 1970
    connection: int
    sender: object  # whose the connection is, where somebody asked (Receiver.sender_of)
    answered: int | None = None  # the status, where one was sent
    answered_at: float = float("inf")

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict:
        return json.loads(self.body)


Answer = bytes | Iterable[bytes] | None


def reply(status=204, body=b"", **headers: str) -> bytes:
    head = [f"HTTP/1.1 {status} Told", f"Content-Length: {len(body)}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


RESET = None  # instead of an answer


class Authority:
    """A CA, and certificates of it."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.file, self.key = folder / "ca.pem", folder / "ca.key"
        self._openssl("req", "-x509", *NEW_KEY, "-days", DAYS, "-subj", "/CN=Tests", "-keyout", self.key, "-out", self.file)

    def certificate(self, name: str, alternatives="IP:127.0.0.1,DNS:localhost", ago: str | None = None) -> tuple[pathlib.Path, pathlib.Path]:
        """Valid from `ago` on: "500d"."""
        request, file, key = (self.folder / f"{name}.{kind}" for kind in ("csr", "pem", "key"))
        extension = self.folder / f"{name}.ext"
        extension.write_text(f"subjectAltName={alternatives}\n")
        self._openssl("req", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        clock = {**clock_ahead("0d"), "FAKETIME": f"-{ago}"} if ago else {}
        self._openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-CAcreateserial", "-days", DAYS,
                      "-extfile", extension, "-out", file, env=clock)
        return file, key

    @staticmethod
    def _openssl(*arguments, env=None):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, env={**os.environ, **(env or {})})


DAYS = "400"  # servers whose clock is ahead trust them too
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def tls(certificate: tuple[pathlib.Path, pathlib.Path], most: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    if most is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = most
    return context


class Receiver:
    """Keeps what comes, in the order in which it came."""

    def __init__(self, context: ssl.SSLContext | None, address="127.0.0.1", port=0):
        self.context = context
        self.closing = threading.Event()
        self.behaviours: dict[str, Callable[[Delivered], Answer]] = {}
        self.sender_of: Callable[[int], object] = lambda port: None  # asked once a connection
        self._delivered: dict[str, list[Delivered]] = collections.defaultdict(list)
        self._changed = threading.Condition()
        self._numbers = itertools.count(1)
        self.socket = socket.create_server((address, port), backlog=1024)
        self.address, self.port = self.socket.getsockname()[:2]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path: str, host: str | None = None) -> str:
        return f"{'https' if self.context else 'http'}://{host or self.address}:{self.port}{path}"

    def behave(self, path: str, behaviour: Callable[[Delivered], Answer]):
        """What requests to the path are answered with; 204 where nothing was said."""
        self.behaviours[path] = behaviour

    def hang(self, seconds: float):
        self.closing.wait(seconds)

    def delivered(self, path: str) -> list[Delivered]:
        with self._changed:
            return list(self._delivered[path])

    def wait_for(self, path: str, count: int, timeout=20.0) -> list[Delivered]:
        """At least so many."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self._delivered[path]) >= count, timeout)
            found = list(self._delivered[path])
        assert came, f"{len(found)} of {count} came to {path}: {[d.headers.get('webhook-id') for d in found[-5:]]}"
        return found

    def wait_for_event(self, path: str, sequence: int, timeout=20.0) -> Delivered:
        return self.wait_until(path, lambda d: d.event.get("sequence") == sequence, timeout)

    def wait_until(self, path: str, fits: Callable[[Delivered], bool], timeout=20.0) -> Delivered:
        def found():
            return next((d for d in self._delivered[path] if fits(d)), None)

        with self._changed:
            self._changed.wait_for(lambda: found() is not None, timeout)
            one = found()
        assert one is not None, f"it never came to {path}"
        return one

    def close(self):
        self.closing.set()
        self.socket.close()

    def _accept(self):
        while True:
            try:
                connection, peer = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, next(self._numbers), self.sender_of(peer[1])), daemon=True).start()

    def _serve(self, raw: socket.socket, number: int, sender: object):
        try:
            raw.settimeout(60)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self.context.wrap_socket(raw, server_side=True) if self.context else raw
            with connection, connection.makefile("rb") as stream:
                while not self.closing.is_set() and self._serve_one(connection, stream, number, sender):
                    pass
        except (OSError, ValueError):
            raw.close()

    def _serve_one(self, connection, stream, number: int, sender: object) -> bool:
        """False: nothing more comes."""
        line = stream.readline()
        if not line:
            return False
        path = line.decode().split(" ")[1]
        headers = {}
        while (line := stream.readline().strip()):
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        one = Delivered(path, headers, body, time.time(), number, sender)
        with self._changed:
            self._delivered[path].append(one)
            self._changed.notify_all()
        answer = self.behaviours.get(path, lambda _: reply())(one)
        if answer is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        parts = [answer] if isinstance(answer, bytes) else answer
        for part in parts:
            began = time.time()  # whoever gets it may go on before this thread does
            connection.sendall(part)
            if one.answered is None:
                one.answered_at, one.answered = began, int(part.split(b" ")[1])
        return True
