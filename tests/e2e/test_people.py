"""Patients and doctors."""
import pytest

from refusals import refused

PATIENTS, DOCTORS = "/api/v2/patients", "/api/v2/doctors"
BOTH = pytest.mark.parametrize("path", [PATIENTS, DOCTORS])
WHOLE = {
    PATIENTS: {"first_name": "Jane", "last_name": "Roe", "date_of_birth": "1980-02-29", "gender": "female",
               "email": "jane@example.com", "timezone": "America/New_York",
               "contact_window": {"days": ["mon", "fri"], "start": "09:00", "end": "18:00"}, "state": "NY", "active": False,
               "deceased": True},
    DOCTORS: {"first_name": "Jane", "last_name": "Roe", "npi": "1234567893", "email": "jane@example.com",
              "timezone": "Europe/Berlin", "contact_window": {"days": ["sat"], "start": "00:00", "end": "24:00"}, "state": "QC"}}
BLANK = {
    PATIENTS: {"date_of_birth": None, "gender": None, "email": None, "timezone": None, "contact_window": None, "state": None,
               "active": True, "deceased": False},
    DOCTORS: {"npi": None, "email": None, "timezone": None, "contact_window": None, "state": None}}
NAMES = {"first_name": "Jane", "last_name": "Roe"}


def fields_of(person: dict) -> dict:
    return {name: value for name, value in person.items() if name not in ("id", "created_at", "updated_at", "phone_numbers")}


@BOTH
def test_create_and_get(account, path):
    created = account.post(path, WHOLE[path])
    assert created.status_code == 201
    person = created.json()
    assert person["id"].startswith("pat_" if path == PATIENTS else "doc_")
    assert fields_of(person) == WHOLE[path] and person["phone_numbers"] == []
    assert created.headers["Location"] == f"{path}/{person['id']}"
    assert account.get(created.headers["Location"]).json() == person
    listed = account.get(path).json()["data"]
    assert listed == [{name: value for name, value in person.items() if name != "phone_numbers"}]


@BOTH
def test_names_are_enough(account, path):
    assert fields_of(account.post(path, NAMES).json()) == {**NAMES, **BLANK[path]}


@BOTH
def test_a_chosen_id_is_taken_once(account, path):
    assert account.post(path, {**NAMES, "id": "my.own-id_1"}).json()["id"] == "my.own-id_1"
    again = refused(account.post(path, {**NAMES, "id": "my.own-id_1"}), 409, "already_exists", "id")
    assert again["details"][0]["id"] == "my.own-id_1"


def test_a_patient_and_a_doctor_may_have_the_same_id(account):
    account.post(PATIENTS, {**NAMES, "id": "same"})
    account.post(DOCTORS, {"first_name": "Ada", "last_name": "Poe", "id": "same"})
    assert account.get(f"{PATIENTS}/same").json()["first_name"] == "Jane"
    assert account.get(f"{DOCTORS}/same").json()["first_name"] == "Ada"


@BOTH
def test_put_creates_then_replaces_and_clears_what_is_left_out(account, path):
    created = account.put(f"{path}/p1", WHOLE[path])
    assert created.status_code == 201 and created.json()["id"] == "p1"
    assert created.headers["Location"] == f"{path}/p1"
    account.post("/api/v2/phone-numbers", {"number": "5551234567", "phone_type": "cell",
                                           ("patient_id" if path == PATIENTS else "doctor_id"): "p1"})
    replaced = account.put(f"{path}/p1", NAMES)
    assert replaced.status_code == 200 and "Location" not in replaced.headers
    assert fields_of(replaced.json()) == {**NAMES, **BLANK[path]}
    assert replaced.json()["created_at"] == created.json()["created_at"]
    assert [number["number"] for number in replaced.json()["phone_numbers"]] == ["5551234567"], "numbers stay"
    assert account.put(f"{path}/p1", NAMES).json() == replaced.json()
    assert len(account.walk(f"{path}/p1/history")) == 2, "what replaced nothing left no trace"


@BOTH
def test_patch_changes_what_it_names_and_null_clears(account, path):
    person = account.post(path, WHOLE[path]).json()
    there = f"{path}/{person['id']}"
    assert fields_of(account.patch(there, {"last_name": "Poe", "email": None, "contact_window": None}).json()) == {
        **WHOLE[path], "last_name": "Poe", "email": None, "contact_window": None}
    assert account.patch(there, {"last_name": "Poe"}).status_code == 200
    assert account.patch(there, {}).json() == account.get(there).json()
    assert len(account.walk(f"{there}/history")) == 2


BAD_FIELDS = [
    ({"first_name": None}, "first_name"), ({"last_name": ""}, "last_name"), ({"last_name": "  "}, "last_name"),
    ({"first_name": "x" * 101}, "first_name"), ({"first_name": "a\nb"}, "first_name"), ({"first_name": "a\u2028b"}, "first_name"),
    ({"first_name": 1}, "first_name"), ({"email": "nobody"}, "email"), ({"email": "a b@example.com"}, "email"),
    ({"email": "a@b"}, "email"), ({"email": "jane@" + "x" * 250 + ".com"}, "email"), ({"timezone": "Mars/Olympus"}, "timezone"),
    ({"state": "Texas"}, "state"), ({"state": "XX"}, "state"), ({"state": "tx"}, "state"), ({"state": ""}, "state"), ({"timezone": ""}, "timezone"), ({"contact_window": "09:00-18:00"}, "contact_window"),
    ({"contact_window": {"start": "09:00"}}, "contact_window.end"),
    ({"contact_window": {"start": "18:00", "end": "09:00"}}, "contact_window.end"),
    ({"contact_window": {"start": "9:00", "end": "18:00"}}, "contact_window.start"),
    ({"contact_window": {"start": "09:00", "end": "24:01"}}, "contact_window.end"),
    ({"contact_window": {"start": "09:00", "end": "18:00", "days": []}}, "contact_window.days"),
    ({"contact_window": {"start": "09:00", "end": "18:00", "days": ["mon", "mon"]}}, "contact_window.days"),
    ({"contact_window": {"start": "09:00", "end": "18:00", "days": ["Monday"]}}, "contact_window.days"),
    ({"contact_window": {"start": "09:00", "end": "18:00", "days": None}}, "contact_window.days"),
    ({"contact_window": {"start": "09:00", "end": "18:00", "days": [1]}}, "contact_window.days"),
    ({"contact_window": {"start": "09:00", "end": "18:00", "zone": "UTC"}}, "contact_window.zone"),
    ({"nickname": "JJ"}, "nickname"), ({"id": "p2"}, "id")]
BAD_PATIENT_FIELDS = [
    ({"date_of_birth": "1981-02-29"}, "date_of_birth"), ({"date_of_birth": "1980-2-9"}, "date_of_birth"),
    ({"date_of_birth": 1980}, "date_of_birth"), ({"gender": "f"}, "gender"), ({"active": "true"}, "active"),
    ({"active": None}, "active"), ({"deceased": 0}, "deceased"), ({"npi": "1234567893"}, "npi")]
BAD_DOCTOR_FIELDS = [({"npi": "123"}, "npi"), ({"npi": 1234567893}, "npi"), ({"gender": "male"}, "gender"), ({"active": True}, "active")]


@pytest.mark.parametrize("path, fields, at_fault", [
    *((path, *row) for path in (PATIENTS, DOCTORS) for row in BAD_FIELDS),
    *((PATIENTS, *row) for row in BAD_PATIENT_FIELDS), *((DOCTORS, *row) for row in BAD_DOCTOR_FIELDS)])
def test_bad_fields_are_named_in_every_call(account, path, fields, at_fault):
    person = account.post(path, WHOLE[path]).json()
    there = f"{path}/{person['id']}"
    refused(account.patch(there, fields), 422, "validation_error", at_fault)
    refused(account.put(there, {**NAMES, **fields}), 422, "validation_error", at_fault)
    if at_fault != "id":  # which POST takes
        refused(account.post(path, {**NAMES, **fields}), 422, "validation_error", at_fault)
    assert account.get(there).json() == person


@BOTH
def test_required_names_are_all_named(account, path):
    refused(account.post(path, {}), 422, "validation_error", "first_name", "last_name")
    refused(account.put(f"{path}/p1", {"phone_numbers": []}), 422, "validation_error", "first_name", "last_name", "phone_numbers")
    refused(account.put(f"{path}/no spaces", NAMES), 422, "validation_error", "id")
    refused(account.put(f"{path}/{'x' * 65}", NAMES), 422, "validation_error", "id")
    assert account.put(f"{path}/{'x' * 64}", NAMES).status_code == 201


@BOTH
def test_numbers_come_along_with_a_new_person(account, path):
    created = account.post(path, {**NAMES, "phone_numbers": [
        {"number": "(555) 000-0001", "phone_type": "cell"},
        {"number": "5550000002", "phone_type": "cell", "primary": True},
        {"number": "5550000003", "phone_type": "home", "do_not_call": True}]})
    assert created.status_code == 201
    told = {number["number"]: (number["phone_type"], number["primary"], number["do_not_call"])
            for number in created.json()["phone_numbers"]}
    assert told == {"5550000001": ("cell", False, False), "5550000002": ("cell", True, False),
                    "5550000003": ("home", False, True)}
    assert account.get("/api/v2/phone-numbers").json()["pagination"]["total_items"] == 3


@pytest.mark.parametrize("numbers, at_fault", [
    ([{"number": "5550000001", "phone_type": "cell"}, {"number": "555-000-0001", "phone_type": "home"}], "phone_numbers[1].number"),
    ([{"number": "55", "phone_type": "cell"}], "phone_numbers[0].number"),
    ([{"number": "5550000001", "phone_type": "cell", "primary": True},
      {"number": "5550000002", "phone_type": "cell", "primary": True}], "phone_numbers[1].primary"),
    ([{"number": "5550000001"}], "phone_numbers[0].phone_type"),
    ([{"number": "5550000001", "phone_type": "cell", "verified": True}], "phone_numbers[0].verified"),
    (["5550000001"], "phone_numbers[0]"), ({}, "phone_numbers"), (None, "phone_numbers"),
    ([{"number": f"55500000{i:02d}", "phone_type": "cell"} for i in range(21)], "phone_numbers")])
def test_a_bad_number_keeps_the_whole_person_out(account, numbers, at_fault):
    refused(account.post(PATIENTS, {**NAMES, "phone_numbers": numbers}), 422, "validation_error", at_fault)
    assert account.get(PATIENTS).json()["data"] == []
    assert account.get("/api/v2/phone-numbers").json()["data"] == []


@BOTH
def test_unknown_people(account, path):
    refused(account.get(f"{path}/nobody"), 404, "not_found")
    refused(account.patch(f"{path}/nobody", {}), 404, "not_found")
    refused(account.get(f"{path}/nobody/history"), 404, "not_found")
    refused(account.delete(f"{path}/nobody"), 405, "method_not_allowed")


@pytest.fixture(scope="module")
def clinic(module_account):
    """Read only."""
    client = module_account
    for id, first, last in [("1", "John", "Doe"), ("2", "Jane", "Doe"), ("3", "José", "Dörfler"), ("4", "Ann", "O’Brien"),
                            ("5", "Łukasz", "Van  der Berg")]:
        client.put(f"{PATIENTS}/{id}", {"first_name": first, "last_name": last})
    client.new_number("1", "5852984455")
    client.new_number("1", "5852984456")
    client.new_number("3", "2125550142")
    return client


@pytest.mark.parametrize("q, wanted", [
    ("", ["5", "4", "3", "2", "1"]), ("doe", ["2", "1"]), ("DO", ["2", "1", "3"]), ("doe,jo", ["1"]), ("Doe, John", ["1"]),
    ("do,jo", ["1", "3"]), ("dor", ["3"]), ("o'brien", ["4"]), ("van der", ["5"]), (",lukasz", ["5"]), ("smith", []),
    ("585", ["1"]), ("(212) 555", ["3"]), ("2984455", ["1"]), ("999", []), ("john", [])])
def test_search_by_name_or_number(clinic, q, wanted):
    answer = clinic.get(PATIENTS, params={"q": q})
    assert answer.status_code == 200
    assert [person["id"] for person in answer.json()["data"]] == wanted
    assert answer.json()["pagination"]["total_items"] == len(wanted)


@pytest.mark.parametrize("q", [",", " , ", "25852984455", "()", " " * 65])
def test_a_q_that_is_neither_name_nor_number(clinic, q):
    refused(clinic.get(PATIENTS, params={"q": q}), 400, "invalid_query", "q")


def test_people_are_paged_like_contacts(clinic):
    answer = clinic.get(PATIENTS, params={"limit": 2, "offset": 2}).json()
    assert [person["id"] for person in answer["data"]] == ["3", "2"]
    assert answer["pagination"] == {"total_items": 5, "total_pages": 3, "current_page": 2, "per_page": 2, "next_page": 3,
                                    "prev_page": 1}
    refused(clinic.get(PATIENTS, params={"limit": 101, "page": 1}), 400, "invalid_parameter", "limit", "page")
