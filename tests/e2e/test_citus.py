"""PostgreSQL that is spread by Citus: how an installation gets there, and what is left of it when a worker is away."""
import os
import signal
import subprocess
import threading
import time

import pytest

from busy_writers import Account, Load
from citus_cluster import CitusCluster, missing
from installation import BINARY, Client, Installation, distribute
from postgres_server import PASSWORD, PostgresServer
from test_model import LINES, POOL, check, digits, told
from waiting import eventually

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

WRITERS = 8
PAUSE = 0.05  # seconds
FLOWS = 10  # acknowledged changes that show that an account goes on
OUTAGES = int(os.environ.get("LINEBOOK_CITUS_OUTAGES", 1))


@pytest.fixture(scope="module")
def cluster() -> CitusCluster:
    made = CitusCluster(distribute)
    yield made
    made.close()


def migrate(url: str, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, "migrate", *more, "--database", url], capture_output=True, text=True, timeout=120)


def spread_tables(cluster: CitusCluster, url: str) -> int:
    return int(cluster.sql("SELECT count(*) FROM pg_dist_partition WHERE partmethod = 'h'", url))


def test_what_is_not_ready_for_it_is_refused_and_left_as_it_is(cluster):
    alone = PostgresServer(max_connections=20, shared_buffers="16MB")
    try:
        refused = migrate(alone.new_database(), "--distribute")
        assert refused.returncode != 0 and "CREATE EXTENSION citus" in refused.stderr
    finally:
        alone.close()
    url = cluster.new_database(distributed=False)
    name = url.rpartition("/")[2]
    refused = migrate(cluster.workers[0].url(name), "--distribute")
    assert refused.returncode != 0 and "coordinator" in refused.stderr
    cluster.sql("UPDATE pg_dist_node SET shouldhaveshards = false", name)
    refused = migrate(url, "--distribute")
    assert refused.returncode != 0 and "no active worker" in refused.stderr
    assert PASSWORD not in refused.stderr
    assert spread_tables(cluster, url) == 0


def test_an_installation_moves_over_with_all_it_holds_also_when_it_is_cut_short(cluster, tmp_path):
    url = cluster.new_database(distributed=False)
    node = Installation(tmp_path / "node", url)
    server = node.serve("--pool-rest-days", 0)
    node.import_pool(*POOL[:3])
    clients = [node.client(f"account {n}") for n in range(4)]
    for client in clients:
        patient = client.new_patient()
        client.post("/api/v2/phone-numbers", {"number": "2125550142", "phone_type": "cell", "patient_id": patient}).json()
        client.post("/phone_numbers", {"provider": "byo", "phone_number": f"+164655501{clients.index(client):02d}"}).json()

    def seen(client) -> list:
        return [client.get(path).json() for path in ("/api/v2/phone-numbers", "/api/v2/patients", "/phone_numbers", "/audit")]

    before = [seen(client) for client in clients]
    running = migrate(url, "--distribute")
    assert running.returncode != 0 and "Stop all nodes first" in running.stderr
    server.stop()
    for moment in (0.2, 0.6):
        cut_short = subprocess.Popen([BINARY, "migrate", "--distribute", "--database", url], stderr=subprocess.DEVNULL)
        time.sleep(moment)
        cut_short.send_signal(signal.SIGKILL)
        cut_short.wait(30)
    for _ in range(2):
        done = migrate(url, "--distribute")
        assert done.returncode == 0, done.stderr
    assert spread_tables(cluster, url) > 20
    server = node.serve()
    for client, was in zip(clients, before):
        assert seen(Client(server.url, client.token)) == was
    node.run("audit", "verify")
    places = {cluster.worker_of(account, url).port for account in range(1, 5)}
    assert len(places) == len(cluster.workers), "accounts on both"
    held = cluster.sql("SELECT sum(result::int) FROM run_command_on_shards('people', 'SELECT count(*) FROM %s')"
                       " JOIN pg_dist_shard_placement USING (shardid) GROUP BY nodeport", url)
    assert sum(map(int, held.split())) == len(clients) and "0" not in held.split(), held
    server.stop()


def test_later_migrations_spread_the_tables_that_they_make(cluster, tmp_path):
    url = cluster.new_database()
    before = spread_tables(cluster, url)
    for undone in ("DROP TABLE saved_lists", "DROP TABLE account_minutes", "ALTER TABLE accounts DROP COLUMN rate_limit",
                   "DELETE FROM schema_migrations WHERE number >= 12"):
        cluster.sql(undone, url)
    node = Installation(tmp_path / "node", url)
    done = migrate(url)
    assert done.returncode == 0, done.stderr
    assert spread_tables(cluster, url) == before
    node.serve()
    assert node.client().get("/saved-lists").status_code in (200, 404)


def accounts_on_both_workers(cluster: CitusCluster, node: Installation) -> list[Account]:
    """Accounts get their numbers in turn: as many are made in between as it takes."""
    acme = node.client("acme")
    number = 1
    home = cluster.worker_of(1, node.database)
    while cluster.worker_of(number + 1, node.database) is home:
        number += 1
        node.run("accounts", "create", f"in between {number}")
    globex = node.client("globex")
    numbers = dict(line.split("|") for line in cluster.sql("SELECT name, id FROM accounts", node.database).splitlines())
    assert cluster.worker_of(int(numbers["acme"]), node.database) is not cluster.worker_of(int(numbers["globex"]), node.database)
    return [Account(name, client.token, [client.new_patient(last_name=f"P{n}") for n in range(6)])
            for name, client in (("acme", acme), ("globex", globex))]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_worker_dies_under_load_and_comes_back(cluster, tmp_path):
    url = cluster.new_database()
    one = Installation(tmp_path / "node1", url)
    servers = [one.serve("--pool-rest-days", 0)]
    two = one.node("node2")
    servers.append(two.serve("--pool-rest-days", 0))
    one.import_pool(*POOL)
    accounts = accounts_on_both_workers(cluster, one)
    load = Load([server.port for server in servers], accounts, 1 << 40, digits(), LINES, pause=PAUSE)
    writing = threading.Thread(target=load.run, args=(WRITERS,), daemon=True)
    writing.start()

    def acknowledged_since(moment: float, name: str) -> int:
        return sum(1 for one in list(load.attempts) if one.account == name and one.method != "GET" and one.succeeded and one.invoked > moment)

    def flows(name: str):
        since = time.monotonic()
        eventually(lambda: acknowledged_since(since, name) >= FLOWS, 60, lambda: f"{name} does not go on: {told(load.attempts[-50:])}")

    home = int(cluster.sql("SELECT id FROM accounts WHERE name = 'globex'", url))
    try:
        for _ in range(OUTAGES):
            flows("acme")
            flows("globex")
            worker = cluster.worker_of(home, url)
            worker.kill()
            struck = time.monotonic()
            flows("acme")
            eventually(lambda: any(one.status == 503 and one.account == "globex" and one.invoked > struck for one in list(load.attempts)), 60)
            assert acknowledged_since(struck + 1, "globex") == 0
            worker.start()
            flows("globex")
    finally:
        load.stop()
        writing.join(120)
    eventually(lambda: cluster.undecided(url) == 0, 60)
    assert load.unclean_reads() == []
    assert [one for one in load.attempts if one.status is not None and one.status >= 500 and one.status != 503] == []
    check(one, accounts, load.attempts)
    print(len(load.attempts), told(load.attempts))
    for server in servers:
        server.stop()
