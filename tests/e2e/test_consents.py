"""What people agreed to, or took back: /api/v2/consents."""
import datetime

import pytest

from reach import NOON, UTC, codes, consent, decide, entry_where_it_is, ledger_of, now, text
from refusals import refused

PATH = "/api/v2/consents"
UNKNOWN_PHONE = "phn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"


def ago(**since) -> str:
    return text(now() - datetime.timedelta(**since))


@pytest.fixture
def entry(account) -> str:
    return entry_where_it_is(account, NOON, "5852984455")


def may_market(client, entry, channel="call") -> bool:
    return decide(client, phone_id=entry, purpose="marketing", channel=channel)["allowed"]


def test_it_is_kept_as_it_was_told(account, entry):
    told = {"phone_id": entry, "channel": "text", "purpose": "marketing", "status": "granted", "basis": "written", "at": ago(days=3),
            "expires_at": text(now() + datetime.timedelta(days=300)), "evidence": "Form 12,\nsigned: José\t✓"}
    answer = account.post(PATH, told)
    kept = answer.json()
    assert answer.status_code == 201 and kept == {**told, "id": kept["id"], "created_at": kept["created_at"]}
    assert answer.headers["Location"] == f"{PATH}/{kept['id']}"
    got = account.get(answer.headers["Location"])
    assert got.json() == kept and got.headers["ETag"] == answer.headers["ETag"]
    assert account.get(answer.headers["Location"], headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    for method in ("PUT", "PATCH", "DELETE"):
        refused(account.request(method, answer.headers["Location"]), 405, "method_not_allowed")


def test_what_is_left_out(account, entry):
    before = now().replace(microsecond=0)
    for nothing in ({}, {"at": None, "expires_at": None, "evidence": None}):
        kept = consent(account, entry, **nothing)
        assert before <= datetime.datetime.fromisoformat(kept["at"]) <= now() and kept["at"] == kept["created_at"]
        assert kept["expires_at"] is None and kept["evidence"] is None


def test_it_is_in_the_ledger(account, entry):
    kept = consent(account, entry, evidence="Form 12")
    (row,) = ledger_of(account, "consent", kept["id"])
    assert row["action"] == "created"
    told = {field: change["is"] for field, change in row["changes"].items()}
    assert {**told, "expires_at": None} == {"phone_id": entry, "channel": "call", "purpose": "marketing", "status": "granted",
                                            "basis": "written", "at": kept["at"], "expires_at": None, "evidence": "Form 12"}


def test_the_latest_by_its_own_time_counts(account, entry):
    consent(account, entry, at=ago(days=2))
    assert may_market(account, entry)
    consent(account, entry, status="revoked", basis="verbal", at=ago(days=1))
    assert not may_market(account, entry)
    consent(account, entry, at=ago(days=3))
    assert not may_market(account, entry), "told later, but given earlier"
    consent(account, entry, at=ago(hours=1))
    assert may_market(account, entry)
    consent(account, entry, basis="verbal", at=ago(minutes=1))
    assert not may_market(account, entry), "the latest is not in writing"


def test_of_two_of_one_time_the_one_told_later_counts(account, entry):
    at = ago(hours=1)
    consent(account, entry, at=at)
    consent(account, entry, at=at, status="revoked")
    assert not may_market(account, entry)
    consent(account, entry, at=at)
    assert may_market(account, entry)


def test_channels_purposes_and_entries_are_apart(account, entry):
    other = entry_where_it_is(account, NOON, "5852984455", first_name="Jane")
    consent(account, entry)
    assert may_market(account, entry)
    assert not may_market(account, entry, "text") and not may_market(account, other)
    assert codes(decide(account, number="5852984455", purpose="marketing")) == ["no_consent", "list_missing"], "everybody's entry must allow it"
    consent(account, other)
    assert decide(account, number="5852984455", purpose="marketing")["allowed"]
    consent(account, entry, purpose="service", status="revoked")
    assert may_market(account, entry) and not decide(account, phone_id=entry, purpose="service")["allowed"]


def test_an_expired_revocation_is_none(account, entry):
    body = {"phone_id": entry, "channel": "call", "purpose": "care", "status": "revoked", "basis": "verbal"}
    refused(account.post(PATH, {**body, "expires_at": text(now() + datetime.timedelta(days=1))}), 422, "validation_error", "expires_at")
    assert account.post(PATH, {**body, "expires_at": None}).status_code == 201


@pytest.mark.parametrize("fields, at_fault", [
    ({"phone_id": None}, ["phone_id"]), ({"phone_id": "phn_12345"}, ["phone_id"]), ({"phone_id": 7}, ["phone_id"]),
    ({"channel": "fax", "purpose": "fun", "status": "maybe", "basis": "oral"}, ["channel", "purpose", "status", "basis"]),
    ({"at": "yesterday"}, ["at"]), ({"at": "2999-01-01T00:00:00Z"}, ["at"]), ({"at": 0}, ["at"]),
    ({"at": "2020-01-02T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z"}, ["expires_at"]),
    ({"expires_at": "2020-01-01T00:00:00Z"}, ["expires_at"]),
    ({"evidence": "x" * 2001}, ["evidence"]), ({"evidence": "\x1b[31m"}, ["evidence"]), ({"evidence": ["form"]}, ["evidence"]),
    ({"number": "5852984455", "until": 1}, ["number", "until"]),
])
def test_every_field_at_fault_is_named(account, entry, fields, at_fault):
    body = {"phone_id": entry, "channel": "call", "purpose": "marketing", "status": "granted", "basis": "written", **fields}
    refused(account.post(PATH, body), 422, "validation_error", *at_fault)
    assert account.get(PATH).json()["pagination"]["total_items"] == 0


def test_an_empty_body(account):
    refused(account.post(PATH, {}), 422, "validation_error", "phone_id", "channel", "purpose", "status", "basis")


def test_evidence_at_its_longest(account, entry):
    assert consent(account, entry, evidence="é" * 2000)["evidence"] == "é" * 2000


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2016-12-31T23:59:60Z", "2024-02-29T12:00:00.999+14:00"])
def test_a_time_long_ago_is_told_as_it_was(account, entry, at):
    whole = at.replace(":60Z", ":59Z").replace(".999", "")
    expected = datetime.datetime.fromisoformat(whole).astimezone(UTC) if not at.startswith("0001") else None
    told = consent(account, entry, at=at)["at"]
    if expected is None:
        assert told == at
    else:
        assert abs(datetime.datetime.fromisoformat(told) - expected) <= datetime.timedelta(seconds=1)


@pytest.mark.parametrize("field, beyond", [("at", "0000-01-01T00:00:00+05:00"), ("expires_at", "9999-12-31T23:59:59-05:00")])
def test_a_time_that_no_answer_could_tell_is_refused(account, entry, field, beyond):
    body = {"phone_id": entry, "channel": "call", "purpose": "care", "status": "granted", "basis": "verbal", field: beyond}
    refused(account.post(PATH, body), 422, "validation_error", field)


def test_lists(account, entry):
    other = entry_where_it_is(account, NOON, "5852984456")
    kept = [consent(account, (entry, other)[i % 2], at=ago(days=5 - i)) for i in range(5)]
    page = account.get(PATH).json()
    assert page["data"] == kept[::-1] and page["pagination"]["total_items"] == 5
    page = account.get(PATH, params={"limit": 2, "offset": 2}).json()
    assert page["data"] == kept[2:0:-1]
    assert page["pagination"] == {"total_items": 5, "total_pages": 3, "current_page": 2, "per_page": 2, "next_page": 3, "prev_page": 1}
    assert account.get(PATH, params={"phone_id": entry}).json()["data"] == kept[4::-2]
    page = account.get(PATH, params={"phone_id": entry, "limit": 1, "offset": 1}).json()
    assert page["data"] == [kept[2]] and page["pagination"]["total_items"] == 3
    assert account.get(PATH, params={"phone_id": UNKNOWN_PHONE}).json()["data"] == []
    for name, value in (("phone_id", "phn_12345"), ("phone_id", ""), ("limit", "0"), ("channel", "call")):
        refused(account.get(PATH, params={name: value}), 400, "invalid_parameter", name)


def test_what_is_unknown(account, entry):
    body = {"channel": "call", "purpose": "marketing", "status": "granted", "basis": "written"}
    refused(account.post(PATH, {**body, "phone_id": UNKNOWN_PHONE}), 404, "not_found")
    for unknown in ("con_01JMEF2S9A7Q5V0X3C8R4T6Y1Z", "x"):
        refused(account.get(f"{PATH}/{unknown}"), 404, "not_found")
    account.delete(f"/api/v2/phone-numbers/{entry}")
    refused(account.post(PATH, {**body, "phone_id": entry}), 404, "not_found")


def test_another_accounts_are_unknown(account, shared_installation, entry):
    other = shared_installation.client(account="another with consents")
    kept = consent(account, entry)
    refused(other.get(f"{PATH}/{kept['id']}"), 404, "not_found")
    refused(other.post(PATH, {"phone_id": entry, "channel": "call", "purpose": "care", "status": "revoked", "basis": "verbal"}), 404, "not_found")
    assert other.get(PATH).json()["data"] == [] == other.get(PATH, params={"phone_id": entry}).json()["data"]
    assert may_market(account, entry)


def test_an_idempotency_key_keeps_one(account, entry):
    body = {"phone_id": entry, "channel": "call", "purpose": "care", "status": "revoked", "basis": "verbal"}
    first, again = (account.post(PATH, body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == again.json() and account.get(PATH).json()["pagination"]["total_items"] == 1


def test_scopes(shared_installation):
    reader = shared_installation.client(account="consents", scopes="reach:read")
    assert reader.get(PATH).status_code == 200
    refused(reader.post(PATH, {}), 403, "forbidden")
