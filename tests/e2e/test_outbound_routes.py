"""The SIP gate: GET /routes/outbound/{to} decides whether a call may leave, and by which trunk."""
import concurrent.futures
import datetime
import urllib.parse

import pytest

from installation import Client, unused_e164
from reach import (NIGHT, NOON, codes, decide, entry_where_it_is, next_at, offset_where_it_is, put_policy, reasons, suppress,
                   tell_outcome, text, instant, zone_of)
from refusals import refused

NUMBER = "5852984455"
TRUNK = "sip:trunk.example.com:5061;transport=tls"


@pytest.fixture
def line(account) -> dict:
    return account.new_line(sip_termination_uri=TRUNK, sip_username="linebook", sip_password="secret")


@pytest.fixture
def entry(account) -> str:
    return entry_where_it_is(account, NOON, NUMBER)


def gate(client: Client, line: dict, to: str = NUMBER, **query) -> dict:
    answer = client.get(f"/routes/outbound/{urllib.parse.quote(to)}", params={"from": line["phone_number"], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_call_that_may_leave(account, line, entry):
    told = gate(account, line, f"+1{NUMBER}")
    decision = account.get(f"/decisions/{told['decision_id']}").json()
    assert told == {
        "action": "relay", "decision_id": decision["id"], "trunk": {"sip_termination_uri": TRUNK, "sip_username": "linebook"},
        "caller_id": line["phone_number"], "reasons": [], "next_allowed_at": None,
        "valid_until": text(instant(decision["at"]) + datetime.timedelta(minutes=15))}
    assert (decision["allowed"], decision["channel"], decision["purpose"], decision["voice"]) == (True, "call", "care", "artificial")
    assert (decision["number"], decision["phone_id"], decision["line_id"]) == (NUMBER, None, line["id"])
    assert [person["name"] for person in decision["people"]] == ["John Doe"]


def test_a_trunk_without_credentials(account, entry):
    line = account.new_line(sip_termination_uri="trunk.example.com")
    assert gate(account, line)["trunk"] == {"sip_termination_uri": "trunk.example.com", "sip_username": None}


def test_a_call_that_may_not_leave(account, line):
    offset = offset_where_it_is(NIGHT)
    account.new_number(account.new_patient(timezone=zone_of(offset)), NUMBER)
    told = gate(account, line)
    decision = account.get(f"/decisions/{told['decision_id']}").json()
    assert told == {"action": "reject", "decision_id": decision["id"], "sip_status": 603, "reasons": decision["reasons"],
                    "next_allowed_at": text(next_at(8, offset)), "valid_until": None}
    assert codes(told) == ["outside_hours"] and not decision["allowed"]


def test_a_number_of_nobody(account, line):
    told = gate(account, line)
    assert told["action"] == "reject" and "no_consent" in codes(told) and told["next_allowed_at"] is None
    assert gate(account, line, purpose="verification")["action"] == "relay"
    assert codes(gate(account, line, "5851234567", purpose="verification")) == ["invalid_number"]


def test_everybodys_wish_counts(account, line, entry):
    entry_where_it_is(account, NOON, NUMBER, first_name="Jane")
    assert gate(account, line)["action"] == "relay"
    tell_outcome(account, entry, "do_not_call")
    assert codes(gate(account, line)) == ["do_not_call"]
    account.patch(f"/api/v2/phone-numbers/{entry}", {"do_not_call": False})
    suppress(account, NUMBER, "call")
    assert codes(gate(account, line)) == ["opted_out"]


def test_the_purpose(account, line, entry):
    assert codes(gate(account, line, purpose="marketing")) == ["no_consent", "list_missing"]
    assert gate(account, line, purpose="service")["action"] == "relay"
    refused(account.get(f"/routes/outbound/{NUMBER}", params={"from": line["phone_number"], "purpose": "fun"}), 400, "invalid_parameter", "purpose")


def test_every_answer_is_recorded(account, line, entry):
    told = [gate(account, line), gate(account, line, "5852984456"), gate(account, line, purpose="marketing")]
    kept = account.walk("/decisions")
    assert [decision["id"] for decision in kept] == [answer["decision_id"] for answer in told[::-1]]
    assert [decision["allowed"] for decision in kept] == [False, False, True]


def test_what_relays_counts_as_an_attempt(account, line, entry):
    put_policy(account, attempts={"care": [{"max": 2, "hours": 1}]})
    assert [gate(account, line)["action"] for _ in range(4)] == ["relay", "relay", "reject", "reject"]
    assert reasons(account, phone_id=entry) == ["too_many_attempts"]
    assert decide(account, phone_id=entry, purpose="service")["allowed"]
    assert gate(account, line, purpose="service")["action"] == "relay"


def test_of_many_calls_at_once_no_more_than_the_cap_leave(account, line, entry):
    put_policy(account, attempts={"care": [{"max": 3, "hours": 1}]})
    clients = [Client(account.url, account.token) for _ in range(16)]
    with concurrent.futures.ThreadPoolExecutor(len(clients)) as threads:
        told = list(threads.map(lambda client: gate(client, line)["action"], clients))
    assert told.count("relay") == 3
    assert len(account.walk("/decisions", allowed="true")) == 3 and len(account.walk("/decisions")) == len(clients)


def test_what_rejects_does_not_count(account, line, entry):
    put_policy(account, attempts={"care": [{"max": 1, "hours": 1}]})
    suppress(account, NUMBER, "call")
    assert gate(account, line)["action"] == "reject"
    assert account.delete(f"/api/v2/suppressions/{NUMBER}").status_code == 200
    assert gate(account, line)["action"] == "relay"


def test_an_outcome_with_the_decision_is_the_same_attempt(account, line, entry):
    put_policy(account, attempts={"care": [{"max": 2, "hours": 1}]})
    first = gate(account, line)["decision_id"]
    for outcome in ("no_answer", "answered"):
        kept = tell_outcome(account, entry, outcome, decision_id=first, note="by the dialer")
        assert (kept["decision_id"], kept["outcome"], kept["purpose"]) == (first, outcome, "care")
    assert gate(account, line)["action"] == "relay", "one call, told of twice, is one attempt"
    assert gate(account, line)["action"] == "reject"


def test_a_line_that_has_no_trunk(account, entry):
    told = gate(account, account.new_line())
    assert told["action"] == "reject" and codes(told) == ["line_unavailable"]
    decision = account.get(f"/decisions/{told['decision_id']}").json()
    assert codes(decision) == ["line_unavailable"] and not decision["allowed"] and decision["valid_until"] is None


def test_the_ways_to_write_numbers(account, line, entry):
    ten = line["phone_number"][2:]
    for to in (NUMBER, f"+1{NUMBER}", f"1{NUMBER}", f" 1{NUMBER}", "(585) 298-4455", "tel:+15852984455"):
        assert gate(account, line, to, purpose="service")["action"] == "relay", to
    for written in (line["phone_number"], ten, f"1{ten}", f" 1{ten}", f"({ten[:3]}) {ten[3:6]}-{ten[6:]}"):
        assert gate(account, {"phone_number": written}, purpose="service")["caller_id"] == line["phone_number"]
    private = account.new_line("desk7", e164_check=False, sip_termination_uri=TRUNK)
    assert gate(account, private, purpose="service")["caller_id"] == "desk7"


@pytest.mark.parametrize("to", ["585", "anonymous", "+442079460018", "5852984455 x7", "911"])
def test_what_cannot_be_called(account, line, to):
    refused(account.get(f"/routes/outbound/{urllib.parse.quote(to)}", params={"from": line["phone_number"]}), 422, "validation_error", "to")
    assert account.walk("/decisions") == []


def test_where_it_leaves_from(account, shared_installation, line, entry):
    path = f"/routes/outbound/{NUMBER}"
    theirs = shared_installation.client(account="another with trunks").new_line(sip_termination_uri=TRUNK)
    for unknown in (unused_e164(), "desk8", theirs["phone_number"]):
        refused(account.get(path, params={"from": unknown}), 404, "not_found")
    for wrong in ({}, {"from": ""}, {"from": "sip:a@b"}, {"from": "a b"}):
        error = refused(account.get(path, params=wrong), 400, "invalid_parameter")
        assert {detail["field"] for detail in error["details"]} == {"from"}
    refused(account.get(path, params={"from": line["phone_number"], "voice": "human"}), 400, "invalid_parameter", "voice")
    gone = account.new_line(sip_termination_uri=TRUNK)
    account.delete(f"/phone_numbers/{gone['id']}")
    refused(account.get(path, params={"from": gone["phone_number"]}), 404, "not_found")
    assert account.walk("/decisions") == []


def test_an_emergency_needs_its_own_scope(shared_installation):
    owner = shared_installation.client(account="emergencies by SIP")
    line = owner.new_line(sip_termination_uri=TRUNK)
    refused(owner.get(f"/routes/outbound/{NUMBER}", params={"from": line["phone_number"], "purpose": "emergency"}), 403, "forbidden", "purpose")
    assert owner.walk("/decisions") == []
    may = shared_installation.client(account="emergencies by SIP", scopes="reach:write,reach:emergency")
    suppress(owner, NUMBER, "call")
    told = gate(may, line, purpose="emergency")
    assert told["action"] == "relay" and owner.get(f"/decisions/{told['decision_id']}").json()["purpose"] == "emergency"


def test_it_needs_the_scope_to_write(shared_installation):
    reader = shared_installation.client(account="reads only", scopes="reach:read,lines:read")
    refused(reader.get(f"/routes/outbound/{NUMBER}", params={"from": "+12125550142"}), 403, "forbidden")


def test_it_is_never_rate_limited(shared_installation):
    owner = shared_installation.client(account="limited")
    line = owner.new_line(sip_termination_uri=TRUNK)
    slow = shared_installation.client(account="limited", rate_limit=1)
    for _ in range(5):
        assert gate(slow, line)["action"] == "reject"
    slow.get("/decisions")
    refused(slow.get("/decisions"), 429, "too_many_requests")
    assert gate(slow, line)["action"] == "reject"
