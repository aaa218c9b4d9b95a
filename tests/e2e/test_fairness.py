"""One account's flood is its own trouble: limits of a whole account, on every node together, and turns where many wait."""
import concurrent.futures
import itertools
import threading
import time

import pytest
import requests

from installation import Client, Installation
from load import scaled
from refusals import refused
from waiting import eventually

LIMIT = 200


@pytest.fixture
def begun_minute():
    """Time enough in this minute for what it counts."""
    if time.time() % 60 > 25:
        time.sleep(60.5 - time.time() % 60)


def limit(installation: Installation, account: str, requests_a_minute: int) -> str:
    return installation.run("accounts", "limit", account, str(requests_a_minute)).stderr


def test_all_keys_of_an_account_share_its_minute(shared_installation, begun_minute):
    name = "limited as a whole"
    first, second = (shared_installation.client(account=name) for _ in range(2))
    small = shared_installation.client(account=name, rate_limit=2)
    other = shared_installation.client(account="beside the limited")
    assert "X-RateLimit-Limit" not in first.get("/ai_agents").headers
    assert "may make 6 requests a minute in all" in limit(shared_installation, name, 6)
    eventually(lambda: first.get("/ai_agents").headers.get("X-RateLimit-Limit") == "6")
    answers = [next(clients).get("/ai_agents") for clients in [itertools.cycle([first, second])] for _ in range(12)]
    assert [answer.status_code for answer in answers][-6:] == [429] * 6
    told = answers[-1]
    refused(told, 429, "too_many_requests")
    assert "this account's 6 requests a minute are used up" in told.json()["error"]["message"]
    assert told.headers["X-RateLimit-Remaining"] == "0" and 1 <= int(told.headers["Retry-After"]) <= 60
    refused(small.get("/ai_agents"), 429, "too_many_requests")
    assert other.get("/ai_agents").status_code == 200
    assert first.get("/routes/5551234567").status_code == 404, "calls are not counted"
    assert "has no limit of its own" in limit(shared_installation, name, 0)
    eventually(lambda: first.get("/ai_agents").status_code == 200)


def test_the_tighter_limit_is_told(shared_installation, begun_minute):
    client = shared_installation.client(account="both limits", rate_limit=5)
    limit(shared_installation, "both limits", 100)
    eventually(lambda: client.get("/ai_agents").headers["X-RateLimit-Limit"] == "5")


def test_a_limit_is_named_by_the_operator_alone_and_kept_in_the_ledger(installation, client):
    assert installation.run("accounts", "limit", "nobody", "5", check=False).returncode == 1
    for wrong in ("-1", "1000001", "many"):
        assert installation.run("accounts", "limit", "acme", wrong, check=False).returncode == 2
    limit(installation, "acme", 5000)
    changes = [entry["changes"] for entry in client.get("/audit", params={"entity": "account"}).json()["entries"]]
    assert {"rate_limit": {"was": None, "is": 5000}} in changes


def test_several_nodes_share_an_accounts_minute(tmp_path, database, begun_minute):
    """Within a twentieth, however its requests are spread."""
    first = Installation(tmp_path / "node1", database)
    nodes = [first, first.node("node2")]
    try:
        for node in nodes:
            node.serve()
        token = first.create_key("acme")
        limit(first, "acme", LIMIT)

        def ask(node: Installation):
            return requests.get(node.server.url + "/ai_agents", headers={"Authorization": f"Bearer {token}"}, timeout=60)

        eventually(lambda: all(ask(node).headers.get("X-RateLimit-Limit") == str(LIMIT) for node in nodes))
        time.sleep(60.5 - time.time() % 60)  # what was asked until now is of the last minute
        # The second node has a third of them.
        asked = [nodes[at % 3 == 0] for at in range(LIMIT * 2)]
        began = time.time() // 60
        with concurrent.futures.ThreadPoolExecutor(4) as at_once:
            granted = sum(at_once.map(lambda node: ask(node).status_code == 200, asked))
        if time.time() // 60 == began:
            assert LIMIT * 95 // 100 <= granted <= LIMIT
    finally:
        for node in reversed(nodes):
            node.close()


def test_a_flood_of_searches_lets_others_have_their_turns(installation, tmp_path):
    """By how many of the flood's are answered meanwhile, which does not depend on how quick the machine is."""
    people, connections, own = scaled(20_000, 4_000), 32, 12
    rows = (f"{2125550000 + at},cell,p{at // 5},Jo,Name{at:06}" for at in range(people))
    (tmp_path / "book.csv").write_text("number,phone_type,patient_id,first_name,last_name\n" + "\n".join(rows))
    installation.serve()
    flood, victim = installation.client(account="flood"), installation.client(account="victim")
    installation.run("import", "contacts", tmp_path / "book.csv", "--account", "flood", timeout=300)
    victim.new_number(victim.new_patient(), "2125550142")
    answered, over = itertools.count(), threading.Event()

    def search(client: Client):
        with client.session.get(client.url + "/api/v2/phone-numbers", params={"sort": "name", "offset": people // 2, "limit": 100}) as answer:
            return answer.status_code

    def keep_searching():
        mine = Client(flood.url, flood.token)
        while not over.is_set():
            assert search(mine) in (200, 503)
            next(answered)

    with concurrent.futures.ThreadPoolExecutor(connections) as at_once:
        flooding = [at_once.submit(keep_searching) for _ in range(connections)]
        try:
            eventually(lambda: "linebook_store_read_queue_depth 0" not in installation.server.metrics(), 60)
            before = next(answered)
            assert [search(victim) for _ in range(own)] == [200] * own
            meanwhile = next(answered) - before
        finally:
            over.set()
        for one in flooding:
            one.result()
    assert meanwhile < own * connections / 2, f"{meanwhile} of the flood's were answered while {own} of another account's were"
