"""A Linebook installation as its operator sees it: a data directory, the command line, and a server process."""
import atexit
import functools
import itertools
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time
import urllib.parse

import requests

from api_document import ApiDocument, served_document
from citus_cluster import CitusCluster
from postgres_server import PostgresServer

PROJECT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = PROJECT / "build/release/src/linebook/linebook"
BINARY = pathlib.Path(os.environ.get("LINEBOOK_BINARY", RELEASE))


def server_binary(env: dict[str, str]) -> pathlib.Path:
    """libfaketime cannot be loaded before a sanitizer's own start: a server whose clock is ahead is then the release
    build."""
    return RELEASE if "LD_PRELOAD" in env and os.environ.get("LINEBOOK_PRESET") in ("asan-ubsan", "tsan") else BINARY

START_TIMEOUT = 60  # seconds; sanitizer builds on a busy machine are slow
STOP_TIMEOUT = 30


_unused_numbers = itertools.count(2_010_000)


def unused_e164() -> str:
    """A number that no other test of this run uses: in service, each may be only once in an installation."""
    return f"+1646{next(_unused_numbers):07d}"


def clock_ahead(by: str) -> dict[str, str]:
    """The environment of a server whose clock is ahead: by "31d", "25h" or "10m"."""
    return {"LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "FAKETIME": f"+{by}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


# Where installations of tests keep their books that do not say it: "embedded", "postgres" or "citus", a PostgreSQL that is
# spread over workers.
DATABASE = os.environ.get("LINEBOOK_TEST_DATABASE", "embedded")


def distribute(url: str):
    done = subprocess.run([BINARY, "migrate", "--distribute", "--database", url], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@functools.cache
def postgres_server() -> PostgresServer:
    """One for the whole process. Each installation has a database of its own in it."""
    server = CitusCluster(distribute) if DATABASE == "citus" else PostgresServer()
    atexit.register(server.close)
    return server


@functools.cache
def default_database(data: pathlib.Path) -> str | None:
    """The same for the same data directory."""
    return postgres_server().new_database() if DATABASE != "embedded" else None


class Installation:
    """One data directory, and a PostgreSQL database where `database` is its URL. Commands run in the server when there is
    one, through its socket, else on their own."""

    def __init__(self, data: pathlib.Path, database: str | None = None, env: dict[str, str] | None = None):
        self.data = data
        self.database = database or default_database(data)
        self.env = {**({"LINEBOOK_DATABASE": self.database} if self.database else {}), **(env or {})}
        self.server: Server | None = None

    def node(self, name: str) -> "Installation":
        """Another node of the same installation, beside this one, which has made the master key."""
        assert self.database is not None
        return Installation(self.data.parent / name, self.database, {"LINEBOOK_MASTER_KEY_FILE": str(self.data / "master.key")})

    def run(self, *arguments, check=True, input=None, env=None, timeout=120, cwd=None) -> subprocess.CompletedProcess:
        """Runs a sub-command with --data; text in, text out."""
        own = self.env
        if self.is_serving():  # with the name of the database it would run beside the server, not in it
            own = {name: value for name, value in own.items() if name != "LINEBOOK_DATABASE"}
        done = subprocess.run(
            [BINARY, *map(str, arguments), "--data", str(self.data)],
            capture_output=True, text=True, input=input, timeout=timeout, cwd=cwd,
            env={**os.environ, **own, **(env or {})})
        if check and done.returncode != 0:
            raise AssertionError(f"linebook {' '.join(map(str, arguments))} exited {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def create_key(self, account="acme", name="test", scopes=None, rate_limit=0, expires=None) -> str:
        arguments = ["keys", "create", "--account", account, "--name", name, "--rate-limit", str(rate_limit)]
        if scopes is not None:
            arguments += ["--scopes", scopes]
        if expires is not None:
            arguments += ["--expires", expires]
        return self.run(*arguments).stdout.splitlines()[-1]

    def import_pool(self, *numbers: str, country_code="US"):
        table = self.data.parent / "pool.csv"
        table.write_text("phone_number,country_code\n" + "".join(f"{n},{country_code}\n" for n in numbers))
        self.run("import", "pool", table)

    def is_serving(self) -> bool:
        return self.server is not None and self.server.process.poll() is None

    def serve(self, *arguments, env=None, scheme="http") -> "Server":
        assert not self.is_serving(), "a server runs already"
        self.server = Server(self.data, arguments, {**self.env, **(env or {})}, scheme)
        return self.server

    def client(self, account="acme", **key) -> "Client":
        """A client with a key of its own."""
        assert self.server is not None
        return Client(self.server.url, self.create_key(account, **key))

    def close(self):
        if self.server is not None:
            self.server.kill()


class Server:
    """A running `linebook serve`. Its log is kept in memory, line by line."""

    def __init__(self, data, arguments, env, scheme):
        listen = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
        metrics = [] if "--metrics-listen" in arguments else ["--metrics-listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [server_binary(env), "serve", "--data", str(data), *listen, *metrics, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **env})
        self.log: list[str] = []
        self.output: list[str] = []
        self._readers = [threading.Thread(target=self._read, args=(stream, lines), daemon=True)
                         for stream, lines in ((self.process.stdout, self.output), (self.process.stderr, self.log))]
        for reader in self._readers:
            reader.start()
        self.url = self._wait_for(r"listening on (\S+)")
        self.metrics_url = self._wait_for(r"metrics on (\S+)")
        self.port = int(self.url.rsplit(":", 1)[1])

    def _read(self, stream, lines):
        for line in stream:
            lines.append(line.rstrip("\n"))

    def _wait_for(self, pattern) -> str:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            for line in list(self.output):
                if found := re.match(pattern, line):
                    return found[1]
            if self.process.poll() is not None:
                for reader in self._readers:
                    reader.join(5)
                raise AssertionError(f"serve exited {self.process.returncode}:\n" + "\n".join(self.log))
            time.sleep(0.01)
        raise AssertionError("serve did not start:\n" + "\n".join(self.output + self.log))

    def log_lines(self) -> list[dict]:
        return [json.loads(line) for line in list(self.log) if line.startswith("{")]

    def complaints(self) -> list[dict]:
        """What it logged as wrong, but for statements that were slow, as they are on a busy machine, and for answers,
        which a test sees."""
        return [line for line in self.log_lines() if line["event"] != "request"
                if line.get("level") == "error"
                or line.get("level") == "warn" and line["event"] != "slow_statement"]

    def metrics(self) -> str:
        return requests.get(self.metrics_url, timeout=10).text

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_TIMEOUT)
        for reader in self._readers:
            reader.join(5)
        return code

    def kill(self):
        """kill -9, as a power cut would."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(STOP_TIMEOUT)
        for reader in self._readers:
            reader.join(5)


class Client:
    """requests with the server's address and a bearer token. Every answer is held against the OpenAPI document."""

    def __init__(self, url: str, token: str | None):
        self.url = url
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def request(self, method, path, **arguments) -> requests.Response:
        arguments.setdefault("timeout", 30)
        answer = self.session.request(method, self.url + path, **arguments)
        sent_path = urllib.parse.urlsplit(answer.request.url).path
        self.document().check(method, sent_path, answer.status_code, answer.headers, answer.content)
        return answer

    def document(self) -> ApiDocument:
        """The OpenAPI document of the binary under test."""
        return served_document(lambda: requests.get(
            self.url + "/openapi.json", verify=self.session.verify, cert=self.session.cert, timeout=30).content)

    def head(self, path, **arguments):
        return self.request("HEAD", path, **arguments)

    def get(self, path, **arguments):
        return self.request("GET", path, **arguments)

    def post(self, path, body=None, **arguments):
        return self.request("POST", path, **({} if body is None else {"json": body}), **arguments)

    def put(self, path, body=None, **arguments):
        return self.request("PUT", path, **({} if body is None else {"json": body}), **arguments)

    def patch(self, path, body=None, **arguments):
        return self.request("PATCH", path, **({} if body is None else {"json": body}), **arguments)

    def delete(self, path, **arguments):
        return self.request("DELETE", path, **arguments)

    def new_patient(self, first_name="John", last_name="Doe", **fields) -> str:
        answer = self.post("/api/v2/patients", {"first_name": first_name, "last_name": last_name, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def new_number(self, patient_id, number, phone_type="cell", **fields) -> dict:
        answer = self.post("/api/v2/phone-numbers",
                           {"number": number, "phone_type": phone_type, "patient_id": patient_id, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def new_line(self, phone_number=None, **fields) -> dict:
        body = {"provider": "byo", "phone_number": phone_number or unused_e164(), **fields}
        answer = self.post("/phone_numbers", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def new_agent(self, agent_id, url="wss://agents.example.com/1", **fields) -> dict:
        answer = self.put(f"/ai_agents/{agent_id}",
                          {"agent_name": agent_id, "answer": {"type": "stream", "url": url}, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def walk(self, path, **query) -> list[dict]:
        """Every item of a list that is paged by token, page after page."""
        items = []
        while True:
            answer = self.get(path, params=query)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            (found,) = [value for name, value in page.items() if name != "next_page_token"]
            items += found
            if page["next_page_token"] is None:
                return items
            query["page_token"] = page["next_page_token"]
