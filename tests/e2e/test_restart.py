"""Starting and stopping: quickly with a large book, in good order on SIGTERM, and only where starting is right."""
import contextlib
import os
import re
import signal
import stat
import subprocess
import time

import pytest

from installation import BINARY, Client, Installation, Server
from load import scaled
from raw_http import Caller, Wire, request_bytes
from refusals import refused

pytestmark = pytest.mark.embedded

NUMBERS = int(os.environ.get("LINEBOOK_RESTART_NUMBERS", scaled(60_000, 3_000)))
READY_WITHIN = scaled(1.0, 30.0)  # seconds; a sanitizer's own start-up is not the service's
DRAINED_WITHIN = scaled(10.0, 30.0)
STOPPED_AT_LAST = 30
NUMBERS_OF_A_PERSON = 2


def start_until_ready(installation: Installation) -> float:
    """Seconds from the start of the process to its first answer that it is ready."""
    began = time.monotonic()
    with Wire(installation.serve().port) as wire:
        wire.send(request_bytes("GET", "/readyz"))
        assert wire.answer().status_code == 200
    return time.monotonic() - began


def write_contacts(file, count: int):
    with open(file, "w") as table:
        table.write("number,phone_type,patient_id,first_name,last_name\n")
        table.writelines(f"{2_000_000_000 + n * 7919 % 7_999_999_999},cell,p{n // NUMBERS_OF_A_PERSON},A,B{n % 1000}\n" for n in range(count))


@pytest.mark.alone
@pytest.mark.timeout(900)
def test_restart_with_a_large_book(installation: Installation):
    token = installation.create_key()
    table = installation.data.parent / "contacts.csv"
    write_contacts(table, NUMBERS)

    # Killed with all that its log still holds; then in good order.
    installation.serve()
    installation.run("import", "contacts", table, "--account", "acme", timeout=850)
    for end in ("kill", "stop"):
        installation.server.kill() if end == "kill" else installation.server.stop()
        took = start_until_ready(installation)
        print(f"{NUMBERS} numbers: ready {took:.3f} s after {end}")
        caller = Caller(installation.server.port, token)
        listed = caller.call("GET", "/api/v2/phone-numbers?limit=1").json()
        assert listed["pagination"]["total_items"] == NUMBERS
        assert caller.call("GET", "/api/v2/phone-numbers?patient_id=p7").json()["pagination"]["total_items"] == NUMBERS_OF_A_PERSON
        caller.close()
        assert took < READY_WITHIN, f"ready {took:.2f} s after {end}"


def half_sent(server: Server, request: bytes, missing: int) -> Wire:
    wire = Wire(server.port)
    wire.send(request[:-missing])
    time.sleep(0.3)
    return wire


def test_sigterm_finishes_what_runs_and_refuses_what_comes(server: Server, client: Client):
    body = {"id": "drained", "first_name": "Drained", "last_name": "Last"}
    create = request_bytes("POST", "/api/v2/patients", client.token, body)
    client.document()  # while it can be fetched
    running = half_sent(server, create, 5)  # admitted: its head is here
    beginning = half_sent(server, request_bytes("GET", "/api/v2/patients", client.token), 2)
    idle = Wire(server.port)
    idle.send(request_bytes("GET", "/healthz"))
    assert idle.answer().status_code == 200

    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    beginning.send(b"\r\n")
    answer = beginning.answer()
    refused(answer, 503, "overloaded")
    assert answer.headers["Connection"] == "close" and int(answer.headers["Retry-After"]) >= 1
    client.document().check("GET", "/api/v2/patients", 503, answer.headers, answer.content)
    running.send(create[-5:] + request_bytes("GET", "/api/v2/patients", client.token))
    assert running.answer().status_code == 201
    refused(running.answer(), 503, "overloaded")  # a further one on the same connection
    assert running.is_closed() and idle.is_closed() and beginning.is_closed()
    with pytest.raises(ConnectionError):
        Wire(server.port)
    assert server.process.wait(DRAINED_WITHIN) == 0
    assert time.monotonic() - began < DRAINED_WITHIN


def test_what_was_answered_while_draining_is_kept(installation: Installation):
    server = installation.serve()
    client = installation.client()
    create = request_bytes("POST", "/api/v2/patients", client.token, {"id": "late", "first_name": "L", "last_name": "Ate"})
    wire = half_sent(server, create, 1)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    wire.send(create[-1:])
    assert wire.answer().status_code == 201
    assert server.process.wait(DRAINED_WITHIN) == 0
    client.url = installation.serve().url
    assert client.get("/api/v2/patients/late").status_code == 200


def test_sigterm_waits_no_longer_than_ten_seconds_for_anybody(server: Server, client: Client):
    """The body keeps its minimum rate and would go on for a minute: only the drain ends it."""
    endless = half_sent(server, request_bytes("POST", "/api/v2/patients", client.token, b" " * 500_000), 500_000)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    with contextlib.suppress(OSError):
        while server.process.poll() is None and time.monotonic() - began < STOPPED_AT_LAST:
            endless.send(b" " * 2048)
            time.sleep(0.2)
    assert server.process.wait(STOPPED_AT_LAST) == 0
    took = time.monotonic() - began
    assert took < DRAINED_WITHIN, f"took {took:.2f} s"
    assert took > 5, "the request was given time"
    endless.close()


@pytest.mark.alone
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_signal_stops_an_idle_server_at_once(installation: Installation, name):
    server = installation.serve()
    began = time.monotonic()
    server.process.send_signal(getattr(signal, name))
    assert server.process.wait(STOPPED_AT_LAST) == 0
    assert time.monotonic() - began < scaled(3.0, 20.0)


def serve_in_vain(installation: Installation, *arguments, env=None) -> subprocess.CompletedProcess:
    """A start that must be refused; it would run on if it were not."""
    return subprocess.run([BINARY, "serve", "--data", installation.data, *arguments], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "LINEBOOK_LISTEN": "127.0.0.1:0", **(env or {})})


def assert_refused_in_words(done: subprocess.CompletedProcess, *words: str):
    assert done.returncode == 1 and done.stdout == "", done
    assert re.fullmatch(r"linebook: [^\n]+\n", done.stderr), done.stderr
    for word in words:
        assert word in done.stderr


def test_second_server_on_the_same_data_is_refused(installation: Installation):
    server = installation.serve()
    assert_refused_in_words(serve_in_vain(installation), str(installation.data), "in use", str(server.process.pid))
    assert installation.client().get("/readyz").status_code == 200


def test_port_that_is_taken_is_refused(installation: Installation, tmp_path):
    server = installation.serve()
    other = Installation(tmp_path / "other")
    assert_refused_in_words(serve_in_vain(other, "--listen", f"127.0.0.1:{server.port}"), "cannot listen", str(server.port))


def test_port_0_picks_one_and_says_which(installation: Installation, tmp_path):
    first, second = installation.serve("--listen", "127.0.0.1:0"), Installation(tmp_path / "second").serve()
    try:
        assert first.port != second.port and 0 not in (first.port, second.port)
        for server in (first, second):
            with Wire(server.port) as wire:
                wire.send(request_bytes("GET", "/healthz"))
                assert wire.answer().status_code == 200
    finally:
        second.kill()


def test_listens_on_ipv6_too(installation: Installation):
    server = installation.serve("--listen", "[::1]:0")
    assert server.url == f"http://[::1]:{server.port}"
    with Wire(server.port, host="::1") as wire:
        wire.send(request_bytes("GET", "/healthz", host="[::1]"))
        assert wire.answer().status_code == 200


def test_check_config_starts_nothing(installation: Installation):
    done = serve_in_vain(installation, "--check-config")
    assert done.returncode == 0 and f'data = "{installation.data}"' in done.stdout
    assert not installation.data.exists()


class TestMasterKey:
    def test_is_made_at_first_start_for_its_owner_alone(self, installation):
        installation.serve()
        key = installation.data / "master.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE(installation.data.stat().st_mode) == 0o700
        before = key.read_text()
        assert installation.server.stop() == 0
        installation.serve()
        assert key.read_text() == before

    def test_another_ones_is_refused(self, installation):
        installation.serve().stop()
        assert_refused_in_words(serve_in_vain(installation, env={"LINEBOOK_MASTER_KEY": "0" * 64}), "master key")

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
    def test_readable_by_others_is_refused(self, installation, mode):
        installation.serve().stop()
        (installation.data / "master.key").chmod(mode)
        assert_refused_in_words(serve_in_vain(installation), "chmod 600")

    def test_lost_is_refused_and_not_made_anew(self, installation):
        installation.serve().stop()
        (installation.data / "master.key").unlink()
        assert_refused_in_words(serve_in_vain(installation), "master.key", "missing")
        assert not (installation.data / "master.key").exists()

    def test_from_the_environment_leaves_no_file(self, installation):
        server = installation.serve(env={"LINEBOOK_MASTER_KEY": "ab" * 32})
        assert not (installation.data / "master.key").exists()
        assert server.stop() == 0
        installation.serve(env={"LINEBOOK_MASTER_KEY": "ab" * 32})


def test_damaged_database_is_refused_in_words(installation: Installation):
    installation.serve().stop()
    (installation.data / "linebook.db").write_bytes(b"not a database\n" * 1000)
    assert_refused_in_words(serve_in_vain(installation), "linebook.db")
