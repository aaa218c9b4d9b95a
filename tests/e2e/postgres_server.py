"""A PostgreSQL server of a test's own: a directory of its own, a private port on loopback, default durability."""
import itertools
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_TIMEOUT = 60  # seconds
OWNER = "linebook"  # owns the databases, and is no superuser
PASSWORD = "a pass/word@for:tests"  # with everything in it that a URL must quote
QUOTED_PASSWORD = "a%20pass%2Fword%40for%3Atests"


def programs() -> pathlib.Path:
    """Where the newest installed PostgreSQL has its programs: they are in nobody's PATH."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL is not installed: script/setup --tests"
    return found[-1].parent


def as_server() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the user that its package makes."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostgresServer:
    """Started when made. close() ends it and leaves nothing behind."""

    _names = itertools.count(1)

    def __init__(self, **settings):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="linebook-postgres-"))
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        self._settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.directory,
                          "max_connections": 200, **settings}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        try:
            self._initialise()
            self.start()
            self.sql(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'")
        except BaseException:
            self.close()
            raise

    def _initialise(self):
        password = self.directory / "password"
        password.write_text(PASSWORD)
        if os.geteuid() == 0:
            os.chown(password, self.directory.stat().st_uid, self.directory.stat().st_gid)
        subprocess.run([*as_server(), programs() / "initdb", "-D", self.directory / "data", "-U", "postgres",
                        "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale=C.UTF-8"],
                       check=True, capture_output=True, cwd="/")
        password.unlink()

    def _own_environment(self) -> dict[str, str]:
        """Servers that are spread by Citus are each other's clients."""
        passwords = self.directory / "passwords"
        if not passwords.exists():
            passwords.write_text("".join(f"127.0.0.1:*:*:{user}:{PASSWORD}\n".replace("@for:", "@for\\:") for user in ("postgres", OWNER)))
            passwords.chmod(0o600)
            os.chown(passwords, self.directory.stat().st_uid, self.directory.stat().st_gid)
        return {**os.environ, "HOME": str(self.directory), "PGPASSFILE": str(passwords)}

    def start(self):
        """Starts it, also after kill(): what shared memory the dead left is gone once all of them are."""
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            with (self.directory / "log").open("ab") as log:
                settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
                self.process = subprocess.Popen([*as_server(), programs() / "postgres", "-D", self.directory / "data", *settings],
                                                stdout=log, stderr=log, cwd="/", env=self._own_environment())
            while self.process.poll() is None and time.monotonic() < deadline:
                if self._is_ready():
                    return
                time.sleep(0.05)
            if time.monotonic() > deadline:
                raise AssertionError("PostgreSQL did not start:\n" + (self.directory / "log").read_text()[-4000:])
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        return subprocess.run([programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0

    def processes(self) -> list[int]:
        """The server's, its own first; each connection has one."""
        found = [self.process.pid]
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(status.read_text().rpartition(")")[2].split()[1]) == self.process.pid:
                    found.append(int(status.parts[2]))
            except (OSError, ValueError):
                pass  # gone meanwhile
        return found

    def _signal(self, number: signal.Signals):
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def stop(self):
        """A fast shutdown, as by its operator."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def kill(self):
        """kill -9 of everything that belongs to it."""
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no process that is missed
        self._signal(signal.SIGKILL)
        self.process.wait(60)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def new_database(self) -> str:
        """The URL of a database that is new and empty."""
        name = f"linebook_{os.getpid()}_{next(self._names)}"
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgres://{OWNER}:{QUOTED_PASSWORD}@127.0.0.1:{self.port}/{database}"

    def environment(self) -> dict[str, str]:
        """For psql and pgbench as superuser."""
        return {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres", "PGPASSWORD": PASSWORD}

    def sql(self, statement: str, database="postgres") -> str:
        """Runs one statement as superuser; the rows as psql prints them unaligned."""
        name = database.rpartition("/")[2]  # a URL names it last
        done = subprocess.run([programs() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", name, "-c", statement],
                              capture_output=True, text=True, env=self.environment(), timeout=120, cwd="/")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


class Session:
    """A psql that stays connected: what it locked is locked until it says otherwise."""

    def __init__(self, server: PostgresServer, database: str):
        self.process = subprocess.Popen(
            [programs() / "psql", "-X", "-q", "-A", "-t", "-d", database.rpartition("/")[2]], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=server.environment(), cwd="/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(30)

    def run(self, statement: str) -> str:
        """Waits until it is done; answers what was printed."""
        self.process.stdin.write(f"{statement};\n\\echo done-with-it\n")
        self.process.stdin.flush()
        printed = []
        for line in self.process.stdout:
            if line == "done-with-it\n":
                return "".join(printed).strip()
            printed.append(line)
        raise AssertionError("psql ended: " + "".join(printed))
