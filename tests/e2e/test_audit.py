"""The ledger: GET /audit and every history."""
import json
import time

import pytest

from refusals import refused

SECRET = "s3cret-trunk-password"
CONTACTS = "/api/v2/phone-numbers"


def audit(client, **query) -> list[dict]:
    return client.walk("/audit", **query)


def told(entries) -> list[tuple]:
    """Newest first, as the trail is."""
    return [(entry["entity"], entry["entity_id"], entry["action"]) for entry in entries]


def test_an_account_and_its_first_key_begin_the_trail(shared_installation, request):
    client = shared_installation.client(account=request.node.name)
    key = json.loads(shared_installation.run("keys", "list", "--account", request.node.name, "--json").stdout)[0]
    entries = audit(client)
    assert [(e["entity"], e["action"], e["actor"]) for e in entries] == [
        ("api_key", "created", "operator"), ("account", "created", "operator")]
    assert entries[0]["entity_id"] == key["id"]
    assert [e["sequence"] for e in entries] == [2, 1]
    assert client.token not in json.dumps(entries)


def changes_of(client, work) -> list[dict]:
    """What `work` left in the trail, newest first."""
    known = len(audit(client))
    work()
    entries = audit(client)
    return entries[:len(entries) - known]


def test_any_place_of_the_trail_is_read_at_once(account):
    for each in range(5):
        account.new_patient()
    entries = audit(account)
    newest = entries[0]["sequence"]
    for before in (1, 2, newest - 1, newest, newest + 1, newest + 1000):
        assert audit(account, before=before) == [entry for entry in entries if entry["sequence"] < before]
    assert audit(account, before=newest, page_size=2) == entries[1:], "a token goes on from there"
    assert audit(account, before=newest, entity="patient") == [e for e in entries[1:] if e["entity"] == "patient"]
    for wrong in ("0", "-1", "x", "9223372036854775807", ""):
        refused(account.get(f"/audit?before={wrong}"), 400, "invalid_parameter", "before")


CREATED_PATIENT = {"first_name": "John", "last_name": "Doe", "date_of_birth": "1980-02-29", "timezone": "America/New_York",
                   "contact_window": {"days": ["mon", "tue"], "start": "09:00", "end": "18:00"}}


def was_is(**fields) -> dict:
    return {name: {"was": was, "is": now} for name, (was, now) in fields.items()}


def test_a_person_is_created_edited_replaced(account):
    created, = changes_of(account, lambda: account.post("/api/v2/patients", {**CREATED_PATIENT, "id": "p1"}))
    assert told([created]) == [("patient", "p1", "created")]
    assert created["changes"]["first_name"] == {"was": None, "is": "John"}
    assert created["changes"]["contact_window"] == {"was": None, "is": "mon,tue 09:00-18:00"}
    edited, = changes_of(account, lambda: account.patch("/api/v2/patients/p1", {"last_name": "Roe", "first_name": "John"}))
    assert (edited["action"], edited["changes"]) == ("updated", was_is(last_name=("Doe", "Roe")))
    replaced, = changes_of(account, lambda: account.put("/api/v2/patients/p1", {"first_name": "John", "last_name": "Roe"}))
    assert replaced["changes"] == was_is(date_of_birth=("1980-02-29", None), timezone=("America/New_York", None),
                                         contact_window=("mon,tue 09:00-18:00", None))
    made, = changes_of(account, lambda: account.put("/api/v2/doctors/d1", {"first_name": "Ada", "last_name": "Roe"}))
    assert told([made]) == [("doctor", "d1", "created")]


def test_a_person_with_numbers_is_ledgered_with_them(account):
    entries = changes_of(account, lambda: account.post("/api/v2/patients", {
        "first_name": "J", "last_name": "D", "phone_numbers": [{"number": "5550000001", "phone_type": "cell", "primary": True},
                                                               {"number": "5550000002", "phone_type": "home", "primary": True}]}))
    assert [(e["entity"], e["action"]) for e in entries[::-1]] == [
        ("patient", "created"), ("contact_number", "created"), ("contact_number", "created")]
    assert len({e["request_id"] for e in entries}) == 1


def test_a_primary_swap_leaves_both_rows(account):
    patient = account.new_patient()
    old = account.new_number(patient, "5550000001", primary=True)
    new = account.new_number(patient, "5550000002")
    entries = changes_of(account, lambda: account.patch(f"{CONTACTS}/{new['id']}", {"primary": True}))
    assert [(e["entity_id"], e["changes"]) for e in entries[::-1]] == [
        (old["id"], was_is(primary=(True, False))), (new["id"], was_is(primary=(False, True)))]
    assert entries[0]["request_id"] == entries[1]["request_id"]
    assert entries[0]["sequence"] == entries[1]["sequence"] + 1


def test_a_contact_number_is_added_edited_deleted(account):
    patient = account.new_patient()
    created, = changes_of(account, lambda: account.new_number(patient, "5550000001"))
    path = f"{CONTACTS}/{created['entity_id']}"
    assert created["changes"] == was_is(patient_id=(None, patient), number=(None, "5550000001"), phone_type=(None, "cell"),
                                        primary=(None, False), verified=(None, False), do_not_call=(None, False))
    edited, = changes_of(account, lambda: account.patch(path, {"number": "5550000002", "do_not_call": True}))
    assert edited["changes"] == was_is(number=("5550000001", "5550000002"), do_not_call=(False, True))
    deleted, = changes_of(account, lambda: account.delete(path))
    assert deleted["action"] == "deleted" and deleted["changes"]["number"] == {"was": "5550000002", "is": None}
    assert account.walk(f"{path}/history") == [deleted, edited, created]


def test_lines_and_agents(account):
    agent, = changes_of(account, lambda: account.new_agent("desk"))
    assert agent["changes"] == was_is(agent_name=(None, "desk"), answer=(None, "stream wss://agents.example.com/1"))
    created, = changes_of(account, lambda: account.new_line(ai_agent_id="desk", fallback_destination={
        "type": "sip", "sip_uri": "sip:a@b.example"}))
    assert created["changes"]["fallback_destination"] == {"was": None, "is": "sip:sip:a@b.example"}
    path = f"/phone_numbers/{created['entity_id']}"
    forced = changes_of(account, lambda: account.delete("/ai_agents/desk", params={"force": "true"}))
    assert told(forced[::-1]) == [("line", created["entity_id"], "updated"), ("ai_agent", "desk", "deleted")]
    deleted, = changes_of(account, lambda: account.delete(path))
    assert told([deleted]) == [("line", created["entity_id"], "deleted")]
    assert account.walk(f"{path}/history", page_size=1) == [deleted, forced[1], created]


def test_secrets_are_only_told_to_have_changed(account):
    created, = changes_of(account, lambda: account.new_line(sip_username="u", sip_password=SECRET))
    assert created["changes"]["sip_password"] == {"changed": True}
    path = f"/phone_numbers/{created['entity_id']}"
    assert changes_of(account, lambda: account.patch(path, {"sip_password": SECRET})) == []
    changed, = changes_of(account, lambda: account.patch(path, {"sip_password": SECRET + "2"}))
    assert changed["changes"] == {"sip_password": {"changed": True}}
    cleared, = changes_of(account, lambda: account.patch(path, {"sip_username": None, "sip_password": None}))
    assert cleared["changes"] == {"sip_username": {"was": "u", "is": None}, "sip_password": {"changed": True}}
    assert SECRET not in json.dumps(audit(account))


def test_secrets_are_nowhere_in_the_clear(installation):
    installation.serve()
    client = installation.client()
    client.new_line(sip_username="u", sip_password=SECRET)
    client.get("/phone_numbers")
    installation.server.stop()
    kept = b"".join(path.read_bytes() for path in installation.data.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept
    assert SECRET not in "\n".join(installation.server.log)


def test_refused_and_idle_requests_leave_nothing(account):
    def nothing():
        account.post("/phone_numbers", {"provider": "byo"})
        account.post("/ai_agents", {})
        account.patch("/api/v2/patients/nobody", {"first_name": "x"})
        account.delete("/phone_numbers/pn_unknown")
        account.put("/ai_agents/a", {"agent_name": "A"}, headers={"If-Match": "*"})
    assert changes_of(account, nothing) == []


def test_who_when_and_by_which_request(shared_installation, account, request):
    name = "who and when " + request.node.name
    client = shared_installation.client(account=name)
    key = json.loads(shared_installation.run("keys", "list", "--account", name, "--json").stdout)[0]
    client.post("/ai_agents", {"agent_name": "A"}, headers={"X-Request-Id": "my-request"})
    entry = audit(client)[0]
    assert (entry["actor"], entry["request_id"]) == (key["id"], "my-request")
    agent = client.get(f"/ai_agents/{entry['entity_id']}").json()
    assert entry["time"] == agent["created_at"]
    shared_installation.run("keys", "revoke", key["id"])
    newest = audit(shared_installation.client(account=name))[1]
    assert (newest["entity"], newest["entity_id"], newest["action"], newest["actor"]) == ("api_key", key["id"], "revoked", "operator")


@pytest.fixture
def busy(account):
    """Two agents made, one edited, one line deleted."""
    account.new_agent("a")
    account.new_agent("b")
    account.put("/ai_agents/a", {"agent_name": "A2"})
    account.delete(f"/phone_numbers/{account.new_line()['id']}")
    return account


@pytest.mark.parametrize("query, wanted", [
    ({"entity": "ai_agent"}, [("ai_agent", "updated"), ("ai_agent", "created"), ("ai_agent", "created")]),
    ({"action": "deleted"}, [("line", "deleted")]), ({"entity": "patient"}, []), ({"action": "suspended"}, []),
    ({"entity": "ai_agent", "entity_id": "a"}, [("ai_agent", "updated"), ("ai_agent", "created")]),
    ({"entity_id": "b"}, [("ai_agent", "created")]), ({"actor": "operator"}, [("api_key", "created"), ("account", "created")]),
    ({"actor": "operator", "entity": "account"}, [("account", "created")]), ({"actor": "key_nobody"}, []),
    ({"entity": "ai_agent", "action": "updated", "since": "2020-01-01T00:00:00Z"}, [("ai_agent", "updated")]),
    ({"until": "2020-01-01T00:00:00Z"}, []), ({"since": "2099-01-01T00:00:00Z"}, []),
    ({"since": "2020-01-01T00:00:00+02:00", "action": "deleted"}, [("line", "deleted")])])
def test_filters(busy, query, wanted):
    for page_size in (1, 100):
        assert [(e["entity"], e["action"]) for e in audit(busy, page_size=page_size, **query)] == wanted


def test_time_filters_are_exact(account):
    account.new_agent("first")
    boundary = audit(account)[0]["time"]
    while time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) == boundary:
        time.sleep(0.02)
    account.new_agent("second")
    later = audit(account)[0]["time"]
    assert [e["entity_id"] for e in audit(account, entity="ai_agent", since=later)] == ["second"], "at or after"
    assert [e["entity_id"] for e in audit(account, entity="ai_agent", until=later)] == ["first"], "before"


@pytest.mark.parametrize("query, at_fault", [
    ({"entity": "number"}, ["entity"]), ({"action": "changed"}, ["action"]), ({"since": "yesterday"}, ["since"]),
    ({"until": "2025-02-30T00:00:00Z"}, ["until"]), ({"since": "2025-02-01"}, ["since"]), ({"actor": ""}, ["actor"]), ({"actor": "a b", "entity_id": "ü"}, ["actor", "entity_id"]),
    ({"page_size": 0, "colour": "red"}, ["page_size", "colour"])])
def test_bad_filters_are_named(account, query, at_fault):
    refused(account.get("/audit", params=query), 400, "invalid_parameter", *at_fault)


def test_sequences_have_no_gaps(busy):
    sequences = [entry["sequence"] for entry in audit(busy, page_size=2)]
    assert sequences == list(range(len(sequences), 0, -1))


@pytest.mark.parametrize("path", ["/phone_numbers/x/history", "/ai_agents/x/history", f"{CONTACTS}/x/history",
                                  "/api/v2/patients/x/history", "/api/v2/doctors/x/history"])
def test_no_history_of_what_never_was(account, path):
    refused(account.get(path), 404, "not_found")


def test_the_trail_is_sealed_within_seconds(account):
    account.post("/api/v2/patients", {"first_name": "John", "last_name": "Doe"})
    newest = audit(account)[0]["sequence"]
    deadline = time.monotonic() + 20
    while (seals := account.get("/audit/seals").json())["ledger"] != {"last_sequence": newest, "sealed_sequence": newest}:
        assert time.monotonic() < deadline, seals
        time.sleep(0.1)
    assert seals["decisions"] == {"last_sequence": 0, "sealed_sequence": 0}
