"""The examples of the two documents that the service was built from, answered as those documents print them."""
import re

import pytest

from installation import unused_e164
from refusals import refused

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
JOHN = {"type": "patient", "id": "pat_67890", "name": "John Doe"}
ADDED = {"id": "phn_12345", "number": "5551234567", "phone_type": "cell", "primary": False, "verified": False,
         "do_not_call": False, "linked_to": JOHN, "created_at": "2025-02-19T08:50:00Z",
         "updated_at": "2025-02-19T08:50:00Z"}
LIST_ITEM = {"id": "phn_12345", "number": "5551234567", "phone_type": "cell", "primary": True, "linked_to": JOHN}
FIRST_OF_45 = {"total_items": 45, "total_pages": 3, "current_page": 1, "per_page": 20, "next_page": 2, "prev_page": None}
LINE_FIELDS = {"id", "provider", "phone_number", "ai_agent_id", "created_at"}


def assert_printed(answered: dict, printed: dict):
    """The same fields in the same order and the same values, but for ids and times, which are the service's own."""
    assert list(answered) == list(printed)
    for field, value in printed.items():
        if field == "id":
            assert answered[field].startswith(value.split("_")[0] + "_")
        elif field.endswith("_at"):
            assert TIME.fullmatch(answered[field])
        else:
            assert answered[field] == value, field


@pytest.fixture
def john(account):
    assert account.put("/api/v2/patients/pat_67890", {"first_name": "John", "last_name": "Doe"}).status_code == 201
    return account


def add_example(client) -> dict:
    answer = client.post("/api/v2/phone-numbers",
                         {"number": "5551234567", "phone_type": "cell", "patient_id": "pat_67890"})
    assert answer.status_code == 201
    return answer.json()


def test_add_a_phone_number(john):
    added = add_example(john)
    assert_printed(added, ADDED)
    assert list(added["linked_to"]) == list(JOHN)
    assert added["created_at"] == added["updated_at"]


@pytest.mark.parametrize("missing, field", [
    ("number", "number"), ("phone_type", "phone_type"), ("patient_id", "patient_id")])
def test_add_a_phone_number_without_a_required_field(john, missing, field):
    body = {"number": "5551234567", "phone_type": "cell", "patient_id": "pat_67890"}
    del body[missing]
    refused(john.post("/api/v2/phone-numbers", body), 422, "validation_error", field)


def test_add_a_phone_number_for_a_doctor(account):
    account.put("/api/v2/doctors/doc_1", {"first_name": "Ada", "last_name": "Roe"})
    answer = account.post("/api/v2/phone-numbers", {"number": "5551234567", "phone_type": "other", "doctor_id": "doc_1"})
    assert answer.status_code == 201
    assert answer.json()["linked_to"] == {"type": "doctor", "id": "doc_1", "name": "Ada Roe"}


def test_look_up_a_phone_number(john):
    added = add_example(john)
    answer = john.get(f"/api/v2/phone-numbers/{added['id']}")
    assert answer.status_code == 200
    assert_printed(answer.json(), ADDED)


def test_edit_a_phone_number(john):
    added = add_example(john)
    answer = john.patch(f"/api/v2/phone-numbers/{added['id']}", {"phone_type": "home", "primary": True})
    assert answer.status_code == 200
    assert_printed(answer.json(), {**ADDED, "phone_type": "home", "primary": True})
    assert answer.json()["id"] == added["id"]


def test_list_45_numbers_by_20(john):
    for suffix in range(44):
        john.new_number("pat_67890", f"58529844{suffix:02d}")
    newest = add_example(john)
    john.patch(f"/api/v2/phone-numbers/{newest['id']}", {"primary": True})

    first = john.get("/api/v2/phone-numbers", params={"limit": 20}).json()
    assert list(first) == ["data", "pagination"]
    assert first["pagination"] == FIRST_OF_45 and list(first["pagination"]) == list(FIRST_OF_45)
    assert len(first["data"]) == 20
    assert_printed(first["data"][0], LIST_ITEM)
    assert john.get("/api/v2/phone-numbers").json() == first, "20 is the default"

    second = john.get("/api/v2/phone-numbers", params={"limit": 20, "offset": 20}).json()
    assert second["pagination"] == {**FIRST_OF_45, "current_page": 2, "next_page": 3, "prev_page": 1}
    third = john.get("/api/v2/phone-numbers", params={"limit": 20, "offset": 40}).json()
    assert third["pagination"] == {**FIRST_OF_45, "current_page": 3, "next_page": None, "prev_page": 2}
    assert len(third["data"]) == 5
    ids = [item["id"] for page in (first, second, third) for item in page["data"]]
    assert len(set(ids)) == 45


@pytest.mark.parametrize("q", ["5852984455", "585", "2984", "4455", "5"])
def test_search_the_example_number(john, q):
    john.new_number("pat_67890", "5852984455", "home")
    john.new_number("pat_67890", "2125550100")
    found = john.get("/api/v2/phone-numbers", params={"q": q}).json()
    assert "5852984455" in [item["number"] for item in found["data"]]
    assert found["pagination"]["total_items"] == sum(q in number for number in ("5852984455", "2125550100"))


def test_the_lines_five_calls(account):
    account.new_agent("agent_1")
    number = unused_e164()
    created = account.post("/phone_numbers", {"provider": "byo", "phone_number": number, "ai_agent_id": "agent_1"})
    assert created.status_code == 201
    line = created.json()
    assert LINE_FIELDS <= set(line)
    assert (line["provider"], line["phone_number"], line["ai_agent_id"]) == ("byo", number, "agent_1")

    path = f"/phone_numbers/{line['id']}"
    assert account.get(path).status_code == 200
    assert account.get(path).json() == line
    account.new_agent("agent_2")
    updated = account.patch(path, {"ai_agent_id": "agent_2"})
    assert updated.status_code == 200 and updated.json()["ai_agent_id"] == "agent_2"

    listed = account.get("/phone_numbers", params={"page_size": 1})
    assert listed.status_code == 200
    assert listed.json() == {"phone_numbers": [updated.json()], "next_page_token": None}

    deleted = account.delete(path)
    assert deleted.status_code == 200
    assert deleted.json() == {"id": line["id"], "deleted": True, "message": "Phone number deleted"}
    refused(account.get(path), 404, "not_found")


def test_a_pia_line(installation):
    installation.serve()
    installation.import_pool("+12125550100")
    answer = installation.client().post("/phone_numbers", {"provider": "pia"})
    assert answer.status_code == 201
    assert LINE_FIELDS <= set(answer.json())
    assert answer.json()["phone_number"] == "+12125550100"


def test_a_twilio_line_is_checked_and_then_refused_without_a_carrier(account):
    body = {"provider": "twilio", "twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "secret",
            "phone_number": "+12125550100"}
    refused(account.post("/phone_numbers", body), 422, "provider_not_configured", "provider")


def test_lines_list_20_a_page_unless_told(account):
    for _ in range(21):
        account.new_line()
    page = account.get("/phone_numbers").json()
    assert len(page["phone_numbers"]) == 20
    rest = account.get("/phone_numbers", params={"page_token": page["next_page_token"]}).json()
    assert len(rest["phone_numbers"]) == 1 and rest["next_page_token"] is None


@pytest.mark.parametrize("page_size, status", [("1", 200), ("100", 200), ("0", 400), ("101", 400), ("-1", 400), ("x", 400),
                                               ("1.5", 400), ("", 400)])
def test_page_size_is_1_to_100(account, page_size, status):
    answer = account.get("/phone_numbers", params={"page_size": page_size})
    assert answer.status_code == status
    if status == 400:
        refused(answer, 400, "invalid_parameter", "page_size")
