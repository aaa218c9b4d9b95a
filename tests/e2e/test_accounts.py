"""Accounts are fully apart: another account's ids answer exactly as unknown ones do."""
import itertools
import time

import pytest

from refusals import refused

_accounts = itertools.count()


@pytest.fixture(scope="module")
def rich(module_account):
    """An account with one of everything, and its ids by the kind of thing."""
    client = module_account
    client.put("/api/v2/patients/pat_rich", {"first_name": "John", "last_name": "Doe"})
    client.put("/api/v2/doctors/doc_rich", {"first_name": "Ada", "last_name": "Roe"})
    client.new_agent("agent_rich")
    line = client.new_line(ai_agent_id="agent_rich")
    gone = client.new_line()
    client.delete(f"/phone_numbers/{gone['id']}")
    number = client.new_number("pat_rich", "5852984455", primary=True)
    return client, {"line": line["id"], "deleted line": gone["id"], "number": number["id"], "patient": "pat_rich",
                    "doctor": "doc_rich", "agent": "agent_rich", "called": line["phone_number"]}


@pytest.fixture
def stranger(shared_installation):
    return shared_installation.client(account=f"stranger {next(_accounts)}")


ROUTES = [  # method, path, kind of id, body
    ("GET", "/phone_numbers/{}", "line", None), ("PATCH", "/phone_numbers/{}", "line", {"name": "mine"}),
    ("DELETE", "/phone_numbers/{}", "line", None), ("GET", "/phone_numbers/{}/history", "line", None),
    ("GET", "/phone_numbers/{}/history", "deleted line", None),
    ("GET", "/ai_agents/{}", "agent", None), ("DELETE", "/ai_agents/{}", "agent", None),
    ("DELETE", "/ai_agents/{}?force=true", "agent", None), ("GET", "/ai_agents/{}/history", "agent", None),
    ("PUT", "/ai_agents/{}", "agent", {"agent_name": ""}),
    ("GET", "/routes/{}", "called", None), ("GET", "/routes/{}?from=5852984455", "called", None),
    ("GET", "/api/v2/phone-numbers/{}", "number", None), ("PATCH", "/api/v2/phone-numbers/{}", "number", {"primary": False}),
    ("PATCH", "/api/v2/phone-numbers/{}", "number", {"colour": "red"}),
    ("DELETE", "/api/v2/phone-numbers/{}", "number", None), ("GET", "/api/v2/phone-numbers/{}/history", "number", None),
    *((method, f"/api/v2/{collection}/{{}}{rest}", kind, body)
      for collection, kind in (("patients", "patient"), ("doctors", "doctor"))
      for method, rest, body in (("GET", "", None), ("PATCH", "", {"first_name": "x"}), ("GET", "/history", None),
                                 ("PUT", "", {"first_name": "", "last_name": ""})))]


@pytest.mark.parametrize("method, path, kind, body", ROUTES)
def test_anothers_id_answers_byte_for_byte_as_an_unknown_one(rich, stranger, method, path, kind, body):
    known = rich[1][kind]
    unknown = known[:-1] + ("0" if known[-1] != "0" else "1")
    headers = {"X-Request-Id": "same-for-both", "If-Match": '"0"'} if method != "GET" else {"X-Request-Id": "same-for-both"}
    if method == "PUT":
        headers.pop("If-Match")
    answers = [stranger.request(method, path.format(id), json=body, headers=headers) for id in (known, unknown)]
    assert answers[0].status_code == (422 if method == "PUT" else 404)
    told = [(a.status_code, {**a.headers, "Date": ""}, a.content.replace(id.encode(), b"ID"))
            for a, id in zip(answers, (known, unknown))]
    assert told[0] == told[1]


@pytest.mark.parametrize("collection, body", [
    ("/phone_numbers", {"provider": "byo", "phone_number": "+12125550198", "ai_agent_id": "agent_rich"}),
    ("/phone_numbers", {"provider": "pia", "outbound_ai_agent_id": "agent_rich"}),
    ("/api/v2/phone-numbers", {"number": "5551234567", "phone_type": "cell", "patient_id": "pat_rich"}),
    ("/api/v2/phone-numbers", {"number": "5551234567", "phone_type": "cell", "doctor_id": "doc_rich"})])
def test_anothers_id_in_a_body_is_unknown(rich, stranger, collection, body):
    error = refused(stranger.post(collection, body), 422, "validation_error")
    unknown = {name: value.replace("_rich", "_nobody") for name, value in body.items()}
    assert {**refused(stranger.post(collection, unknown), 422, "validation_error"), "request_id": ""} == {**error, "request_id": ""}


def test_nothing_of_anothers_is_ever_listed(rich, stranger):
    owner, ids = rich
    for path in ("/phone_numbers", "/ai_agents"):
        assert stranger.walk(path) == []
        assert len(owner.walk(path)) == 1
    for path in ("/api/v2/phone-numbers", "/api/v2/phone-numbers?q=5852984455", "/api/v2/phone-numbers?patient_id=pat_rich",
                 "/api/v2/patients", "/api/v2/patients?q=doe", "/api/v2/patients?q=585", "/api/v2/doctors", "/api/v2/doctors?q=roe"):
        listed = stranger.get(path).json()
        assert (listed["data"], listed["pagination"]["total_items"]) == ([], 0), path
    report = stranger.get("/api/v2/phone-numbers/quality").json()
    assert report["total_numbers"] == 0 and report["never_verified"]["count"] == 0
    assert stranger.get("/phone_numbers", params={"ai_agent_id": "agent_rich"}).json()["phone_numbers"] == []
    assert stranger.get("/phone_numbers", params={"phone_number": ids["called"]}).json()["phone_numbers"] == []
    told = {entry["entity_id"] for entry in stranger.walk("/audit")}
    assert told.isdisjoint(ids.values())
    assert stranger.walk("/audit", entity_id=ids["line"]) == []
    events = stranger.get("/events?after=0&limit=1000").json()["events"]
    assert events and {event["data"]["id"] for event in events}.isdisjoint(ids.values())
    assert stranger.get("/events", params={"after": 0, "limit": 1000, "entity_id": ids["line"]}).json()["events"] == []


def test_nothing_of_anothers_is_in_the_request_history(rich, stranger):
    owner, _ = rich
    owner.get("/ai_agents", headers={"X-Request-Id": "the-owners"})
    stranger.get("/ai_agents", headers={"X-Request-Id": "the-strangers"})
    deadline = time.monotonic() + 10
    while "the-owners" not in {record["id"] for record in owner.walk("/requests")}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "the-owners" not in {record["id"] for record in stranger.walk("/requests", page_size=100)}
    assert "the-strangers" not in {record["id"] for record in owner.walk("/requests", page_size=100)}


def test_the_same_ids_and_numbers_do_not_collide(rich, stranger):
    owner, ids = rich
    assert stranger.put("/api/v2/patients/pat_rich", {"first_name": "Jane", "last_name": "Poe"}).status_code == 201
    assert stranger.put("/ai_agents/agent_rich", {"agent_name": "Other"}).status_code == 201
    number = stranger.new_number("pat_rich", "5852984455", primary=True)
    assert number["linked_to"]["name"] == "Jane Poe"
    assert owner.get(f"/api/v2/phone-numbers/{ids['number']}").json()["primary"] is True
    assert owner.get("/api/v2/patients/pat_rich").json()["first_name"] == "John"
    assert stranger.delete("/ai_agents/agent_rich").status_code == 200
    assert owner.get("/ai_agents/agent_rich").status_code == 200


def test_do_not_call_is_remembered_in_its_account(rich, stranger):
    owner, _ = rich
    kept = owner.new_number("pat_rich", "5550009999", do_not_call=True)
    owner.delete(f"/api/v2/phone-numbers/{kept['id']}")
    stranger.put("/api/v2/patients/pat_rich", {"first_name": "Jane", "last_name": "Poe"})
    assert stranger.new_number("pat_rich", "5550009999")["do_not_call"] is False
