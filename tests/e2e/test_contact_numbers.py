"""The contact book: /api/v2/phone-numbers."""
import pytest

from refusals import refused

PATH = "/api/v2/phone-numbers"


def ten_digits(number):
    return {"number": number, "phone_type": "cell"}


@pytest.fixture
def patient(account):
    return account.new_patient()


@pytest.mark.parametrize("sent", [
    "5551234567", "(555) 123-4567", "555.123.4567", "555-123-4567", "555/123/4567", " 555 123 4567 ", "+15551234567",
    "15551234567", "1-555-123-4567", "+1 (555) 123-4567", "555\u2011123\u20114567", "555\u2013123\u20134567",
    "\u202a+15551234567\u202c", "(555)\u00a0123-4567", "\uff15551234567", "'+15551234567", "5551234567.0", "tel:+1-555-123-4567",
    "001 555 123 4567", "\u200e555 123 4567", "5.551234567E9", "٥٥٥١٢٣٤٥٦٧", "５５５１２３４５６７", "5551234567;"])
def test_a_number_in_any_formatting_is_stored_as_ten_digits(account, patient, sent):
    added = account.new_number(patient, sent)
    assert added["number"] == "5551234567"
    for q in ("5551234567", sent):
        assert account.get(PATH, params={"q": q}).json()["pagination"]["total_items"] == 1


@pytest.mark.parametrize("sent, why", [
    ("5.85298E+09", "rounded by a spreadsheet, the last digits are lost"), ("1-800-FLOWERS", "has letters"),
    ("585298441", "has only 9 digits"), ("442079460018", "has 12 digits"), ("+44 20 7946 0018", "another country"),
    ("5852984415 / 5852984416", "more than one number"), ("585-298-4415 ext. 12", "has an extension (12)"),
    ("+15852984417;ext=3", "has an extension (3)"), ("\x1b[31m", "must be a 10-digit phone number")])
def test_a_refusal_says_why(account, patient, sent, why):
    told = refused(account.post(PATH, {"number": sent, "phone_type": "cell", "patient_id": patient}), 422, "validation_error", "number")
    assert why in told["message"] and sent not in told["message"]
    person = {"first_name": "A", "last_name": "B", "phone_numbers": [{"number": sent, "phone_type": "cell"}]}
    assert why in account.post("/api/v2/patients", person).json()["error"]["message"]


@pytest.mark.parametrize("q, why", [
    ("585-298-4415 ext. 12", "has an extension (12)"), ("5.85298E+09", "rounded"), ("+44 20 7946 0018", "another country")])
def test_a_search_for_what_is_no_number_says_why(account, q, why):
    assert why in refused(account.get(PATH, params={"q": q}), 400, "invalid_query", "q")["message"]


@pytest.mark.parametrize("sent", [
    "", "555123456", "55512345678", "+5551234567", "25551234567", "555123456a", "5551234567 x12", "++15551234567", "555123+4567", "5" * 65])
def test_what_is_no_ten_digit_number_is_refused(account, patient, sent):
    body = {"number": sent, "phone_type": "cell", "patient_id": patient}
    refused(account.post(PATH, body), 422, "validation_error", "number")


@pytest.mark.parametrize("fields, at_fault", [
    ({"number": 5551234567}, ["number"]),
    ({"number": None}, ["number"]),
    ({"phone_type": "mobile"}, ["phone_type"]),
    ({"phone_type": "Cell"}, ["phone_type"]),
    ({"primary": "true"}, ["primary"]),
    ({"primary": 1}, ["primary"]),
    ({"do_not_call": None}, ["do_not_call"]),
    ({"verified": True}, ["verified"]),
    ({"do_not_cal": True}, ["do_not_cal"]),
    ({"number": "1", "phone_type": "x", "primary": 0, "extra": 1}, ["number", "phone_type", "primary", "extra"]),
    ({"patient_id": "pat_unknown"}, ["patient_id"]),
    ({"patient_id": "pat_unknown", "number": "1"}, ["patient_id", "number"]),
    ({"patient_id": "two words"}, ["patient_id"]),
    ({"patient_id": 7}, ["patient_id"]),
    ({"doctor_id": "doc_1"}, ["doctor_id"]),
])
def test_adding_names_every_field_at_fault(account, patient, fields, at_fault):
    body = {"number": "5551234567", "phone_type": "cell", "patient_id": patient, **fields}
    refused(account.post(PATH, body), 422, "validation_error", *at_fault)
    assert account.get(PATH).json()["pagination"]["total_items"] == 0


def test_an_unknown_doctor_is_named(account):
    refused(account.post(PATH, {**ten_digits("5551234567"), "doctor_id": "doc_unknown"}), 422, "validation_error", "doctor_id")


def test_a_patient_is_no_doctor(account, patient):
    refused(account.post(PATH, {**ten_digits("5551234567"), "doctor_id": patient}), 422, "validation_error", "doctor_id")


def test_new_numbers_are_primary_and_do_not_call_only_if_said(account, patient):
    plain = account.new_number(patient, "5551234567")
    assert (plain["primary"], plain["verified"], plain["do_not_call"]) == (False, False, False)
    told = account.new_number(patient, "5551234568", primary=True, do_not_call=True)
    assert (told["primary"], told["verified"], told["do_not_call"]) == (True, False, True)


def test_a_number_is_once_on_a_person_but_families_share(account, patient):
    first = account.new_number(patient, "5551234567")
    again = refused(account.post(PATH, {"number": "(555) 123-4567", "phone_type": "home", "patient_id": patient}),
                    409, "duplicate_number", "number")
    assert again["details"][0]["id"] == first["id"]
    sister = account.new_patient(first_name="Jane")
    assert account.new_number(sister, "5551234567")["id"] != first["id"]
    other = account.new_number(patient, "5551234568")
    taken = refused(account.patch(f"{PATH}/{other['id']}", {"number": "5551234567"}), 409, "duplicate_number", "number")
    assert taken["details"][0]["id"] == first["id"]
    assert account.patch(f"{PATH}/{first['id']}", {"number": "555-123-4567"}).json() == first, "its own number is no duplicate"


def primaries(client, patient) -> dict[str, list[str]]:
    """The numbers that are primary, by type."""
    found = {}
    for number in client.get(f"/api/v2/patients/{patient}").json()["phone_numbers"]:
        if number["primary"]:
            found.setdefault(number["phone_type"], []).append(number["number"])
    return found


def test_one_primary_per_person_and_type(account, patient):
    cell = account.new_number(patient, "5550000001", "cell", primary=True)
    account.new_number(patient, "5550000002", "home", primary=True)
    assert primaries(account, patient) == {"cell": ["5550000001"], "home": ["5550000002"]}

    account.new_number(patient, "5550000003", "cell", primary=True)
    assert primaries(account, patient) == {"cell": ["5550000003"], "home": ["5550000002"]}

    account.patch(f"{PATH}/{cell['id']}", {"primary": True})
    assert primaries(account, patient) == {"cell": ["5550000001"], "home": ["5550000002"]}

    moved = account.patch(f"{PATH}/{cell['id']}", {"phone_type": "home"}).json()
    assert (moved["phone_type"], moved["primary"]) == ("home", True), "an omitted field remains unchanged"
    assert primaries(account, patient) == {"home": ["5550000001"]}

    account.patch(f"{PATH}/{cell['id']}", {"phone_type": "other", "primary": False})
    assert primaries(account, patient) == {}


def test_another_persons_primary_is_left_alone(account, patient):
    account.new_number(patient, "5550000001", primary=True)
    other = account.new_patient()
    account.new_number(other, "5550000001", primary=True)
    assert primaries(account, patient) == {"cell": ["5550000001"]}
    assert primaries(account, other) == {"cell": ["5550000001"]}


def test_a_changed_number_is_no_longer_verified(installation, tmp_path):
    installation.serve()
    table = tmp_path / "contacts.csv"
    table.write_text("number,phone_type,patient_id,first_name,last_name,verified\n"
                     "5551234567,cell,pat_1,John,Doe,true\n5551234568,home,pat_1,John,Doe,true\n")
    client = installation.client()
    installation.run("import", "contacts", table, "--account", "acme")
    changed, kept = client.get(PATH, params={"verified": "true"}).json()["data"]
    assert client.patch(f"{PATH}/{kept['id']}", {"phone_type": "other", "number": kept["number"]}).json()["verified"] is True
    assert client.patch(f"{PATH}/{changed['id']}", {"number": "5559999999"}).json()["verified"] is False
    assert client.get(PATH, params={"verified": "true"}).json()["pagination"]["total_items"] == 1


def test_do_not_call_outlives_a_delete(account, patient):
    def add(**fields):
        return account.new_number(patient, "5551234567", **fields)

    added = add(do_not_call=True)
    account.delete(f"{PATH}/{added['id']}")
    other = account.new_patient()
    assert account.new_number(other, "5551234567")["do_not_call"] is False, "it belongs to the person"
    again = add(do_not_call=False)
    assert again["do_not_call"] is True and again["id"] != added["id"]

    assert account.patch(f"{PATH}/{again['id']}", {"do_not_call": False}).json()["do_not_call"] is False
    account.delete(f"{PATH}/{again['id']}")
    assert add()["do_not_call"] is False, "taken back by hand, it is forgotten"


def test_do_not_call_outlives_a_change_of_number(account, patient):
    number = account.new_number(patient, "5551234567", do_not_call=True)
    path = f"{PATH}/{number['id']}"
    assert account.patch(path, {"number": "5550000000", "do_not_call": False}).json()["do_not_call"] is False
    assert account.patch(path, {"number": "5551234567"}).json()["do_not_call"] is True


def test_deleting(account, patient):
    number = account.new_number(patient, "5551234567", primary=True)
    path = f"{PATH}/{number['id']}"
    assert account.delete(path).json() == {"id": number["id"], "deleted": True, "message": "Phone number deleted"}
    refused(account.get(path), 404, "not_found")
    refused(account.patch(path, {}), 404, "not_found")
    refused(account.delete(path), 404, "not_found")
    assert account.get(PATH).json()["data"] == []
    assert account.get(PATH, params={"q": "555"}).json()["data"] == []
    assert account.get(f"/api/v2/patients/{patient}").json()["phone_numbers"] == []
    assert [entry["action"] for entry in account.walk(f"{path}/history")] == ["deleted", "created"]


@pytest.mark.parametrize("edit, at_fault", [
    ({"verified": True}, ["verified"]), ({"patient_id": "pat_1"}, ["patient_id"]), ({"doctor_id": "doc_1"}, ["doctor_id"]),
    ({"linked_to": {}}, ["linked_to"]), ({"id": "phn_1"}, ["id"]), ({"created_at": "2025-01-01T00:00:00Z"}, ["created_at"]),
    ({"number": None}, ["number"]), ({"phone_type": None}, ["phone_type"]), ({"primary": None}, ["primary"]),
    ({"primary": "yes", "number": "12", "colour": "red"}, ["primary", "number", "colour"]),
    ([], ["body"]), ("primary", ["body"]), (None, ["body"])])
def test_editing_names_every_field_at_fault(account, patient, edit, at_fault):
    number = account.new_number(patient, "5551234567")
    path = f"{PATH}/{number['id']}"
    refused(account.request("PATCH", path, data="null", headers={"Content-Type": "application/json"}) if edit is None
            else account.patch(path, edit), 422, "validation_error", *at_fault)
    assert account.get(path).json() == number


@pytest.mark.parametrize("edit", [{}, {"primary": False}, {"number": "1 (555) 123-4567", "phone_type": "cell"}])
def test_an_edit_that_changes_nothing_leaves_no_trace(account, patient, edit):
    number = account.new_number(patient, "5551234567")
    path = f"{PATH}/{number['id']}"
    answer = account.patch(path, edit)
    assert answer.status_code == 200 and answer.json() == number
    assert len(account.walk(f"{path}/history")) == 1


def test_the_linked_name_follows_a_rename_at_once(account, patient):
    number = account.new_number(patient, "5551234567")
    account.patch(f"/api/v2/patients/{patient}", {"first_name": "Johanna"})
    assert account.get(f"{PATH}/{number['id']}").json()["linked_to"]["name"] == "Johanna Doe"
    assert account.get(PATH).json()["data"][0]["linked_to"]["name"] == "Johanna Doe"
