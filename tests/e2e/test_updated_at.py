"""updated_at moves when something changed, and only then; created_at never."""
import time

import pytest

CONTACTS = "/api/v2/phone-numbers"


def wait_for_the_next_second():
    now = int(time.time())
    while int(time.time()) == now:
        time.sleep(0.01)


@pytest.fixture(scope="module")
def things(module_account):
    """One of each, made at least a second ago: its path, an edit that changes nothing and one that does."""
    client = module_account
    client.new_agent("spare")
    patient = client.new_patient()
    client.put("/api/v2/doctors/ada", {"first_name": "Ada", "last_name": "Roe"})
    number = client.new_number(patient, "5550000001", primary=True)
    line = client.new_line(name="Desk")
    wait_for_the_next_second()
    return client, {
        "contact number": (f"{CONTACTS}/{number['id']}", {"primary": True, "number": "555-000-0001"}, {"do_not_call": True}),
        "patient": (f"/api/v2/patients/{patient}", {"last_name": "Doe"}, {"last_name": "Roe"}),
        "doctor": ("/api/v2/doctors/ada", {"npi": None}, {"npi": "1234567893"}),
        "line": (f"/phone_numbers/{line['id']}", {"name": "Desk"}, {"name": "Reception"})}


def times(client, path) -> tuple[str, str]:
    found = client.get(path).json()
    return found["created_at"], found["updated_at"]


@pytest.mark.parametrize("thing", ["contact number", "patient", "doctor", "line"])
def test_an_edit_that_changes_something(things, thing):
    client, known = things
    path, idle, edit = known[thing]
    created, updated = times(client, path)
    for nothing in ({}, idle):
        assert client.patch(path, nothing).status_code == 200
        assert times(client, path) == (created, updated)
    answered = client.patch(path, edit).json()
    assert times(client, path) == (created, answered["updated_at"])
    assert answered["updated_at"] > updated


def test_put_of_the_same_and_of_something_else(things):
    client, _ = things
    created, updated = times(client, "/ai_agents/spare")
    client.put("/ai_agents/spare", {"agent_name": "spare", "answer": {"type": "stream", "url": "wss://agents.example.com/1"}})
    assert times(client, "/ai_agents/spare") == (created, updated)
    client.put("/ai_agents/spare", {"agent_name": "Spare"})
    assert times(client, "/ai_agents/spare")[0] == created
    assert times(client, "/ai_agents/spare")[1] > updated


def test_what_another_change_changes(account):
    """The old primary steps down, and a line loses its agent; a rename leaves the person's numbers as they are."""
    account.new_agent("desk")
    patient = account.new_patient()
    old = f"{CONTACTS}/{account.new_number(patient, '5550000001', primary=True)['id']}"
    rival = f"{CONTACTS}/{account.new_number(patient, '5550000002')['id']}"
    line = f"/phone_numbers/{account.new_line(ai_agent_id='desk')['id']}"
    before = {path: times(account, path)[1] for path in (old, line)}
    wait_for_the_next_second()
    account.patch(rival, {"primary": True})
    account.delete("/ai_agents/desk", params={"force": "true"})
    assert all(times(account, path)[1] > updated for path, updated in before.items())
    after = times(account, rival)
    wait_for_the_next_second()
    account.patch(f"/api/v2/patients/{patient}", {"first_name": "Johanna"})
    assert times(account, rival) == after
