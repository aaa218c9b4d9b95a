"""Many nodes on one PostgreSQL: what an operator does with them, and what they tell."""
import json
import pathlib
import re
import subprocess
import threading
import time

import pytest

from installation import BINARY, Client, Installation
from load import at_once, scaled
from postgres_server import PASSWORD, QUOTED_PASSWORD, PostgresServer
from waiting import eventually


def clients(nodes: list[Installation], account="acme") -> list[Client]:
    """One on each node, with the same key."""
    token = nodes[0].create_key(account)
    return [Client(node.server.url, token) for node in nodes]


def test_what_one_node_acknowledges_every_other_shows_at_once(nodes):
    own, *others = clients(nodes)
    patient = own.new_patient()
    for turn in range(20):
        made = own.new_number(patient, f"58529844{turn:02d}")
        for other in others:
            path = f"/api/v2/phone-numbers/{made['id']}"
            assert other.get(path).json() == made
            found = other.get("/api/v2/phone-numbers", params={"q": made["number"][3:]}).json()
            assert [item["id"] for item in found["data"]] == [made["id"]]
            assert other.get("/api/v2/phone-numbers").json()["pagination"]["total_items"] == turn + 1
        own, *others = [*others, own]


def test_a_key_that_is_revoked_stops_on_every_node(nodes):
    everywhere = clients(nodes)
    assert all(client.get("/ai_agents").status_code == 200 for client in everywhere)
    (key,) = json.loads(nodes[0].run("keys", "list", "--json").stdout)
    nodes[0].run("keys", "revoke", key["id"])
    for client in everywhere:
        eventually(lambda: client.get("/ai_agents").status_code == 401)


def test_idempotency_keys_and_page_tokens_hold_on_every_node(nodes):
    one, two, three = clients(nodes)
    body = {"first_name": "Ida", "last_name": "Once"}
    first = one.post("/api/v2/patients", body, headers={"Idempotency-Key": "k"})
    again = two.post("/api/v2/patients", body, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.content) == (201, first.content) and again.headers["Idempotent-Replayed"] == "true"
    lines = [one.new_line()["id"] for _ in range(3)]
    page = one.get("/phone_numbers?page_size=2").json()
    rest = three.get("/phone_numbers", params={"page_size": 2, "page_token": page["next_page_token"]}).json()
    assert [line["id"] for line in page["phone_numbers"] + rest["phone_numbers"]] == lines[::-1]


def test_nodes_that_start_at_once_agree_on_one_schema_and_one_key(tmp_path, database):
    key = {"LINEBOOK_MASTER_KEY": "5a" * 32}
    starting = [Installation(tmp_path / f"node{n}", database, key) for n in range(4)]
    try:
        at_once(*[node.serve for node in starting])
        seen = [node.create_key() and Client(node.server.url, node.create_key(name="b")) for node in starting]
        made = seen[0].new_patient()
        assert all(client.get(f"/api/v2/patients/{made}").status_code == 200 for client in seen)
    finally:
        for node in starting:
            node.close()


def test_a_node_with_another_master_key_refuses_to_start(nodes, tmp_path, database):
    for env, words in (({"LINEBOOK_MASTER_KEY": "5a" * 32}, "master key"), ({}, "LINEBOOK_MASTER_KEY_FILE")):
        stranger = Installation(tmp_path / f"stranger{len(env)}", database, env)
        with pytest.raises(AssertionError, match=words):
            stranger.serve()
        assert not (stranger.data / "master.key").exists()
        done = stranger.run("keys", "list", check=False)
        assert done.returncode == 1 and words in done.stderr


def test_sub_commands_work_beside_the_nodes(nodes, tmp_path):
    first = nodes[0]
    first.create_key("acme")
    through_socket = subprocess.run([BINARY, "accounts", "list", "--data", first.data], capture_output=True, text=True)
    assert "acme" in through_socket.stdout, through_socket
    alone = first.node("operator")
    assert alone.run("accounts", "list").stdout == through_socket.stdout
    table = tmp_path / "contacts.csv"
    table.write_text("number,phone_type,patient_id,first_name,last_name\n"
                     + "".join(f"585{n:07d},cell,p{n},A,B\n" for n in range(500)))
    alone.run("import", "contacts", table, "--account", "acme")
    client = clients(nodes)[1]
    assert client.get("/api/v2/phone-numbers?q=5850000499").json()["pagination"]["total_items"] == 1
    assert len(alone.run("export", "contacts", "--account", "acme").stdout.splitlines()) == 501
    assert alone.run("audit", "verify", "--books").returncode == 0
    for refused, words in ((("backup", tmp_path / "copy.db"), "pg_dump"), (("restore", tmp_path / "copy.db"), "pg_restore")):
        done = alone.run(*refused, check=False)
        assert done.returncode != 0 and words in done.stderr
    assert not (tmp_path / "copy.db").exists()


def test_a_node_directory_is_not_taken_for_an_embedded_installation(nodes):
    nodes[0].server.stop()
    done = subprocess.run([BINARY, "keys", "create", "--account", "a", "--name", "b", "--data", nodes[0].data],
                          capture_output=True, text=True)
    assert done.returncode == 1 and "--database" in done.stderr
    assert not (nodes[0].data / "linebook.db").exists()


def test_readiness_and_metrics_tell_of_the_database(nodes):
    own = clients(nodes)[0]
    own.new_patient()
    own.get("/api/v2/phone-numbers?q=585")
    ready = own.get("/readyz").json()
    assert ready["status"] == "ready" and ready["database"]["primary"] == "reachable"
    assert ready["database"]["schema_version"] >= 1 and ready["database"]["connections"]["limit"] >= 1
    metrics = nodes[0].server.metrics()
    for name in ("schema_version", "connections_in_use", "connections_opened_total", "connection_failures_total",
                 "pool_waits_total", "pool_wait_seconds_total", "round_trips_total", "retries_total", "commits_looked_up_total"):
        assert re.search(rf"^linebook_database_{name} \d", metrics, re.MULTILINE), name
    statements = dict(re.findall(r'^linebook_database_statements_total\{statement="([a-z0-9_]+)"\} (\d+)$', metrics, re.MULTILINE))
    assert statements and any(int(calls) > 0 for calls in statements.values())


def test_no_password_is_ever_shown(nodes, tmp_path, postgres, database):
    commands = [pathlib.Path(f"/proc/{node.server.process.pid}/cmdline").read_bytes().decode() for node in nodes]
    wrong = database.replace(QUOTED_PASSWORD, "wrong%2Fsecret")
    stranger = Installation(tmp_path / "stranger", wrong)
    refused = [stranger.run("keys", "list", check=False),
               stranger.run("keys", "list", "--database", wrong, check=False),
               stranger.run("migrate", check=False),
               stranger.run("serve", "--check-config", check=False),
               stranger.run("keys", "list", "--database", "postgres://u:wrong%2zsecret@h:port/db", check=False),
               stranger.run("keys", "list", "--database", "u:wrong/secret@h/db", check=False)]
    assert [done.returncode for done in refused] == [1, 1, 1, 0, 1, 2]
    for told in [*commands, *(done.stdout + done.stderr for done in refused), *("\n".join(node.server.log) for node in nodes)]:
        for secret in (PASSWORD, QUOTED_PASSWORD, "wrong/secret", "wrong%2Fsecret", "wrong%2zsecret"):
            assert secret not in told

    by_flag = Installation(tmp_path / "by-flag")
    by_flag.env = {"LINEBOOK_MASTER_KEY_FILE": str(nodes[0].data / "master.key")}
    server = by_flag.serve("--database", database)
    try:
        shown = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_bytes().decode()
        assert "--database" in shown and QUOTED_PASSWORD not in shown
    finally:
        by_flag.close()


def test_a_schema_that_is_not_known_is_refused(tmp_path, postgres, database):
    installation = Installation(tmp_path / "data", database)
    installation.run("migrate")
    installation.run("migrate")
    installation.create_key()
    postgres.sql("INSERT INTO schema_migrations (number, name) VALUES (999, 'future')", database)
    for command in (("migrate",), ("keys", "list"), ("serve", "--listen", "127.0.0.1:0")):
        done = installation.run(*command, check=False, timeout=60)
        assert done.returncode == 1 and "newer" in done.stderr, done

    foreign = postgres.new_database()
    postgres.sql("CREATE TABLE somebody_elses (n int)", foreign)
    done = Installation(tmp_path / "foreign", foreign).run("migrate", check=False)
    assert done.returncode == 1 and "database of its own" in done.stderr
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", foreign) == "1"


def test_without_its_database_a_node_is_not_ready_and_comes_back_by_itself(tmp_path):
    own = PostgresServer()
    node = Installation(tmp_path / "data", own.new_database())
    try:
        node.serve()
        client = node.client()
        patient = client.new_patient()
        own.stop()
        eventually(lambda: client.get("/readyz").status_code == 503)
        answers = [client.get(f"/api/v2/patients/{patient}"), client.post("/api/v2/patients", {"first_name": "A", "last_name": "B"})]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert client.get("/healthz").status_code == 200
        assert "linebook_store_ready 0" in node.server.metrics()
        own.start()
        eventually(lambda: client.get("/readyz").status_code == 200)
        eventually(lambda: client.get(f"/api/v2/patients/{patient}").status_code == 200)
        client.new_patient()
    finally:
        node.close()
        own.close()


@pytest.mark.long
def test_a_commit_that_no_standby_has_confirmed_is_not_acknowledged(tmp_path):
    """PostgreSQL reports a commit as done whose wait for the standby was cut short by a timeout."""
    own = PostgresServer()
    node = Installation(tmp_path / "data", own.new_database())
    try:
        node.serve()
        client = node.client()
        own.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        own.sql("SELECT pg_reload_conf()")
        body, key = {"first_name": "A", "last_name": "Unconfirmed"}, {"Idempotency-Key": "k"}
        assert client.post("/api/v2/patients", body, headers=key, timeout=60).status_code == 503
        own.sql("ALTER SYSTEM RESET synchronous_standby_names")
        own.sql("SELECT pg_reload_conf()")
        eventually(lambda: client.post("/api/v2/patients", body, headers=key).status_code == 201, 30)
        assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == 1
    finally:
        node.close()
        own.close()


def test_a_slow_statement_is_a_warning(tmp_path):
    own = PostgresServer()
    node = Installation(tmp_path / "data", own.new_database())
    try:
        server = node.serve()
        client = node.client()
        path = f"/api/v2/patients/{client.new_patient()}"
        slow = lambda: [line for line in server.log_lines() if line["event"] == "slow_statement"]
        for _ in range(10):  # on a busy machine the database may be back before it is asked
            own.freeze()
            thaw = threading.Timer(0.4, own.thaw)
            thaw.start()
            assert client.get(path).status_code == 200
            thaw.join()
            if slow():
                break
        eventually(slow)
        assert {line["level"] for line in slow()} == {"warn"}
    finally:
        own.thaw()
        node.close()
        own.close()


def test_sealing_goes_on_whichever_node_dies(nodes):
    one, two, _ = clients(nodes)
    one.new_patient()
    nodes[0].server.kill()
    two.new_patient()
    eventually(lambda: "not sealed" not in nodes[1].run("audit", "verify").stdout, 15)


def test_decisions_of_one_account_on_every_node(nodes):
    """Their sequence has no gap, whoever takes them: verifying counts it."""
    every = clients(nodes)
    phone = every[0].new_number(every[0].new_patient(), "5852984455")["id"]
    one = {"phone_id": phone, "channel": "call", "purpose": "verification"}

    def take(client: Client) -> list[dict]:
        taken = []
        for turn in range(scaled(40, 10)):
            single = client.post("/decisions", one)
            assert single.status_code == 200, single.text
            taken.append(single.json())
            if turn % 10 == 0:
                batch = client.post("/decisions/batch", {"decisions": [one] * 30})
                assert batch.status_code == 200, batch.text
                taken += batch.json()["decisions"]
        return taken

    askers = [Client(client.url, client.token) for client in every for _ in range(3)]
    taken = {decision["id"]: decision for decisions in at_once(*[lambda c=c: take(c) for c in askers]) for decision in decisions}
    assert len(taken) == len(askers) * (scaled(40, 10) + 30 * (scaled(40, 10) // 10))
    for client in every:
        assert {decision["id"]: decision for decision in client.walk("/decisions", page_size=100)} == taken

    def verdict() -> dict:
        lines = nodes[1].run("audit", "verify", "--account", "acme", "--json").stdout.splitlines()
        (found,) = [told for line in lines if (told := json.loads(line))["book"] == "decisions"]
        return found

    eventually(lambda: verdict()["unsealed"] == 0, 15)
    assert verdict()["sound"] and verdict()["entries"] == len(taken)
    numbers = nodes[0].run("export", "decisions", "--account", "acme", "--format", "ndjson").stdout.splitlines()
    assert sorted(taken) == sorted(json.loads(line)["id"] for line in numbers)


def test_hours_that_are_loaded_beside_one_node_hold_on_every_node(nodes, tmp_path):
    every = clients(nodes)
    file = tmp_path / "hours.csv"
    for n, node in enumerate(nodes):
        file.write_text(f"state,mon_fri,sat,sun,holidays\nTX,0{n + 7}:00-20:00,none,none,none\n")
        node.run("import", "calling-hours", file, "--source", f"by node {n}", "--as-of", "2026-11-01")
        assert {client.get("/policy").json()["state_hours"]["source"] for client in every} == {f"by node {n}"}


def test_nodes_log_no_errors_amid_ordinary_work(nodes):
    every = clients(nodes)
    patient = every[0].new_patient()
    at_once(*[lambda n=n: [every[n].new_number(patient, f"58529{n}{turn:04d}") for turn in range(50)] for n in range(3)])
    time.sleep(3)  # housekeeping: sealing, on every node
    for node in nodes:
        assert node.server.complaints() == []
