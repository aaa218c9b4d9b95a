"""What each release left behind is opened by this program: whole, under load, and not at all where it goes wrong."""
import contextlib
import shutil
import sqlite3
import subprocess
import threading
import time

import pytest
import requests

from installation import BINARY, Installation
from old_data import RELEASES, Kept, is_told_as_it_was, is_whole, laid_out
from postgres_server import free_port

each_embedded_release = pytest.mark.parametrize("release", RELEASES["embedded"])
each_release_on_postgresql = pytest.mark.parametrize("release", RELEASES["postgres"])


def schema_of(kept: Kept) -> int:
    with contextlib.closing(sqlite3.connect(kept.installation.data / "linebook.db")) as db:
        return db.execute("SELECT max(number) FROM schema_migrations").fetchone()[0]


def contents_of(kept: Kept) -> list[str]:
    """Everything in the database, as text."""
    with contextlib.closing(sqlite3.connect(kept.installation.data / "linebook.db")) as db:
        return list(db.iterdump())


class Load:
    """Clients that ask and write from before the server is there; what they were told as done is in `made`."""

    def __init__(self, ports: list[int], token: str):
        self.made: list[str] = []
        self.wrong: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(f"http://127.0.0.1:{port}", token)) for port in ports * 3]

    def _run(self, url: str, token: str):
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token}"
        while not self._over.is_set():
            try:
                asked = session.get(f"{url}/api/v2/phone-numbers?q=5852", timeout=30)
                made = session.post(f"{url}/api/v2/patients", json={"first_name": "Late", "last_name": "Comer"}, timeout=30)
            except requests.ConnectionError:
                time.sleep(0.002)
                continue
            if made.status_code == 201:
                self.made.append(made.json()["id"])
            time.sleep(0.01)
            self.wrong += [answer.text for answer in (asked, made) if answer.status_code not in (200, 201, 429, 503)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()


def has_all(kept: Kept, load: Load):
    client = kept.client()
    assert load.wrong == []
    assert len(load.made) > 10, "there was load"
    for made in load.made[:20] + load.made[-5:]:
        assert client.get(f"/api/v2/patients/{made}").status_code == 200


@pytest.mark.embedded
@each_embedded_release
def test_an_embedded_installation_goes_on_under_load(release, tmp_path):
    kept = laid_out(release, "embedded", tmp_path / "data")
    port = free_port()
    with Load([port], kept.token) as load:
        kept.installation.serve("--listen", f"127.0.0.1:{port}")
        try:
            is_told_as_it_was(kept)
            is_whole(kept.installation)
            wait_for(load, 20)
        finally:
            load.__exit__()
    try:
        has_all(kept, load)
        is_whole(kept.installation)
        assert kept.installation.server.complaints() == []
    finally:
        kept.installation.close()


def wait_for(load: Load, writes: int):
    deadline = time.monotonic() + 60
    while len(load.made) < writes and time.monotonic() < deadline:
        time.sleep(0.05)


@each_release_on_postgresql
def test_nodes_on_postgresql_migrate_once_and_go_on_under_load(release, tmp_path, postgres):
    kept = laid_out(release, "postgres", tmp_path / "node1", postgres)
    first, second = kept.installation, kept.installation.node("node2")
    refused = first.run("keys", "list", check=False)
    if refused.returncode != 0:  # this is not the present schema
        assert "linebook migrate" in refused.stderr, "nobody migrates by the way"
    ports = [free_port(), free_port()]
    with Load(ports, kept.token) as load:
        at_once = [threading.Thread(target=node.run, args=("migrate",)) for node in (first, second, first)]
        for each in at_once:
            each.start()
        for each in at_once:
            each.join()
        steps = postgres.sql("SELECT count(*), count(DISTINCT number), max(number) FROM schema_migrations", first.database)
        assert len(set(steps.split("|")[:2])) == 1
        try:
            for node, port in zip((first, second), ports):
                node.serve("--listen", f"127.0.0.1:{port}")
            is_told_as_it_was(kept)
            is_whole(second)
            wait_for(load, 20)
        finally:
            load.__exit__()
    try:
        has_all(kept, load)
        is_whole(first)
    finally:
        first.close()
        second.close()


# -- What goes wrong on the way -----------------------------------------------------------------------------------------


def opened(installation: Installation, *wrapped_in: str) -> subprocess.CompletedProcess:
    return subprocess.run([*wrapped_in, BINARY, "keys", "list", "--data", str(installation.data)], capture_output=True, text=True,
                          timeout=120)


@pytest.mark.embedded
@each_embedded_release
def test_a_migration_that_fails_leaves_the_old_schema(release, tmp_path):
    kept = laid_out(release, "embedded", tmp_path / "data")
    newest = schema_after(kept, tmp_path)
    new_tables = [name for name in tables_of(tmp_path / "other") if name not in tables_of(kept.installation.data)]
    if not new_tables:
        pytest.skip("no table is new since")
    # In the way of the newest step that makes one, so that those before it have been taken.
    with contextlib.closing(sqlite3.connect(kept.installation.data / "linebook.db")) as db:
        db.execute(f"CREATE TABLE {new_tables[-1]} (in_the_way)")
    contents = contents_of(kept)
    failed = opened(kept.installation)
    assert failed.returncode == 1
    assert "bringing it to schema " in failed.stderr and "was left as it was" in failed.stderr, failed.stderr
    assert f"{new_tables[-1]} already exists" in failed.stderr
    assert contents_of(kept) == contents
    with contextlib.closing(sqlite3.connect(kept.installation.data / "linebook.db")) as db:
        db.execute(f"DROP TABLE {new_tables[-1]}")
    assert opened(kept.installation).returncode == 0
    assert schema_of(kept) == newest
    is_whole(kept.installation)


def tables_of(data) -> list[str]:
    """Oldest first."""
    with contextlib.closing(sqlite3.connect(data / "linebook.db")) as db:
        return [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")]


def schema_after(kept: Kept, tmp_path) -> int:
    """Of this program."""
    shutil.copytree(kept.installation.data, tmp_path / "other")
    other = Kept(Installation(tmp_path / "other"), kept.token, kept.told)
    assert opened(other.installation).returncode == 0
    return schema_of(other)


@pytest.mark.embedded
@each_embedded_release
def test_a_full_disk_leaves_the_old_schema(release, tmp_path):
    kept = laid_out(release, "embedded", tmp_path / "data")
    newest = schema_after(kept, tmp_path)
    before, contents = schema_of(kept), contents_of(kept)
    if before == newest:
        pytest.skip("this is the present schema")
    # No file grows beyond this: the log, in which the migration is written first, is larger.
    failed = opened(kept.installation, "prlimit", "--fsize=20000", "env", "--ignore-signal=XFSZ")
    assert failed.returncode == 1 and "cannot open the database" in failed.stderr, failed.stderr
    assert schema_of(kept) == before and contents_of(kept) == contents
    assert opened(kept.installation).returncode == 0
    is_whole(kept.installation)


@pytest.mark.embedded
@each_embedded_release
def test_a_power_cut_leaves_the_old_schema_or_the_new_one(release, tmp_path):
    kept = laid_out(release, "embedded", tmp_path / "data")
    newest = schema_after(kept, tmp_path)
    before = schema_of(kept)
    seen = set()
    for attempt in range(12):
        data = tmp_path / f"cut{attempt}"
        shutil.copytree(kept.installation.data, data)
        process = subprocess.Popen([BINARY, "keys", "list", "--data", str(data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.004 * attempt)
        process.kill()
        process.wait()
        cut = Kept(Installation(data), kept.token, kept.told)
        seen.add(schema_of(cut))
        assert opened(cut.installation).returncode == 0
        assert schema_of(cut) == newest
    assert seen <= {before, newest}
    is_whole(cut.installation)
