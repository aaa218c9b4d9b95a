"""ETag, If-Match and If-None-Match on single resources."""
import pytest

from refusals import refused

STALE = '"0123456789abcdef0123456789abcdef"'


def line(client):
    return f"/phone_numbers/{client.new_line(name='Old')['id']}", {"name": "New"}


def agent(client):
    client.new_agent("desk")
    return "/ai_agents/desk", None


def contact(client):
    return f"/api/v2/phone-numbers/{client.new_number(client.new_patient(), '5551234567')['id']}", {"phone_type": "home"}


def patient(client):
    return f"/api/v2/patients/{client.new_patient()}", {"last_name": "New"}


def doctor(client):
    client.put("/api/v2/doctors/ada", {"first_name": "Ada", "last_name": "Old"})
    return "/api/v2/doctors/ada", {"last_name": "New"}


EVERY = pytest.mark.parametrize("make", [line, agent, contact, patient, doctor])
EDITABLE = pytest.mark.parametrize("make", [line, contact, patient, doctor])


def etag_of(client, path) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.headers["ETag"]


@EVERY
def test_a_get_has_a_strong_etag_and_answers_304_to_who_has_it(account, make):
    path, _ = make(account)
    tag = etag_of(account, path)
    assert tag.startswith('"') and etag_of(account, path) == tag
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = account.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.headers["ETag"], answer.content) == (304, tag, b""), known
    for other in (STALE, tag.strip('"'), '"x", "y"'):
        assert account.get(path, headers={"If-None-Match": other}).status_code == 200, other
    refused(account.get(path + "x", headers={"If-None-Match": "*"}), 404, "not_found")
    head = account.head(path)
    assert (head.status_code, head.headers["ETag"], head.content) == (200, tag, b"")
    assert account.head(path, headers={"If-None-Match": tag}).status_code == 304


@EDITABLE
def test_patch_only_what_was_seen(account, make):
    path, edit = make(account)
    tag = etag_of(account, path)
    before = account.get(path).json()
    for stale in (STALE, f"W/{tag}", tag.strip('"')):
        refused(account.patch(path, edit, headers={"If-Match": stale}), 412, "precondition_failed")
    assert account.get(path).json() == before
    changed = account.patch(path, edit, headers={"If-Match": f"{STALE}, {tag}"})
    assert changed.status_code == 200
    assert changed.headers["ETag"] == etag_of(account, path) != tag
    refused(account.patch(path, edit, headers={"If-Match": tag}), 412, "precondition_failed")
    assert account.patch(path, edit, headers={"If-Match": "*"}).status_code == 200


@EDITABLE
def test_an_answer_to_a_write_carries_the_etag_of_the_next_get(account, make):
    path, edit = make(account)
    assert account.patch(path, edit).headers["ETag"] == etag_of(account, path)
    assert account.patch(path, {}).headers["ETag"] == etag_of(account, path)


@pytest.mark.parametrize("make", [line, agent, contact])
def test_delete_only_what_was_seen(account, make):
    path, _ = make(account)
    refused(account.delete(path, headers={"If-Match": STALE}), 412, "precondition_failed")
    tag = etag_of(account, path)
    assert account.delete(path, headers={"If-Match": tag}).status_code == 200
    refused(account.delete(path, headers={"If-Match": tag}), 404, "not_found")


@pytest.mark.parametrize("path, body", [
    ("/ai_agents/desk", {"agent_name": "Desk"}), ("/api/v2/patients/p", {"first_name": "J", "last_name": "D"}),
    ("/api/v2/doctors/d", {"first_name": "J", "last_name": "D"})])
def test_put_with_if_match_creates_nothing(account, path, body):
    for condition in (STALE, "*"):
        refused(account.put(path, body, headers={"If-Match": condition}), 412, "precondition_failed")
    refused(account.get(path), 404, "not_found")
    created = account.put(path, body)
    assert created.status_code == 201 and created.headers["ETag"] == etag_of(account, path)
    refused(account.put(path, body, headers={"If-Match": STALE}), 412, "precondition_failed")
    assert account.put(path, body, headers={"If-Match": created.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path, body", [
    ("/ai_agents/desk", {"agent_name": "Desk"}), ("/api/v2/patients/p", {"first_name": "J", "last_name": "D"}),
    ("/api/v2/doctors/d", {"first_name": "J", "last_name": "D"})])
def test_put_with_if_none_match_replaces_nothing(account, path, body):
    created = account.put(path, body, headers={"If-None-Match": "*"})
    assert created.status_code == 201
    for condition in ("*", created.headers["ETag"], f"W/{created.headers['ETag']}"):
        refused(account.put(path, {}, headers={"If-None-Match": condition}), 412, "precondition_failed")
    assert account.get(path).json() == created.json()
    assert account.put(path, body, headers={"If-None-Match": STALE}).status_code == 200


def test_a_rename_changes_the_etag_of_the_persons_numbers(account):
    patient = account.new_patient()
    path = f"/api/v2/phone-numbers/{account.new_number(patient, '5551234567')['id']}"
    tag = etag_of(account, path)
    account.patch(f"/api/v2/patients/{patient}", {"first_name": "Johanna"})
    assert etag_of(account, path) != tag
    refused(account.patch(path, {"primary": True}, headers={"If-Match": tag}), 412, "precondition_failed")


def test_a_number_changes_the_etag_of_its_person(account):
    patient = account.new_patient()
    path = f"/api/v2/patients/{patient}"
    tag = etag_of(account, path)
    number = account.new_number(patient, "5551234567")
    assert etag_of(account, path) != tag
    account.delete(f"/api/v2/phone-numbers/{number['id']}")
    assert etag_of(account, path) == tag


def test_lists_have_no_etag(account):
    for path in ("/phone_numbers", "/ai_agents", "/api/v2/phone-numbers", "/api/v2/patients", "/api/v2/doctors", "/audit"):
        assert "ETag" not in account.get(path).headers
        assert account.get(path, headers={"If-None-Match": "*"}).status_code == 200
