"""Idempotency-Key: a POST that may have to be repeated is done once."""
import itertools
import queue
import sqlite3
import threading

import pytest

from installation import Client, clock_ahead, unused_e164
from refusals import refused

_keys = itertools.count()


@pytest.fixture
def key():
    return {"Idempotency-Key": f"order-{next(_keys)}"}


def is_replay(answer) -> bool:
    return answer.headers.get("Idempotent-Replayed") == "true"


def line() -> dict:
    return {"provider": "byo", "phone_number": unused_e164()}


POSTS = [("/phone_numbers", lambda: line()), ("/ai_agents", lambda: {"agent_name": "Desk"}),
         ("/api/v2/patients", lambda: {"first_name": "J", "last_name": "D"}),
         ("/api/v2/doctors", lambda: {"first_name": "J", "last_name": "D"}),
         ("/api/v2/phone-numbers", lambda: {"number": "5551234567", "phone_type": "cell", "patient_id": "p1"})]


@pytest.mark.parametrize("path, body", POSTS, ids=[path for path, _ in POSTS])
def test_the_first_answer_is_replayed(account, key, path, body):
    account.put("/api/v2/patients/p1", {"first_name": "J", "last_name": "D"})
    sent = body()
    first = account.post(path, sent, headers=key)
    assert first.status_code == 201 and not is_replay(first)
    rows = len(account.walk("/audit"))
    again = account.post(path, sent, headers={**key, "X-Request-Id": "the-second"})
    assert (again.status_code, again.content) == (201, first.content)
    for header in ("ETag", "Location", "Content-Type"):
        assert again.headers[header] == first.headers[header]
    assert is_replay(again) and again.headers["X-Request-Id"] == "the-second"
    assert len(account.walk("/audit")) == rows


def test_the_answer_is_the_first_even_when_the_thing_has_changed(account, key):
    sent = line()
    first = account.post("/phone_numbers", sent, headers=key)
    account.delete(first.headers["Location"])
    assert account.post("/phone_numbers", sent, headers=key).content == first.content


@pytest.mark.parametrize("other", [{"agent_name": "Another"}, {"agent_name": "Desk", "answer": None}, {}])
def test_the_same_key_with_another_body(account, key, other):
    account.post("/ai_agents", {"agent_name": "Desk"}, headers=key)
    answer = account.post("/ai_agents", other, headers=key)
    refused(answer, 422, "idempotency_key_reused", "Idempotency-Key")
    assert not is_replay(answer)
    assert is_replay(account.post("/ai_agents", {"agent_name": "Desk"}, headers=key)), "the first is kept"
    assert len(account.walk("/ai_agents")) == 1


def test_keys_belong_to_one_route(account, key):
    person = {"first_name": "J", "last_name": "D"}
    assert account.post("/api/v2/patients", person, headers=key).status_code == 201
    answer = account.post("/api/v2/doctors", person, headers=key)
    assert answer.status_code == 201 and not is_replay(answer)


def test_keys_belong_to_one_api_key(shared_installation, account, key, request):
    second = shared_installation.client(account=request.node.name)
    third = shared_installation.client(account=request.node.name)
    for client in (account, second, third):
        answer = client.post("/ai_agents", {"agent_name": "Desk"}, headers=key)
        assert answer.status_code == 201 and not is_replay(answer)
    assert len(second.walk("/ai_agents")) == 2


@pytest.mark.parametrize("path, body, status", [
    ("/phone_numbers", {"provider": "byo"}, 422), ("/phone_numbers", {"provider": "pia", "phone_number": "+12015550100"}, 409),
    ("/ai_agents", {"agent_id": "taken", "agent_name": "x"}, 409),
    ("/api/v2/phone-numbers", {"number": "5551234567", "phone_type": "cell", "patient_id": "later"}, 422)])
def test_refusals_of_what_was_executed_are_kept(account, key, path, body, status):
    account.new_agent("taken")
    first = account.post(path, body, headers=key)
    assert first.status_code == status and not is_replay(first)
    account.delete("/ai_agents/taken")
    account.put("/api/v2/patients/later", {"first_name": "J", "last_name": "D"})
    again = account.post(path, body, headers=key)
    assert (again.status_code, again.content, is_replay(again)) == (status, first.content, True)


def test_what_was_never_executed_is_not_kept(shared_installation, key, request):
    name = request.node.name
    account = shared_installation.client(account=name)
    body = {"agent_name": "Desk"}
    assert Client(account.url, "wrong").post("/ai_agents", body, headers=key).status_code == 401
    assert account.post("/ai_agents", body, headers=key, params={"x": 1}).status_code == 400
    assert account.request("POST", "/ai_agents", data="{", headers={**key, "Content-Type": "application/json"}).status_code == 400
    answer = account.post("/ai_agents", body, headers=key)
    assert answer.status_code == 201 and not is_replay(answer)

    limited = shared_installation.client(account=name, rate_limit=1)
    limited.get("/ai_agents")
    assert limited.post("/ai_agents", body, headers=key).status_code == 429
    limited_again = limited.post("/ai_agents", body, headers=key)
    assert limited_again.status_code == 429 and not is_replay(limited_again)


@pytest.mark.parametrize("sent", ["", "x" * 256, "über", "tab\there"])
def test_a_bad_key_is_named(account, sent):
    refused(account.post("/ai_agents", {"agent_name": "Desk"}, headers={"Idempotency-Key": sent.encode()}),
            400, "invalid_parameter", "Idempotency-Key")
    assert account.walk("/ai_agents") == []


@pytest.mark.parametrize("sent", ["x", "x" * 255, "a key with spaces", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"])
def test_a_good_key(account, sent):
    for replay in (False, True):
        answer = account.post("/ai_agents", {"agent_name": "Desk"}, headers={"Idempotency-Key": sent})
        assert answer.status_code == 201 and is_replay(answer) is replay


def test_other_methods_take_no_notice(account, key):
    account.new_agent("a")
    for name in ("B", "C"):
        assert account.put("/ai_agents/a", {"agent_name": name}, headers=key).json()["agent_name"] == name


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_kept_answers_survive_a_restart(installation, key, end):
    installation.serve()
    client = installation.client()
    sent = line()
    first = client.post("/phone_numbers", sent, headers=key)
    getattr(installation.server, end)()
    installation.serve()
    client.url = installation.server.url
    again = client.post("/phone_numbers", sent, headers=key)
    assert (again.status_code, again.content, is_replay(again)) == (201, first.content, True)
    refused(client.post("/phone_numbers", line(), headers=key), 422, "idempotency_key_reused")


@pytest.mark.parametrize("later, replayed", [("23h", True), ("25h", False)])
def test_answers_are_kept_for_24_hours(installation, key, later, replayed):
    installation.serve()
    client = installation.client()
    client.post("/ai_agents", {"agent_name": "Desk"}, headers=key)
    installation.server.stop()
    installation.serve(env=clock_ahead(later))
    client.url = installation.server.url
    assert is_replay(client.post("/ai_agents", {"agent_name": "Desk"}, headers=key)) is replayed


def test_at_once_the_same_is_done_once(account, key):
    """Each of the answers is the one made, its replay, or "still running"; one thing was made."""
    answers = []
    clients = [Client(account.url, account.token) for _ in range(8)]

    def call(client):
        answers.append(client.post("/ai_agents", {"agent_name": "Desk"}, headers=key))

    threads = [threading.Thread(target=call, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    made = [answer for answer in answers if answer.status_code == 201 and not is_replay(answer)]
    assert len(made) == 1 and len(account.walk("/ai_agents")) == 1
    for answer in answers:
        if answer.status_code != 201:
            refused(answer, 409, "idempotency_in_progress")


@pytest.mark.embedded
def test_while_the_first_still_runs(installation, key):
    """Another program's lock on the database holds up whichever request comes first; the other is told so meanwhile."""
    installation.serve()
    client = installation.client()
    (database,) = installation.data.glob("*.db")
    blocker = sqlite3.connect(database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    answers = queue.Queue()

    def call():
        answers.put(Client(client.url, client.token).post("/ai_agents", {"agent_name": "Desk"}, headers=key))

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    refused(answers.get(timeout=30), 409, "idempotency_in_progress")
    blocker.execute("ROLLBACK")
    assert answers.get(timeout=30).status_code == 201
    for thread in threads:
        thread.join()
    assert is_replay(client.post("/ai_agents", {"agent_name": "Desk"}, headers=key))
