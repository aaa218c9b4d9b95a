"""Keys on many nodes of one PostgreSQL: when they begin to work, when they stop, and who waits for the database."""
import json
import time

import requests

from installation import Client, Installation
from load import at_once
from postgres_server import PostgresServer
from test_keys import new_token, number, status
from waiting import eventually

WITHIN = 1.0  # second, from the command's end


def test_a_new_key_works_on_every_node_when_the_command_returns(nodes):
    makers = [*nodes, nodes[0].node("operator")]  # in a server, and beside all of them
    for turn in range(12):
        token = makers[turn % len(makers)].create_key(f"account {turn}")
        assert [status(node.server.url, token) for node in nodes] == [200] * len(nodes)


def test_a_revoked_key_stops_within_a_second_everywhere(nodes):
    for turn in range(4):
        account = f"account {turn}"
        token = nodes[0].create_key(account)
        everywhere = [Client(node.server.url, token) for node in nodes]
        assert {client.get("/ai_agents").status_code for client in everywhere} == {200}
        (key,) = [key for key in json.loads(nodes[0].run("keys", "list", "--json").stdout) if key["account"] == account]
        nodes[0].run("keys", "revoke", key["id"])
        ended = time.monotonic()
        assert everywhere[0].get("/ai_agents").status_code == 401, "at once where it was revoked"
        for client in everywhere:
            eventually(lambda: client.get("/ai_agents").status_code == 401, ended + WITHIN - time.monotonic())


def test_a_suspended_account_stops_and_goes_on_within_a_second_everywhere(nodes):
    token = nodes[0].create_key("acme")
    everywhere = [Client(node.server.url, token) for node in nodes]
    for command, wanted in (("suspend", 401), ("resume", 200), ("suspend", 401), ("resume", 200)):
        nodes[1].run("accounts", command, "acme")
        ended = time.monotonic()
        assert everywhere[1].get("/ai_agents").status_code == wanted
        for client in everywhere:
            eventually(lambda: client.get("/ai_agents").status_code == wanted, ended + WITHIN - time.monotonic())


def test_a_change_costs_the_other_nodes_what_changed(nodes):
    other = nodes[2]
    kept = [Client(other.server.url, nodes[0].create_key(f"kept {n}")) for n in range(5)]
    ended = Client(other.server.url, nodes[0].create_key("ended"))
    assert {client.get("/ai_agents").status_code for client in [*kept, ended]} == {200}
    before = number(other.server, "key_look_ups_total")
    for n in range(5):
        nodes[0].create_key(f"new {n}")
    nodes[0].run("accounts", "suspend", "ended")
    eventually(lambda: ended.get("/ai_agents").status_code == 401, WITHIN)
    assert {client.get("/ai_agents").status_code for client in kept} == {200}
    assert number(other.server, "key_look_ups_total") - before == 1


def test_no_io_thread_waits_for_a_frozen_database(tmp_path):
    own = PostgresServer()
    node = Installation(tmp_path / "data", own.new_database())
    try:
        server = node.serve("--threads", 1)  # one thread that waited would be seen by everybody
        known = node.client()
        assert known.get("/ai_agents").status_code == 200
        not_met = node.create_key(name="not met")
        own.freeze()
        answers = {}

        def ask(name, token):
            started = time.monotonic()
            answers[name] = (status(server.url, token), time.monotonic() - started)

        def look_around():
            for _ in range(30):
                started = time.monotonic()
                seen = [requests.get(server.url + "/healthz", timeout=5).status_code,
                        requests.get(server.url + "/ai_agents", timeout=5).status_code,
                        status(server.url, "lbk_short"), status(server.url, known.token, "/nothing/here"),
                        requests.delete(server.url + "/ai_agents", timeout=5).status_code]
                assert seen == [200, 401, 401, 404, 405]
                assert time.monotonic() - started < 8, "somebody waited"
                time.sleep(0.1)

        at_once(*[lambda n=n: ask(f"unknown {n}", new_token()) for n in range(20)],
                *[lambda n=n: ask(f"not met {n}", not_met) for n in range(3)],
                *[lambda n=n: ask(f"known {n}", known.token) for n in range(3)],
                look_around)
        assert len(answers) == 26
        for name, (seen, seconds) in answers.items():
            assert seen == 503 and seconds < 20, (name, seen, seconds)
        own.thaw()
        eventually(lambda: status(server.url, not_met) == 200, 20)
        eventually(lambda: known.get("/ai_agents").status_code == 200, 20)
        assert status(server.url, new_token()) == 401
    finally:
        own.thaw()
        node.close()
        own.close()
