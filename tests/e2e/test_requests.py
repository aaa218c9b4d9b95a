"""The request history: GET /requests."""
import json
import time

import pytest

from installation import Client, clock_ahead
from load import scaled
from refusals import refused


def history(client, **query) -> list[dict]:
    """Without the calls that read it."""
    return [record for record in client.walk("/requests", **query) if record["route"] != "/requests"]


def wait_for(client, count, **query) -> list[dict]:
    deadline = time.monotonic() + 10
    while len(found := history(client, **query)) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


@pytest.fixture
def called(shared_installation, account):
    """Five calls, of which four had a token."""
    account.get("/phone_numbers", headers={"X-Request-Id": "first", "User-Agent": "tester/1.0"})
    account.get("/phone_numbers/pn_unknown", headers={"X-Request-Id": "second", "User-Agent": "x" * 1000})
    account.post("/ai_agents", {"agent_name": "A"}, headers={"X-Request-Id": "third"})
    account.get("/api/v2/patients/p1", headers={"X-Request-Id": "fourth"})
    Client(account.url, None).get("/phone_numbers", headers={"X-Request-Id": "nobody's"})
    wait_for(account, 4)
    return account


@pytest.mark.alone
def test_a_request_shows_within_two_seconds(account):
    account.get("/ai_agents", headers={"X-Request-Id": "mine"})
    deadline = time.monotonic() + scaled(2, 20)
    while "mine" not in [record["id"] for record in history(account)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_a_record_tells(called):
    records = history(called)
    assert [record["id"] for record in records] == ["fourth", "third", "second", "first"]
    first = records[-1]
    assert (first["method"], first["route"], first["status"], first["user_agent"]) == ("GET", "/phone_numbers", 200, "tester/1.0")
    assert 0 <= first["duration_us"] < 60_000_000 and first["key"].startswith("key_")
    assert records[2]["user_agent"] == "x" * 256
    assert (records[2]["route"], records[2]["status"]) == ("/phone_numbers/{id}", 404), "never an id"
    assert (records[1]["method"], records[1]["route"], records[1]["status"]) == ("POST", "/ai_agents", 201)


@pytest.mark.parametrize("query, wanted", [
    ({"route": "/phone_numbers"}, ["first"]), ({"route": "/phone_numbers/{id}"}, ["second"]), ({"route": "/nowhere"}, []),
    ({"method": "POST"}, ["third"]), ({"method": "GET", "status": 404}, ["fourth", "second"]), ({"status": 201}, ["third"]),
    ({"status": 500}, []), ({"key": "key_nobody"}, []), ({"since": "2020-01-01T00:00:00Z", "status": 404}, ["fourth", "second"]),
    ({"until": "2020-01-01T00:00:00Z"}, []), ({"since": "2099-01-01T00:00:00Z"}, []),
    ({"route": "/api/v2/patients/{id}", "method": "GET", "status": 404}, ["fourth"])])
def test_filters(called, query, wanted):
    for page_size in (1, 100):
        assert [record["id"] for record in history(called, page_size=page_size, **query)] == wanted


def test_by_key(shared_installation, request):
    one, two = (shared_installation.client(account=request.node.name, name=name) for name in ("one", "two"))
    one.get("/ai_agents", headers={"X-Request-Id": "by-one"})
    two.get("/ai_agents", headers={"X-Request-Id": "by-two"})
    wait_for(one, 2)
    keys = json.loads(shared_installation.run("keys", "list", "--account", request.node.name, "--json").stdout)
    for key in keys:
        assert [record["id"] for record in history(one, key=key["id"])] == [f"by-{key['name']}"]


def test_pages(called):
    assert [record["id"] for record in history(called, page_size=1)] == ["fourth", "third", "second", "first"]
    token = called.get("/requests", params={"page_size": 1}).json()["next_page_token"]
    refused(called.get("/audit", params={"page_token": token}), 400, "invalid_page_token", "page_token")


@pytest.mark.parametrize("query, at_fault", [
    ({"status": 99}, ["status"]), ({"status": 600}, ["status"]), ({"status": "ok"}, ["status"]), ({"since": "now"}, ["since"]),
    ({"route": ""}, ["route"]), ({"route": "phone_numbers", "method": "get", "key": "a/b"}, ["route", "method", "key"]), ({"colour": "red", "page_size": 101}, ["colour", "page_size"])])
def test_bad_filters_are_named(account, query, at_fault):
    refused(account.get("/requests", params=query), 400, "invalid_parameter", *at_fault)


@pytest.mark.parametrize("later, kept", [("29d", True), ("31d", False)])
def test_30_days(installation, later, kept):
    installation.serve()
    client = installation.client()
    client.get("/ai_agents")
    wait_for(client, 1)
    installation.server.stop()
    installation.serve(env=clock_ahead(later))
    client.url = installation.server.url
    deadline = time.monotonic() + 10
    while (len(history(client)) == 1) is not kept:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(client.walk("/audit")) >= 2, "the ledger never expires"


@pytest.mark.parametrize("sent, told", [
    (b"M\xc3\xbcller/1", "Müller/1"), (b"M\xfcller/1", "M?ller/1"), ("x" * 255 + "ü", "x" * 255), ("", None)])
def test_a_user_agent_of_any_bytes(account, sent, told):
    account.get("/ai_agents", headers={"User-Agent": sent if isinstance(sent, bytes) else sent.encode()})
    assert [record["user_agent"] for record in wait_for(account, 1)] == [told]


def test_refusals_of_a_known_key_are_kept_too(shared_installation, request):
    client = shared_installation.client(account=request.node.name, scopes="audit:read")
    client.get("/ai_agents")
    client.request("GET", "/requests", params={"x": 1})
    assert [record["status"] for record in wait_for(client, 1)] == [403]
