"""What came of trying to reach somebody, and what decisions make of it."""
import datetime
import itertools

import pytest

from conftest import new_account_name
from reach import NOON, codes, decide, entry_where_it_is, ledger_of, now, put_policy, reasons, tell_outcome, text, instant
from refusals import refused
from test_calls import Owner

NUMBER = "5852984455"
UNKNOWN_PHONE, UNKNOWN_DECISION = "phn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z", "dec_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"
OUTCOMES = ["answered", "no_answer", "busy", "voicemail", "failed", "wrong_number", "do_not_call", "callback"]

_calls = itertools.count(1_000_000)


def path(phone_id: str) -> str:
    return f"/api/v2/phone-numbers/{phone_id}/outcomes"


def number_of(client, phone_id) -> dict:
    return client.get(f"/api/v2/phone-numbers/{phone_id}").json()


@pytest.fixture
def entry(account) -> str:
    return entry_where_it_is(account, NOON, NUMBER)


@pytest.fixture
def owner(service, twilio, request) -> Owner:
    return Owner(service, twilio, new_account_name(request.node.name))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_is_told_is_kept(account, entry, outcome):
    decision = decide(account, phone_id=entry)["id"]
    told = {"outcome": outcome, "channel": "text", "purpose": "care", "decision_id": decision, "at": text(now() - datetime.timedelta(hours=1)),
            "note": "Call back\nafter five"}
    kept = tell_outcome(account, entry, **told)
    assert kept == {**told, "id": kept["id"], "phone_id": entry, "number": NUMBER}


def test_what_is_left_out(account, entry):
    before = now().replace(microsecond=0)
    for nothing in ({}, {"channel": None, "purpose": None, "decision_id": None, "at": None, "note": None}):
        kept = tell_outcome(account, entry, "busy", **nothing)
        assert (kept["channel"], kept["purpose"], kept["decision_id"], kept["note"]) == ("call", None, None, None)
        assert before <= instant(kept["at"]) <= now()


def test_do_not_call_sets_the_flag(account, entry):
    assert decide(account, phone_id=entry)["allowed"]
    tell_outcome(account, entry, "do_not_call")
    assert number_of(account, entry)["do_not_call"]
    assert reasons(account, phone_id=entry) == ["do_not_call"]
    changes = ledger_of(account, "contact_number", entry)[0]["changes"]
    assert changes == {"do_not_call": {"was": False, "is": True}}
    account.patch(f"/api/v2/phone-numbers/{entry}", {"do_not_call": False})
    assert decide(account, phone_id=entry)["allowed"]


def test_a_flag_that_is_set_leaves_no_second_row(account, entry):
    tell_outcome(account, entry, "do_not_call")
    rows = ledger_of(account, "contact_number", entry)
    tell_outcome(account, entry, "do_not_call")
    assert ledger_of(account, "contact_number", entry) == rows


def test_wrong_number_marks_the_entry(account, entry):
    other = entry_where_it_is(account, NOON, NUMBER, first_name="Jane")
    tell_outcome(account, entry, "wrong_number")
    for purpose in ("care", "service", "verification"):
        assert reasons(account, phone_id=entry, purpose=purpose) == ["wrong_number"]
        assert reasons(account, phone_id=entry, purpose=purpose, channel="text") == ["wrong_number"]
    assert decide(account, phone_id=other)["allowed"], "it is another person's right number"
    assert reasons(account, number=NUMBER) == ["wrong_number"]
    row = ledger_of(account, "contact_number", entry)[0]
    assert row["action"] == "updated" and set(row["changes"]) == {"wrong_number_at"}
    assert row["changes"]["wrong_number_at"]["was"] is None and row["changes"]["wrong_number_at"]["is"]


def test_another_number_is_no_wrong_one(account, entry):
    tell_outcome(account, entry, "wrong_number")
    for edit in ({"primary": True}, {"phone_type": "home"}, {"number": "(585) 298-4455"}, {"do_not_call": False}):
        account.patch(f"/api/v2/phone-numbers/{entry}", edit)
        assert reasons(account, phone_id=entry) == ["wrong_number"], edit
    account.patch(f"/api/v2/phone-numbers/{entry}", {"number": "5852984456"})
    assert decide(account, phone_id=entry)["allowed"]
    tell_outcome(account, entry, "wrong_number")
    assert reasons(account, phone_id=entry) == ["wrong_number"]


@pytest.mark.parametrize("outcome", [outcome for outcome in OUTCOMES if outcome not in ("wrong_number", "do_not_call")])
def test_the_others_only_count(account, entry, outcome):
    before = number_of(account, entry), account.walk("/audit")
    tell_outcome(account, entry, outcome)
    assert (number_of(account, entry), account.walk("/audit")) == before
    assert decide(account, phone_id=entry)["allowed"]


# Caps

def test_caps_count_attempts_of_their_purpose(account, entry):
    put_policy(account, attempts={"care": [{"max": 2, "hours": 1}], "service": []})
    tell_outcome(account, entry, "busy", purpose="service")
    tell_outcome(account, entry, "busy", purpose="emergency")
    first = tell_outcome(account, entry, "busy", purpose="care", at=text(now() - datetime.timedelta(minutes=30)))
    assert decide(account, phone_id=entry)["allowed"]
    tell_outcome(account, entry, "no_answer", purpose="care")
    told = decide(account, phone_id=entry)
    until = text(instant(first["at"]) + datetime.timedelta(hours=1))
    assert codes(told) == ["too_many_attempts"] and told["reasons"][0]["until"] == until == told["next_allowed_at"]
    assert reasons(account, number=NUMBER) == ["too_many_attempts"], "it is the number that is tried"
    assert reasons(account, phone_id=entry, channel="text") == ["too_many_attempts"], "calls and texts together"
    assert decide(account, phone_id=entry, purpose="service")["allowed"]
    assert decide(account, phone_id=entry, purpose="verification")["allowed"]
    assert decide(account, phone_id=entry, at=until)["allowed"]
    assert not decide(account, phone_id=entry, at=text(instant(until) - datetime.timedelta(seconds=1)))["allowed"]


def test_an_attempt_for_nobody_knows_what_counts_for_each(account, entry):
    put_policy(account, attempts={"care": [{"max": 1, "hours": 1}], "service": [{"max": 1, "hours": 1}]})
    tell_outcome(account, entry, "answered")
    for purpose in ("care", "service"):
        assert reasons(account, phone_id=entry, purpose=purpose) == ["too_many_attempts"]


def test_attempts_of_all_who_share_the_number_count(account, entry):
    other = entry_where_it_is(account, NOON, NUMBER, first_name="Jane")
    put_policy(account, attempts={"care": [{"max": 1, "hours": 24}]})
    tell_outcome(account, other, "busy")
    assert reasons(account, phone_id=entry) == ["too_many_attempts"]
    account.patch(f"/api/v2/phone-numbers/{entry}", {"number": "5852984456"})
    assert decide(account, phone_id=entry)["allowed"], "the other number was not tried"


def test_old_attempts_do_not_count(account, entry):
    put_policy(account, attempts={"care": [{"max": 1, "hours": 2}, {"max": 3, "hours": 744}]})
    for hours in (3, 4, 800):
        tell_outcome(account, entry, "busy", at=text(now() - datetime.timedelta(hours=hours)))
    assert decide(account, phone_id=entry)["allowed"]
    newest = tell_outcome(account, entry, "busy")
    told = decide(account, phone_id=entry)
    assert codes(told) == ["too_many_attempts"], "both caps are reached, and told as one"
    assert told["reasons"][0]["until"] is None or instant(told["reasons"][0]["until"]) > instant(newest["at"]) + datetime.timedelta(days=14)
    assert told["next_allowed_at"] is None, "not within 14 days"


def test_none_at_all(account, entry):
    put_policy(account, attempts={"care": [{"max": 0, "hours": 1}]})
    told = decide(account, phone_id=entry)
    assert codes(told) == ["too_many_attempts"] and told["reasons"][0]["until"] is None and told["next_allowed_at"] is None


def test_the_defaults_for_care(account, entry):
    for _ in range(5):
        assert decide(account, phone_id=entry)["allowed"]
        tell_outcome(account, entry, "no_answer", purpose="care")
    assert reasons(account, phone_id=entry) == ["too_many_attempts"]
    assert decide(account, phone_id=entry, purpose="service")["allowed"]


def test_decisions_and_forecasts_are_no_attempts(account, entry):
    put_policy(account, attempts={"care": [{"max": 1, "hours": 1}]})
    for _ in range(3):
        assert decide(account, phone_id=entry)["allowed"]


# What is refused

@pytest.mark.parametrize("fields, at_fault", [
    ({"outcome": None}, ["outcome"]), ({"outcome": "in_progress"}, ["outcome"]), ({"outcome": 7}, ["outcome"]),
    ({"at": "3000-01-01T00:00:00Z"}, ["at"]), ({"at": "2001-01-01T00:00:00Z"}, ["at"]), ({"at": "now"}, ["at"]),
    ({"note": "x" * 2001}, ["note"]), ({"note": "\x1b"}, ["note"]), ({"decision_id": "dec_1"}, ["decision_id"]),
    ({"outcome": "x", "channel": "fax", "purpose": "fun", "decision_id": 7, "at": 7, "note": 7, "extra": 7},
     ["outcome", "channel", "purpose", "decision_id", "at", "note", "extra"]),
])
def test_every_field_at_fault_is_named(account, entry, fields, at_fault):
    before = account.walk("/audit")
    refused(account.post(path(entry), {"outcome": "do_not_call", **fields}), 422, "validation_error", *at_fault)
    assert account.walk("/audit") == before and not number_of(account, entry)["do_not_call"]


def test_what_is_unknown(account, entry):
    for unknown in (UNKNOWN_PHONE, "phn_12345"):
        refused(account.post(path(unknown), {"outcome": "busy"}), 404, "not_found")
    refused(account.post(path(entry), {"outcome": "do_not_call", "decision_id": UNKNOWN_DECISION}), 404, "not_found")
    elsewhere = decide(account, number="5852984456")["id"]
    refused(account.post(path(entry), {"outcome": "do_not_call", "decision_id": elsewhere}), 422, "validation_error", "decision_id")
    refused(account.post("/calls/call_01JMEF2S9A7Q5V0X3C8R4T6Y1Z/outcome", {"outcome": "busy"}), 404, "not_found")
    assert not number_of(account, entry)["do_not_call"]


def test_another_accounts_ids_are_unknown(account, shared_installation, entry):
    other = shared_installation.client(account="another with outcomes")
    theirs = entry_where_it_is(other, NOON, NUMBER)
    refused(other.post(path(entry), {"outcome": "do_not_call"}), 404, "not_found")
    refused(other.post(path(theirs), {"outcome": "busy", "decision_id": decide(account, phone_id=entry)["id"]}), 404, "not_found")
    tell_outcome(other, theirs, "do_not_call")
    tell_outcome(other, theirs, "wrong_number")
    assert decide(account, phone_id=entry)["allowed"]


def test_an_idempotency_key_counts_once(account, entry):
    put_policy(account, attempts={"care": [{"max": 2, "hours": 1}]})
    first, again = (account.post(path(entry), {"outcome": "busy"}, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == again.json() and decide(account, phone_id=entry)["allowed"]


def test_the_scope(account, shared_installation):
    reader = shared_installation.client(account="outcomes", scopes="reach:read,contacts:write")
    refused(reader.post(path(UNKNOWN_PHONE), {"outcome": "busy"}), 403, "forbidden")


# Of a call that Linebook knows

def the_call(owner, **fields) -> str:
    sid = f"CA{next(_calls):032x}"
    answer = owner.tell(CallSid=sid, **fields)
    assert answer.status_code == 200, answer.text
    return owner.call(sid)["id"]


def test_of_a_call_everybody_with_the_number_is_concerned(owner):
    client = owner.client
    entries = [entry_where_it_is(client, NOON, NUMBER, first_name=name) for name in ("John", "Jane")]
    call = the_call(owner)
    answer = client.post(f"/calls/{call}/outcome", {"outcome": "do_not_call", "note": "said so"})
    kept = answer.json()
    assert answer.status_code == 201 and kept == {
        "id": kept["id"], "phone_id": None, "number": NUMBER, "channel": "call", "purpose": None, "decision_id": None,
        "outcome": "do_not_call", "at": kept["at"], "note": "said so"}
    for entry in entries:
        assert number_of(client, entry)["do_not_call"] and reasons(client, phone_id=entry) == ["do_not_call"]
        assert ledger_of(client, "contact_number", entry)[0]["changes"] == {"do_not_call": {"was": False, "is": True}}
    assert client.post(f"/calls/{call}/outcome", {"outcome": "wrong_number"}).status_code == 201
    assert reasons(client, phone_id=entries[1]) == ["do_not_call", "wrong_number"]


def test_of_a_call_from_nobody_in_the_book(owner):
    client = owner.client
    assert client.post(f"/calls/{the_call(owner)}/outcome", {"outcome": "wrong_number"}).status_code == 201
    assert client.get("/api/v2/suppressions").json()["data"] == []
    assert client.post(f"/calls/{the_call(owner)}/outcome", {"outcome": "do_not_call"}).status_code == 201
    (suppression,) = client.get("/api/v2/suppressions").json()["data"]
    assert (suppression["number"], suppression["channels"]) == (NUMBER, ["call"])
    assert ledger_of(client, "suppression", NUMBER)[0]["action"] == "created"
    assert "opted_out" in reasons(client, number=NUMBER)


def test_that_they_called_us_is_no_attempt(owner):
    client = owner.client
    entry = entry_where_it_is(client, NOON, NUMBER)
    put_policy(client, attempts={"care": [{"max": 1, "hours": 1}]})
    assert client.post(f"/calls/{the_call(owner)}/outcome", {"outcome": "answered"}).status_code == 201
    assert decide(client, phone_id=entry)["allowed"]


@pytest.mark.parametrize("caller", ["anonymous", "+495852984455", "sip:a@b.example"])
def test_of_a_caller_without_a_number(owner, caller):
    call = the_call(owner, From=caller)
    refused(owner.client.post(f"/calls/{call}/outcome", {"outcome": "do_not_call"}), 422, "validation_error", "outcome")


def test_what_is_at_fault_with_a_calls_outcome(owner, service):
    call = the_call(owner)
    refused(owner.client.post(f"/calls/{call}/outcome", {"channel": "call", "at": "2001-01-01T00:00:00Z"}), 422, "validation_error",
            "outcome", "channel", "at")
    other = service.client(account="another that tells of calls")
    refused(other.post(f"/calls/{call}/outcome", {"outcome": "busy"}), 404, "not_found")
