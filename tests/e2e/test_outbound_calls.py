"""Calls that we place, to simulated phones."""
import pytest

from clinic import Clinic
from conftest import new_account_name
from reach import NIGHT, decide, ledger_of
from refusals import refused
from waiting import eventually


@pytest.fixture
def clinic(demo, request) -> Clinic:
    return Clinic(demo.client(account=new_account_name(request.node.name)))


def test_a_call_is_placed_answered_and_over(clinic):
    entry, number = clinic.person()
    placed = clinic.call(entry, metadata={"visit": "v_17"}, voicemail="hang_up")
    assert placed["direction"] == "outbound" and placed["status"] == "queued" and placed["carrier_sid"] is None
    assert placed["from"] == clinic.line["phone_number"] and placed["to"] == "+1" + number
    assert placed["ai_agent_id"] == "nurse" and placed["phone_id"] == entry and placed["metadata"] == {"visit": "v_17"}
    over = clinic.ended_call(placed["id"])
    assert over["status"] == "completed" and over["answered_by"] == "human" and over["carrier_sid"]
    statuses = [event["status"] for event in over["events"]]
    assert "ringing" in statuses and statuses[-1] == "completed"
    heard = clinic.inbox(number, "call")
    assert len(heard) == 1 and heard[0]["from"] == clinic.line["phone_number"]
    assert "wss://agents.example.com/nurse" in heard[0]["heard"][0]
    decision = clinic.get(f"/decisions/{over['decision_id']}")
    assert decision["allowed"] and decision["line_id"] == clinic.line["id"] and decision["channel"] == "call"


@pytest.mark.parametrize("behaviour, status", [("busy", "busy"), ("no_answer", "no-answer"), ("fail", "failed")])
def test_phones_that_do_not_answer(clinic, behaviour, status):
    entry, number = clinic.person()
    clinic.behave(number, call=behaviour)
    assert clinic.ended_call(clinic.call(entry)["id"])["status"] == status


@pytest.mark.parametrize("voicemail, speaks", [("hang_up", False), ("leave", True), ("agent", True)])
def test_machines(clinic, voicemail, speaks):
    entry, number = clinic.person()
    clinic.behave(number, call="voicemail")
    over = clinic.ended_call(clinic.call(entry, voicemail=voicemail)["id"])
    assert over["status"] == "completed"
    heard = [sentence for item in clinic.inbox(number, "call") for sentence in item["heard"]]
    assert any("nurse" in sentence for sentence in heard) == speaks


def test_what_is_not_allowed_never_leaves(clinic):
    entry, number = clinic.person(NIGHT)
    error = refused(clinic.client.post("/calls", {"line_id": clinic.line["id"], "to": entry, "purpose": "care"}), 409,
                    "contact_not_allowed")
    decision = error["details"][0]["decision"]
    assert [reason["code"] for reason in decision["reasons"]] == ["outside_hours"]
    assert clinic.get(f"/decisions/{decision['id']}") == decision, "it is kept"
    assert clinic.inbox(number, "call") == [] and clinic.get("/calls")["calls"] == []


def test_a_decision_is_used_once(clinic):
    entry, number = clinic.person()
    decision = decide(clinic.client, phone_id=entry, line_id=clinic.line["id"])
    body = {"line_id": clinic.line["id"], "to": entry, "purpose": "care", "decision_id": decision["id"]}
    assert clinic.post("/calls", body)["decision_id"] == decision["id"]
    refused(clinic.client.post("/calls", body), 409, "conflict")
    of_another_line = decide(clinic.client, phone_id=entry)["id"]
    refused(clinic.client.post("/calls", {**body, "decision_id": of_another_line}), 422, "validation_error", "decision_id")
    unknown = "dec_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"
    refused(clinic.client.post("/calls", {**body, "decision_id": unknown}), 404, "not_found")


def test_a_trunk_is_told_what_to_do_instead(clinic):
    entry, _ = clinic.person()
    trunk = clinic.client.new_line(sip_termination_uri="sip:trunk.example.com")
    error = refused(clinic.client.post("/calls", {"line_id": trunk["id"], "to": entry, "purpose": "care"}), 422,
                    "validation_error", "line_id")
    assert "/dial-lists" in error["message"] and "/routes/outbound" in error["message"]


def test_what_is_wrong_is_named(clinic):
    error = refused(clinic.client.post("/calls", {"line_id": "x", "to": "12", "purpose": "fun", "voicemail": "no",
                                                  "metadata": {"a b": "c", "d": 5}, "typo": 1}), 422, "validation_error")
    assert {detail["field"] for detail in error["details"]} >= {"line_id", "to", "purpose", "voicemail", "metadata", "metadata.d", "typo"}
    unknown = {"line_id": "pn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z", "to": "5852984455", "purpose": "care"}
    refused(clinic.client.post("/calls", unknown), 404, "not_found")
    refused(clinic.client.post("/calls", {**unknown, "line_id": clinic.line["id"], "to": "phn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"}), 404,
            "not_found")


def test_a_call_is_ended(clinic):
    entry, number = clinic.person()
    placed = clinic.call(entry)
    eventually(lambda: clinic.get(f"/calls/{placed['id']}")["carrier_sid"])
    answer = clinic.client.post(f"/calls/{placed['id']}/hangup")
    assert answer.status_code == 202, answer.text
    assert clinic.ended_call(placed["id"])["status"] in ("completed", "canceled")
    refused(clinic.client.post(f"/calls/{placed['id']}/hangup"), 409, "conflict")
    refused(clinic.client.post("/calls/call_01JMEF2S9A7Q5V0X3C8R4T6Y1Z/hangup"), 404, "not_found")


def test_attempts_count_once_each(clinic):
    """Five calls for care within a day are allowed; the sixth is not."""
    entry, number = clinic.person()
    calls = [clinic.call(entry) for _ in range(5)]
    for call in calls:
        assert clinic.ended_call(call["id"])["status"] == "completed"
    error = refused(clinic.client.post("/calls", {"line_id": clinic.line["id"], "to": entry, "purpose": "care"}), 409,
                    "contact_not_allowed")
    assert [reason["code"] for reason in error["details"][0]["decision"]["reasons"]] == ["too_many_attempts"]


def test_an_outcome_belongs_to_the_call(clinic):
    entry, number = clinic.person()
    placed = clinic.call(entry)
    clinic.ended_call(placed["id"])
    kept = clinic.post(f"/calls/{placed['id']}/outcome", {"outcome": "do_not_call"})
    assert kept["decision_id"] == placed["decision_id"] and kept["number"] == number
    assert clinic.get(f"/api/v2/phone-numbers/{entry}")["do_not_call"]


def test_the_ledger_tells_the_call(clinic):
    entry, _ = clinic.person()
    placed = clinic.ended_call(clinic.call(entry)["id"])
    rows = ledger_of(clinic.client, "call", placed["id"])
    assert rows[-1]["action"] == "created" and rows[0]["changes"]["status"]["is"] == "completed"


def test_lists_tell_directions(clinic):
    entry, number = clinic.person()
    placed = clinic.call(entry)
    clinic.post(f"/simulator/phones/{number}", {"call": {"to": clinic.line["phone_number"]}}, 200)
    inbound = eventually(lambda: clinic.get("/calls?direction=inbound")["calls"])
    assert [call["from"] for call in inbound] == ["+1" + number]
    assert [call["id"] for call in clinic.get("/calls?direction=outbound")["calls"]] == [placed["id"]]


def test_lists_tell_who_was_called(clinic):
    entry, number = clinic.person()
    placed = clinic.call(entry)
    clinic.call(clinic.person()[0])
    clinic.post(f"/simulator/phones/{number}", {"call": {"to": clinic.line["phone_number"]}}, 200)
    inbound = eventually(lambda: clinic.get("/calls?direction=inbound")["calls"])[0]
    found = lambda **query: [call["id"] for call in clinic.client.walk("/calls", **query)]
    spaced = f"({number[:3]}) {number[3:6]}-{number[6:]}"
    for written in (number, "+1" + number, "1" + number, spaced):
        assert found(to=written) == [placed["id"]] and found(**{"from": written}) == [inbound["id"]], written
    line = clinic.line["phone_number"]
    assert found(to=line) == [inbound["id"]] and found(to=number, **{"from": line}) == [placed["id"]]
    assert found(to=line, direction="inbound", **{"from": number}) == [inbound["id"]]
    assert found(to="nobody") == found(to=number, direction="inbound") == []
    refused(clinic.client.get("/calls", params={"to": ""}), 400, "invalid_parameter")
