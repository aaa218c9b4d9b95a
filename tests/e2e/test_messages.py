"""Texts to simulated phones, and from them."""
import datetime
import subprocess

import pytest

from clinic import Clinic
from conftest import new_account_name
from installation import BINARY
from reach import NIGHT, codes, decide, ledger_of, now, text
from refusals import refused
from waiting import eventually

WORDS = "Your appointment is tomorrow at ten."


@pytest.fixture
def clinic(demo, request) -> Clinic:
    return Clinic(demo.client(account=(name := new_account_name(request.node.name))), name)


def test_a_text_is_delivered(clinic):
    entry, number = clinic.person(first_name="Rosa", last_name="Diaz")
    sent = clinic.text(entry, WORDS)
    assert sent["status"] == "accepted" and sent["text"] is None and sent["carrier_sid"] is None
    over = clinic.ended_text(sent["id"])
    assert over["status"] == "delivered" and over["text"] == WORDS and over["carrier_sid"]
    assert [person["name"] for person in over["people"]] == ["Rosa Diaz"]
    assert [item["text"] for item in clinic.inbox(number, "text")] == [WORDS]
    assert clinic.get("/messages")["messages"][0]["id"] == sent["id"]
    assert clinic.get(f"/decisions/{over['decision_id']}")["channel"] == "text"


@pytest.mark.parametrize("code, reason", [(30003, None), (30006, "undeliverable"), (30005, "undeliverable"), (21610, "opted_out")])
def test_what_a_failure_says_of_the_number(clinic, code, reason):
    entry, number = clinic.person()
    clinic.behave(number, text="fail", error_code=code)
    failed = clinic.ended_text(clinic.text(entry)["id"])
    assert failed["status"] in ("undelivered", "failed") and failed["error_code"] == code and failed["error_message"]
    assert codes(decide(clinic.client, phone_id=entry, channel="text")) == ([reason] if reason else [])
    delivery = clinic.get(f"/api/v2/phone-numbers/{entry}/delivery")
    assert (delivery["attempts"], delivery["failed"], delivery["rate_percent"]) == (1, 1, 0)
    assert delivery["failures"][0]["error_code"] == code and delivery["failures"][0]["meaning"]


@pytest.mark.parametrize("word", ["STOP", "stop.", "StopAll", "unsubscribe", "CANCEL", "end", "quit", "revoke", "OPTOUT!"])
def test_stop_is_obeyed_at_once(clinic, word):
    entry, number = clinic.person()
    clinic.phone_texts(number, word)
    eventually(lambda: codes(decide(clinic.client, phone_id=entry, channel="text")) == ["opted_out"])
    assert decide(clinic.client, phone_id=entry)["allowed"], "calls are another matter"
    refused(clinic.client.post("/messages", {"line_id": clinic.line["id"], "to": entry, "text": "x", "purpose": "care"}), 409,
            "contact_not_allowed")


def test_start_lifts_what_stop_set_and_nothing_else(clinic):
    entry, number = clinic.person()
    clinic.phone_texts(number, "STOP")
    eventually(lambda: not decide(clinic.client, phone_id=entry, channel="text")["allowed"])
    clinic.phone_texts(number, "Start")
    eventually(lambda: decide(clinic.client, phone_id=entry, channel="text")["allowed"])
    clinic.post("/api/v2/suppressions", {"number": number, "channels": ["text"], "reason": "asked by letter"})
    clinic.phone_texts(number, "START")
    eventually(lambda: len(clinic.get("/messages?direction=inbound")["messages"]) == 3)
    assert codes(decide(clinic.client, phone_id=entry, channel="text")) == ["opted_out"]


def test_help_is_answered(clinic):
    entry, number = clinic.person()
    clinic.phone_texts(number, "Help?")
    reply = eventually(lambda: clinic.inbox(number, "text"))
    assert "STOP" in reply[0]["text"] and reply[0]["from"] == clinic.line["phone_number"]
    assert [m["direction"] for m in clinic.get("/messages")["messages"]] == ["outbound", "inbound"]


def test_a_reply_is_kept_with_whoever_sent_it(clinic):
    entry, number = clinic.person(first_name="Rosa", last_name="Diaz")
    clinic.phone_texts(number, "I will be late")
    (received,) = eventually(lambda: clinic.get("/messages?direction=inbound")["messages"])
    assert received["text"] == "I will be late" and received["status"] == "received" and received["from"] == "+1" + number
    assert [person["name"] for person in received["people"]] == ["Rosa Diaz"]


def test_numbers_are_found_however_they_are_written(clinic):
    entry, number = clinic.person()
    sent = clinic.text(entry)["id"]
    clinic.phone_texts(number, "I will be late")
    (received,) = eventually(lambda: clinic.get("/messages?direction=inbound")["messages"])
    spaced = f"({number[:3]}) {number[3:6]}-{number[6:]}"
    for written in (number, "+1" + number, "1" + number, spaced, "tel:+1" + number):
        found = lambda **query: [m["id"] for m in clinic.client.walk("/messages", **query)]
        assert found(to=written) == [sent] and found(**{"from": written}) == [received["id"]], written
    assert clinic.get(f"/messages?to=+1{number}")["messages"][0]["id"] == sent, "a plus that came as a space"
    assert found(to="12345") == found(to="anonymous") == []


def test_a_text_for_later_is_decided_at_its_time(clinic):
    entry, number = clinic.person()
    sent = clinic.text(entry, send_at=text(now() + datetime.timedelta(seconds=3)))
    assert sent["decision_id"] is None and sent["send_at"]
    other, other_number = clinic.person()
    held = clinic.text(other, send_at=text(now() + datetime.timedelta(seconds=3)))
    clinic.client.patch(f"/api/v2/phone-numbers/{other}", {"do_not_call": True})
    assert clinic.ended_text(sent["id"])["status"] == "delivered"
    kept = clinic.ended_text(held["id"])
    assert kept["status"] == "held" and "not allowed" in kept["error_message"] and kept["decision_id"]
    assert clinic.inbox(other_number, "text") == []


def test_for_later_where_it_would_not_be_allowed(clinic):
    entry, _ = clinic.person(NIGHT)
    error = refused(clinic.client.post("/messages", {"line_id": clinic.line["id"], "to": entry, "text": "x", "purpose": "care",
                                                     "send_at": text(now() + datetime.timedelta(minutes=5))}), 409, "contact_not_allowed")
    assert error["details"][0]["decision"]["id"] is None, "a forecast is not kept"


def test_what_is_wrong_is_named(clinic):
    body = {"line_id": "x", "to": "12", "text": " ", "purpose": "fun", "send_at": "tomorrow", "typo": 1}
    error = refused(clinic.client.post("/messages", body), 422, "validation_error")
    assert {detail["field"] for detail in error["details"]} >= {"line_id", "to", "text", "purpose", "send_at", "typo"}
    entry, _ = clinic.person()
    fits = {"line_id": clinic.line["id"], "to": entry, "purpose": "care"}
    refused(clinic.client.post("/messages", {**fits, "text": "x" * 1601}), 422, "validation_error", "text")
    assert clinic.text(entry, "ü" * 1600)["status"] == "accepted"
    late = text(now() + datetime.timedelta(days=31))
    refused(clinic.client.post("/messages", {**fits, "text": "x", "send_at": late}), 422, "validation_error", "send_at")
    trunk = clinic.client.new_line()
    refused(clinic.client.post("/messages", {**fits, "line_id": trunk["id"], "text": "x"}), 422, "validation_error", "line_id")


def test_repeated_keys_send_once(clinic):
    entry, number = clinic.person()
    body = {"line_id": clinic.line["id"], "to": entry, "text": WORDS, "purpose": "care"}
    first, second = (clinic.client.post("/messages", body, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json() == second.json() and first.status_code == 201
    clinic.ended_text(first.json()["id"])
    assert len(clinic.inbox(number, "text")) == 1


def test_the_ledger_tells_the_text_without_its_words(clinic):
    entry, _ = clinic.person()
    sent = clinic.ended_text(clinic.text(entry, WORDS)["id"])
    rows = ledger_of(clinic.client, "message", sent["id"])
    assert rows[-1]["action"] == "created" and rows[0]["changes"]["status"]["is"] == "delivered"
    assert WORDS not in str(rows)


def test_nobody_elses(clinic, demo):
    entry, number = clinic.person()
    sent = clinic.ended_text(clinic.text(entry)["id"])
    other = demo.client(account=new_account_name("somebody else"))
    refused(other.get(f"/messages/{sent['id']}"), 404, "not_found")
    assert other.get("/messages").json()["messages"] == []
    assert other.get(f"/simulator/phones/{number}").json()["inbox"] == []
    refused(other.post(f"/simulator/phones/{number}", {"text": {"to": clinic.line["phone_number"], "text": "hi"}}), 422,
            "validation_error", "text.to")


def test_quality_names_numbers_that_fail(clinic):
    entry, number = clinic.person()
    clinic.behave(number, text="fail", error_code=30006)
    clinic.ended_text(clinic.text(entry)["id"])
    shared = clinic.client.new_number(clinic.client.new_patient(), number, "home")["id"]
    gone, gone_number = clinic.person()
    clinic.behave(gone_number, text="fail", error_code=30003)
    clinic.ended_text(clinic.text(gone)["id"])
    assert clinic.client.delete(f"/api/v2/phone-numbers/{gone}").status_code == 200
    failing = clinic.get("/api/v2/phone-numbers/quality")["failing_numbers"]
    assert failing["count"] == 2
    assert {(reason["error_code"], reason["numbers"]) for reason in failing["reasons"]} == {(30006, 1), (30003, 1)}
    assert all(reason["meaning"] for reason in failing["reasons"])
    assert failing["items"][0] == {"id": None, "number": gone_number, "error_code": 30003}, "nobody has it any more"
    assert sorted(item["id"] for item in failing["items"][1:]) == sorted([entry, shared])
    assert all(item["number"] == number and item["error_code"] == 30006 for item in failing["items"][1:])


def test_simulated_phones_are_of_demos_alone(account):
    error = refused(account.get("/simulator/phones/5852984455"), 404, "not_found")
    assert "--demo" in error["message"]
    refused(account.post("/simulator/phones/5852984455", {"behaviour": {"call": "busy"}}), 404, "not_found")


def test_the_phones_in_a_terminal(clinic, demo):
    entry, number = clinic.person()
    clinic.ended_text(clinic.text(entry, "Ten o'clock\u202e.\nBring your card.")["id"])
    shown = demo.run("phones", "--once", "--account", clinic.account).stdout
    assert shown.endswith(f"  +1{number}  text from {clinic.line['phone_number']}  Ten o'clock . Bring your card.\n")


def test_watching_the_phones_shows_each_text_once(clinic, demo, tmp_path):
    entry, _ = clinic.person()
    with (tmp_path / "shown").open("wb") as out:
        watching = subprocess.Popen([BINARY, "phones", "--data", demo.data, "--account", clinic.account], stdout=out, stderr=subprocess.PIPE)
        try:
            assert watching.stderr.readline() == f"Watching the simulated phones of {clinic.account}. Ctrl-C ends.\n".encode()
            for words in ("First.", "Second."):
                clinic.ended_text(clinic.text(entry, words)["id"])
            shown = eventually(lambda: (lines := (tmp_path / "shown").read_text().splitlines()) and len(lines) == 2 and lines)
        finally:
            watching.terminate()
            watching.wait(10)
    assert [line.rsplit("  ", 1)[1] for line in shown] == ["First.", "Second."]
