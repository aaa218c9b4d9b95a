"""Three nodes on one PostgreSQL: whatever they are asked at once, and whatever happens to their database, the answers
and the ledger fit the model."""
import os
import signal
import threading
import time

import pytest

from busy_writers import Load
from installation import Client, Installation
from load import scaled
from postgres_server import PostgresServer, Session
from raw_http import Caller
from test_model import LINES, POOL, WRITERS, check, digits, ledger, new_accounts, told

OPERATIONS = int(os.environ.get("LINEBOOK_MODEL_OPERATIONS", scaled(100_000, 3_000)))
OUTAGES = scaled(3, 1)
PAUSE = 0.01  # seconds: room for PostgreSQL's recovery on a small machine


def load_on(nodes: list[Installation], operations: int, seed: int, pause: float = 0) -> Load:
    nodes[0].import_pool(*POOL)
    accounts = new_accounts(nodes[0], patients=16)
    return Load([node.server.port for node in nodes], accounts, operations, digits(), LINES, seed, pause)


@pytest.mark.timeout(1200)
def test_writers_on_three_nodes(nodes):
    load = load_on(nodes, OPERATIONS, 1)
    load.run(WRITERS)
    history = check(nodes[0], load.accounts, load.attempts)
    print(len(load.attempts), told(load.attempts))
    unanswered = [attempt for attempt in load.attempts if attempt.status is None or attempt.status >= 500]
    assert unanswered == []
    assert sum(len(account.executed) for account in history.accounts.values()) > len(load.attempts) / 20


class Follower(threading.Thread):
    """Follows a ledger as a client does: the newest page, and back to what it has seen."""

    def __init__(self, port: int, token: str):
        super().__init__(daemon=True)
        self.caller = Caller(port, token)
        self.seen: list[dict] = []
        self.going = True
        self.failure: BaseException | None = None

    def run(self):
        try:
            while self.going:
                self.catch_up()
            self.catch_up()
        except BaseException as failure:
            self.failure = failure

    def catch_up(self):
        last = self.seen[-1]["sequence"] if self.seen else 0
        new: list[dict] = []
        token = ""
        while not new or new[-1]["sequence"] > last + 1:
            page = self.caller.call("GET", f"/audit?page_size=100{token}").json()
            for entry in page["entries"]:
                assert not new or entry["sequence"] == new[-1]["sequence"] - 1, "a gap, or out of order"
                if entry["sequence"] <= last:
                    break
                new.append(entry)
            if not new or page["next_page_token"] is None:
                break
            token = f"&page_token={page['next_page_token']}"
        assert not new or new[-1]["sequence"] == last + 1, "an entry appeared behind one that had been read"
        self.seen += reversed(new)


def hold_the_ledger(postgres: PostgresServer, database: str, for_seconds: float):
    """A committer that is slow: it holds the account's place in the order, as one does amid its commit."""
    with Session(postgres, database) as session:
        session.run("BEGIN")
        session.run("SELECT * FROM ledger_heads WHERE account_id = (SELECT id FROM accounts WHERE name = 'acme') FOR UPDATE")
        time.sleep(for_seconds)
        session.run("ROLLBACK")


def freeze_a_committer(postgres: PostgresServer, database: str, for_seconds: float):
    """One node's connection stands still at the server, wherever it is in its transaction."""
    name = database.rpartition("/")[2]
    pids = postgres.sql("SELECT pid FROM pg_stat_activity WHERE datname = '" + name + "' AND backend_type = 'client backend'"
                        " AND state <> 'idle' AND query !~* '^ *select' AND pid <> pg_backend_pid() LIMIT 1")
    if pids:
        os.kill(int(pids), signal.SIGSTOP)
        time.sleep(for_seconds)
        os.kill(int(pids), signal.SIGCONT)


@pytest.mark.timeout(600)
def test_a_reader_that_follows_the_ledger_misses_nothing(nodes, postgres, database):
    load = load_on(nodes, 1 << 40, 2, PAUSE)
    followers = [Follower(node.server.port, load.accounts[0].token) for node in nodes]
    writing = threading.Thread(target=load.run, args=(16,))
    writing.start()
    for follower in followers:
        follower.start()
    try:
        for _ in range(scaled(4, 2)):
            time.sleep(0.5)
            hold_the_ledger(postgres, database, 1)
            for _ in range(5):
                freeze_a_committer(postgres, database, 0.3)
    finally:
        load.stop()
        writing.join(120)
        for follower in followers:
            follower.going = False
            follower.join(60)
    assert [follower.failure for follower in followers] == [None] * len(nodes)
    entries = ledger(nodes[0])["acme"]
    assert len(entries) > 100
    for follower in followers:
        assert [entry["id"] for entry in follower.seen] == [entry["id"] for entry in entries]
        assert [(entry["request_id"], entry["entity_id"]) for entry in follower.seen] == \
               [(entry["request_id"], entry["entity_id"]) for entry in entries]
    check(nodes[0], load.accounts, load.attempts)


@pytest.mark.timeout(600)
def test_a_database_that_dies_or_freezes_loses_and_doubles_nothing(tmp_path):
    """script/failover does this to a replicated PostgreSQL."""
    own = PostgresServer()
    first = Installation(tmp_path / "node1", own.new_database())
    nodes = [first, first.node("node2")]
    try:
        for node in nodes:
            node.serve("--pool-rest-days", 0)
        load = load_on(nodes, 1 << 40, 3, PAUSE)
        writing = threading.Thread(target=load.run, args=(16,))
        writing.start()
        try:
            for _ in range(OUTAGES):
                interrupt(load, own.kill, own.start, 0.3)
                interrupt(load, own.freeze, own.thaw, 8)
        finally:
            load.stop()
            writing.join(120)
        check(first, load.accounts, load.attempts)
        assert load.unclean_reads() == []
        Client(nodes[1].server.url, load.accounts[0].token).new_patient()
    finally:
        for node in nodes:
            node.close()
        own.close()


def interrupt(load: Load, strike, mend, for_seconds: float):
    """Takes the database away, and waits until writes flow again."""
    time.sleep(1.5)
    strike()
    time.sleep(for_seconds)
    mend()
    mended = time.monotonic()
    while load.acknowledged()[-1] < mended:
        assert time.monotonic() < mended + 30, "no write flows again"
        time.sleep(0.1)
