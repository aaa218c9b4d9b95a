"""Codes that are sent to simulated phones, and told back."""
import re

import pytest

from clinic import Clinic
from conftest import new_account_name
from installation import clock_ahead
from reach import NIGHT
from refusals import refused
from waiting import eventually

CODE = re.compile(r"\b(\d{6})\b")


@pytest.fixture
def clinic(demo, request) -> Clinic:
    return Clinic(demo.client(account=new_account_name(request.node.name)))


def path(entry: str, what="") -> str:
    return f"/api/v2/phone-numbers/{entry}/verification{what}"


def texted_codes(clinic, number) -> list[str]:
    return [CODE.search(item["text"])[1] for item in clinic.inbox(number, "text")]


def start(clinic, entry, channel="text", **fields) -> dict:
    return clinic.post(path(entry), {"channel": channel, **fields}, 202)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_by_text(clinic):
    entry, number = clinic.person(NIGHT)  # they ask for it: no hours hold
    started = start(clinic, entry)
    assert started["sent_to"] == "•••" + number[-4:] and (started["sends_left"], started["checks_left"]) == (2, 5)
    (code,) = eventually(lambda: texted_codes(clinic, number))
    verified = clinic.post(path(entry, "/check"), {"code": code}, 200)
    assert verified["id"] == entry and verified["verified"]
    assert clinic.get(f"/api/v2/phone-numbers/{entry}")["verified"]
    refused(clinic.client.post(path(entry, "/check"), {"code": code}), 410, "expired")
    assert all(message["text"] is None for message in clinic.get("/messages")["messages"]), "codes are nobody's to read"


def test_by_call_it_is_spoken_twice_digit_by_digit(clinic):
    entry, number = clinic.person()
    start(clinic, entry, "call", line_id=clinic.line["id"])
    (call,) = eventually(lambda: clinic.inbox(number, "call"))
    spoken = re.findall(r"(?:\d, ){5}\d", " ".join(call["heard"]))
    assert len(spoken) == 2 and spoken[0] == spoken[1]
    assert clinic.post(path(entry, "/check"), {"code": spoken[0].replace(", ", "")}, 200)["verified"]


def test_a_wrong_code_costs_a_check(clinic):
    entry, number = clinic.person()
    start(clinic, entry)
    (code,) = eventually(lambda: texted_codes(clinic, number))
    for left in (4, 3, 2, 1, 0):
        error = refused(clinic.client.post(path(entry, "/check"), {"code": wrong(code)}), 422, "wrong_code")
        assert error["details"] == [{"field": "code", "message": "is not the one that was sent", "checks_left": left}]
    refused(clinic.client.post(path(entry, "/check"), {"code": code}), 429, "too_many_requests")
    assert not clinic.get(f"/api/v2/phone-numbers/{entry}")["verified"]


def test_a_newer_one_replaces_the_older_and_three_an_hour_are_enough(clinic):
    entry, number = clinic.person()
    assert [start(clinic, entry)["sends_left"] for _ in range(3)] == [2, 1, 0]
    newest, _, oldest = eventually(lambda: len(codes := texted_codes(clinic, number)) == 3 and codes)
    error = refused(clinic.client.post(path(entry), {"channel": "text"}), 429, "too_many_requests")
    assert "the next may go out at" in error["message"]
    if oldest != newest:
        refused(clinic.client.post(path(entry, "/check"), {"code": oldest}), 422, "wrong_code")
    # Texts may overtake each other on their way: the one that counts is the last that was asked for.
    answers = [clinic.client.post(path(entry, "/check"), {"code": code}).status_code for code in texted_codes(clinic, number)]
    assert 200 in answers


def test_a_number_that_changes_cancels_it(clinic):
    entry, number = clinic.person()
    start(clinic, entry)
    (code,) = eventually(lambda: texted_codes(clinic, number))
    _, other = clinic.person()
    clinic.client.patch(f"/api/v2/phone-numbers/{entry}", {"number": other})
    refused(clinic.client.post(path(entry, "/check"), {"code": code}), 410, "expired")
    clinic.client.patch(f"/api/v2/phone-numbers/{entry}", {"number": number})
    refused(clinic.client.post(path(entry, "/check"), {"code": code}), 410, "expired")
    clinic.client.delete(f"/api/v2/phone-numbers/{entry}")
    refused(clinic.client.post(path(entry, "/check"), {"code": code}), 404, "not_found")


def test_nothing_waits(clinic):
    entry, _ = clinic.person()
    refused(clinic.client.post(path(entry, "/check"), {"code": "123456"}), 410, "expired")
    unknown = "phn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"
    refused(clinic.client.post(path(unknown), {"channel": "text"}), 404, "not_found")
    refused(clinic.client.post(path(unknown, "/check"), {"code": "123456"}), 404, "not_found")
    for code in ("12345", "1234567", "12345a", ""):
        refused(clinic.client.post(path(entry, "/check"), {"code": code}), 422, "validation_error", "code")
    refused(clinic.client.post(path(entry), {"channel": "smoke"}), 422, "validation_error", "channel")


def test_without_a_line_that_can(account):
    entry = account.new_number(account.new_patient(timezone="America/New_York"), "5852984455")["id"]
    error = refused(account.post(path(entry), {"channel": "text"}), 422, "validation_error", "line_id")
    assert "POST /phone_numbers" in error["message"]


def test_it_is_over_after_ten_minutes(installation):
    installation.serve("--demo")
    clinic = Clinic(installation.client())
    entry, number = clinic.person()
    start(clinic, entry)
    (code,) = eventually(lambda: texted_codes(clinic, number))
    installation.server.stop()
    installation.serve("--demo", env=clock_ahead("11m"))
    clinic.client.url = installation.server.url
    error = refused(clinic.client.post(path(entry, "/check"), {"code": code}), 410, "expired")
    assert "10 minutes" in error["message"]
