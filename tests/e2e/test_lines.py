"""The lines: /phone_numbers."""
import itertools

import pytest

from installation import clock_ahead, unused_e164
from refusals import refused

SECRET = "s3cret-trunk-password"
FALLBACKS = [{"type": "number", "number": "+12125550142"}, {"type": "sip", "sip_uri": "sip:desk@pbx.example.com"}]
_area_codes = itertools.count(930)  # of this file's tests on the shared server, a pool of its own for each


@pytest.fixture
def pool(shared_installation):
    """Three numbers of an area code that only this test uses."""
    code = str(next(_area_codes))
    numbers = [f"+1{code}55501{i:02d}" for i in range(3)]
    shared_installation.import_pool(*numbers)
    return code, numbers


def byo(**fields) -> dict:
    return {"provider": "byo", "phone_number": unused_e164(), **fields}


def test_a_byo_line_with_everything(account):
    account.new_agent("in")
    account.new_agent("out")
    body = byo(sip_termination_uri="sip:trunk.example.com:5061", sip_username="trunk", sip_password=SECRET, ai_agent_id="in",
               outbound_ai_agent_id="out", name="Reception", fallback_destination=FALLBACKS[0])
    answer = account.post("/phone_numbers", body)
    assert answer.status_code == 201
    line = answer.json()
    assert answer.headers["Location"] == f"/phone_numbers/{line['id']}" and line["id"].startswith("pn_")
    told = {name: value for name, value in body.items() if name != "sip_password"}
    assert {**line, **told} == line
    assert (line["has_sip_password"], line["e164_check"], line["status"], line["status_detail"]) == (True, True, "active", None)
    assert SECRET not in answer.text and "sip_password" not in line


def test_a_byo_line_with_the_least(account):
    line = account.new_line()
    assert {name: line[name] for name in ("ai_agent_id", "outbound_ai_agent_id", "name", "fallback_destination",
                                          "sip_termination_uri", "sip_username")} == dict.fromkeys(
        ("ai_agent_id", "outbound_ai_agent_id", "name", "fallback_destination", "sip_termination_uri", "sip_username"))
    assert line["has_sip_password"] is False


@pytest.mark.parametrize("fields, at_fault", [
    ({"phone_number": "5551234567"}, ["phone_number"]), ({"phone_number": "+1555123456"}, ["phone_number"]),
    ({"phone_number": "+0123456789"}, ["phone_number"]), ({"phone_number": "+1 555 123 4567"}, ["phone_number"]),
    ({"phone_number": "+" + "2" * 16}, ["phone_number"]), ({"phone_number": 15551234567}, ["phone_number"]),
    ({"phone_number": None}, ["phone_number"]), ({"phone_number": "+１２１２５５５０１４２"}, ["phone_number"]),
    ({"phone_number": "ext101"}, ["phone_number"]), ({"e164_check": "false"}, ["e164_check"]),
    ({"e164_check": False, "phone_number": "a b"}, ["phone_number"]), ({"e164_check": False, "phone_number": "12"}, ["phone_number"]),
    ({"e164_check": False, "phone_number": "x" * 41}, ["phone_number"]), ({"e164_check": False, "phone_number": "a-1"}, ["phone_number"]),
    ({"sip_username": "u"}, ["sip_password"]), ({"sip_password": "p"}, ["sip_username"]),
    ({"sip_username": "two words", "sip_password": ""}, ["sip_username", "sip_password"]),
    ({"sip_termination_uri": "https://example.com"}, ["sip_termination_uri"]),
    ({"sip_termination_uri": "sip:u:password@example.com"}, ["sip_termination_uri"]),
    ({"sip_termination_uri": ""}, ["sip_termination_uri"]), ({"sip_termination_uri": "host:99999"}, ["sip_termination_uri"]),
    ({"name": ""}, ["name"]), ({"name": "   "}, ["name"]), ({"name": "x" * 65}, ["name"]), ({"name": "a\tb"}, ["name"]),
    ({"ai_agent_id": "nobody"}, ["ai_agent_id"]), ({"outbound_ai_agent_id": "nobody", "ai_agent_id": "no one"}, ["ai_agent_id", "outbound_ai_agent_id"]),
    ({"fallback_destination": "+12125550142"}, ["fallback_destination"]), ({"fallback_destination": {}}, ["fallback_destination.type"]),
    ({"fallback_destination": {"type": "email"}}, ["fallback_destination.type"]),
    ({"fallback_destination": {"type": "number", "number": "5551234567"}}, ["fallback_destination.number"]),
    ({"fallback_destination": {"type": "number", "sip_uri": "sip:a@b.c"}}, ["fallback_destination.number", "fallback_destination.sip_uri"]),
    ({"fallback_destination": {"type": "sip", "sip_uri": "b.example.com"}}, ["fallback_destination.sip_uri"]),
    ({"twilio_auth_token": "x", "area_code": "212"}, ["twilio_auth_token", "area_code"]), ({"status": "active"}, ["status"]),
    ({"id": "pn_1"}, ["id"])])
def test_a_byo_line_with_fields_at_fault(account, fields, at_fault):
    refused(account.post("/phone_numbers", byo(**fields)), 422, "validation_error", *at_fault)
    assert account.get("/phone_numbers").json()["phone_numbers"] == []


@pytest.mark.parametrize("body, at_fault", [
    ({}, ["provider"]), ({"provider": "acme", "phone_number": "+1"}, ["provider"]), ({"provider": None}, ["provider"]),
    ({"provider": 1}, ["provider"]), ({"provider": "BYO"}, ["provider"]), ([], ["body"]), ({"provider": "byo"}, ["phone_number"])])
def test_the_provider_discriminates(account, body, at_fault):
    refused(account.post("/phone_numbers", body), 422, "validation_error", *at_fault)


@pytest.mark.parametrize("fields, at_fault", [
    ({}, ["phone_number"]), ({"phone_number": "+12125550100", "area_code": "212"}, ["phone_number"]),
    ({"area_code": "112"}, ["area_code"]), ({"country_code": "usa"}, ["country_code"]),
    ({"area_code": "212", "purchase": True}, ["purchase"]), ({"phone_number": "+12125550100", "purchase": "yes"}, ["purchase"]),
    ({"twilio_account_sid": "AC123", "phone_number": "+12125550100"}, ["twilio_account_sid"]),
    ({"twilio_account_sid": None, "twilio_auth_token": None, "phone_number": "+12125550100"}, ["twilio_account_sid", "twilio_auth_token"]),
    ({"phone_number": "+12125550100", "sip_username": "u"}, ["sip_username"]),
    ({"phone_number": "+12125550100", "ai_agent_id": "nobody"}, ["ai_agent_id"])])
def test_twilio_fields_are_checked_before_the_carrier_is_missed(account, fields, at_fault):
    body = {"provider": "twilio", "twilio_account_sid": "AC" + "a1" * 16, "twilio_auth_token": "t", **fields}
    refused(account.post("/phone_numbers", body), 422, "validation_error", *at_fault)


@pytest.mark.parametrize("wish", [{"area_code": "212"}, {"country_code": "US"}, {"area_code": "212", "country_code": "US"},
                                  {"phone_number": "+12125550100"}, {"phone_number": "+12125550100", "purchase": True}])
def test_twilio_wishes_that_would_do(account, wish):
    body = {"provider": "twilio", "twilio_account_sid": "AC" + "a1" * 16, "twilio_auth_token": SECRET, **wish}
    answer = account.post("/phone_numbers", body)
    refused(answer, 422, "provider_not_configured", "provider")
    assert SECRET not in answer.text


def test_the_pool_gives_by_area_code_by_number_and_not_twice(account, pool):
    code, numbers = pool
    first = account.post("/phone_numbers", {"provider": "pia", "area_code": code})
    assert first.status_code == 201
    line = first.json()
    assert line["phone_number"] in numbers and (line["area_code"], line["country_code"]) == (code, "US")
    wanted = next(number for number in numbers if number != line["phone_number"])
    assert account.post("/phone_numbers", {"provider": "pia", "phone_number": wanted}).json()["phone_number"] == wanted
    refused(account.post("/phone_numbers", {"provider": "pia", "phone_number": wanted}), 409, "no_number_available")
    assert account.post("/phone_numbers", {"provider": "pia", "area_code": code, "country_code": "US"}).status_code == 201
    refused(account.post("/phone_numbers", {"provider": "pia", "area_code": code}), 409, "no_number_available")


def test_the_pool_tells_which_area_codes_there_are(account, pool):
    code, numbers = pool
    left = lambda: {each["area_code"]: each["available"] for each in account.get("/pool").json()["area_codes"]}.get(code)  # noqa: E731
    assert left() == len(numbers)
    assert account.post("/phone_numbers", {"provider": "pia", "area_code": code}).status_code == 201
    assert left() == len(numbers) - 1


def test_a_pool_number_that_was_given_back_rests(account, pool):
    code, numbers = pool
    line = account.post("/phone_numbers", {"provider": "pia", "phone_number": numbers[0]}).json()
    assert account.delete(f"/phone_numbers/{line['id']}").status_code == 200
    refused(account.post("/phone_numbers", {"provider": "pia", "phone_number": numbers[0]}), 409, "no_number_available")
    given = {account.post("/phone_numbers", {"provider": "pia", "area_code": code}).json()["phone_number"] for _ in numbers[1:]}
    assert given == set(numbers[1:])
    refused(account.post("/phone_numbers", {"provider": "pia", "area_code": code}), 409, "no_number_available")


@pytest.mark.parametrize("fields, at_fault", [
    ({"area_code": "123"}, ["area_code"]), ({"area_code": 212}, ["area_code"]), ({"area_code": None}, ["area_code"]),
    ({"country_code": "us"}, ["country_code"]), ({"phone_number": "+12125550100", "area_code": "212"}, ["phone_number"]),
    ({"phone_number": "212"}, ["phone_number"]), ({"sip_username": "u"}, ["sip_username"]), ({"e164_check": False}, ["e164_check"])])
def test_a_pia_line_with_fields_at_fault(account, fields, at_fault):
    refused(account.post("/phone_numbers", {"provider": "pia", **fields}), 422, "validation_error", *at_fault)


def test_no_number_in_another_country(account, pool):
    code, _ = pool
    refused(account.post("/phone_numbers", {"provider": "pia", "area_code": code, "country_code": "CA"}), 409, "no_number_available")


def test_a_number_is_in_service_once_and_nobody_learns_where(account, shared_installation):
    line = account.new_line()
    other = shared_installation.client(account="someone else's line")
    told = refused(other.post("/phone_numbers", byo(phone_number=line["phone_number"])), 409, "phone_number_in_use", "phone_number")
    own = refused(account.post("/phone_numbers", byo(phone_number=line["phone_number"])), 409, "phone_number_in_use", "phone_number")
    assert {**told, "request_id": ""} == {**own, "request_id": ""}, "the answer tells nothing of who has it"
    account.delete(f"/phone_numbers/{line['id']}")
    assert other.new_line(line["phone_number"])["phone_number"] == line["phone_number"]


def test_private_identifiers_are_unique_within_the_account(account, shared_installation):
    account.new_line("desk101", e164_check=False)
    refused(account.post("/phone_numbers", byo(phone_number="desk101", e164_check=False)), 409, "phone_number_in_use", "phone_number")
    other = shared_installation.client(account="another desk101")
    assert other.new_line("desk101", e164_check=False)["e164_check"] is False


def test_a_private_identifier_that_looks_like_a_pool_number(account, pool):
    number = pool[1][0]
    account.new_line(number, e164_check=False)
    for body in (byo(phone_number=number), byo(phone_number=number, e164_check=False), {"provider": "pia", "phone_number": number}):
        refused(account.post("/phone_numbers", body), 409, "phone_number_in_use", "phone_number")
    assert account.post("/phone_numbers", {"provider": "pia", "area_code": number[2:5]}).json()["phone_number"] != number


@pytest.mark.parametrize("edit, is_now", [
    ({"name": "Desk"}, {"name": "Desk"}), ({"name": None}, {"name": None}), ({"ai_agent_id": "second"}, {"ai_agent_id": "second"}),
    ({"ai_agent_id": None}, {"ai_agent_id": None}), ({"outbound_ai_agent_id": "first"}, {"outbound_ai_agent_id": "first"}),
    ({"fallback_destination": FALLBACKS[1]}, {"fallback_destination": FALLBACKS[1]}),
    ({"fallback_destination": None}, {"fallback_destination": None}),
    ({"sip_termination_uri": "trunk.example.com"}, {"sip_termination_uri": "trunk.example.com"}),
    ({"sip_username": "u2"}, {"sip_username": "u2"}), ({"sip_password": "p2"}, {"has_sip_password": True}),
    ({"sip_username": None, "sip_password": None}, {"sip_username": None, "has_sip_password": False})])
def test_editing_changes_what_it_names(account, edit, is_now):
    account.new_agent("first")
    account.new_agent("second")
    line = account.new_line(name="Old", ai_agent_id="first", fallback_destination=FALLBACKS[0], sip_username="u", sip_password="p")
    answer = account.patch(f"/phone_numbers/{line['id']}", edit)
    assert answer.status_code == 200
    assert {**answer.json(), "updated_at": ""} == {**line, **is_now, "updated_at": ""}
    assert account.get(f"/phone_numbers/{line['id']}").json() == answer.json()


@pytest.mark.parametrize("edit, at_fault", [
    ({"phone_number": "+12125550142"}, ["phone_number"]), ({"provider": "pia"}, ["provider"]), ({"e164_check": False}, ["e164_check"]),
    ({"twilio_account_sid": "AC" + "0" * 32}, ["twilio_account_sid"]), ({"twilio_auth_token": "x"}, ["twilio_auth_token"]),
    ({"sip_username": "u"}, ["sip_password"]), ({"sip_password": "p"}, ["sip_username"]), ({"ai_agent_id": "nobody"}, ["ai_agent_id"]),
    ({"ai_agent_id": 1, "name": 2, "colour": 3}, ["ai_agent_id", "name", "colour"]), ({"area_code": "212"}, ["area_code"]),
    ({"status": "error"}, ["status"])])
def test_editing_names_every_field_at_fault(account, edit, at_fault):
    line = account.new_line()
    refused(account.patch(f"/phone_numbers/{line['id']}", edit), 422, "validation_error", *at_fault)
    assert account.get(f"/phone_numbers/{line['id']}").json() == line


@pytest.mark.parametrize("edit, missing", [({"sip_username": None}, "sip_username"), ({"sip_password": None}, "sip_password")])
def test_half_a_credential_cannot_be_left_behind(account, edit, missing):
    line = account.new_line(sip_username="u", sip_password="p")
    refused(account.patch(f"/phone_numbers/{line['id']}", edit), 422, "validation_error", missing)


@pytest.mark.parametrize("edit", [{"sip_termination_uri": "a.example.com"}, {"sip_username": "u", "sip_password": "p"},
                                  {"sip_password": None}, {"twilio_auth_token": "t"}])
def test_another_providers_fields_are_refused(account, pool, edit):
    line = account.post("/phone_numbers", {"provider": "pia", "area_code": pool[0]}).json()
    refused(account.patch(f"/phone_numbers/{line['id']}", edit), 422, "validation_error", *edit)


@pytest.mark.parametrize("edit", [{}, {"name": "Desk"}, {"sip_username": "u", "sip_password": "p"}, {"fallback_destination": FALLBACKS[0]}])
def test_an_edit_that_changes_nothing_leaves_no_trace(account, edit):
    line = account.new_line(name="Desk", sip_username="u", sip_password="p", fallback_destination=FALLBACKS[0])
    path = f"/phone_numbers/{line['id']}"
    assert account.patch(path, edit).json() == line
    assert len(account.walk(f"{path}/history")) == 1


@pytest.mark.parametrize("release", [None, "true", "false"])
def test_deleting(account, release):
    line = account.new_line()
    path = f"/phone_numbers/{line['id']}"
    assert account.delete(path, params={"release": release}).json() == {
        "id": line["id"], "deleted": True, "message": "Phone number deleted"}
    for answer in (account.get(path), account.patch(path, {}), account.delete(path)):
        refused(answer, 404, "not_found")
    assert [entry["action"] for entry in account.walk(f"{path}/history")] == ["deleted", "created"]


def test_release_is_a_boolean(account):
    line = account.new_line()
    refused(account.delete(f"/phone_numbers/{line['id']}", params={"release": "1"}), 400, "invalid_parameter", "release")
    assert account.get(f"/phone_numbers/{line['id']}").status_code == 200


def test_a_rested_pool_number_is_given_out_again(installation):
    installation.serve()
    installation.import_pool("+12125550100")
    client = installation.client()
    line = client.post("/phone_numbers", {"provider": "pia"}).json()
    client.delete(f"/phone_numbers/{line['id']}")
    for later, status in (("29d", 409), ("31d", 201)):
        installation.server.stop()
        installation.serve(env=clock_ahead(later))
        client.url = installation.server.url
        assert client.post("/phone_numbers", {"provider": "pia"}).status_code == status, later
