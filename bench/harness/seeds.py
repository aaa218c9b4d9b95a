"""Installations with a book of so many numbers: made once for each build of the server, and copied to be measured."""
import dataclasses
import hashlib
import json
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
class Seed:
    """A data directory of Linebook's, the same book as the peers keep it, and what the load generator sends."""
    directory: pathlib.Path
    numbers: int
    import_seconds: float

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
    made_of = hashlib.sha256(paths.LINEBOOK.read_bytes()).hexdigest()
    note = directory / "seed.json"
    if note.exists() and not anew:
        known = json.loads(note.read_text())
        if known["made_of"] == made_of:
            found = Seed(directory, numbers, known["import_seconds"])
            if peers:
                _make_peer_database(found)
            return found
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    made = _import(directory, numbers)
    _write_targets(made)
    if peers:
        _make_peer_database(made)
    note.write_text(json.dumps({"made_of": made_of, "import_seconds": made.import_seconds}))
    return made


def _linebook(*arguments: str | pathlib.Path) -> str:
    return subprocess.run([paths.LINEBOOK, *arguments], check=True, capture_output=True, text=True).stdout


def _import(directory: pathlib.Path, numbers: int) -> Seed:
    data = directory / "linebook"
    tokens = [_linebook("keys", "create", "--account", ACCOUNT, "--name", f"bench {i}", "--rate-limit", str(RATE_LIMIT),
                        "--data", data).splitlines()[-1] for i in range(KEYS)]
    (directory / "tokens").write_text("\n".join(tokens) + "\n")
    table = directory / "book.csv"
    book.write_csv(table, numbers)
    started = time.monotonic()
    _linebook("import", "contacts", table, "--account", ACCOUNT, "--results", directory / "import.results.csv",
              "--data", data)
    took = time.monotonic() - started
    table.unlink()
    (directory / "import.results.csv").unlink()
    return Seed(directory, numbers, took)


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
        db.execute("INSERT INTO main.api_keys VALUES (?, ?, ?, 'contacts:read,contacts:write', ?)",
                   (f"key_{i}", account, hashlib.sha256(token.encode()).hexdigest(), RATE_LIMIT))
    db.commit()
    db.close()
    unfinished.rename(made.peer)
