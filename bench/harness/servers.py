"""The servers that are measured, each started on a copy of a seed."""
import contextlib
import dataclasses
import os
import pathlib
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator

from . import book, paths
from .seeds import Seed, add_peer_key, linebook

START_TIMEOUT, STOP_TIMEOUT = 120, 60  # seconds
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Running:
    """A server that answers."""
    process: subprocess.Popen
    port: int
    site: pathlib.Path  # its own copy of the seed
    ready_seconds: float  # from its start to its first answer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far, to a hundredth of a second."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def own_memory(self) -> int:
        """Bytes that are the process's own: neither programs nor the mapped database, which is page cache."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no RssAnon in /proc/PID/status")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclasses.dataclass
class OtherAccount:
    """One that a server has beside the seed's: patients pat_0000000 and on, and a key that may do everything."""
    name: str
    people: int
    token: str = ""  # once the server has it


class Server:
    """One of those that are measured. `name` is what the tables call it."""
    name: str

    def prepare(self, seed: Seed, site: pathlib.Path) -> None:
        """Copies of the seed what this server works on."""

    def command(self, site: pathlib.Path, port: int) -> list[str | pathlib.Path]:
        raise NotImplementedError

    def add_account(self, _site: pathlib.Path, _account: OtherAccount) -> None:
        raise NotImplementedError

    def settle(self, _server: "Running", _seed: Seed) -> None:
        """Waits for what goes on after the start."""

    def environment(self, _site: pathlib.Path) -> dict[str, str]:
        return {}

    @contextlib.contextmanager
    def running(self, seed: Seed, accounts: Iterable[OtherAccount] = ()) -> Iterator[Running]:
        """Started on a fresh copy of the seed, with more accounts; stopped, and the copy deleted, at the end."""
        site = paths.SITES / self.name.replace(" ", "-")
        shutil.rmtree(site, ignore_errors=True)
        site.mkdir(parents=True)
        try:
            self.prepare(seed, site)
            for account in accounts:
                self.add_account(site, account)
            os.sync()  # what was copied is written now, and not while something is measured
            server = self.start(site)
            self.settle(server, seed)
            try:
                yield server
            finally:
                server.stop()
        finally:
            shutil.rmtree(site, ignore_errors=True)

    def start(self, site: pathlib.Path) -> Running:
        """Starts on what a site holds, and waits for the first answer."""
        port = free_port()
        command = list(map(str, self.command(site, port)))
        started = time.monotonic()
        with (site / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT,
                                       env={**os.environ, **self.environment(site)})
        while not answers(port):
            if process.poll() is not None or time.monotonic() - started > START_TIMEOUT:
                process.kill()
                process.wait()
                raise RuntimeError(f"{self.name} did not start:\n{(site / 'log').read_text()}")
            time.sleep(0.002)
        return Running(process, port, site, time.monotonic() - started)


class Linebook(Server):
    """With everything on: authentication, rate limits (high), request history, metrics, ledger."""

    def __init__(self, threads: int = 1, demo: bool = False):
        self.threads = threads
        self.demo = demo  # which may deliver webhooks over http to loopback
        self.name = "Linebook" if threads == 1 else f"Linebook, {threads} threads"

    def prepare(self, seed, site):
        shutil.copytree(seed.linebook, site / "data")

    def add_account(self, site, account):
        account.token = linebook("keys", "create", "--account", account.name, "--name", "bench", "--rate-limit", "0",
                                 "--data", site / "data").splitlines()[-1]
        if account.people > 0:
            table = site / "people.csv"
            book.write_csv(table, 2 * account.people)
            linebook("import", "contacts", table, "--account", account.name, "--results", site / "people.results.csv",
                     "--data", site / "data")

    def settle(self, server, seed):
        """A search waits until the numbers are in memory, and may be refused while they come."""
        token = seed.tokens.read_text().split()[0]
        ask = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/v2/phone-numbers?q=5",
                                     headers={"Authorization": f"Bearer {token}"})
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                urllib.request.urlopen(ask, timeout=START_TIMEOUT).close()
                return
            except urllib.error.HTTPError as refused:
                if refused.code != 503 or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def command(self, site, port):
        return [paths.LINEBOOK, "serve", "--data", site / "data", "--listen", f"127.0.0.1:{port}", "--metrics-listen",
                "127.0.0.1:0", "--threads", str(self.threads), "--log-level", "warn", *(["--demo"] if self.demo else [])]


class FixedAnswer(Server):
    """Linebook's transport with a constant answer, and nothing above it."""
    name = "transport alone"

    def command(self, _site, port):
        return [paths.FIXED_ANSWER, str(port)]


class Nginx(Server):
    name = "nginx return 200"

    def command(self, site, port):
        configuration = (paths.PEERS / "nginx.conf.in").read_text()
        (site / "nginx.conf").write_text(configuration.replace("@DIRECTORY@", str(site)).replace("@PORT@", str(port)))
        return [shutil.which("nginx") or "/usr/sbin/nginx", "-c", site / "nginx.conf", "-e", site / "error.log"]


class Fastify(Server):
    name = "Fastify"

    def prepare(self, seed, site):
        shutil.copy(seed.peer, site / "peer.db")

    def add_account(self, site, account):
        account.token = secrets.token_urlsafe(32)
        db = sqlite3.connect(site / "peer.db")
        with contextlib.closing(db), db:
            (known,) = db.execute("SELECT max(account_id) FROM api_keys").fetchone()
            add_peer_key(db, f"key_{account.name}", known + 1, account.token)
            db.execute("INSERT INTO people SELECT ?, person_type, id, first_name, last_name FROM people WHERE account_id = ? AND id < ?",
                       (known + 1, known, f"pat_{account.people:07d}"))

    def command(self, site, port):
        return ["node", paths.PEERS / "fastify/server.js", site / "peer.db", str(port)]

    def environment(self, _site):
        return {"NODE_ENV": "production"}


class FastApi(Server):
    name = "FastAPI"

    def prepare(self, seed, site):
        shutil.copy(seed.peer, site / "peer.db")

    def command(self, _site, port):
        return [paths.PEERS / "fastapi/.venv/bin/python", "-m", "uvicorn", "app:app", "--app-dir",
                paths.PEERS / "fastapi", "--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level",
                "warning", "--backlog", "4096"]

    def environment(self, site):
        return {"BENCH_DATABASE": f"sqlite:///{site / 'peer.db'}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Does it answer HTTP, and is it ready where it knows /readyz?"""
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/readyz", timeout=5)
    except urllib.error.HTTPError as answer:
        return answer.code != 503
    except (OSError, ConnectionError):
        return False
    return True
