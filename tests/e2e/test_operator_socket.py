"""Sub-commands beside a running server: they run inside it, through its socket."""
import fcntl
import json
import os
import socket
import sqlite3
import stat
import struct
import subprocess
import threading
import time

import pytest

from installation import BINARY, Installation
from load import scaled

pytestmark = pytest.mark.embedded

HELLO, REPLY, PROGRESS, EXIT = 1, 2, 13, 14


def rows(count, start=0):
    return "number,phone_type,patient_id,first_name,last_name\n" + "".join(
        f"585{n:07d},cell,p{n},A,B\n" for n in range(start, start + count))


def total(client):
    return client.get("/api/v2/phone-numbers").json()["pagination"]["total_items"]


@pytest.fixture
def running(installation: Installation):
    installation.run("accounts", "create", "acme")
    installation.serve()
    return installation


def wait_until_gone(running):
    """The server notices within moments that a client is gone."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if running.run("accounts", "list", check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError("the server takes no more commands")


def test_socket_is_its_owners_alone(running):
    mode = (running.data / "linebook.sock").stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600


def test_files_are_read_and_written_where_the_command_was_typed(running, tmp_path):
    client = running.client()
    here = tmp_path / "elsewhere"
    here.mkdir()
    (here / "c.csv").write_text(rows(1200))
    done = running.run("import", "contacts", "c.csv", "--account", "acme", cwd=here)
    assert "1,200 added" in done.stdout and total(client) == 1200
    assert len((here / "c.csv.results.csv").read_text().splitlines()) == 1201
    running.run("export", "contacts", "--account", "acme", "--output", "out.csv", cwd=here)
    assert len((here / "out.csv").read_text().splitlines()) == 1201
    assert sorted(os.listdir(here)) == ["c.csv", "c.csv.results.csv", "out.csv"]


def test_errors_and_exit_codes_come_through(running, tmp_path):
    done = running.run("import", "contacts", tmp_path / "none.csv", "--account", "acme", check=False)
    assert done.returncode == 1 and "none.csv" in done.stderr
    assert running.run("keys", "revoke", "key_none", check=False).returncode == 1
    done = running.run("keys", "create", "--account", "acme", "--name", "x", "--scopes", "no", check=False)
    assert done.returncode == 2 and "scopes" in done.stderr


def test_revoked_key_stops_at_once(running):
    client = running.client()
    assert client.get("/api/v2/patients").status_code == 200
    (key,) = json.loads(running.run("keys", "list", "--json").stdout)
    running.run("keys", "revoke", key["id"])
    assert client.get("/api/v2/patients").status_code == 401


def test_long_data_path(tmp_path):
    deep = tmp_path
    for _ in range(6):
        deep = deep / ("d" * 40)
    deep.mkdir(parents=True)
    installation = Installation(deep / "data")
    try:
        installation.serve()
        assert len(str(installation.data / "linebook.sock")) > 200
        assert installation.client().get("/api/v2/patients").status_code == 200
    finally:
        installation.close()


def test_killed_client_does_not_hurt_the_server(running, tmp_path):
    client = running.client()
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    running_import = subprocess.Popen(
        [BINARY, "import", "contacts", pipe, "--account", "acme", "--results", tmp_path / "r.csv", "--data",
         running.data], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(pipe, "w") as feed:
        feed.write(rows(4000))
        feed.flush()
        deadline = time.monotonic() + 30
        while total(client) < 500 and time.monotonic() < deadline:
            time.sleep(0.05)
        running_import.kill()
        running_import.wait(10)
    wait_until_gone(running)
    came_in = total(client)
    assert 500 <= came_in <= 4000
    # Again, and whole: what is there already is not added twice.
    (tmp_path / "c.csv").write_text(rows(4000))
    running.run("import", "contacts", tmp_path / "c.csv", "--account", "acme")
    assert total(client) == 4000
    assert client.get("/api/v2/patients").status_code == 200


def test_killed_server_is_told(running, tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    command = subprocess.Popen(
        [BINARY, "import", "contacts", pipe, "--account", "acme", "--results", tmp_path / "r.csv", "--data",
         running.data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with open(pipe, "w") as feed:
        feed.write(rows(10))
        feed.flush()
        time.sleep(0.5)
        running.server.kill()
    out, err = command.communicate(timeout=30)
    assert command.returncode == 1 and "server stopped" in err
    assert not (tmp_path / "r.csv").exists() and not (tmp_path / "r.csv.part").exists()


def test_server_stops_while_a_client_waits(running, tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    command = subprocess.Popen(
        [BINARY, "import", "contacts", pipe, "--account", "acme", "--results", tmp_path / "r.csv", "--data",
         running.data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with open(pipe, "w") as feed:
        feed.write(rows(10))
        feed.flush()
        time.sleep(0.5)
        assert running.server.stop() == 0
    assert command.wait(30) == 1
    assert not (running.data / "linebook.sock").exists()


@pytest.fixture
def long_ledger(installation: Installation):
    """A server whose ledger takes many seconds to verify: entries that no seal covers yet."""
    installation.run("accounts", "create", "acme")
    with sqlite3.connect(installation.data / "linebook.db") as db:
        db.execute("""WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)
                      INSERT INTO ledger SELECT 1, i, 0, 'operator', 'req_1', 'patient', 'p', 'updated', '[]' FROM n""")
    db.close()
    installation.serve()
    return installation


def begin_verifying(running):
    """A client by hand, and when it has been told how far the server is."""
    client = connect(running)
    client.sendall(hello("audit", "verify", "--account", "acme", "--data", str(running.data)))
    assert client.recv(1) == bytes([PROGRESS])
    return client


@pytest.mark.alone
def test_verifying_ends_when_the_server_stops(long_ledger):
    with begin_verifying(long_ledger):
        started = time.monotonic()
        assert long_ledger.server.stop() == 0
        assert time.monotonic() - started < scaled(8, 30)


@pytest.mark.alone
def test_verifying_ends_when_its_client_goes(long_ledger):
    for client in [begin_verifying(long_ledger) for _ in range(4)]:
        client.close()
    started = time.monotonic()
    wait_until_gone(long_ledger)
    assert time.monotonic() - started < scaled(5, 20)


def connect(running):
    client = socket.socket(socket.AF_UNIX)
    here = os.open(running.data, os.O_RDONLY | os.O_DIRECTORY)
    client.connect(f"/proc/self/fd/{here}/linebook.sock")
    os.close(here)
    client.settimeout(20)
    return client


def frame(kind, payload):
    return struct.pack(">BI", kind, len(payload)) + payload


def hello(*arguments):
    texts = b"".join(struct.pack(">I", len(a)) + a.encode() for a in arguments)
    return frame(HELLO, struct.pack(">II", 1, len(arguments)) + texts)


def read_to_end(client):
    got = b""
    try:
        while piece := client.recv(65536):
            got += piece
    except (ConnectionResetError, TimeoutError):
        pass
    return got


@pytest.mark.parametrize("sent", [
    b"", b"GET / HTTP/1.1\r\n\r\n", frame(HELLO, b""), frame(HELLO, struct.pack(">II", 1, 2**32 - 1)),
    frame(99, b"x"), frame(REPLY, b"\x01"), struct.pack(">BI", HELLO, 2**32 - 1), struct.pack(">BI", HELLO, 100) + b"x",
    frame(HELLO, struct.pack(">II", 7, 0)), hello("serve"), hello("restore", "x"), hello("--help"), hello("\x00\xff"),
], ids=["nothing", "http", "empty hello", "count too large", "unknown frame", "reply first", "length too large",
        "cut short", "other version", "serve", "restore", "help", "odd bytes"])
def test_nonsense_on_the_socket(running, sent):
    with connect(running) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        read_to_end(client)
    assert running.run("accounts", "list").stdout.startswith("acme")


def test_sessions_are_bounded(running):
    waiting = [connect(running) for _ in range(4)]
    time.sleep(0.3)
    refused = running.run("accounts", "list", check=False)
    assert refused.returncode == 1 and "try again" in refused.stderr
    for client in waiting:
        client.close()
    wait_until_gone(running)


def test_many_commands_at_once(running):
    failures = []

    def create(n):
        for attempt in range(200):
            done = running.run("accounts", "create", f"account {n}", check=False)
            if done.returncode == 0:
                return
            if "try again" not in done.stderr:
                break
            time.sleep(0.05)
        failures.append(done.stderr)

    threads = [threading.Thread(target=create, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(running.run("accounts", "list").stdout.splitlines()) == 17


def test_stale_socket_of_a_killed_server_is_replaced(running):
    running.server.kill()
    assert (running.data / "linebook.sock").exists()
    assert running.run("accounts", "list").returncode == 0  # by itself
    running.serve()
    assert running.run("accounts", "list").returncode == 0  # through the server


def test_server_asks_for_no_file_beyond_the_command_line(running, tmp_path):
    """A client lends out only what its own command line names, whoever listens."""
    running.server.kill()
    (running.data / "linebook.sock").unlink()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    impostor = socket.socket(socket.AF_UNIX)
    here = os.open(running.data, os.O_RDONLY | os.O_DIRECTORY)
    impostor.bind(f"/proc/self/fd/{here}/linebook.sock")
    impostor.listen()
    lock = open(running.data / "linebook.lock", "r+")
    hold_lock(lock)
    command = subprocess.Popen([BINARY, "accounts", "list", "--data", running.data], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    impostor.settimeout(20)
    peer, _ = impostor.accept()
    peer.settimeout(20)
    path = str(secret).encode()
    peer.sendall(frame(3, struct.pack(">I", len(path)) + path))
    peer.sendall(frame(7, struct.pack(">I", len(path)) + path))
    peer.sendall(frame(EXIT, b"\x00"))
    answers = read_to_end(peer)
    assert command.wait(20) == 0
    assert answers.count(b"does not name") == 2 and secret.read_text() == "secret"
    os.close(here)


def hold_lock(file):
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
