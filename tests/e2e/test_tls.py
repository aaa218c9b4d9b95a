"""TLS: certificates that change beneath a running server, and clients that speak something else."""
import pathlib
import signal
import socket
import ssl
import subprocess
import time

import pytest

from installation import BINARY, Client, Installation, Server
from raw_http import Wire, request_bytes

RELOADED = 20  # seconds
HEALTH = request_bytes("GET", "/healthz")


class Certificate:
    """A self-signed certificate for the loopback address, in two files."""

    def __init__(self, directory: pathlib.Path, name="server"):
        self.file, self.key = directory / f"{name}.pem", directory / f"{name}.key"
        self.renew()

    def renew(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.file],
            check=True, capture_output=True)

    def der(self) -> bytes:
        return ssl.PEM_cert_to_DER_cert(self.file.read_text())

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.file)


def anyone() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@pytest.fixture
def certificate(tmp_path) -> Certificate:
    return Certificate(tmp_path)


@pytest.fixture
def server(installation: Installation, certificate) -> Server:
    return installation.serve("--tls-cert", certificate.file, "--tls-key", certificate.key)


def shown(server: Server) -> bytes:
    with Wire(server.port, anyone()) as wire:
        return wire.socket.getpeercert(binary_form=True)


def is_served(wire: Wire) -> bool:
    wire.send(HEALTH)
    return wire.answer().status_code == 200


def told(server: Server, level: str, times: int):
    """Waits until the log has spoken of the certificate so often."""
    deadline = time.monotonic() + RELOADED
    while sum(line["event"] == "tls" and line["level"] == level for line in server.log_lines()) < times:
        assert time.monotonic() < deadline, server.log
        time.sleep(0.02)


def test_the_api_over_tls(installation, server, certificate):
    assert server.url == f"https://127.0.0.1:{server.port}"
    client = Client(server.url, installation.create_key())
    client.session.verify = str(certificate.file)
    assert client.get(f"/api/v2/patients/{client.new_patient()}").status_code == 200
    with Wire(server.port, certificate.trust()) as wire:
        wire.send(HEALTH * 100)
        assert {wire.answer().status_code for _ in range(100)} == {200}
        body = b'{"first_name": "Large", "last_name": "Body"' + b" " * 500_000 + b"}"
        wire.send(request_bytes("POST", "/api/v2/patients", client.token, body))
        assert wire.answer().status_code == 201
    assert server.metrics_url.startswith("http://"), "the operator's listener stays plain, on the loopback address"
    assert server.stop() == 0


def test_sighup_takes_the_new_certificate_for_new_connections(server, certificate):
    first = certificate.der()
    with Wire(server.port, certificate.trust()) as before:
        assert is_served(before) and shown(server) == first
        certificate.renew()
        assert shown(server) == first, "nothing changes before SIGHUP"
        server.process.send_signal(signal.SIGHUP)
        told(server, "info", 1)
        assert shown(server) == certificate.der() != first
        assert is_served(before), "a connection that was open goes on"
    with Wire(server.port, certificate.trust()) as after:
        assert is_served(after)


@pytest.mark.parametrize("breakage", ["no certificate", "another one's key", "no file", "cut short"])
def test_broken_new_certificate_keeps_the_old(server, certificate, tmp_path, breakage):
    first = certificate.der()
    if breakage == "no certificate":
        certificate.file.write_text("nonsense\n")
    elif breakage == "another one's key":
        certificate.key.write_text(Certificate(tmp_path, "other").key.read_text())
    elif breakage == "no file":
        certificate.file.unlink()
    else:
        certificate.file.write_text(certificate.file.read_text()[:200])
    server.process.send_signal(signal.SIGHUP)
    told(server, "error", 1)
    assert shown(server) == first
    certificate.renew()
    server.process.send_signal(signal.SIGHUP)
    told(server, "info", 1)
    assert shown(server) == certificate.der() != first


def test_sighup_without_tls_does_no_harm(installation):
    server = installation.serve()
    server.process.send_signal(signal.SIGHUP)
    told(server, "error", 1)
    assert installation.client().get("/readyz").status_code == 200
    assert server.stop() == 0


def answered_in_plain(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
        plain.sendall(sent)
        received = b""
        try:
            while piece := plain.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
        return received


def test_plain_http_and_garbage_on_the_tls_port(server, certificate):
    for sent in (HEALTH, b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\xff\xff" + bytes(70_000), b"\x80\x2e\x01\x00\x02" + bytes(60), b"\0" * 100):
        answered = answered_in_plain(server.port, sent)
        assert b"HTTP/1.1 2" not in answered and len(answered) < 1000
    with Wire(server.port, certificate.trust()) as wire:
        assert is_served(wire)
    assert server.stop() == 0


def test_connection_dropped_amid_the_handshake_and_one_that_stalls(server, certificate):
    hello = ssl.MemoryBIO()
    client = anyone().wrap_bio(ssl.MemoryBIO(), hello)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    first_flight = hello.read()
    stalling = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    stalling.sendall(first_flight[:20])
    for length in range(0, len(first_flight), 7):
        with socket.create_connection(("127.0.0.1", server.port)) as dropped:
            dropped.sendall(first_flight[:length])
    with Wire(server.port, certificate.trust()) as wire:
        assert is_served(wire)
    began = time.monotonic()
    assert stalling.recv(100) == b"" and time.monotonic() - began < 35, "a handshake has the header's deadline"
    stalling.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_old_protocols_are_refused(server):
    old = anyone()
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        Wire(server.port, old)
    new = anyone()
    new.minimum_version = ssl.TLSVersion.TLSv1_3
    with Wire(server.port, new) as wire:
        assert wire.socket.version() == "TLSv1.3" and is_served(wire)


def test_start_with_files_that_do_not_fit_is_refused_in_words(installation, certificate, tmp_path):
    other = Certificate(tmp_path, "other")
    for cert, key, named in ((certificate.file, other.key, "other.key"), (tmp_path / "none.pem", certificate.key, "none.pem"),
                             (certificate.key, certificate.key, "server.key")):
        done = subprocess.run(
            [BINARY, "serve", "--data", installation.data, "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key],
            capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and done.stdout == "" and done.stderr.startswith("linebook: ")
        assert named in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
