"""Finding contacts: q, filters, and pages by limit and offset."""
import pytest

from installation import Installation
from refusals import refused

PATH = "/api/v2/phone-numbers"
NUMBERS = ["5852984455", "5855550199", "2125550142", "3125551234"]


@pytest.fixture(scope="module")
def book(module_account):
    """Four numbers on three people; read only."""
    client = module_account
    client.put("/api/v2/patients/john", {"first_name": "John", "last_name": "Doe"})
    client.put("/api/v2/patients/jane", {"first_name": "Jane", "last_name": "Doe"})
    client.put("/api/v2/doctors/ada", {"first_name": "Ada", "last_name": "Roe"})
    for number, phone_type, fields in [
            (NUMBERS[0], "home", {"patient_id": "john", "primary": True}),
            (NUMBERS[1], "cell", {"patient_id": "john", "do_not_call": True}),
            (NUMBERS[2], "cell", {"patient_id": "jane", "primary": True}),
            (NUMBERS[3], "other", {"doctor_id": "ada"})]:
        assert client.post(PATH, {"number": number, "phone_type": phone_type, **fields}).status_code == 201
    return client


def found(client, **query) -> list[str]:
    answer = client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    listed = answer.json()
    assert listed["pagination"]["total_items"] == len(listed["data"])
    return [item["number"] for item in listed["data"]]


@pytest.mark.parametrize("q, wanted", [
    ("", NUMBERS), ("  ", NUMBERS),
    ("5852984455", NUMBERS[:1]), ("(585) 298-4455", NUMBERS[:1]), ("585.298.4455", NUMBERS[:1]),
    ("+15852984455", NUMBERS[:1]), ("1 585 298 4455", NUMBERS[:1]), ("1-585-298-4455", NUMBERS[:1]),
    ("585", NUMBERS[:2]), ("555", NUMBERS[1:]), ("555-01", NUMBERS[1:3]), ("0142", NUMBERS[2:3]), ("4", NUMBERS[:1] + NUMBERS[2:]),
    ("1", NUMBERS[1:]), ("9999999999", []), ("12125550142", NUMBERS[2:3]), ("2 9 8", NUMBERS[:1]), ("585/298", NUMBERS[:1]), ("５８５", NUMBERS[:2]),
    ("585\u2011298\u20114455", NUMBERS[:1]), ("tel:+1-585-298-4455", NUMBERS[:1]), ("5852984455.0", NUMBERS[:1])])
def test_q_finds_any_part_of_a_number(book, q, wanted):
    assert found(book, q=q) == wanted[::-1], "newest first"


@pytest.mark.parametrize("q", ["58529844551", "25852984455", "115852984455", "abc", "585x", "()", "+", "-", "585,298", "1" * 65])
def test_a_q_that_is_no_part_of_a_number(book, q):
    refused(book.get(PATH, params={"q": q}), 400, "invalid_query", "q")


@pytest.mark.parametrize("query, wanted", [
    ({"patient_id": "john"}, NUMBERS[:2]), ({"patient_id": "nobody"}, []), ({"doctor_id": "ada"}, NUMBERS[3:]),
    ({"doctor_id": "john"}, []),
    ({"phone_type": "cell"}, NUMBERS[1:3]), ({"primary": "true"}, [NUMBERS[0], NUMBERS[2]]),
    ({"primary": "false"}, [NUMBERS[1], NUMBERS[3]]), ({"do_not_call": "true"}, NUMBERS[1:2]),
    ({"do_not_call": "false"}, [NUMBERS[0], *NUMBERS[2:]]), ({"verified": "true"}, []), ({"verified": "false"}, NUMBERS),
    ({"q": "585", "phone_type": "cell"}, NUMBERS[1:2]), ({"q": "55", "primary": "true"}, [NUMBERS[0], NUMBERS[2]]),
    ({"patient_id": "john", "primary": "true", "phone_type": "home", "do_not_call": "false", "q": "4455"}, NUMBERS[:1]),
    ({"patient_id": "john", "phone_type": "other"}, []), ({"patient_id": "john", "doctor_id": "ada"}, [])])
def test_filters_combine(book, query, wanted):
    assert found(book, **query) == wanted[::-1]


@pytest.mark.parametrize("query, wanted", [
    ({}, [3, 2, 1, 0]), ({"sort": "newest"}, [3, 2, 1, 0]), ({"sort": "number"}, [2, 3, 0, 1]), ({"sort": "name"}, [2, 1, 0, 3]),
    ({"sort": "name", "person_type": "patient"}, [2, 1, 0]), ({"person_type": "doctor"}, [3]), ({"person_type": "doctor", "patient_id": "john"}, []),
    ({"sort": "number", "q": "585"}, [0, 1]), ({"sort": "name", "q": "55", "phone_type": "cell"}, [2, 1]),
    ({"sort": "name", "patient_id": "john"}, [1, 0])])
def test_sorted_and_of_whom(book, query, wanted):
    assert found(book, **query) == [NUMBERS[n] for n in wanted]


def test_pages_of_a_sorted_list(book):
    pages = [book.get(PATH, params={"sort": "number", "limit": 3, "offset": offset}).json() for offset in (0, 3, 6)]
    assert [item["number"] for page in pages for item in page["data"]] == sorted(NUMBERS)
    assert {page["pagination"]["total_items"] for page in pages} == {4}


@pytest.mark.parametrize("query, at_fault", [
    ({"sort": "size"}, ["sort"]), ({"sort": ""}, ["sort"]), ({"person_type": "nurse"}, ["person_type"]), ({"limit": "0"}, ["limit"]), ({"limit": "101"}, ["limit"]), ({"limit": "many"}, ["limit"]), ({"limit": ""}, ["limit"]),
    ({"limit": "+1"}, ["limit"]), ({"limit": "1e1"}, ["limit"]), ({"limit": "٥"}, ["limit"]),
    ({"offset": "-1"}, ["offset"]), ({"offset": "9007199254740992"}, ["offset"]), ({"patient_id": "a b"}, ["patient_id"]), ({"offset": "1.0"}, ["offset"]), ({"offset": "99999999999999999999"}, ["offset"]),
    ({"phone_type": "fax"}, ["phone_type"]), ({"phone_type": ""}, ["phone_type"]), ({"primary": "yes"}, ["primary"]),
    ({"primary": "1"}, ["primary"]), ({"primary": ""}, ["primary"]), ({"verified": "TRUE"}, ["verified"]),
    ({"patient_id": ""}, ["patient_id"]),
    ({"page": "2"}, ["page"]), ({"Limit": "5"}, ["Limit"]), ({"limit": ["5", "5"]}, ["limit"]),
    ({"limit": "0", "offset": "x", "primary": "x", "colour": "red"}, ["limit", "offset", "primary", "colour"])])
def test_a_bad_parameter_is_named(book, query, at_fault):
    refused(book.get(PATH, params=query), 400, "invalid_parameter", *at_fault)


def page(total_items, total_pages, current_page, per_page, next_page, prev_page):
    return {"total_items": total_items, "total_pages": total_pages, "current_page": current_page, "per_page": per_page,
            "next_page": next_page, "prev_page": prev_page}


@pytest.mark.parametrize("query, items, pagination", [
    ({}, 4, page(4, 1, 1, 20, None, None)),
    ({"limit": 1}, 1, page(4, 4, 1, 1, 2, None)),
    ({"limit": 3}, 3, page(4, 2, 1, 3, 2, None)),
    ({"limit": 3, "offset": 3}, 1, page(4, 2, 2, 3, None, 1)),
    ({"limit": 2, "offset": 1}, 2, page(4, 2, 1, 2, 2, None)),
    ({"limit": 2, "offset": 2}, 2, page(4, 2, 2, 2, None, 1)),
    ({"limit": 2, "offset": 4}, 0, page(4, 2, 3, 2, None, 2)),
    ({"limit": 2, "offset": 100}, 0, page(4, 2, 51, 2, None, 2)),
    ({"limit": 100, "offset": 9007199254740991}, 0, page(4, 1, 90071992547410, 100, None, 1)),
    ({"limit": 4}, 4, page(4, 1, 1, 4, None, None)),
    ({"q": "9999999999"}, 0, page(0, 0, 1, 20, None, None)),
    ({"q": "9999999999", "limit": 10, "offset": 50}, 0, page(0, 0, 1, 10, None, None)),
])
def test_pagination_numbers(book, query, items, pagination):
    answer = book.get(PATH, params=query).json()
    assert len(answer["data"]) == items
    assert answer["pagination"] == pagination


def test_an_empty_book(account):
    assert account.get(PATH).json() == {"data": [], "pagination": page(0, 0, 1, 20, None, None)}


def test_quality(account):
    john = account.new_patient()
    jane = account.new_patient(first_name="Jane")
    account.new_number(john, "2125550142", primary=True)
    account.new_number(jane, "2125550142")
    unassigned = account.new_number(jane, "5551234567")
    invalid = account.new_number(jane, "2129110000")
    report = account.get(f"{PATH}/quality").json()
    assert report["total_numbers"] == 4
    assert report["unassigned_area_codes"] == {"count": 1, "items": [{"area_code": "555", "count": 1}]}
    assert report["invalid_exchanges"]["count"] >= 1
    assert {"id": invalid["id"], "number": "2129110000"} in report["invalid_exchanges"]["items"]
    # 555-123-4567 is at fault twice: neither hides the other.
    assert unassigned["id"] in [item["id"] for item in report["invalid_exchanges"]["items"]]
    assert report["duplicates"] == {"count": 1, "items": [{"number": "2125550142", "people": 2}]}
    assert report["never_verified"]["count"] == 4
    assert report["persons_without_primary"] == {
        "count": 1, "items": [{"type": "patient", "id": jane, "name": "Jane Doe"}]}
    refused(account.get(f"{PATH}/quality", params={"fresh": "1"}), 400, "invalid_parameter", "fresh")


@pytest.mark.parametrize("number, wrong", [
    ("5551234567", "area code"), ("2129110000", "exchange"), ("2121234567", "exchange"), ("2125550142", None)])
def test_the_policy_for_valid_numbers(strict_numbers, number, wrong):
    patient = strict_numbers.new_patient()
    answer = strict_numbers.post(PATH, {"number": number, "phone_type": "cell", "patient_id": patient})
    if wrong is None:
        assert answer.status_code == 201
        edited = strict_numbers.patch(f"{PATH}/{answer.json()['id']}", {"number": "5551234567"})
        refused(edited, 422, "validation_error", "number")
    else:
        assert wrong in refused(answer, 422, "validation_error", "number")["message"]


@pytest.fixture(scope="module")
def strict_numbers(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("strict") / "data")
    installation.serve(env={"LINEBOOK_NUMBER_POLICY": "valid"})
    yield installation.client()
    installation.close()
