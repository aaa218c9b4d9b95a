"""May I call? POST /decisions and what it keeps."""
import datetime
import itertools

import pytest

from conftest import new_account_name
from installation import Client
from reach import (NIGHT, NOON, codes, consent, decide, entry_where_it_is, next_at, now, offset_where_it_is, person_where_it_is,
                   put_policy, reasons, suppress, tell_outcome, text, instant, zone_of, zone_where_it_is)
from refusals import refused

UNKNOWN_PHONE, UNKNOWN_LINE = "phn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z", "pn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"
UNKNOWN_DECISION = "dec_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"
_numbers = itertools.count(2_984_000)


@pytest.fixture
def number() -> str:
    """In New York's 585, and given to nobody else."""
    return f"585{next(_numbers)}"


@pytest.fixture
def entry(account, number) -> str:
    """Of somebody for whom it is noon."""
    return entry_where_it_is(account, NOON, number)


@pytest.fixture
def account_name(request) -> str:
    return new_account_name(request.node.name)


@pytest.fixture
def account(shared_installation, account_name) -> Client:
    return shared_installation.client(account=account_name)


@pytest.fixture
def emergency(shared_installation, account_name) -> Client:
    """Another key of the same account, which may ask for emergencies."""
    return shared_installation.client(account=account_name, scopes="reach:read,reach:write,reach:emergency")


def marketing(client, **question):
    return reasons(client, purpose="marketing", **question)


# The answer

def test_somebody_who_may_be_called(account, number):
    zone = zone_where_it_is(NOON)
    patient = account.new_patient(timezone=zone)
    phone = account.new_number(patient, number)["id"]
    line = account.new_line()["id"]
    before = now().replace(microsecond=0)
    answer = account.post("/decisions", {"phone_id": phone, "channel": "call", "purpose": "care", "line_id": line})
    told = answer.json()
    at = instant(told["at"])
    assert before <= at <= now()
    assert told == {
        "id": told["id"], "allowed": True, "channel": "call", "purpose": "care", "number": number, "phone_id": phone, "line_id": line,
        "voice": "artificial", "people": [{"type": "patient", "id": patient, "name": "John Doe"}], "at": told["at"],
        "local_times": told["local_times"], "timezones": [zone], "timezone_source": "person", "reasons": [], "next_allowed_at": None,
        "valid_until": text(at + datetime.timedelta(minutes=15)), "policy_version": 1}
    (local,) = told["local_times"]
    assert instant(local) == at and instant(local).hour in (NOON, NOON + 1)
    assert account.get(f"/decisions/{told['id']}").json() == told
    assert account.get("/decisions").json() == {"decisions": [told], "next_page_token": None}


def test_somebody_for_whom_it_is_night(account, number):
    offset = offset_where_it_is(NIGHT)
    phone = account.new_number(account.new_patient(timezone=zone_of(offset)), number)["id"]
    told = decide(account, phone_id=phone)
    opens = text(next_at(8, offset))
    (reason,) = told["reasons"]
    assert reason["code"] == "outside_hours" and reason["until"] == opens
    assert "calls for care are allowed from 08:00 to 21:00" in reason["message"]
    assert (told["allowed"], told["next_allowed_at"], told["valid_until"]) == (False, opens, None)
    assert account.get(f"/decisions/{told['id']}").json() == told


def test_a_kept_decision_does_not_follow_the_books(account, entry, number):
    told = decide(account, phone_id=entry)
    patient = told["people"][0]["id"]
    account.patch(f"/api/v2/patients/{patient}", {"last_name": "Poe", "deceased": True})
    account.delete(f"/api/v2/phone-numbers/{entry}")
    suppress(account, number, "call")
    assert account.get(f"/decisions/{told['id']}").json() == told


def test_a_decision_has_an_etag(account, entry):
    told = decide(account, phone_id=entry)
    tag = account.get(f"/decisions/{told['id']}").headers["ETag"]
    assert account.get(f"/decisions/{told['id']}", headers={"If-None-Match": tag}).status_code == 304


def test_decisions_are_no_ledger_rows(account, entry):
    before = account.walk("/audit")
    decide(account, phone_id=entry)
    assert account.walk("/audit") == before


def test_an_idempotency_key_decides_once(account, entry):
    body = {"phone_id": entry, "channel": "call", "purpose": "care"}
    first = account.post("/decisions", body, headers={"Idempotency-Key": "once"})
    account.patch(f"/api/v2/phone-numbers/{entry}", {"do_not_call": True})
    again = account.post("/decisions", body, headers={"Idempotency-Key": "once"})
    assert again.json() == first.json() and again.headers["Idempotent-Replayed"] == "true"
    refused(account.post("/decisions", {**body, "channel": "text"}, headers={"Idempotency-Key": "once"}), 422, "idempotency_key_reused")
    assert len(account.walk("/decisions")) == 1
    assert account.post("/decisions", body, headers={"Idempotency-Key": "twice"}).json()["reasons"][0]["code"] == "do_not_call"


# Reasons

@pytest.mark.parametrize("bad", ["1234567890", "5851234567", "5859112345"])
@pytest.mark.parametrize("purpose", ["care", "verification"])
def test_a_number_that_cannot_ring(account, bad, purpose):
    phone = entry_where_it_is(account, NOON, bad)
    told = decide(account, phone_id=phone, purpose=purpose)
    assert codes(told) == ["invalid_number"] and told["next_allowed_at"] is None
    assert "invalid_number" in reasons(account, number=bad, purpose=purpose)


def test_the_dead_and_the_inactive(account, emergency, number):
    patient = person_where_it_is(account, NOON)
    phone = account.new_number(patient, number)["id"]
    account.patch(f"/api/v2/patients/{patient}", {"active": False})
    for purpose in ("care", "service", "verification"):
        assert reasons(account, phone_id=phone, purpose=purpose) == ["inactive"]
    assert decide(emergency, phone_id=phone, purpose="emergency")["allowed"]
    account.patch(f"/api/v2/patients/{patient}", {"deceased": True})
    for client, purpose in ((account, "care"), (account, "verification"), (emergency, "emergency")):
        assert "deceased" in reasons(client, phone_id=phone, purpose=purpose)


def test_the_living_answer_for_a_number_that_they_share_with_the_dead(account, number):
    dead = person_where_it_is(account, NOON, deceased=True)
    his = account.new_number(dead, number)["id"]
    assert "deceased" in reasons(account, number=number)
    hers = account.new_number(person_where_it_is(account, NOON, first_name="Jane"), number)["id"]
    told = decide(account, number=number)
    assert told["allowed"] and [person["name"] for person in told["people"]].count("John Doe") == 1 and len(told["people"]) == 2
    assert "deceased" in reasons(account, phone_id=his) and decide(account, phone_id=hers)["allowed"]


def test_do_not_call(account, emergency, entry, number):
    hers = entry_where_it_is(account, NOON, number, first_name="Jane")
    account.patch(f"/api/v2/phone-numbers/{entry}", {"do_not_call": True})
    for purpose in ("care", "service"):
        assert reasons(account, phone_id=entry, purpose=purpose) == ["do_not_call"]
        assert reasons(account, number=number, purpose=purpose) == ["do_not_call"], "everybody's entry must allow it"
        assert decide(account, phone_id=hers, purpose=purpose)["allowed"]
    assert "do_not_call" in marketing(account, phone_id=hers), "for marketing, anybody's wish counts"
    assert decide(account, phone_id=entry, purpose="verification")["allowed"]
    assert decide(emergency, phone_id=entry, purpose="emergency")["allowed"]


def test_the_suppression_list(account, emergency, entry, number):
    suppress(account, number, "text")
    for purpose in ("care", "service", "verification"):
        assert reasons(account, phone_id=entry, channel="text", purpose=purpose) == ["opted_out"]
        assert decide(account, phone_id=entry, purpose=purpose)["allowed"], "calls were not suppressed"
    suppress(account, number, "call")
    assert reasons(account, phone_id=entry) == ["opted_out"]
    assert decide(account, phone_id=entry, purpose="verification")["allowed"]
    assert decide(emergency, phone_id=entry, channel="text", purpose="emergency")["allowed"]


def test_a_number_in_nobodys_book(account, emergency, number):
    for purpose in ("care", "service"):
        told = decide(account, number=number, purpose=purpose)
        assert "no_consent" in codes(told) and told["people"] == [] and told["phone_id"] is None
        assert told["timezones"] == ["America/New_York"] and told["timezone_source"] == "area_code"
    for client, purpose in ((account, "verification"), (emergency, "emergency")):
        told = decide(client, number=number, purpose=purpose)
        assert told["allowed"] and told["next_allowed_at"] is None


def test_marketing_needs_written_consent(account, entry):
    assert marketing(account, phone_id=entry) == ["no_consent", "list_missing"]
    consent(account, entry, basis="verbal")
    assert marketing(account, phone_id=entry) == ["no_consent", "list_missing"]
    consent(account, entry, channel="text")
    assert marketing(account, phone_id=entry) == ["no_consent", "list_missing"]
    consent(account, entry)
    assert marketing(account, phone_id=entry) == [] == marketing(account, phone_id=entry, voice="human")
    consent(account, entry, status="revoked", basis="verbal")
    assert marketing(account, phone_id=entry) == ["consent_revoked", "list_missing"]


def test_consent_that_expired_or_will(account, entry):
    consent(account, entry, at=text(now() - datetime.timedelta(days=2)), expires_at=text(now() - datetime.timedelta(days=1)))
    assert marketing(account, phone_id=entry) == ["consent_expired", "list_missing"]
    ends = text(now() + datetime.timedelta(minutes=5))
    consent(account, entry, expires_at=ends)
    told = decide(account, phone_id=entry, purpose="marketing")
    assert told["allowed"] and told["valid_until"] == ends


def test_care_is_implied_until_it_is_revoked(account, entry):
    consent(account, entry, purpose="care", status="revoked", basis="verbal")
    assert reasons(account, phone_id=entry) == ["consent_revoked"]
    assert decide(account, phone_id=entry, purpose="service")["allowed"] and decide(account, phone_id=entry, channel="text")["allowed"]
    consent(account, entry, purpose="care", basis="verbal")
    assert decide(account, phone_id=entry)["allowed"]


def test_a_policy_without_a_list(account, entry):
    put_policy(account, require_list=False)
    assert marketing(account, phone_id=entry) == ["no_consent"]


def test_nobody_tells_the_zone_of_a_toll_free_number(account):
    nowhere = account.new_number(account.new_patient(), "8005552233")["id"]
    told = decide(account, phone_id=nowhere)
    assert codes(told) == ["timezone_unknown"]
    assert (told["timezones"], told["local_times"], told["timezone_source"], told["next_allowed_at"]) == ([], [], None, None)
    assert decide(account, phone_id=nowhere, purpose="verification")["allowed"]
    somewhere = account.new_number(person_where_it_is(account, NOON), "8005552234")["id"]
    assert decide(account, phone_id=somewhere)["allowed"]


def test_every_zone_of_the_area_code_must_allow_it(account):
    told = decide(account, number="9282984455", purpose="verification")  # Arizona, and the Navajo Nation
    assert told["timezones"] == ["America/Phoenix", "America/Denver"] and len(told["local_times"]) == 2
    phone = account.new_number(account.new_patient(), "9282984456")["id"]
    # 06:30 in Phoenix, in winter 06:30 in Denver, too, and in summer 07:30: never both from 08:00 on.
    morning = next_at(6, -7) + datetime.timedelta(minutes=30)
    assert "outside_hours" in reasons(account, phone_id=phone, at=text(morning))


def test_everybodys_zone_must_allow_it(account, number):
    at_noon = entry_where_it_is(account, NOON, number)
    at_night = entry_where_it_is(account, NIGHT, number, first_name="Jane")
    told = decide(account, number=number)
    assert codes(told) == ["outside_hours"] and len(told["timezones"]) == 2
    assert decide(account, phone_id=at_noon)["allowed"] and not decide(account, phone_id=at_night)["allowed"]


def test_hours_of_the_policy(account, entry):
    put_policy(account, hours={"service": {"start": "15:00", "end": "16:00"}})
    assert decide(account, phone_id=entry)["allowed"]
    told = decide(account, phone_id=entry, purpose="service")
    assert codes(told) == ["outside_hours"] and told["policy_version"] == 2
    assert instant(told["next_allowed_at"]) - now() < datetime.timedelta(hours=3, minutes=1)
    put_policy(account, hours={"care": {"start": "00:00", "end": "24:00"}})
    at_night = entry_where_it_is(account, NIGHT, "5852980001")
    assert decide(account, phone_id=at_night)["allowed"] and not decide(account, phone_id=at_night, purpose="service")["allowed"]


def test_a_holiday_of_the_policy(account, number):
    offset = offset_where_it_is(NOON)
    phone = account.new_number(account.new_patient(timezone=zone_of(offset)), number)["id"]
    today = now().astimezone(datetime.timezone(datetime.timedelta(hours=offset))).date()
    put_policy(account, holidays=[today.isoformat(), (today + datetime.timedelta(days=1)).isoformat()])
    told = decide(account, phone_id=phone)
    opens = text(next_at(8, offset) + datetime.timedelta(days=1))
    assert codes(told) == ["holiday"] and told["next_allowed_at"] == opens
    assert decide(account, phone_id=phone, at=opens)["allowed"]
    assert decide(account, phone_id=phone, purpose="verification")["allowed"]


def test_no_day_within_two_weeks(account, entry):
    days = [(now() + datetime.timedelta(days=ahead)).date().isoformat() for ahead in range(-2, 20)]
    put_policy(account, holidays=days)
    told = decide(account, phone_id=entry)
    assert codes(told) == ["holiday"] and told["next_allowed_at"] is None and told["reasons"][0]["until"] is None


def test_the_hours_of_a_state(account):
    """Rhode Island: not on a Sunday, and then for marketing only."""
    zone = -5
    sunday = next_at(12, zone)
    while sunday.weekday() != 6 or (sunday.month, sunday.day) in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)):
        sunday += datetime.timedelta(days=1)  # which is no holiday
    phone = account.new_number(account.new_patient(timezone=zone_of(zone), state="RI"), "5852980002")["id"]
    consent(account, phone)
    told = decide(account, phone_id=phone, purpose="marketing", at=text(sunday))
    assert "outside_hours" in codes(told) and "in RI" in told["reasons"][0]["message"]
    assert decide(account, phone_id=phone, at=text(sunday))["allowed"]
    put_policy(account, state_rules=False)
    assert marketing(account, phone_id=phone, at=text(sunday)) == []


def test_the_persons_own_window(account, number):
    offset = offset_where_it_is(NOON)
    patient = account.new_patient(timezone=zone_of(offset), contact_window={"start": "15:00", "end": "16:00"})
    phone = account.new_number(patient, number)["id"]
    told = decide(account, phone_id=phone)
    assert codes(told) == ["outside_contact_window"] and told["next_allowed_at"] == text(next_at(15, offset))
    assert reasons(account, number=number) == ["outside_contact_window"]
    almost = next_at(16, offset) - datetime.timedelta(minutes=4)
    assert decide(account, phone_id=phone, at=text(almost))["valid_until"] == text(next_at(16, offset)), "the window's end"
    account.patch(f"/api/v2/patients/{patient}", {"contact_window": None})
    assert decide(account, phone_id=phone)["allowed"]


def test_a_line_that_cannot(account, entry):
    line = account.new_line()["id"]
    assert decide(account, phone_id=entry, line_id=line)["allowed"]
    assert reasons(account, phone_id=entry, line_id=line, channel="text") == ["line_unavailable"], "a SIP trunk carries no texts"
    assert reasons(account, phone_id=entry, line_id=line, channel="text", purpose="verification") == ["line_unavailable"]


def test_every_reason_in_order(account, number):
    patient = person_where_it_is(account, NIGHT, deceased=True, contact_window={"start": "15:00", "end": "16:00"})
    phone = account.new_number(patient, number, do_not_call=True)["id"]
    line = account.new_line()["id"]
    suppress(account, number, "text")
    tell_outcome(account, phone, "wrong_number", channel="text")
    put_policy(account, attempts={"marketing": [{"max": 1, "hours": 24}]}, holidays=[
        (now() + datetime.timedelta(days=ahead)).date().isoformat() for ahead in (-1, 0, 1)])
    told = decide(account, phone_id=phone, channel="text", purpose="marketing", line_id=line)
    assert codes(told) == ["deceased", "do_not_call", "opted_out", "wrong_number", "no_consent", "list_missing",
                           "outside_hours", "holiday", "outside_contact_window", "too_many_attempts", "line_unavailable"]
    assert told["next_allowed_at"] is None, "not all are matters of time"
    assert all(reason["message"] and number not in reason["message"] for reason in told["reasons"])


# Forecasts and previews

def test_a_forecast_is_not_kept(account, number):
    offset = offset_where_it_is(NIGHT)
    phone = account.new_number(account.new_patient(timezone=zone_of(offset)), number)["id"]
    opens = next_at(8, offset)
    told = decide(account, phone_id=phone, at=text(opens))
    assert told["id"] is None and told["allowed"] and told["at"] == text(opens)
    assert not decide(account, phone_id=phone, at=text(opens - datetime.timedelta(seconds=1)))["allowed"]
    closes = next_at(21, offset, opens)
    last = decide(account, phone_id=phone, at=text(closes - datetime.timedelta(seconds=1)))
    assert last["allowed"] and last["valid_until"] == text(closes)
    assert not decide(account, phone_id=phone, at=text(closes))["allowed"]
    assert account.walk("/decisions") == []


def test_at_may_be_written_with_an_offset(account, entry):
    at = (now() + datetime.timedelta(days=1)).replace(microsecond=0)
    elsewhere = at.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
    assert decide(account, phone_id=entry, at=elsewhere.isoformat()) == decide(account, phone_id=entry, at=text(at))


@pytest.mark.parametrize("ahead", [datetime.timedelta(minutes=-1), datetime.timedelta(days=30, minutes=1), datetime.timedelta(days=4000)])
def test_at_is_now_to_thirty_days_ahead(account, entry, ahead):
    at = text(now() + ahead)
    refused(account.post("/decisions", {"phone_id": entry, "channel": "call", "purpose": "care", "at": at}), 422, "validation_error", "at")
    refused(account.get(f"/api/v2/phone-numbers/{entry}/reachability", params={"at": at}), 400, "invalid_parameter", "at")
    assert decide(account, phone_id=entry, at=text(now() + datetime.timedelta(days=29, hours=23)))["id"] is None
    assert account.walk("/decisions") == []


def test_a_forecast_with_an_idempotency_key(account, entry):
    body = {"phone_id": entry, "channel": "call", "purpose": "care", "at": text(now() + datetime.timedelta(days=1))}
    for _ in range(2):
        assert account.post("/decisions", body, headers={"Idempotency-Key": "forecast"}).json()["id"] is None


def test_a_preview_is_not_kept(account, entry):
    path = f"/api/v2/phone-numbers/{entry}/reachability"
    line = account.new_line()["id"]
    kept = decide(account, phone_id=entry, line_id=line)
    preview = account.get(path, params={"line_id": line}).json()
    assert preview == {**kept, "id": None, "at": preview["at"], "valid_until": preview["valid_until"], "local_times": preview["local_times"]}
    told = account.get(path, params={"channel": "text", "purpose": "marketing", "voice": "human", "line_id": line}).json()
    assert (told["channel"], told["purpose"], told["voice"]) == ("text", "marketing", "human")
    assert codes(told) == ["no_consent", "list_missing", "line_unavailable"]
    assert len(account.walk("/decisions")) == 1


def test_what_a_preview_refuses(account, entry):
    path = f"/api/v2/phone-numbers/{entry}/reachability"
    for name, value in (("channel", "fax"), ("purpose", "fun"), ("voice", "loud"), ("line_id", "7"), ("at", "now"), ("colour", "red"),
                        ("channel", "")):
        refused(account.get(path, params={name: value}), 400, "invalid_parameter", name)
    refused(account.get(path, params={"line_id": UNKNOWN_LINE}), 404, "not_found")
    refused(account.get(path, params={"purpose": "emergency"}), 403, "forbidden", "purpose")
    for unknown in (UNKNOWN_PHONE, "phn_12345"):
        refused(account.get(f"/api/v2/phone-numbers/{unknown}/reachability"), 404, "not_found")


def test_a_person_who_moves_between_forecast_and_call(account, number):
    patient = account.new_patient(timezone=zone_where_it_is(NOON))
    phone = account.new_number(patient, number)["id"]
    assert decide(account, phone_id=phone, at=text(now()))["allowed"]
    account.patch(f"/api/v2/patients/{patient}", {"timezone": zone_where_it_is(NIGHT)})
    assert reasons(account, phone_id=phone) == ["outside_hours"]
    account.patch(f"/api/v2/patients/{patient}", {"timezone": None})
    told = decide(account, phone_id=phone)
    assert (told["timezones"], told["timezone_source"]) == (["America/New_York"], "area_code")


# Questions at fault

@pytest.mark.parametrize("fields, at_fault", [
    ({}, ["phone_id", "channel", "purpose"]),
    ({"phone_id": UNKNOWN_PHONE, "number": "5852984455", "channel": "call", "purpose": "care"}, ["number"]),
    ({"phone_id": "phn_12345", "channel": "call", "purpose": "care"}, ["phone_id"]),
    ({"phone_id": UNKNOWN_PHONE.lower(), "channel": "call", "purpose": "care"}, ["phone_id"]),
    ({"phone_id": "phn_8" + "0" * 25, "channel": "call", "purpose": "care"}, ["phone_id"]),
    ({"phone_id": None, "channel": "call", "purpose": "care"}, ["phone_id"]),
    ({"number": 5852984455, "channel": "call", "purpose": "care"}, ["number"]),
    ({"number": "585298445", "channel": "call", "purpose": "care"}, ["number"]),
    ({"number": "+442079460018", "channel": "call", "purpose": "care"}, ["number"]),
    ({"number": "5852984455 x7", "channel": "call", "purpose": "care"}, ["number"]),
    ({"number": "5852984455", "channel": "Call", "purpose": None}, ["channel", "purpose"]),
    ({"number": "1", "channel": "fax", "purpose": "fun", "voice": "loud", "line_id": "pn_1", "at": "soon", "extra": 1},
     ["number", "channel", "purpose", "voice", "line_id", "at", "extra"]),
    ({"number": "5852984455", "channel": "call", "purpose": "care", "voice": None}, ["voice"]),
    ({"number": "5852984455", "channel": "call", "purpose": "care", "at": "2026-11-25"}, ["at"]),
])
def test_every_field_at_fault_is_named(account, fields, at_fault):
    refused(account.post("/decisions", fields), 422, "validation_error", *at_fault)
    assert account.walk("/decisions") == []


@pytest.mark.parametrize("written", ["+1 (585) 298-4455", "15852984455", "585.298.4455", "tel:+1-585-298-4455"])
def test_a_number_however_it_is_written(account, written):
    assert decide(account, number=written)["number"] == "5852984455"


def test_what_is_unknown(account, entry):
    question = {"channel": "call", "purpose": "care"}
    refused(account.post("/decisions", {**question, "phone_id": UNKNOWN_PHONE}), 404, "not_found")
    refused(account.post("/decisions", {**question, "phone_id": entry, "line_id": UNKNOWN_LINE}), 404, "not_found")
    refused(account.post("/decisions", {**question, "phone_id": UNKNOWN_PHONE, "at": text(now())}), 404, "not_found")
    for unknown in (UNKNOWN_DECISION, "dec_1", "x"):
        refused(account.get(f"/decisions/{unknown}"), 404, "not_found")
    account.delete(f"/api/v2/phone-numbers/{entry}")
    refused(account.post("/decisions", {**question, "phone_id": entry}), 404, "not_found")
    assert account.walk("/decisions") == []


def test_another_accounts_ids_are_unknown(account, shared_installation, entry, number):
    other = shared_installation.client(account="another that decides")
    line, told = account.new_line()["id"], decide(account, phone_id=entry)
    theirs = entry_where_it_is(other, NOON, number)
    question = {"channel": "call", "purpose": "care"}
    refused(other.post("/decisions", {**question, "phone_id": entry}), 404, "not_found")
    refused(other.post("/decisions", {**question, "phone_id": theirs, "line_id": line}), 404, "not_found")
    refused(other.get(f"/api/v2/phone-numbers/{entry}/reachability"), 404, "not_found")
    refused(other.get(f"/decisions/{told['id']}"), 404, "not_found")
    assert other.walk("/decisions") == []
    assert [person["id"] for person in decide(other, number=number)["people"]] != [person["id"] for person in told["people"]]
    suppress(other, number, "call")
    other.patch(f"/api/v2/phone-numbers/{theirs}", {"do_not_call": True})
    put_policy(other, hours={"care": {"start": "00:00", "end": "00:01"}})
    assert decide(account, phone_id=entry)["allowed"] and decide(account, number=number)["allowed"]
    assert "do_not_call" not in marketing(account, phone_id=entry)


# Emergencies

def test_an_emergency_needs_its_own_scope(account, emergency, shared_installation, entry):
    question = {"phone_id": entry, "channel": "call", "purpose": "emergency"}
    for asked in (question, {**question, "at": text(now())}, {**question, "voice": "loud"}):
        error = refused(account.post("/decisions", asked), 403, "forbidden", "purpose")
        assert "reach:emergency" in error["message"]
    told = decide(emergency, **question)
    assert told["allowed"] and told["purpose"] == "emergency"
    assert emergency.get(f"/api/v2/phone-numbers/{entry}/reachability", params={"purpose": "emergency"}).json()["allowed"]
    assert account.get(f"/decisions/{told['id']}").json() == told, "marked so for ever, and for everybody to see"
    only_admin = shared_installation.client(account="only admin", scopes="admin")
    refused(only_admin.post("/decisions", {"number": "5852984455", "channel": "call", "purpose": "emergency"}), 403, "forbidden", "purpose")
    assert only_admin.post("/decisions", {"number": "5852984455", "channel": "call", "purpose": "care"}).status_code == 200


def test_the_scope_for_emergencies_alone_reaches_nothing(shared_installation):
    alone = shared_installation.client(account="only emergencies", scopes="reach:emergency")
    body = {"number": "5852984455", "channel": "call", "purpose": "emergency"}
    refused(alone.post("/decisions", body), 403, "forbidden")
    refused(alone.get("/decisions"), 403, "forbidden")


# Numbers that many share

def test_a_number_that_hundreds_share_is_asked_about_by_entry(account, number):
    numbers = [{"number": number, "phone_type": "home"}]
    people = [account.new_patient(first_name=f"Resident {i}", timezone=zone_where_it_is(NOON), phone_numbers=numbers) for i in range(100)]
    told = decide(account, number=number)
    assert told["allowed"] and len(told["people"]) == 100
    last = account.new_patient(first_name="Resident 100", phone_numbers=numbers)
    question = {"number": number, "channel": "call", "purpose": "care"}
    refused(account.post("/decisions", question), 409, "conflict")
    batch = account.post("/decisions/batch", {"decisions": [question]}).json()["decisions"]
    assert batch[0]["error"]["code"] == "conflict"
    phone = account.get(f"/api/v2/patients/{people[0]}").json()["phone_numbers"][0]["id"]
    assert decide(account, phone_id=phone)["allowed"]
    assert account.delete(f"/api/v2/phone-numbers/{account.get(f'/api/v2/patients/{last}').json()['phone_numbers'][0]['id']}").status_code == 200
    assert decide(account, number=number)["allowed"]


# Lists

def test_filters(account, entry, number):
    patient = account.get("/api/v2/phone-numbers").json()["data"][0]["linked_to"]["id"]
    one = decide(account, phone_id=entry)
    two = decide(account, phone_id=entry, channel="text", purpose="marketing")
    three = decide(account, number="5852980003")
    every = [three, two, one]

    def found(**query):
        return account.walk("/decisions", **query)

    assert found() == every
    assert found(number=number) == [two, one] == found(number=f"+1{number}") == found(number=f" 1{number}")
    assert found(person=patient) == [two, one] and found(person="nobody") == []
    assert found(allowed="true") == [one] and found(allowed="false") == [three, two]
    assert found(channel="text") == [two] and found(channel="call") == [three, one]
    assert found(number=number, channel="call", allowed="true", person=patient) == [one]
    assert found(**{"from": one["at"]}) == every and found(to=one["at"]) == []
    later = text(now() + datetime.timedelta(minutes=1))
    assert found(to=later) == every and found(**{"from": later}) == []
    for name, value in (("number", "585"), ("number", ""), ("allowed", "yes"), ("channel", "fax"), ("from", "now"), ("to", "2026-01-01"),
                        ("person", "a b"), ("since", one["at"]), ("page_size", "0")):
        refused(account.get("/decisions", params={name: value}), 400, "invalid_parameter", name)


def test_pages(account, entry):
    kept = [decide(account, phone_id=entry, channel=("call", "text")[i % 2])["id"] for i in range(7)]
    first = account.get("/decisions", params={"page_size": 3}).json()
    assert [decision["id"] for decision in first["decisions"]] == kept[:3:-1]
    newer = decide(account, phone_id=entry)["id"]
    rest = account.walk("/decisions", page_size=3, page_token=first["next_page_token"])
    assert [decision["id"] for decision in rest] == kept[3::-1], "what comes meanwhile does not move the others"
    assert [decision["id"] for decision in account.walk("/decisions", page_size=1)] == [newer, *kept[::-1]]
    assert [decision["id"] for decision in account.walk("/decisions", page_size=2, channel="text")] == kept[5::-2]
    refused(account.get("/decisions", params={"page_token": first["next_page_token"], "channel": "text"}), 400, "invalid_page_token")


# Batches

def test_a_batch_answers_in_order(account, entry, number):
    asked = {"channel": "call", "purpose": "care"}
    answer = account.post("/decisions/batch", {"decisions": [
        {**asked, "phone_id": entry},
        {**asked, "phone_id": UNKNOWN_PHONE},
        {**asked, "number": "585"},
        "what?", None, [],
        {**asked, "phone_id": entry, "purpose": "emergency"},
        {"channel": "fax", "extra": 1},
        {**asked, "number": number, "at": text(now() + datetime.timedelta(hours=1))},
        {**asked, "number": number, "channel": "text", "line_id": None}]})
    assert answer.status_code == 200, answer.text
    told = answer.json()["decisions"]
    assert [decision.get("error", {}).get("code", "decided") for decision in told] == [
        "decided", "not_found", "validation_error", "validation_error", "validation_error", "validation_error", "forbidden",
        "validation_error", "decided", "decided"]
    assert [detail["field"] for detail in told[7]["error"]["details"]] == ["phone_id", "channel", "purpose", "extra"]
    assert [detail["field"] for detail in told[3]["error"]["details"]] == ["body"]
    assert {decision["error"]["request_id"] for decision in told if "error" in decision} == {answer.headers["X-Request-Id"]}
    assert told[8]["id"] is None
    assert account.walk("/decisions") == [told[9], told[0]]


def test_a_batch_of_a_thousand(account, entry):
    asked = [{"phone_id": entry, "channel": "call", "purpose": "care"}] * 1000
    told = account.post("/decisions/batch", {"decisions": asked}).json()["decisions"]
    assert len(told) == 1000 == len({decision["id"] for decision in told}) and all(decision["allowed"] for decision in told)
    refused(account.post("/decisions/batch", {"decisions": [*asked, asked[0]]}), 422, "validation_error", "decisions")
    assert len(account.walk("/decisions", page_size=100)) == 1000


@pytest.mark.parametrize("body, at_fault", [
    ({}, ["decisions"]), ({"decisions": None}, ["decisions"]), ({"decisions": {}}, ["decisions"]), ({"decisions": []}, ["decisions"]),
    ([], ["body"]), ({"decisions": [{}], "more": 1}, ["more"])])
def test_what_is_no_batch(account, body, at_fault):
    refused(account.post("/decisions/batch", body), 422, "validation_error", *at_fault)


def test_a_batch_with_an_idempotency_key(account, entry):
    body = {"decisions": [{"phone_id": entry, "channel": "call", "purpose": "care"}, {}]}
    first, again = (account.post("/decisions/batch", body, headers={"Idempotency-Key": "batch"}) for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotent-Replayed"] == "true"
    assert len(account.walk("/decisions")) == 1


# What is kept

def test_decisions_outlive_the_server_and_are_sealed(installation):
    installation.serve()
    client = installation.client()
    phone = entry_where_it_is(client, NOON, "5852984455")
    kept = [decide(client, phone_id=phone), decide(client, number="5852984456")]
    installation.server.kill()
    installation.serve()
    assert installation.client().walk("/decisions") == kept[::-1]
    assert "decisions: sound, 2" in installation.run("audit", "verify").stdout
