"""Installations with a book of so many numbers: made once for each build of the server, and copied to be measured."""
import dataclasses
import hashlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import time

from . import book, paths

ACCOUNT = "bench"
# A key may do a million requests a minute; several share what is measured, so that no limit is ever met.
KEYS, RATE_LIMIT = 8, 1_000_000
SAMPLED_TARGETS = 20_000


@dataclasses.dataclass(frozen=True)
class ImportCost:
    """What `linebook import contacts` took."""
    seconds: float
    cpu_seconds: float
    written_bytes: int


@dataclasses.dataclass(frozen=True)
class Seed:
    """A data directory of Linebook's, the same book as the peers keep it, and what the load generator sends."""
    directory: pathlib.Path
    numbers: int
    cost: ImportCost

    @property
    def linebook(self) -> pathlib.Path:
        return self.directory / "linebook"

    @property
    def peer(self) -> pathlib.Path:
        return self.directory / "peer.db"

    @property
    def tokens(self) -> pathlib.Path:
        return self.directory / "tokens"

    @property
    def targets(self) -> pathlib.Path:
        """GET and PATCH of contact numbers, picked at random."""
        return self.directory / "targets"

    @property
    def people(self) -> int:
        return book.people(self.numbers)

    @property
    def disk_bytes(self) -> int:
        return (self.linebook / "linebook.db").stat().st_size


def seed(numbers: int, peers: bool, anew: bool = False) -> Seed:
    """The seed with so many numbers; made where there is none of this build's, or `anew`."""
    directory = paths.BOOKS / str(numbers)
    made_of = _fingerprint()
    note = directory / "seed.json"
    if note.exists() and not anew:
        known = json.loads(note.read_text())
        if known["made_of"] == made_of:
            found = Seed(directory, numbers, ImportCost(**known["cost"]))
            if peers:
                _make_peer_database(found)
            return found
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    made = _import(directory, numbers)
    _write_targets(made)
    if peers:
        _make_peer_database(made)
    note.write_text(json.dumps({"made_of": made_of, "cost": dataclasses.asdict(made.cost)}))
    return made


def _fingerprint() -> str:
    """Of all that decides what a seed is like."""
    sources = (paths.LINEBOOK, pathlib.Path(__file__), pathlib.Path(book.__file__), paths.PEERS / "schema.sql")
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def linebook(*arguments: str | pathlib.Path) -> str:
    return subprocess.run([paths.LINEBOOK, *arguments], check=True, capture_output=True, text=True).stdout


def _import(directory: pathlib.Path, numbers: int) -> Seed:
    data = directory / "linebook"
    tokens = [linebook("keys", "create", "--account", ACCOUNT, "--name", f"bench {i}", "--rate-limit", str(RATE_LIMIT),
                        "--data", data).splitlines()[-1] for i in range(KEYS)]
    (directory / "tokens").write_text("\n".join(tokens) + "\n")
    table = directory / "book.csv"
    book.write_csv(table, numbers)
    log, results = directory / "import.log", directory / "import.results.csv"
    started = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen([paths.LINEBOOK, "import", "contacts", table, "--account", ACCOUNT, "--results",
                                    results, "--data", data], stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    took = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"the import failed:\n{log.read_text()}")
    for file in (table, results, log):
        file.unlink()
    return Seed(directory, numbers, ImportCost(took, used.ru_utime + used.ru_stime, used.ru_oublock * 512))


def _write_targets(made: Seed) -> None:
    with sqlite3.connect(f"file:{made.linebook}/linebook.db?mode=ro", uri=True) as db:
        ids = [row[0] for row in db.execute("SELECT id FROM contact_numbers ORDER BY id")]
    sample = random.Random(1).sample(ids, min(SAMPLED_TARGETS, len(ids)))
    made.targets.write_text("".join(f"/api/v2/phone-numbers/{id}\n" for id in sample))


def _make_peer_database(made: Seed) -> None:
    if made.peer.exists():
        return
    unfinished = made.peer.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    db = sqlite3.connect(unfinished)
    db.executescript((paths.PEERS / "schema.sql").read_text())
    db.execute("ATTACH ? AS source", (str(made.linebook / "linebook.db"),))
    for table in ("people", "contact_numbers", "ledger"):
        columns = ", ".join(column[1] for column in db.execute(f"PRAGMA main.table_info({table})"))
        db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}")
    (account,) = db.execute("SELECT DISTINCT account_id FROM main.people").fetchone()
    for i, token in enumerate(made.tokens.read_text().split()):
        add_peer_key(db, f"key_{i}", account, token)
    db.commit()
    db.close()
    unfinished.rename(made.peer)


def add_peer_key(db: sqlite3.Connection, key: str, account: int, token: str) -> None:
    db.execute("INSERT INTO main.api_keys VALUES (?, ?, ?, 'contacts:read,contacts:write,events:read,admin', ?)",
               (key, account, hashlib.sha256(token.encode()).hexdigest(), RATE_LIMIT))
