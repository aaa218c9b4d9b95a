"""PostgreSQL with default durability, and what is measured on it: Linebook, a service as one would write it, and pgbench
as the floor. The server is the tests' own (tests/e2e/postgres_server.py), kept for the whole run."""
import atexit
import contextlib
import functools
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator

from postgres_server import PostgresServer, programs

from . import paths
from .seeds import ACCOUNT, Seed
from .servers import FastApi, Linebook, Running

# As pg_tune would have it for a machine of this size; durability stays at its defaults.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB"}


@functools.cache
def server() -> PostgresServer:
    made = PostgresServer(**SETTINGS)
    atexit.register(made.close)
    return made


@functools.cache
def book(seed: Seed) -> str:
    """The URL of a database with the seed's book in it, from which others are made."""
    url = server().new_database()
    site = paths.SITES / "postgres-seed"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(seed.linebook, site)
    try:
        subprocess.run([paths.LINEBOOK, "copy", "--from", site, "--to", url], check=True, capture_output=True)
    finally:
        shutil.rmtree(site)
    return url


@contextlib.contextmanager
def copy_of_book(seed: Seed) -> Iterator[str]:
    """The URL of a database with the book, which may be written."""
    template = book(seed).rpartition("/")[2]
    copy = f"{template}_measured"
    server().sql(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
    server().sql(f"CREATE DATABASE {copy} TEMPLATE {template} OWNER linebook")
    url = server().url(copy)
    server().sql("VACUUM ANALYZE", copy)
    server().sql("CHECKPOINT")
    try:
        yield url
    finally:
        server().sql(f"DROP DATABASE {copy} WITH (FORCE)")


class OnPostgres:
    """A server whose book is in a database of its own."""
    database = ""

    @contextlib.contextmanager
    def running(self, seed: Seed):
        with copy_of_book(seed) as self.database, super().running(seed) as running:
            yield running


class LinebookOnPostgres(OnPostgres, Linebook):
    def __init__(self):
        super().__init__()
        self.name = "Linebook"

    def prepare(self, seed, site):
        (site / "data").mkdir(mode=0o700)
        shutil.copy(seed.linebook / "master.key", site / "data")

    def environment(self, _site):
        return {"LINEBOOK_DATABASE": self.database}


class Node(Linebook):
    """One of several on one database."""

    def __init__(self, database: str, place: int):
        super().__init__()
        self.database, self.name = database, f"Linebook node {place}"

    prepare = LinebookOnPostgres.prepare
    environment = LinebookOnPostgres.environment


@contextlib.contextmanager
def two_nodes(seed: Seed) -> Iterator[tuple[Running, Running]]:
    with copy_of_book(seed) as url, Node(url, 1).running(seed) as one, Node(url, 2).running(seed) as other:
        yield one, other


class FastApiOnPostgres(OnPostgres, FastApi):
    """Its keys are hashed another way; all else are the same tables."""

    def prepare(self, seed, site):
        hashes = [hashlib.sha256(token.encode()).hexdigest() for token in seed.tokens.read_text().split()]
        server().sql("DROP TABLE api_keys; CREATE TABLE api_keys (id text PRIMARY KEY, account_id bigint, token_hash text UNIQUE,"
                     " scopes text, rate_limit bigint); GRANT SELECT ON api_keys TO linebook; INSERT INTO api_keys "
                     f"SELECT 'key_' || n, (SELECT id FROM accounts WHERE name = '{ACCOUNT}'), h, 'contacts:read,contacts:write', 1000000"
                     f" FROM unnest(ARRAY{hashes}) WITH ORDINALITY AS t (h, n)", self.database)

    def environment(self, _site):
        return {"BENCH_DATABASE": self.database.replace("postgres://", "postgresql+psycopg://", 1)}


# The statements of one GET, and of one POST, as plainly as a service would send them: each a transaction.
SELECT = r"""
\set n random(1, :numbers)
SELECT c.id, c.number, c.phone_type, c.is_primary, c.verified, c.do_not_call, c.person_type, c.person_id, c.created_at,
       c.updated_at, p.first_name, p.last_name
  FROM contact_numbers c JOIN people p ON p.account_id = c.account_id AND p.person_type = c.person_type AND p.id = c.person_id
 WHERE c.account_id = :account AND c.id = 'phn_' || lpad((:n)::text, 26, '0');
"""
# (pgbench takes a colon before a letter for a variable, in texts too.)
INSERT = r"""
\set person random(0, :people - 1)
\set number random(2000000000, 9999999999)
\set id random(1, 1000000000000)
BEGIN;
SELECT first_name, last_name FROM people WHERE account_id = :account AND person_type = 'patient'
   AND id = 'pat_' || lpad((:person)::text, 7, '0');
SELECT id FROM contact_numbers WHERE account_id = :account AND person_type = 'patient'
   AND person_id = 'pat_' || lpad((:person)::text, 7, '0') AND number = (:number)::text;
INSERT INTO contact_numbers (account_id, id, person_type, person_id, number, phone_type, is_primary, verified, do_not_call,
                             created_at, updated_at)
VALUES (:account, 'phn_x' || lpad((:id)::text, 25, '0'), 'patient', 'pat_' || lpad((:person)::text, 7, '0'), (:number)::text, 'cell',
        false, false, false, 1, 1);
WITH head AS (UPDATE ledger_heads SET last_sequence = last_sequence + 1, contact_numbers = contact_numbers + 1
               WHERE account_id = :account RETURNING last_sequence)
INSERT INTO ledger (account_id, sequence, at, actor, request_id, entity, entity_id, action, changes)
SELECT (:account)::bigint, last_sequence, 1, 'key_01JD0000000000000000000000', 'req_01JD0000000000000000000000', 'contact_number',
       'phn_x' || lpad((:id)::text, 25, '0'), 'created',
       '{"patient_id":{"is":"pat_0000000"},"number":{"is":"2125550100"},"phone_type":{"is":"cell"},"primary":{"is": false}}' FROM head;
COMMIT;
"""


def pgbench(seed: Seed, script: str, connections: int, seconds: float) -> dict[str, float]:
    """Transactions a second, prepared statements, on a copy of the book whose numbers have ids that can be computed."""
    with copy_of_book(seed) as url:
        name = url.rpartition("/")[2]
        server().sql("UPDATE contact_numbers c SET id = 'phn_' || lpad(n::text, 26, '0')"
                     " FROM (SELECT id, row_number() OVER () n FROM contact_numbers) r WHERE r.id = c.id", name)
        server().sql("VACUUM FULL ANALYZE contact_numbers", name)
        account = server().sql(f"SELECT id FROM accounts WHERE name = '{ACCOUNT}'", name)
        file = paths.BUILD / "pgbench.sql"
        file.write_text(script)
        done = subprocess.run(
            [programs() / "pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T", str(max(1, round(seconds))),
             "-D", f"account={account}", "-D", f"numbers={seed.numbers}", "-D", f"people={seed.people}", "-f", file, name],
            capture_output=True, text=True, env={**os.environ, **server().environment()}, cwd="/")
    if done.returncode != 0:
        raise RuntimeError(f"pgbench: {done.stderr.strip().splitlines()[0]}")
    return {"per_second": float(re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)[1]),
            "mean_ms": float(re.search(r"^latency average = ([\d.]+)", done.stdout, re.MULTILINE)[1])}
