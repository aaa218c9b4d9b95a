"""Numbers that are not to be reached, whosever they are: /api/v2/suppressions."""
import pytest

from reach import NOON, decide, entry_where_it_is, ledger_of, suppress
from refusals import refused

PATH = "/api/v2/suppressions"
NUMBER = "5852984455"


def test_a_number_of_nobody(account):
    answer = account.post(PATH, {"number": "+1 (585) 298-4455", "channels": ["text"], "reason": "asked by letter,\nsee file 7"})
    kept = answer.json()
    assert answer.status_code == 201 and kept == {
        "number": NUMBER, "channels": ["text"], "call": None, "text": {"reason": "asked by letter,\nsee file 7", "at": kept["created_at"]},
        "created_at": kept["created_at"], "updated_at": kept["created_at"]}
    assert account.get(PATH).json()["data"] == [kept]


def test_a_channel_keeps_its_first_reason(account):
    first = suppress(account, NUMBER, "text", reason="first")
    again = account.post(PATH, {"number": NUMBER, "channels": ["text"], "reason": "second"})
    assert again.status_code == 200 and again.json() == first
    both = account.post(PATH, {"number": NUMBER, "channels": ["text", "call"], "reason": "third"})
    assert both.status_code == 201
    assert (both.json()["text"], both.json()["call"]["reason"]) == (first["text"], "third")
    assert both.json()["channels"] == ["call", "text"] and both.json()["created_at"] == first["created_at"]


def test_set_and_lifted_with_ledger_rows(account):
    phone = entry_where_it_is(account, NOON, NUMBER)
    suppress(account, NUMBER, "call", "text", reason="by letter")
    assert not decide(account, phone_id=phone)["allowed"]
    answer = account.delete(f"{PATH}/{NUMBER}", params={"channel": "call"})
    assert answer.json() == {"id": NUMBER, "deleted": True, "message": "Suppression removed"}
    assert decide(account, phone_id=phone)["allowed"] and not decide(account, phone_id=phone, channel="text")["allowed"]
    (left,) = account.get(PATH).json()["data"]
    assert left["channels"] == ["text"] and left["call"] is None
    refused(account.delete(f"{PATH}/{NUMBER}", params={"channel": "call"}), 404, "not_found")
    assert account.delete(f"{PATH}/{NUMBER}").status_code == 200
    assert decide(account, phone_id=phone, channel="text")["allowed"]
    assert account.get(PATH).json()["data"] == []
    refused(account.delete(f"{PATH}/{NUMBER}"), 404, "not_found")

    rows = ledger_of(account, "suppression", NUMBER)[::-1]
    assert [row["action"] for row in rows] == ["created", "updated", "deleted"]
    assert rows[0]["changes"]["call"] == rows[0]["changes"]["text"] == {"was": None, "is": "by letter"}
    assert rows[1]["changes"] == {"call": {"was": "by letter", "is": None}}
    assert rows[2]["changes"]["text"] == {"was": "by letter", "is": None}


def test_what_changes_nothing_leaves_no_row(account):
    suppress(account, NUMBER, "call")
    before = account.walk("/audit")
    suppress(account, NUMBER, "call", reason="again")
    refused(account.delete(f"{PATH}/{NUMBER}", params={"channel": "text"}), 404, "not_found")
    assert account.walk("/audit") == before


@pytest.mark.parametrize("written", [NUMBER, f"+1{NUMBER}", f"%2B1{NUMBER}", f"1{NUMBER}", "585-298-4455", "(585)%20298-4455", f"%201{NUMBER}"])
def test_lifted_however_it_is_written(account, written):
    suppress(account, NUMBER, "text")
    assert account.delete(f"{PATH}/{written}").json()["id"] == NUMBER


@pytest.mark.parametrize("written", ["5852984456", "585", "x", "+445852984455", "5852984455%20x7"])
def test_what_is_not_on_the_list(account, written):
    suppress(account, NUMBER, "text")
    refused(account.delete(f"{PATH}/{written}"), 404, "not_found")
    refused(account.delete(f"{PATH}/{NUMBER}", params={"channel": "fax"}), 400, "invalid_parameter", "channel")
    assert account.get(PATH).json()["pagination"]["total_items"] == 1


def test_lifting_needs_admin(account, shared_installation):
    writer = shared_installation.client(account="suppressions", scopes="reach:read,reach:write")
    suppress(writer, NUMBER, "text")
    refused(writer.delete(f"{PATH}/{NUMBER}"), 403, "forbidden")
    reader = shared_installation.client(account="suppressions", scopes="reach:read")
    refused(reader.post(PATH, {}), 403, "forbidden")
    assert reader.get(PATH).json()["pagination"]["total_items"] == 1
    assert shared_installation.client(account="suppressions", scopes="admin").delete(f"{PATH}/{NUMBER}").status_code == 200


@pytest.mark.parametrize("fields, at_fault", [
    ({"number": "585"}, ["number"]), ({"number": None}, ["number"]), ({"number": 5852984455}, ["number"]),
    ({"channels": []}, ["channels"]), ({"channels": None}, ["channels"]), ({"channels": "call"}, ["channels"]), ({"channels": ["fax"]}, ["channels"]),
    ({"channels": ["call", "call"]}, ["channels"]), ({"channels": [1]}, ["channels"]),
    ({"reason": ""}, ["reason"]), ({"reason": None}, ["reason"]), ({"reason": "x" * 201}, ["reason"]), ({"reason": "\x07"}, ["reason"]),
    ({"number": "1", "channels": ["fax"], "reason": 7, "until": "2027"}, ["number", "channels", "reason", "until"]),
])
def test_every_field_at_fault_is_named(account, fields, at_fault):
    refused(account.post(PATH, {"number": NUMBER, "channels": ["call"], "reason": "letter", **fields}), 422, "validation_error", *at_fault)
    assert account.get(PATH).json()["data"] == []


def test_three_channels_are_one_fault(account):
    refused(account.post(PATH, {"number": NUMBER, "channels": ["call", "text", "call"], "reason": "x"}), 422, "validation_error")
    refused(account.post(PATH, {}), 422, "validation_error", "number", "channels", "reason")


def test_lists(account):
    kept = [suppress(account, f"585298446{i}", "text") for i in range(5)]
    page = account.get(PATH, params={"limit": 2, "offset": 2}).json()
    assert [item["number"] for item in page["data"]] == ["5852984462", "5852984461"]
    assert page["pagination"] == {"total_items": 5, "total_pages": 3, "current_page": 2, "per_page": 2, "next_page": 3, "prev_page": 1}
    assert account.get(PATH).json()["data"] == kept[::-1]
    for written in ("5852984463", "+15852984463", " 15852984463", "(585) 298-4463"):
        page = account.get(PATH, params={"number": written}).json()
        assert page["data"] == [kept[3]] and page["pagination"]["total_items"] == 1, written
    past = account.get(PATH, params={"number": "5852984463", "offset": 1}).json()
    assert past["data"] == [] and past["pagination"]["total_items"] == 1
    assert account.get(PATH, params={"number": "5852984469"}).json()["pagination"]["total_items"] == 0
    for name, value in (("number", "585"), ("number", ""), ("limit", "101"), ("channel", "call")):
        refused(account.get(PATH, params={name: value}), 400, "invalid_parameter", name)


def test_another_accounts_list_is_its_own(account, shared_installation):
    other = shared_installation.client(account="another with suppressions")
    suppress(account, NUMBER, "call")
    assert other.get(PATH).json()["data"] == [] == other.get(PATH, params={"number": NUMBER}).json()["data"]
    refused(other.delete(f"{PATH}/{NUMBER}"), 404, "not_found")
    assert "opted_out" not in [reason["code"] for reason in decide(other, number=NUMBER)["reasons"]]


def test_an_idempotency_key_answers_the_same(account):
    body = {"number": NUMBER, "channels": ["call"], "reason": "letter"}
    first, again = (account.post(PATH, body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
