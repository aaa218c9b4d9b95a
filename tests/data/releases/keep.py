"""Keeps what a release leaves behind: a small data directory, and the same on PostgreSQL, with what the API told of them.

script/keep-release [BINARY] runs it for the program that was built, or for another one of an earlier version: what that one has no
route for is left out. tests/e2e/test_old_data.py opens what is kept with every later program.
"""
import io
import json
import lzma
import os
import pathlib
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time

import requests

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))
from postgres_server import PostgresServer, programs  # noqa: E402

POOL = [f"+1212555{number:04d}" for number in range(150, 160)]
# What is told of the books. Times that go on by themselves are not in it: words of texts are forgotten, sessions expire.
KEPT = ("/phone_numbers", "/ai_agents", "/api/v2/patients", "/api/v2/doctors", "/api/v2/phone-numbers", "/api/v2/consents",
        "/api/v2/suppressions", "/policy", "/calls", "/messages", "/dial-lists", "/decisions", "/webhooks", "/fhir-sources",
        "/saved-lists", "/keys", "/audit?page_size=100")


class Release:
    """A server of the program, on one kind of database."""

    def __init__(self, binary: str, data: pathlib.Path, database: str | None):
        self.binary, self.data = binary, data
        self.env = {**os.environ, **({"LINEBOOK_DATABASE": database} if database else {})}
        self.session = requests.Session()
        self.session.trust_env = False

    def run(self, *arguments: str) -> str:
        return subprocess.run([self.binary, *arguments, "--data", str(self.data)], env=self.env, check=True, capture_output=True,
                              text=True, timeout=120).stdout

    def serve(self):
        self.server = subprocess.Popen([self.binary, "serve", "--demo", "--data", str(self.data), "--listen", "127.0.0.1:0",
                                        "--metrics-listen", "127.0.0.1:0"], env=self.env, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        for line in self.server.stdout:
            if found := re.match(r"listening on (\S+)", line):
                self.url = found[1]
                return
        raise SystemExit("the server did not start")

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(60)

    def ask(self, method: str, path: str, body=None) -> requests.Response:
        return self.session.request(method, self.url + path, json=body, timeout=60)

    def make(self, path: str, body: dict, method="POST") -> dict:
        """What was made; nothing where this version has no such route, or not yet such a field."""
        answer = self.ask(method, path, body)
        if answer.status_code in (200, 201, 202):
            return answer.json()
        print(f"  {method} {path}: {answer.status_code} {answer.text[:160]}")
        return {}

    def has(self, path: str) -> bool:
        return self.ask("GET", path).status_code == 200


def furnish(release: Release):
    make = release.make
    make("/ai_agents/front", {"agent_name": "Front desk", "answer": {"type": "stream", "url": "wss://agents.example.com/1"}}, "PUT")
    make("/ai_agents/gone", {"agent_name": "Gone", "answer": {"type": "stream", "url": "wss://agents.example.com/2"}}, "PUT")
    release.ask("DELETE", "/ai_agents/gone")
    line = make("/phone_numbers", {"provider": "pia", "area_code": "212", "ai_agent_id": "front"})
    make("/phone_numbers", {"provider": "byo", "phone_number": "+15855550190", "sip_termination_uri": "sip.example.com",
                            "sip_username": "trunk", "sip_password": "s3cret-of-the-trunk", "ai_agent_id": "front",
                            "fallback_destination": {"type": "number", "number": "+15855550191"}})
    make("/phone_numbers", {"provider": "byo", "phone_number": "1001", "e164_check": False})
    given_back = make("/phone_numbers", {"provider": "pia", "area_code": "212"})
    if given_back:
        release.ask("DELETE", f"/phone_numbers/{given_back['id']}")
    make(f"/phone_numbers/{line['id']}", {"name": "Reception"}, "PATCH")
    phones = []
    for i, (first, last) in enumerate((("John", "Doe"), ("Zoë", "Müller"), ("Mary", "Major"))):
        person = make("/api/v2/patients", {"id": f"pat_{i}", "first_name": first, "last_name": last, "date_of_birth": "1980-02-29",
                                           "timezone": "America/New_York", "email": f"{i}@example.com"})
        for number, kind in ((f"585298445{i}", "cell"), (f"585298446{i}", "home")):
            phones.append(make("/api/v2/phone-numbers", {"number": number, "phone_type": kind, "primary": True,
                                                         "patient_id": person["id"]}))
    make("/api/v2/doctors", {"id": "doc_1", "first_name": "Jane", "last_name": "Roe", "npi": "1234567893"})
    make("/api/v2/phone-numbers", {"number": "5852984470", "phone_type": "other", "doctor_id": "doc_1"})
    make(f"/api/v2/phone-numbers/{phones[1]['id']}", {"number": "5852984499", "do_not_call": True}, "PATCH")
    make("/api/v2/patients/pat_2", {"last_name": "Minor"}, "PATCH")
    release.ask("DELETE", f"/api/v2/phone-numbers/{phones[5]['id']}")
    make("/policy", {"hours": {"marketing": {"days": ["mon", "tue"], "start": "10:00", "end": "18:00"}},
                     "holidays": ["2026-12-25"]}, "PUT")
    make("/api/v2/consents", {"phone_id": phones[0]["id"], "channel": "call", "purpose": "marketing", "status": "granted",
                              "basis": "written", "evidence": "Form 7"})
    make("/api/v2/suppressions", {"number": "5852984462", "channels": ["call", "text"], "reason": "asked by letter"})
    for phone in phones[:3]:
        make("/decisions", {"phone_id": phone["id"], "channel": "call", "purpose": "care"})
    if line:
        for phone in (phones[0], phones[2]):
            make("/calls", {"line_id": line["id"], "to": phone["id"], "purpose": "care"})
        make("/messages", {"line_id": line["id"], "to": phones[0]["id"], "text": "Your glasses are here.", "purpose": "care"})
    dial_list = make("/dial-lists", {"name": "Recall", "purpose": "care",
                                     "people": [{"type": "patient", "id": f"pat_{i}"} for i in range(3)]})
    if dial_list:
        make(f"/dial-lists/{dial_list['id']}/pause", {})
    webhook = make("/webhooks", {"url": "https://hooks.example.com/linebook", "types": ["call.*"], "description": "Scheduling"})
    if webhook:
        make(f"/webhooks/{webhook['id']}", {"enabled": False}, "PATCH")
    make("/fhir-sources", {"name": "ehr", "url": "https://ehr.example.com/fhir/R4", "token": "t0k3n-of-the-ehr"})
    make("/saved-lists", {"name": "To verify", "of": "phone_numbers", "sort": "name", "filter": {"verified": False}})
    wait_for_the_end_of_calls(release)


def wait_for_the_end_of_calls(release: Release):
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        open_ones = [one for path, name in (("/calls", "calls"), ("/messages", "messages")) if release.has(path)
                     for one in release.ask("GET", path).json()[name] if one.get("ended_at", "") is None]
        if not open_ones:
            break
        time.sleep(0.5)
    while time.monotonic() < deadline and release.has("/audit/seals"):
        seals = release.ask("GET", "/audit/seals").json()
        if not seals.get("unsealed_entries", seals.get("unsealed", 0)):
            break
        time.sleep(0.5)
    time.sleep(3)


def packed(data: pathlib.Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path in sorted(data.iterdir()):
            if path.is_file() and path.name not in ("lock", "requests.db"):
                tar.add(path, path.name)
    return lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def keep(binary: str, kind: str, server: PostgresServer | None):
    with tempfile.TemporaryDirectory() as place:
        data = pathlib.Path(place) / "data"
        database = server.new_database() if server else None
        release = Release(binary, data, database)
        token = release.run("keys", "create", "--account", "clinic", "--name", "kept", "--rate-limit", "0").splitlines()[-1]
        table = pathlib.Path(place) / "pool.csv"
        table.write_text("phone_number,country_code\n" + "".join(f"{number},US\n" for number in POOL))
        release.run("import", "pool", str(table))
        release.session.headers["Authorization"] = f"Bearer {token}"
        release.serve()
        furnish(release)
        told = {path: release.ask("GET", path).json() for path in KEPT if release.has(path)}
        release.stop()
        schema = schema_of(data, server, database)
        into = HERE / f"schema-{schema:02}"
        into.mkdir(exist_ok=True)
        (into / f"{kind}.tar.xz").write_bytes(packed(data))
        if server:
            dump = subprocess.run([programs() / "pg_dump", "--no-owner", "--no-privileges", database.rpartition("/")[2]],
                                  env=server.environment(), check=True, capture_output=True, cwd="/").stdout
            (into / "postgres.sql.xz").write_bytes(lzma.compress(dump, preset=9 | lzma.PRESET_EXTREME))
        told = json.dumps({"token": token, "told": told}, ensure_ascii=False).encode()
        (into / f"{kind}.json.xz").write_bytes(lzma.compress(told, preset=9 | lzma.PRESET_EXTREME))
        print(f"{kind}: schema {schema}")


def schema_of(data: pathlib.Path, server, database) -> int:
    if server:
        return int(server.sql("SELECT max(number) FROM schema_migrations", database))
    import sqlite3
    return sqlite3.connect(data / "linebook.db").execute("SELECT max(number) FROM schema_migrations").fetchone()[0]


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    keep(binary, "embedded", None)
    if "--database" in subprocess.run([binary, "serve", "--help"], capture_output=True, text=True).stdout:
        server = PostgresServer()
        try:
            keep(binary, "postgres", server)
        finally:
            server.close()


if __name__ == "__main__":
    main()
