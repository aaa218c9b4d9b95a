"""Under a service manager: it is told when the service serves, reloads and stops, and that it moves on; sockets and the
master key come from it."""
import os
import signal
import socket
import stat
import subprocess
import threading

import pytest
import requests

from installation import BINARY, Installation
from service_manager import NotifySocket, with_sockets


@pytest.fixture
def notify(tmp_path) -> NotifySocket:
    made = NotifySocket(tmp_path)
    yield made
    made.close()


def listening(address="127.0.0.1", family=socket.AF_INET) -> socket.socket:
    made = socket.socket(family)
    made.bind((address, 0))
    made.listen(64)
    return made


def test_it_tells_when_it_serves_reloads_and_stops(installation: Installation, notify: NotifySocket):
    server = installation.serve(env={"NOTIFY_SOCKET": str(notify.path)})
    notify.until(READY="1", STATUS=f"serving on {server.url}")
    assert requests.get(server.url + "/readyz", timeout=30).status_code == 200
    server.process.send_signal(signal.SIGHUP)
    notify.until(RELOADING="1")
    notify.until(READY="1", times=2)
    assert [told for told in notify.told if "RELOADING" in told][0]["MONOTONIC_USEC"].isdigit()
    assert notify.count(STOPPING="1") == 0 and notify.count(WATCHDOG="1") == 0
    assert server.stop() == 0
    notify.until(STOPPING="1")
    assert "STOPPING" in notify.told[-1]


def test_what_cannot_start_is_never_ready(tmp_path, notify: NotifySocket):
    done = subprocess.run([BINARY, "serve", "--data", "/proc/none", "--listen", "127.0.0.1:0"], capture_output=True, timeout=60,
                          env={**os.environ, "NOTIFY_SOCKET": str(notify.path)})
    assert done.returncode == 1
    assert notify.count(READY="1") == 0


def test_the_watchdog_is_told_while_it_moves_on(installation: Installation, notify: NotifySocket):
    server = installation.serve(env={"NOTIFY_SOCKET": str(notify.path), "WATCHDOG_USEC": "400000"})
    serving = f"serving on {server.url}"
    notify.until(WATCHDOG="1", STATUS=serving, times=3)
    server.process.send_signal(signal.SIGSTOP)
    try:
        threading.Event().wait(0.5)
        told = notify.count(WATCHDOG="1")
        threading.Event().wait(1.0)
        assert notify.count(WATCHDOG="1") == told
    finally:
        server.process.send_signal(signal.SIGCONT)
    notify.until(WATCHDOG="1", times=notify.count(WATCHDOG="1") + 2)
    assert server.stop() == 0


def test_a_watchdog_of_another_process_is_none_of_its_business(installation: Installation, notify: NotifySocket):
    server = installation.serve(env={"NOTIFY_SOCKET": str(notify.path), "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"})
    notify.until(READY="1")
    threading.Event().wait(0.5)
    assert notify.count(WATCHDOG="1") == 0
    assert server.stop() == 0


def serve_on(installation: Installation, sockets: dict[str, socket.socket], *arguments, **settings) -> subprocess.Popen:
    return with_sockets(sockets, [str(BINARY), "serve", "--data", str(installation.data), "--metrics-listen", "127.0.0.1:0", *arguments],
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **installation.env}, **settings)


def ended(process: subprocess.Popen) -> tuple[int, str]:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    _, complaint = process.communicate(timeout=60)
    return process.returncode, complaint


@pytest.mark.parametrize("address, family", [("127.0.0.1", socket.AF_INET), ("::", socket.AF_INET6)])
def test_sockets_are_taken_over(installation: Installation, address, family):
    """Whatever --listen says; on all I/O threads; and they stay open for the next process when this one ends."""
    api, metrics = listening(address, family), listening()
    port = api.getsockname()[1]
    for _ in range(2):
        process = serve_on(installation, {"linebook.socket": api, "metrics": metrics}, "--listen", "127.0.0.1:1", "--threads", "3")
        try:
            shown = f"[{address}]" if family == socket.AF_INET6 else address
            assert process.stdout.readline() == f"listening on http://{shown}:{port}\n"
            for _ in range(12):
                assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=30).status_code == 200
            told = requests.get(f"http://127.0.0.1:{metrics.getsockname()[1]}/metrics", timeout=30)
            assert told.status_code == 200 and "linebook" in told.text
        finally:
            code, complaint = ended(process)
        assert code == 0, complaint
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        pass  # waits for who comes next


def test_a_socket_that_cannot_be_served_is_refused_in_words(installation: Installation, tmp_path):
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "own"))
    unix.listen()
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    for sockets, words in (({"linebook.socket": unix}, "TCP"), ({"linebook.socket": silent}, "listens"),
                           ({"a": listening(), "b": listening()}, "BindIPv6Only=both")):
        refused = serve_on(installation, sockets)
        _, complaint = refused.communicate(timeout=60)
        assert refused.returncode == 1 and words in complaint, complaint


def test_the_master_key_from_a_credential(installation: Installation, tmp_path):
    """Its mode is systemd's affair: with access lists, the group's bits show."""
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    key = credentials / "linebook.master-key"
    key.write_text("5a" * 32 + "\n")
    key.chmod(0o440)
    installation.env["CREDENTIALS_DIRECTORY"] = str(credentials)
    installation.serve()
    installation.create_key()
    assert not (installation.data / "master.key").exists()
    assert installation.server.stop() == 0
    installation.env["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    done = installation.run("keys", "list", check=False)
    assert done.returncode == 1 and "master key" in done.stderr
    # By its name in the settings, too; elsewhere others may not read it.
    named = installation.run("keys", "list", env={"CREDENTIALS_DIRECTORY": str(credentials), "LINEBOOK_MASTER_KEY_FILE": str(key)})
    assert "test" in named.stdout
    done = installation.run("keys", "list", check=False, env={"CREDENTIALS_DIRECTORY": "", "LINEBOOK_MASTER_KEY_FILE": str(key)})
    assert done.returncode == 1 and "chmod 600" in done.stderr


def test_a_settings_file_names_the_master_key(installation: Installation, tmp_path):
    key, config = tmp_path / "own.key", tmp_path / "linebook.toml"
    key.write_text("a5" * 32)
    key.chmod(stat.S_IRUSR)
    config.write_text(f'master_key_file = "{key}"\n')
    installation.serve("--config", config)
    assert not (installation.data / "master.key").exists()
