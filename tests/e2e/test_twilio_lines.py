"""Lines from Twilio, end to end against a stand-in of its API: bought once, never forgotten, given back."""
import time

import pytest

from conftest import new_account_name
from installation import Client, Installation, unused_e164
from refusals import refused
from twilio_stand_in import PUBLIC_URL

VOICE_URL = f"{PUBLIC_URL}/carriers/twilio/voice"
EARLIER = {"voice_url": "https://old.example.com/voice", "voice_method": "GET", "status_callback": "https://old.example.com/s",
           "status_callback_method": "GET", "trunk_sid": "TK" + "1" * 32, "voice_application_sid": "AP" + "2" * 32}


@pytest.fixture
def client(service, twilio, request) -> Client:
    twilio.faults.clear()
    return service.client(account=new_account_name(request.node.name))


@pytest.fixture
def owner(twilio) -> tuple[str, str]:
    return twilio.new_account()


def body_of(owner, **wish) -> dict:
    return {"provider": "twilio", "twilio_account_sid": owner[0], "twilio_auth_token": owner[1], **wish}


def create(client, owner, status=201, **wish):
    answer = client.post("/phone_numbers", body_of(owner, **wish))
    assert answer.status_code == status, answer.text
    return answer.json()


def for_sale(twilio, number=None) -> str:
    number = number or unused_e164()
    twilio.stock.add(number)
    return number


def until(client, line, done, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = client.get(f"/phone_numbers/{line['id']}")
        if done(answer):
            return answer
        time.sleep(0.05)
    raise AssertionError(f"still {answer.text}")


def until_status(client, line, status):
    return until(client, line, lambda answer: answer.json().get("status") == status).json()


def history(client, line) -> list[dict]:
    return list(reversed(client.walk(f"/phone_numbers/{line['id']}/history")))


def test_an_owned_number_is_imported_and_its_settings_taken_over(client, twilio, owner):
    number = unused_e164()
    owned = twilio.own(owner[0], number, **EARLIER)
    twilio.own(owner[0], number + "9")  # the list filter takes parts of numbers
    line = create(client, owner, phone_number=number)
    assert (line["status"], line["status_detail"], line["phone_number"]) == ("active", None, number)
    assert line["twilio_phone_number_sid"] == owned["sid"] and line["has_auth_token"] is True
    assert line["capabilities"] == {"voice": True, "sms": True, "mms": False, "fax": False}
    now = twilio.numbers_of(owner[0])[number]
    assert (now["voice_url"], now["voice_method"], now["trunk_sid"], now["voice_application_sid"]) == (VOICE_URL, "POST", None, "")
    assert now["status_callback"] == f"{PUBLIC_URL}/carriers/twilio/status" and twilio.sold[number] == 0
    assert client.get(f"/phone_numbers/{line['id']}").json() == line


@pytest.mark.parametrize("release", [False, True])
def test_deleting_gives_back_the_settings_or_the_number(client, twilio, owner, release):
    number = unused_e164()
    twilio.own(owner[0], number, **EARLIER)
    line = create(client, owner, phone_number=number)
    answer = client.delete(f"/phone_numbers/{line['id']}", params={"release": str(release).lower()})
    assert answer.json() == {"id": line["id"], "deleted": True, "message": "Phone number deleted"}
    held = twilio.numbers_of(owner[0])
    if release:
        assert number not in held and twilio.released[number] == 1
    else:
        assert {name: held[number][name] for name in EARLIER} == EARLIER
    refused(client.get(f"/phone_numbers/{line['id']}"), 404, "not_found")
    assert [entry["action"] for entry in history(client, line)][-1] == "deleted"


def test_what_is_not_owned_is_not_bought_unasked(client, twilio, owner):
    number = for_sale(twilio)
    told = refused(client.post("/phone_numbers", body_of(owner, phone_number=number)), 422, "number_not_owned", "phone_number")
    assert "purchase" in told["message"] and twilio.sold[number] == 0
    assert client.get("/phone_numbers").json()["phone_numbers"] == []
    assert create(client, owner, phone_number=number, purchase=True)["status"] == "active"
    assert twilio.sold[number] == 1


def test_purchase_by_number_goes_straight_to_the_purchase(client, twilio, owner):
    number = for_sale(twilio)
    searches = twilio.count("search")
    line = create(client, owner, phone_number=number, purchase=True, name="Desk")
    assert line["status"] == "active" and twilio.numbers_of(owner[0])[number]["voice_url"] == VOICE_URL
    assert twilio.count("search") == searches and twilio.sold[number] == 1
    assert twilio.numbers_of(owner[0])[number]["friendly_name"] == f"Linebook {line['id']}"


def test_purchase_of_an_owned_number_is_an_import(client, twilio, owner):
    number = unused_e164()
    twilio.own(owner[0], number)
    assert create(client, owner, phone_number=number, purchase=True)["status"] == "active"
    assert twilio.sold[number] == 0


def test_a_number_that_is_not_for_sale_is_told(client, twilio, owner):
    answer = client.post("/phone_numbers", body_of(owner, phone_number=unused_e164(), purchase=True))
    told = refused(answer, 422, "carrier_refused", "provider")
    assert told["details"][0]["carrier_code"] == 21422 and "not available" in told["message"]


def test_searched_by_area_code_and_bought_by_number(client, twilio, owner):
    for number in ("+12485550101", "+12485550102"):
        for_sale(twilio, number)
    line = create(client, owner, area_code="248")
    assert line["phone_number"] == "+12485550101" and line["status"] == "active"
    assert set(twilio.numbers_of(owner[0])) == {"+12485550101"} and twilio.sold["+12485550101"] == 1
    fields = [(entry["changes"].get("status_detail") or {}).get("is") for entry in history(client, line)]
    assert [text.split()[0] for text in fields if text] == ["searching", "buying", "bringing"], "the ledger tells the story"


@pytest.mark.parametrize("wish, status, code, carrier_code", [
    ({"area_code": "973"}, 409, "no_number_available", None), ({"country_code": "DE"}, 422, "carrier_refused", 20404)])
def test_nothing_fits_the_search(client, owner, wish, status, code, carrier_code):
    told = refused(client.post("/phone_numbers", body_of(owner, **wish)), status, code)
    assert told["details"][0].get("carrier_code") == carrier_code
    assert client.get("/phone_numbers").json()["phone_numbers"] == []


def test_a_number_snatched_between_search_and_purchase(client, twilio, owner):
    for number in ("+15675550101", "+15675550102"):
        for_sale(twilio, number)
    twilio.fault("buy", "snatched")
    assert create(client, owner, area_code="567")["phone_number"] == "+15675550102"
    assert twilio.sold["+15675550101"] == 0 and twilio.sold["+15675550102"] == 1


def test_wrong_credentials(client, twilio, owner):
    wrong = (owner[0], "0" * 32)
    told = refused(client.post("/phone_numbers", body_of(wrong, phone_number=unused_e164())), 422, "carrier_refused", "provider")
    assert told["details"][0]["carrier_code"] == 20003 and "0" * 32 not in str(told)
    assert client.get("/phone_numbers").json()["phone_numbers"] == []


@pytest.mark.parametrize("kind", ["lost", "done-500", "cut", "500", "429"])
def test_whatever_happens_to_the_purchase_it_is_made_once(client, twilio, owner, kind):
    number = for_sale(twilio)
    twilio.fault("buy", kind)
    line = create(client, owner, phone_number=number, purchase=True)
    assert line["status"] == "active" and twilio.sold[number] == 1
    assert set(twilio.numbers_of(owner[0])) == {number}


@pytest.mark.parametrize("operation", ["list", "update", "get"])
@pytest.mark.parametrize("kind", ["lost", "500", "429"])
def test_what_may_be_repeated_is(client, twilio, owner, operation, kind):
    number = unused_e164()
    twilio.own(owner[0], number, **EARLIER)
    twilio.fault(operation, kind)
    line = create(client, owner, phone_number=number)
    assert line["status"] == "active"
    assert client.delete(f"/phone_numbers/{line['id']}").json()["deleted"] is True
    assert {name: twilio.numbers_of(owner[0])[number][name] for name in EARLIER} == EARLIER


def test_a_carrier_that_fails_before_anything_was_bought(client, twilio, owner):
    twilio.fault("list", "500", times=3)
    told = refused(client.post("/phone_numbers", body_of(owner, phone_number=for_sale(twilio), purchase=True)), 502, "carrier_error", "provider")
    assert told["details"][0]["carrier_code"] == 20500
    assert client.get("/phone_numbers").json()["phone_numbers"] == []


def test_a_slow_carrier_answers_provisioning_and_the_line_becomes_active(client, twilio, owner):
    number = for_sale(twilio)
    client.new_agent("desk")
    twilio.fault("buy", "slow", seconds=9)
    started = time.monotonic()
    answer = client.post("/phone_numbers", body_of(owner, phone_number=number, purchase=True, ai_agent_id="desk"),
                         headers={"Idempotency-Key": "slow one"})
    assert answer.status_code == 201 and time.monotonic() - started > 7.5
    line = answer.json()
    assert (line["status"], line["status_detail"]) == ("provisioning", "buying the number from Twilio")
    refused(client.get(f"/routes/{number}"), 404, "not_found")
    again = client.post("/phone_numbers", body_of(owner, phone_number=number, purchase=True, ai_agent_id="desk"),
                        headers={"Idempotency-Key": "slow one"})
    assert again.json() == line and again.headers["Idempotent-Replayed"] == "true"
    assert until_status(client, line, "active")["phone_number"] == number
    assert twilio.sold[number] == 1 and client.get(f"/routes/{number}").json()["action"] == "agent"


def test_an_answer_that_comes_after_the_time_out(client, twilio, owner):
    """The purchase is made eleven seconds after it was asked for, when nobody listens any more."""
    number = for_sale(twilio)
    twilio.fault("buy", "late", seconds=11)
    line = create(client, owner, phone_number=number, purchase=True)
    assert line["status"] == "provisioning"
    assert until_status(client, line, "active")["phone_number"] == number
    time.sleep(2)
    assert twilio.sold[number] == 1 and set(twilio.numbers_of(owner[0])) == {number}


def test_one_purchase_for_one_idempotency_key(client, twilio, owner):
    number = for_sale(twilio)
    twilio.fault("buy", "lost")
    request = body_of(owner, phone_number=number, purchase=True)
    first = client.post("/phone_numbers", request, headers={"Idempotency-Key": "one"})
    second = client.post("/phone_numbers", request, headers={"Idempotency-Key": "one"})
    assert first.json()["status"] == "active" and second.json() == first.json()
    assert second.headers["Idempotent-Replayed"] == "true" and twilio.sold[number] == 1
    failing = body_of(owner, phone_number=for_sale(twilio), purchase=True)
    twilio.fault("list", "500", times=3)
    assert client.post("/phone_numbers", failing, headers={"Idempotency-Key": "two"}).status_code == 502
    assert client.post("/phone_numbers", failing, headers={"Idempotency-Key": "two"}).status_code == 201, "a 5xx is not kept"


def test_a_number_in_service_is_refused_before_the_carrier_is_asked(client, twilio, owner):
    line = client.new_line()
    asked = len(twilio.requests)
    refused(client.post("/phone_numbers", body_of(owner, phone_number=line["phone_number"])), 409, "phone_number_in_use", "phone_number")
    assert len(twilio.requests) == asked


def test_a_slow_release_stops_routing_at_once(client, twilio, owner):
    number = unused_e164()
    twilio.own(owner[0], number)
    client.new_agent("desk")
    line = create(client, owner, phone_number=number, ai_agent_id="desk")
    assert client.get(f"/routes/{number}").status_code == 200
    twilio.fault("release", "slow", seconds=9)
    answer = client.delete(f"/phone_numbers/{line['id']}", params={"release": "true"})
    assert (answer.status_code, answer.json()["deleted"], answer.json()["status"]) == (200, False, "releasing")
    assert client.get(f"/phone_numbers/{line['id']}").json()["status"] == "releasing"
    refused(client.get(f"/routes/{number}"), 404, "not_found")
    until(client, line, lambda got: got.status_code == 404)
    assert twilio.released[number] == 1


def test_a_lost_answer_to_a_release_counts_as_done(client, twilio, owner):
    number = unused_e164()
    twilio.own(owner[0], number)
    line = create(client, owner, phone_number=number)
    twilio.fault("release", "lost")
    assert client.delete(f"/phone_numbers/{line['id']}", params={"release": "true"}).json()["deleted"] is True
    assert twilio.released[number] == 1


def test_a_release_that_fails_can_be_tried_again(client, twilio, owner):
    number = unused_e164()
    twilio.own(owner[0], number, **EARLIER)
    line = create(client, owner, phone_number=number)
    twilio.tokens[owner[0]] = "f" * 32
    path = f"/phone_numbers/{line['id']}"
    told = refused(client.delete(path), 422, "carrier_refused", "provider")
    assert told["details"][0]["carrier_code"] == 20003
    assert client.get(path).json()["status"] == "error"
    refused(client.get(f"/routes/{number}"), 404, "not_found")
    client.patch(path, {"twilio_auth_token": "f" * 32})
    until(client, line, lambda got: got.status_code == 404)
    assert {name: twilio.numbers_of(owner[0])[number][name] for name in EARLIER} == EARLIER


def test_settings_changed_by_somebody_else_are_left_as_they_are_on_delete(client, twilio, owner):
    number = unused_e164()
    owned = twilio.own(owner[0], number, **EARLIER)
    line = create(client, owner, phone_number=number)
    twilio.owned[owned["sid"]]["voice_url"] = "https://new.example.com/"
    assert client.delete(f"/phone_numbers/{line['id']}").json()["deleted"] is True
    assert twilio.numbers_of(owner[0])[number]["voice_url"] == "https://new.example.com/"


def test_sync_finds_drift_and_mends_only_what_is_ours(client, twilio, owner):
    number = unused_e164()
    owned = twilio.own(owner[0], number)
    line = create(client, owner, phone_number=number)
    kept = twilio.owned[owned["sid"]]
    path = f"/phone_numbers/{line['id']}"
    sync = lambda **query: client.post(f"{path}/sync", params=query).json()  # noqa: E731
    assert sync() == line

    kept["voice_method"] = "GET"
    assert sync()["status"] == "active" and kept["voice_method"] == "POST", "our own webhook is mended"

    kept["voice_url"] = "https://other.example.com/"
    drifted = sync()
    assert drifted["status"] == "error" and "somebody changed" in drifted["status_detail"]
    assert kept["voice_url"] == "https://other.example.com/"
    assert sync(take_back="true")["status"] == "active" and kept["voice_url"] == VOICE_URL
    kept["trunk_sid"] = "TK" + "3" * 32
    assert sync()["status"] == "error"
    kept["trunk_sid"] = None
    assert sync()["status"] == "active"

    twilio.tokens[owner[0]] = "e" * 32
    revoked = sync()
    assert revoked["status"] == "error" and "20003" in revoked["status_detail"]
    client.patch(path, {"twilio_auth_token": "e" * 32})
    until_status(client, line, "active")

    twilio.fault("get", "500", times=3)
    refused(client.post(f"{path}/sync"), 502, "carrier_error", "provider")
    assert client.get(path).json()["status"] == "active", "a carrier that cannot be asked says nothing against a line"

    del twilio.owned[owned["sid"]]
    assert sync()["status"] == "error" and "no longer" in client.get(path).json()["status_detail"]
    statuses = [entry["changes"]["status"]["is"] for entry in history(client, line) if "status" in entry["changes"]]
    assert statuses.count("error") == 4, "the ledger tells each drift"
    assert client.delete(path).json()["deleted"] is True


def test_sync_of_other_lines_changes_nothing(client):
    line = client.new_line()
    assert client.post(f"/phone_numbers/{line['id']}/sync").json() == line
    refused(client.post("/phone_numbers/pn_nobody/sync"), 404, "not_found")


def test_secrets_are_sealed_anew_while_the_server_runs(client, service, twilio, owner):
    number = unused_e164()
    twilio.own(owner[0], number, **EARLIER)
    line = create(client, owner, phone_number=number)
    client.new_line(sip_username="u", sip_password="p")
    told = service.run("secrets", "rotate").stderr
    assert "sealed" in told and owner[1] not in told
    assert client.post(f"/phone_numbers/{line['id']}/sync").json()["status"] == "active"
    assert client.patch(f"/phone_numbers/{line['id']}", {"twilio_auth_token": owner[1]}).json()["updated_at"] == line["updated_at"]
    entries = client.walk("/audit", entity="account")
    assert entries[0]["changes"] == {"data_key": {"changed": True}} and entries[0]["actor"] == "operator"
    assert client.delete(f"/phone_numbers/{line['id']}").json()["deleted"] is True


def test_provisioning_that_failed_late_can_be_tried_again(client, twilio, owner):
    twilio.tokens[owner[0]] = "d" * 32
    twilio.fault("list", "slow", seconds=9)
    number = for_sale(twilio)
    line = create(client, owner, phone_number=number, purchase=True)
    assert line["status"] == "provisioning"
    failed = until_status(client, line, "error")
    assert "20003" in failed["status_detail"] and twilio.sold[number] == 0
    client.patch(f"/phone_numbers/{line['id']}", {"twilio_auth_token": "d" * 32})
    until_status(client, line, "active")
    assert twilio.sold[number] == 1
