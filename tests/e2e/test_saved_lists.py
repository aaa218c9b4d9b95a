"""Filters of the contact book that an account keeps under a name."""
import concurrent.futures

import pytest

from conftest import new_account_name
from installation import Client
from refusals import refused

NOTHING = {"q": None, "person_type": None, "phone_type": None, "primary": None, "verified": None, "do_not_call": None}
CELLS = {"person_type": "patient", "phone_type": "cell", "verified": False}


@pytest.fixture
def account(request) -> str:
    return new_account_name(request.node.name)


@pytest.fixture
def client(shared_installation, account) -> Client:
    return shared_installation.client(account=account)


def made(client, name="Cells", of="phone_numbers", **fields) -> dict:
    answer = client.post("/saved-lists", {"name": name, "of": of, **fields})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/saved-lists/{answer.json()['id']}"
    return answer.json()


def test_from_made_to_deleted(client):
    saved = made(client, filter=CELLS, sort="name")
    assert saved == {"id": saved["id"], "name": "Cells", "of": "phone_numbers", "filter": NOTHING | CELLS, "sort": "name",
                     "created_at": saved["created_at"], "updated_at": saved["created_at"]}
    assert saved["id"].startswith("sl_")
    shown = client.get(f"/saved-lists/{saved['id']}")
    assert shown.json() == saved
    assert client.get(f"/saved-lists/{saved['id']}", headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304
    renamed = client.patch(f"/saved-lists/{saved['id']}", {"name": "To verify"}, headers={"If-Match": shown.headers["ETag"]})
    assert renamed.json() == saved | {"name": "To verify", "updated_at": renamed.json()["updated_at"]}
    refused(client.patch(f"/saved-lists/{saved['id']}", {"name": "Late"}, headers={"If-Match": shown.headers["ETag"]}),
            412, "precondition_failed")
    other = client.patch(f"/saved-lists/{saved['id']}", {"filter": {"q": "585"}, "sort": "number"}).json()
    assert other["filter"] == NOTHING | {"q": "585"} and other["sort"] == "number", "a filter replaces the whole"
    refused(client.delete(f"/saved-lists/{saved['id']}", headers={"If-Match": shown.headers["ETag"]}), 412, "precondition_failed")
    gone = client.delete(f"/saved-lists/{saved['id']}")
    assert gone.json() == {"id": saved["id"], "deleted": True, "message": "Saved list deleted"}
    refused(client.get(f"/saved-lists/{saved['id']}"), 404, "not_found")
    told = [(entry["action"], sorted(entry["changes"])) for entry in client.walk("/audit") if entry["entity"] == "saved_list"][::-1]
    assert told == [("created", ["name", "of", "person_type", "phone_type", "sort", "verified"]), ("updated", ["name"]),
                    ("updated", ["person_type", "phone_type", "q", "sort", "verified"]), ("deleted", ["name", "of", "q", "sort"])]


def test_what_changes_nothing_leaves_no_trace(client):
    saved = made(client, filter=CELLS)
    before = len(client.walk("/audit"))
    for body in ({}, {"name": "Cells"}, {"filter": CELLS}, {"sort": "newest"}):
        assert client.patch(f"/saved-lists/{saved['id']}", body).json() == saved
    assert len(client.walk("/audit")) == before


def test_what_is_saved_is_what_the_book_takes(client):
    """Its filter goes into the query of the list as it is."""
    patient = client.new_patient()
    entry = client.new_number(patient, "5852984455")
    client.new_number(patient, "5852984456", "home")
    saved = made(client, filter=CELLS | {"q": "5852"}, sort="number")
    query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in saved["filter"].items() if value is not None}
    listed = client.get("/api/v2/phone-numbers", params=query | {"sort": saved["sort"]}).json()
    assert [item["id"] for item in listed["data"]] == [entry["id"]] and listed["pagination"]["total_items"] == 1


@pytest.mark.parametrize("body, fields", [
    ({}, ["name", "of"]), ({"name": None, "of": None}, ["name", "of"]), ({"name": "  ", "of": "calls"}, ["name", "of"]),
    ({"name": "a" * 65, "of": "patients"}, ["name"]), ({"name": "a\nb", "of": "patients"}, ["name"]),
    ({"name": "a", "of": "patients", "colour": "red"}, ["colour"]),
    ({"name": "a", "of": "phone_numbers", "filter": None, "sort": None}, ["filter", "sort"]),
    ({"name": "a", "of": "phone_numbers", "filter": [], "sort": "size"}, ["filter", "sort"]),
    ({"name": "a", "of": "phone_numbers", "filter": {"q": "", "primary": "yes"}}, ["filter.q", "filter.primary"]),
    ({"name": "a", "of": "phone_numbers", "filter": {"q": "a" * 101}}, ["filter.q"]),
    ({"name": "a", "of": "phone_numbers", "filter": {"q": "a\u2028"}}, ["filter.q"]),
    ({"name": "a", "of": "phone_numbers", "filter": {"person_type": "nurse", "phone_type": "fax", "doctor_id": "x"}},
     ["filter.person_type", "filter.phone_type", "filter.doctor_id"]),
    ({"name": "a", "of": "patients", "filter": {"verified": True}, "sort": "name"}, ["filter", "sort"])])
def test_what_is_no_list(client, body, fields):
    refused(client.post("/saved-lists", body), 422, "validation_error", *fields)
    assert client.get("/saved-lists").json() == {"saved_lists": [], "next_page_token": None}


def test_what_cannot_be_changed(client):
    saved = made(client, of="patients", filter={"q": "doe,j"})
    path = f"/saved-lists/{saved['id']}"
    for body, fields in [({"of": "doctors"}, ["of"]), ({"id": "sl_1"}, ["id"]), ({"name": None}, ["name"]),
                         ({"filter": {"primary": True}}, ["filter"]), ({"sort": "number"}, ["sort"])]:
        refused(client.patch(path, body), 422, "validation_error", *fields)
    assert client.get(path).json() == saved


def test_a_name_once_in_an_account(client, shared_installation):
    saved = made(client, "Recall")
    refused(client.post("/saved-lists", {"name": "Recall", "of": "patients"}), 409, "already_exists", "name")
    second = made(client, "recall")
    refused(client.patch(f"/saved-lists/{second['id']}", {"name": "Recall"}), 409, "already_exists", "name")
    assert made(shared_installation.client(account="has a list of that name"), "Recall")["id"] != saved["id"]


def test_of_many_who_take_a_name_one_has_it(client):
    def take(n):
        return client.post("/saved-lists", {"name": f"Name {n % 3}", "of": "doctors"}).status_code
    with concurrent.futures.ThreadPoolExecutor(12) as people:
        statuses = sorted(people.map(take, range(12)))
    assert statuses == [201] * 3 + [409] * 9


def test_the_list_is_walked_newest_first(client):
    wanted = [made(client, f"List {n}")["id"] for n in range(7)][::-1]
    walked, token = [], ""
    while token is not None:
        page = client.get("/saved-lists?page_size=3" + (f"&page_token={token}" if token else "")).json()
        walked += [saved["id"] for saved in page["saved_lists"]]
        token = page["next_page_token"]
    assert walked == wanted
    refused(client.get("/saved-lists?colour=red"), 400, "invalid_parameter", "colour")


def test_an_account_has_two_hundred(client):
    with concurrent.futures.ThreadPoolExecutor(8) as people:
        for answer in people.map(lambda n: client.post("/saved-lists", {"name": f"{n}", "of": "patients"}), range(200)):
            assert answer.status_code == 201
    refused(client.post("/saved-lists", {"name": "one more", "of": "patients"}), 409, "conflict")
    client.delete(f"/saved-lists/{client.get('/saved-lists?page_size=1').json()['saved_lists'][0]['id']}")
    made(client, "one more")


def test_a_repeat_makes_nothing(client):
    body = {"name": "Once", "of": "patients"}
    first, again = (client.post("/saved-lists", body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotent-Replayed"] == "true"
    assert len(client.get("/saved-lists").json()["saved_lists"]) == 1


def test_all_keys_of_the_account_and_no_other(client, shared_installation, account):
    saved = made(client)
    beside = shared_installation.client(account=account, scopes="contacts:read")
    assert beside.get(f"/saved-lists/{saved['id']}").json() == saved
    stranger = shared_installation.client(account="stranger to lists")
    for answer in (stranger.get(f"/saved-lists/{saved['id']}"), stranger.patch(f"/saved-lists/{saved['id']}", {}),
                   stranger.delete(f"/saved-lists/{saved['id']}")):
        refused(answer, 404, "not_found")
    assert stranger.get("/saved-lists").json()["saved_lists"] == []
    reader = Client(client.url, shared_installation.create_key(account="readers of lists", scopes="contacts:read"))
    assert reader.get("/saved-lists").status_code == 200
    refused(reader.post("/saved-lists", {"name": "a", "of": "patients"}), 403, "forbidden")
    refused(reader.delete("/saved-lists/sl_1"), 403, "forbidden")
    blind = Client(client.url, shared_installation.create_key(account="readers of lists", scopes="lines:read"))
    refused(blind.get("/saved-lists"), 403, "forbidden")


def test_a_list_outlives_a_restart(installation):
    installation.serve()
    client = installation.client()
    saved = made(client, filter=CELLS, sort="name")
    installation.server.stop()
    installation.serve()
    assert Client(installation.server.url, client.token).get(f"/saved-lists/{saved['id']}").json() == saved
