"""Where an inbound call goes, and who is calling: GET /routes/{number}."""
import urllib.parse

import pytest

from installation import unused_e164
from refusals import refused

STREAM = {"type": "stream", "url": "wss://agents.example.com/1"}
FALLBACK = {"type": "number", "number": "+12125550142"}


@pytest.fixture
def number():
    return unused_e164()


def test_the_lines_agent_takes_the_call(account, number):
    account.new_agent("desk")
    line = account.new_line(number, ai_agent_id="desk", outbound_ai_agent_id=None, fallback_destination=FALLBACK)
    assert account.get(f"/routes/{number}").json() == {
        "phone_number": number, "line_id": line["id"], "provider": "byo", "action": "agent",
        "ai_agent": {"agent_id": "desk", "agent_name": "desk", "answer": STREAM}, "fallback_destination": FALLBACK, "callers": []}


@pytest.mark.parametrize("answer", [{"type": "sip", "sip_uri": "sip:a@b.example"}, {"type": "webhook", "url": "https://b.example/"}])
def test_however_the_agent_answers(account, number, answer):
    account.put("/ai_agents/desk", {"agent_name": "Desk", "answer": answer})
    account.new_line(number, ai_agent_id="desk")
    assert account.get(f"/routes/{number}").json()["ai_agent"]["answer"] == answer


@pytest.mark.parametrize("agent, fallback, action", [
    ("answering", None, "agent"), ("answering", FALLBACK, "agent"), ("silent", FALLBACK, "fallback"), ("silent", None, "reject"),
    (None, FALLBACK, "fallback"), (None, None, "reject")])
def test_agent_else_fallback_else_reject(account, number, agent, fallback, action):
    account.new_agent("answering")
    account.put("/ai_agents/silent", {"agent_name": "Silent"})
    account.new_line(number, ai_agent_id=agent, fallback_destination=fallback)
    route = account.get(f"/routes/{number}").json()
    assert route["action"] == action and route["fallback_destination"] == fallback
    assert (route["ai_agent"] or {}).get("agent_id") == agent


def test_a_change_takes_effect_on_the_next_call(account, number):
    account.new_agent("first")
    account.new_agent("second")
    line = account.new_line(number, ai_agent_id="first")

    def agent():
        return (account.get(f"/routes/{number}").json()["ai_agent"] or {}).get("agent_id")

    assert agent() == "first"
    account.patch(f"/phone_numbers/{line['id']}", {"ai_agent_id": "second"})
    assert agent() == "second"
    account.put("/ai_agents/second", {"agent_name": "Silent now"})
    assert account.get(f"/routes/{number}").json()["action"] == "reject"
    account.delete("/ai_agents/second", params={"force": "true"})
    assert agent() is None
    account.delete(f"/phone_numbers/{line['id']}")
    refused(account.get(f"/routes/{number}"), 404, "not_found")


def test_the_ways_to_write_the_number(account, number):
    line = account.new_line(number)
    for written in (number, number[1:], number[2:], number.replace("+", "%2B"), "%20" + number[1:]):
        assert account.get(f"/routes/{written}").json()["line_id"] == line["id"], written
    private = account.new_line("desk7", e164_check=False)
    assert account.get("/routes/desk7").json()["line_id"] == private["id"]
    for unknown in ("desk8", "Desk7", "7", number[:-1], "%2B" + number[2:], "sip:desk7", "a%20b"):
        refused(account.get(f"/routes/{unknown}"), 404, "not_found")


def test_an_abroad_number(account):
    number = unused_e164().replace("+1", "+49")
    line = account.new_line(number)
    assert account.get(f"/routes/{number[1:]}").json()["line_id"] == line["id"]


def test_everybody_who_has_the_callers_number(account, number):
    account.new_line(number)
    john = account.new_patient()
    jane = account.new_patient(first_name="Jane")
    account.put("/api/v2/doctors/ada", {"first_name": "Ada", "last_name": "Roe"})
    on_john = account.new_number(john, "5852984455", "home", do_not_call=True)
    on_jane = account.new_number(jane, "5852984455", "cell")
    on_ada = account.post("/api/v2/phone-numbers", {"number": "5852984455", "phone_type": "other", "doctor_id": "ada"}).json()
    account.new_number(john, "5852984456")

    def callers(written):
        return account.get(f"/routes/{number}", params={"from": written}).json()["callers"]

    told = callers("+15852984455")
    assert sorted(told, key=lambda caller: caller["name"]) == [
        {"type": "doctor", "id": "ada", "name": "Ada Roe", "phone_id": on_ada["id"], "phone_type": "other", "do_not_call": False},
        {"type": "patient", "id": jane, "name": "Jane Doe", "phone_id": on_jane["id"], "phone_type": "cell", "do_not_call": False},
        {"type": "patient", "id": john, "name": "John Doe", "phone_id": on_john["id"], "phone_type": "home", "do_not_call": True}]
    for written in ("5852984455", "(585) 298-4455", "1-585-298-4455", " 15852984455", "٥٨٥٢٩٨٤٤٥٥"):
        assert callers(written) == told, written
    for nobody in ("5852984457", "anonymous", "", "+495852984455", "sip:5852984455@example.com"):
        assert callers(nobody) == [], nobody
    account.patch(f"/api/v2/patients/{jane}", {"last_name": "Poe"})
    assert "Jane Poe" in [caller["name"] for caller in callers("5852984455")]


def test_from_needs_a_scope_of_its_own(shared_installation, number):
    other = f"routes only {number}"
    full = shared_installation.client(account=other)
    full.new_line(number)
    lines_only = shared_installation.client(account=other, scopes="lines:read")
    assert lines_only.get(f"/routes/{number}").status_code == 200
    refused(lines_only.get(f"/routes/{number}", params={"from": "5852984455"}), 403, "forbidden")
    refused(lines_only.get("/routes/nowhere", params={"from": "5852984455", "colour": "red"}), 403, "forbidden")
    both = shared_installation.client(account=other, scopes="lines:read,contacts:read")
    assert both.get(f"/routes/{number}", params={"from": "5852984455"}).status_code == 200


def test_another_accounts_line_is_no_route(account, shared_installation, number):
    shared_installation.client(account="someone with a route").new_line(number)
    refused(account.get(f"/routes/{number}"), 404, "not_found")


def test_unknown_parameters(account, number):
    account.new_line(number)
    refused(account.get(f"/routes/{number}", params={"form": "5852984455"}), 400, "invalid_parameter", "form")


def test_a_line_is_found_however_its_number_is_written(account, number):
    line = account.new_line(number)
    ten = number[2:]
    for written in (number, number[1:], ten, f"({ten[:3]}) {ten[3:6]}-{ten[6:]}", f"{ten[:3]}\u2011{ten[3:6]}\u2011{ten[6:]}",
                    f"tel:{number}", f"001 {ten}", f"{ten} ext. 12"):
        assert account.get(f"/routes/{urllib.parse.quote(written)}").json()["line_id"] == line["id"], written
        (found,) = account.get("/phone_numbers", params={"phone_number": written}).json()["phone_numbers"]
        assert found["id"] == line["id"], written


def test_a_caller_is_known_however_the_number_is_written(account, number):
    account.new_line(number)
    patient = account.new_patient()
    account.new_number(patient, "5852984455")
    for written in ("5852984455", "+1 585-298-4455", "tel:+15852984455;ext=3", "585\u2013298\u20134455"):
        (caller,) = account.get(f"/routes/{number}", params={"from": written}).json()["callers"]
        assert caller["id"] == patient, written
