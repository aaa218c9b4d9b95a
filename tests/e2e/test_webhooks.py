"""Webhooks as those who make and receive them see them: routes and refusals, signatures, attempts, what receivers do wrong."""
import base64
import contextlib
import datetime
import email.utils
import hashlib
import itertools
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time

import pytest
import standardwebhooks

from conftest import new_account_name
from installation import DATABASE, PROJECT, Client, Installation
from refusals import refused
from waiting import eventually
from webhook_receiver import RESET, Authority, Receiver, reply, tls
from webhooks import (MovableClock, last_sequence, ledger, new_event, new_hook, spellings, start, verified)

SCHEDULE = [5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 24 * 3600]
DAY = 24 * 3600
FIELDS = ["id", "url", "types", "description", "ordered", "enabled", "disabled_reason", "disabled_at", "previous_secret_until",
          "created_at", "updated_at"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "ca")


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.certificate("receiver")


@pytest.fixture(scope="module")
def receiver(certificate):
    made = Receiver(tls(certificate))
    yield made
    made.close()


@pytest.fixture(scope="module")
def clock(tmp_path_factory) -> MovableClock:
    return MovableClock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def serving(tmp_path_factory, authority):
    """One installation for tests that leave its clock alone."""
    made = Installation(tmp_path_factory.mktemp("webhooks") / "data")
    start(made, authority)
    yield made
    made.close()


@pytest.fixture
def client(serving, request) -> Client:
    return serving.client(account=new_account_name(request.node.name))


@pytest.fixture(scope="module")
def moving(tmp_path_factory, authority, clock):
    """One installation whose clock is moved, and only ever ahead."""
    made = Installation(tmp_path_factory.mktemp("moving") / "data")
    start(made, authority, env=clock.env)
    yield made
    made.close()


@pytest.fixture
def later(moving, request) -> Client:
    """As `client`, where the clock moves."""
    return moving.client(account=new_account_name(request.node.name))


_paths = itertools.count(1)


@pytest.fixture
def path(request) -> str:
    """Of this test alone."""
    return f"/{re.sub('[^a-z_]', '', request.node.name)}/{next(_paths)}"


def shown_time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


# Routes

def test_a_webhook_from_its_creation_to_its_end(client, receiver, path):
    made = client.post("/webhooks", {"url": receiver.url(path), "types": ["patient.*", "call.updated"], "description": "CRM\nsecond line"})
    assert made.status_code == 201
    shown = made.json()
    assert list(shown) == [*FIELDS, "secret"]
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}", shown["secret"])
    assert 24 <= len(base64.b64decode(shown["secret"].removeprefix("whsec_"))) <= 64, "as the specification has it"
    assert made.headers["Location"] == f"/webhooks/{shown['id']}"
    webhook = {name: shown[name] for name in FIELDS}
    assert webhook == {"id": shown["id"], "url": receiver.url(path), "types": ["patient.*", "call.updated"], "ordered": False,
                       "description": "CRM\nsecond line", "enabled": True, "disabled_reason": None, "disabled_at": None,
                       "previous_secret_until": None, "created_at": shown["created_at"], "updated_at": shown["created_at"]}

    got = client.get(made.headers["Location"])
    assert got.json() == webhook
    assert made.headers["ETag"] == got.headers["ETag"], "the secret is no part of it"
    assert client.get(made.headers["Location"], headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    assert client.get("/webhooks").json() == {"webhooks": [webhook]}

    time.sleep(1.1)  # so that the time moves
    changed = client.patch(f"/webhooks/{shown['id']}", {"types": ["*"], "description": None, "ordered": True})
    assert changed.json() == {**webhook, "types": ["*"], "description": None, "ordered": True,
                              "updated_at": changed.json()["updated_at"]}
    assert changed.json()["updated_at"] > webhook["updated_at"]
    assert changed.headers["ETag"] != got.headers["ETag"]
    same = client.patch(f"/webhooks/{shown['id']}", {})
    assert (same.json(), same.headers["ETag"]) == (changed.json(), changed.headers["ETag"])

    gone = client.delete(f"/webhooks/{shown['id']}")
    assert gone.json() == {"id": shown["id"], "deleted": True, "message": "Webhook deleted"}
    refused(client.get(f"/webhooks/{shown['id']}"), 404, "not_found")
    assert client.get("/webhooks").json() == {"webhooks": []}
    events = [e for e in ledger(client) if e["type"].startswith("webhook.")]
    assert [e["type"] for e in events] == ["webhook.created", "webhook.updated", "webhook.deleted"]
    assert events[1]["data"]["changes"]["ordered"] == {"was": False, "is": True}


@pytest.mark.parametrize("body, fields", [
    ({}, ["url", "types"]),
    ({"url": 7, "types": "call.*", "description": 1, "ordered": "yes", "secret": "whsec_x", "enabled": False},
     ["url", "types", "description", "ordered", "secret", "enabled"]),
    ({"url": "ftp://example.com/", "types": []}, ["url", "types"]),
    ({"url": "http://example.com/", "types": ["*"]}, ["url"]),
    ({"url": "http://127.0.0.1/", "types": ["*"]}, ["url"]),
    ({"url": "https://user:word@example.com/", "types": ["*"]}, ["url"]),
    ({"url": "https://example.com/#part", "types": ["*"]}, ["url"]),
    ({"url": "https://example.com/a b", "types": ["*"]}, ["url"]),
    ({"url": "https://example.com/%0d%0aX: y", "types": ["*"]}, ["url"]),
    ({"url": "https://example.com:99999/", "types": ["*"]}, ["url"]),
    ({"url": "https:///", "types": ["*"]}, ["url"]),
    ({"url": "", "types": ["*"]}, ["url"]),
    ({"url": "https://example.com/" + "a" * 2048, "types": ["*"]}, ["url"]),
    ({"url": "https://10.0.0.1/", "types": ["*"]}, ["url"]),
    ({"url": "https://example.com/", "types": ["patient"]}, ["types[0]"]),
    ({"url": "https://example.com/", "types": ["*", "cal.updated", "", "call.*.*"]}, ["types[1]", "types[2]", "types[3]"]),
    ({"url": "https://example.com/", "types": ["*", "call.*", "*"]}, ["types[2]"]),
    ({"url": "https://example.com/", "types": ["*"], "description": "x" * 513}, ["description"]),
    ({"url": "https://example.com/", "types": ["*"], "description": "\u0007"}, ["description"]),
])
def test_what_is_wrong_with_a_new_webhook_is_named(client, body, fields):
    error = refused(client.post("/webhooks", body), 422, "validation_error")
    assert sorted(detail["field"] for detail in error["details"]) == sorted(fields), error
    assert client.get("/webhooks").json()["webhooks"] == []


@pytest.mark.parametrize("body, field", [
    ({"url": None}, "url"), ({"url": "https://10.0.0.1/"}, "url"), ({"types": None}, "types"), ({"types": []}, "types"),
    ({"ordered": None}, "ordered"), ({"enabled": "no"}, "enabled"), ({"enabled": None}, "enabled"), ({"description": 7}, "description")])
def test_what_is_wrong_with_a_change_is_named(client, receiver, path, body, field):
    hook = new_hook(client, receiver, path)
    before = hook.shown()
    refused(client.patch(hook.at, body), 422, "validation_error", field)
    assert hook.shown() == before


def test_a_field_that_there_is_not_is_named(client, receiver, path):
    hook = new_hook(client, receiver, path)
    refused(client.patch(hook.at, {"secret": "whsec_AAAA"}), 422, "validation_error", "secret")
    refused(client.post(f"{hook.at}/replay", {"from": 1}), 422, "validation_error", "from", "from_sequence")


EVERY_ROUTE = [("GET", "", None), ("PATCH", "", {}), ("DELETE", "", None), ("POST", "/rotate-secret", None), ("POST", "/ping", None),
               ("GET", "/deliveries", None), ("POST", "/deliveries/evt_0000000000000001/redeliver", None),
               ("POST", "/replay", {"from_sequence": 1})]


@pytest.mark.parametrize("method, rest, body", EVERY_ROUTE)
def test_another_accounts_webhook_is_an_unknown_one(client, serving, receiver, path, method, rest, body):
    hook = new_hook(client, receiver, path)
    other = serving.client(account=new_account_name("other"))
    other.new_patient()  # so that it has an event of the same sequence
    arguments = {} if body is None else {"json": body}
    refused(other.request(method, hook.at + rest, **arguments), 404, "not_found")
    refused(other.request(method, "/webhooks/whk_01JMEG5V7X9Z1B3D5F7H9K1M3N" + rest, **arguments), 404, "not_found")
    assert other.get("/webhooks").json() == {"webhooks": []}


@pytest.mark.parametrize("method, rest, body", [("POST", None, {"url": "https://example.com/", "types": ["*"]}), ("GET", None, None), *EVERY_ROUTE])
def test_only_admin_may(client, serving, receiver, path, method, rest, body):
    hook = new_hook(client, receiver, path, types=["call.*"])
    account = next(e["account"] for e in ledger(client))
    weak = serving.client(account=account, scopes="lines:write,contacts:write,events:read,audit:read,reach:write,contacts:read,lines:read,reach:read")
    refused(weak.request(method, "/webhooks" if rest is None else hook.at + rest, **({} if body is None else {"json": body})), 403, "forbidden")


def test_a_condition_that_does_not_hold_changes_nothing(client, receiver, path):
    hook = new_hook(client, receiver, path)
    stale = client.get(hook.at).headers["ETag"]
    fresh = client.patch(hook.at, {"description": "new"}, headers={"If-Match": stale}).headers["ETag"]
    refused(client.patch(hook.at, {"description": "newer"}, headers={"If-Match": stale}), 412, "precondition_failed")
    refused(client.patch(hook.at, {"description": 7}, headers={"If-Match": stale}), 412, "precondition_failed")
    refused(client.delete(hook.at, headers={"If-Match": stale}), 412, "precondition_failed")
    assert hook.shown()["description"] == "new"
    assert client.delete(hook.at, headers={"If-Match": fresh}).status_code == 200


def test_a_repeated_key_makes_one_webhook_and_tells_no_secret(client, receiver, path):
    body = {"url": receiver.url(path), "types": ["call.*"]}
    first = client.post("/webhooks", body, headers={"Idempotency-Key": "hook-1"})
    again = client.post("/webhooks", body, headers={"Idempotency-Key": "hook-1"})
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json() == {**first.json(), "secret": None} and first.json()["secret"]
    assert again.headers["Location"] == first.headers["Location"]
    assert len(client.get("/webhooks").json()["webhooks"]) == 1
    refused(client.post("/webhooks", {**body, "ordered": True}, headers={"Idempotency-Key": "hook-1"}), 422, "idempotency_key_reused")

    at = f"/webhooks/{first.json()['id']}/rotate-secret"
    rotated = client.post(at, headers={"Idempotency-Key": "rotate-1"}).json()
    repeated = client.post(at, headers={"Idempotency-Key": "rotate-1"}).json()
    assert repeated == {**rotated, "secret": None} and rotated["secret"] not in (None, first.json()["secret"])


def test_an_account_has_at_most_a_hundred(client, receiver):
    body = {"url": receiver.url("/hundred"), "types": ["call.*"]}
    made = [client.post("/webhooks", body).json()["id"] for _ in range(100)]
    error = refused(client.post("/webhooks", body), 409, "conflict")
    assert "100" in error["message"]
    assert [hook["id"] for hook in client.get("/webhooks").json()["webhooks"]] == made[::-1]
    assert client.delete(f"/webhooks/{made[0]}").status_code == 200
    assert client.post("/webhooks", body).status_code == 201


def test_deliveries_page_and_filter(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(500 if one.event["data"]["object"]["last_name"] == "Bad" else 200, b"so"))
    for at in range(7):
        client.new_patient(last_name="Bad" if at % 3 == 0 else "Good")
    receiver.wait_for(path, 7)
    eventually(lambda: len(hook.deliveries()) == 7)
    walked, query = [], {"page_size": 3}
    while True:
        page = client.get(f"{hook.at}/deliveries", params=query).json()
        assert len(page["deliveries"]) <= 3
        walked += page["deliveries"]
        if page["next_page_token"] is None:
            break
        query["page_token"] = page["next_page_token"]
    sequences = [d["sequence"] for d in walked]
    assert sequences == sorted(sequences, reverse=True) and len(set(sequences)) == 7
    assert [d["event_id"] for d in walked] == [f"evt_{sequence:016d}" for sequence in sequences]
    assert page["failing_since"] is not None or page["up_to_sequence"] >= 0
    assert [d["sequence"] for d in hook.deliveries(state="delivered")] == [s for s in sequences if (s - sequences[-1]) % 3]
    pending = hook.deliveries(state="pending")
    assert [d["sequence"] for d in pending] == [s for s in sequences if (s - sequences[-1]) % 3 == 0]
    assert all(d["status"] == 500 and d["answer"] == "so" and d["attempts"] >= 1 and d["error"] is None and d["next_attempt_at"] for d in pending)
    assert hook.deliveries(state="failed") == []

    token = client.get(f"{hook.at}/deliveries", params={"page_size": 3}).json()["next_page_token"]
    refused(client.get(f"{hook.at}/deliveries", params={"page_token": token, "page_size": 3, "state": "failed"}), 400, "invalid_page_token")
    other = new_hook(client, receiver, path + "/other", types=["call.*"])
    refused(client.get(f"{other.at}/deliveries", params={"page_token": token, "page_size": 3}), 400, "invalid_page_token")
    for query in ({"page_size": 0}, {"page_size": 101}, {"state": "lost"}, {"status": "500"}):
        refused(client.get(f"{hook.at}/deliveries", params=query), 400, "invalid_parameter")


@pytest.mark.parametrize("body, code", [({}, "validation_error"), ({"from_sequence": 0}, "validation_error"), ({"from_sequence": -1}, "validation_error"),
                                        ({"from_sequence": "1"}, "validation_error"), ({"from_sequence": 1.5}, "validation_error"),
                                        ({"from_sequence": None}, "validation_error"), ({"from_sequence": 10_000_000}, "validation_error")])
def test_a_replay_must_begin_at_an_event(client, receiver, path, body, code):
    refused(client.post(f"{new_hook(client, receiver, path, types=['call.*']).at}/replay", body), 422, code, "from_sequence")


@pytest.mark.parametrize("event", ["evt_0000000000999999", "evt_0", "evt_-1", "4711", "evt_x", "evt_00000000000000000000000000000000000000000000001x"])
def test_an_event_that_there_is_not_cannot_be_redelivered(client, receiver, path, event):
    refused(client.post(f"{new_hook(client, receiver, path, types=['call.*']).at}/deliveries/{event}/redeliver"), 404, "not_found")


# What is sent

def test_what_is_sent_is_the_event_as_pages_tell_it(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.created", "contact_number.*"])
    patient = client.new_patient("Anna", "Zoë ✓")
    number = client.new_number(patient, "5852984455")
    client.patch(f"/api/v2/phone-numbers/{number['id']}", {"do_not_call": True})
    client.patch(f"/api/v2/patients/{patient}", {"first_name": "Ann"})  # does not fit
    came = receiver.wait_for(path, 3)
    told = {e["id"]: e for e in ledger(client)}
    for one in came:
        event = verified(hook.secret, one)
        assert event == one.event and {**event, "data": {**event["data"], "object": None}} == {**told[one.id], "data": {**told[one.id]["data"], "object": None}}
        assert one.headers["content-type"] == "application/json"
        assert one.headers["user-agent"].startswith("Linebook")
        assert int(one.headers["content-length"]) == len(one.body)
        assert abs(int(one.headers["webhook-timestamp"]) - one.at) < 5
        assert set(one.headers) <= {"host", "user-agent", "accept", "content-type", "content-length", "webhook-id", "webhook-timestamp",
                                    "webhook-signature"}
    assert sorted(one.event["type"] for one in came) == ["contact_number.created", "contact_number.updated", "patient.created"]
    eventually(lambda: len(hook.deliveries(state="delivered")) == 3)
    assert {(d["attempts"], d["status"], d["answer"], d["error"], d["next_attempt_at"]) for d in hook.deliveries()} == {(1, 204, "", None, None)}


def test_the_library_refuses_what_is_not_ours(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    client.new_patient()
    (one,) = receiver.wait_for(path, 1)
    verified(hook.secret, one)
    library = standardwebhooks.Webhook(hook.secret)
    another = standardwebhooks.Webhook("whsec_" + base64.b64encode(b"x" * 24).decode())
    at = int(one.headers["webhook-timestamp"])
    for webhook, body, headers in [
            (another, one.body, {}), (library, one.body.replace(b"John", b"Joan"), {}), (library, one.body + b" ", {}),
            (library, one.body, {"webhook-id": "evt_0000000000000001x"}), (library, one.body, {"webhook-timestamp": str(at + 1)}),
            (library, one.body, {"webhook-timestamp": str(at - 301)}), (library, one.body, {"webhook-timestamp": str(at + 400)}),
            (library, one.body, {"webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()}),
            (library, one.body, {"webhook-signature": one.headers["webhook-signature"].replace("v1,", "v2,")})]:
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            webhook.verify(body, {**one.headers, **headers})


def test_an_old_timestamp_is_refused_although_it_is_signed(client, receiver, path):
    """The library's own clock, six minutes on: a request that somebody kept."""
    hook = new_hook(client, receiver, path, types=["patient.*"])
    client.new_patient()
    (one,) = receiver.wait_for(path, 1)
    old = int(one.headers["webhook-timestamp"]) - 360
    library = standardwebhooks.Webhook(hook.secret)
    signature = library.sign(one.id, datetime.datetime.fromtimestamp(old, tz=datetime.timezone.utc), one.body.decode())
    with pytest.raises(standardwebhooks.WebhookVerificationError, match="too old"):
        library.verify(one.body, {**one.headers, "webhook-timestamp": str(old), "webhook-signature": signature})


def test_texts_of_messages_and_secrets_are_in_no_event(client, receiver, path):
    hook = new_hook(client, receiver, path)
    other = new_hook(client, receiver, path + "/other", types=["call.*"])
    client.post(f"{other.at}/rotate-secret")
    receiver.wait_until(path, lambda d: d.event["type"] == "webhook.updated")
    said = b"".join(one.body for one in receiver.delivered(path))
    for secret in (hook.secret, other.secret):
        assert not any(spelling in said for spelling in spellings(secret))
    updated = next(one.event for one in receiver.delivered(path) if one.event["type"] == "webhook.updated")
    assert {"changed": True} in updated["data"]["changes"].values(), "that the secret changed is told"


def test_a_ping_answers_with_what_came_of_it(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["call.*"])
    receiver.behave(path, lambda one: reply(200, b'{"ok":true}'))
    told = client.post(f"{hook.at}/ping").json()
    (one,) = receiver.wait_for(path, 1)
    assert told == {"event_id": one.id, "delivered": True, "status": 200, "latency_ms": told["latency_ms"], "answer": '{"ok":true}', "error": None}
    event = verified(hook.secret, one)
    assert event["type"] == "webhook.ping" and event["data"] == {"id": hook.id} and event["id"] == one.id
    receiver.behave(path, lambda one: reply(503, b"\xff\x00no text\xe2\x82"))
    told = client.post(f"{hook.at}/ping").json()
    assert (told["delivered"], told["status"], told["error"]) == (False, 503, None)
    assert told["answer"].isprintable() or "�" in told["answer"]
    client.patch(hook.at, {"enabled": False})
    assert client.post(f"{hook.at}/ping").json()["status"] == 503, "also while it is disabled"
    assert hook.deliveries() == [] and hook.shown()["enabled"] is False


def test_a_repeated_ping_is_another_one(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["call.*"])
    told = [client.post(f"{hook.at}/ping", headers={"Idempotency-Key": "p"}) for _ in range(2)]
    assert len({answer.json()["event_id"] for answer in told}) == 2 == len(receiver.delivered(path))
    refused(client.post(f"{hook.at}/ping", headers={"Idempotency-Key": "x" * 256}), 400, "invalid_parameter", "Idempotency-Key")


def test_only_the_beginning_of_an_answer_is_kept(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(200, b"0123456789" * 1000))
    sequence = new_event(client)
    assert hook.wait_for(sequence, state="delivered")["answer"] == ("0123456789" * 103)[:1024]


# Secrets

def test_both_secrets_sign_for_a_day(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"])
    rotated = later.post(f"{hook.at}/rotate-secret").json()
    assert rotated["previous_secret_until"] is not None
    new_event(later)
    one = receiver.wait_for(path, 1)[-1]
    assert len(one.headers["webhook-signature"].split(" ")) == 2
    verified(hook.secret, one, clock)
    verified(rotated["secret"], one, clock)

    clock.move(DAY - 120)
    new_event(later)
    verified(hook.secret, receiver.wait_for(path, 2)[-1], clock)
    clock.move(240)
    time.sleep(2.5)  # until its next look
    new_event(later)
    one = receiver.wait_for(path, 3)[-1]
    assert len(one.headers["webhook-signature"].split(" ")) == 1
    verified(rotated["secret"], one, clock)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verified(hook.secret, one, clock)
    assert hook.shown()["previous_secret_until"] == rotated["previous_secret_until"] or hook.shown()["previous_secret_until"] is None


def test_rotated_twice_the_oldest_signs_no_more(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    second, third = (client.post(f"{hook.at}/rotate-secret").json()["secret"] for _ in range(2))
    time.sleep(1.5)
    new_event(client)
    (one,) = receiver.wait_for(path, 1)
    verified(second, one)
    verified(third, one)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verified(hook.secret, one)


# Again

def test_attempts_follow_the_schedule_and_keep_the_id(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(500))
    sequence = new_event(later)
    for attempt, wait in enumerate(SCHEDULE, start=1):
        told = hook.wait_for(sequence, attempts=attempt)
        gap = (shown_time(told["next_attempt_at"]) - shown_time(told["attempted_at"])).total_seconds()
        assert wait * 0.8 - 1 <= gap <= wait * 1.2 + 1, f"behind attempt {attempt}: {gap} s"
        if attempt < len(SCHEDULE) and wait >= DAY / 2:  # a success elsewhere is what keeps it from being disabled for failing
            receiver.behave(path, lambda one: reply(500 if one.event.get("sequence") == sequence else 204))
            new_event(later)
            eventually(lambda: hook.deliveries(state="delivered"))
        assert len([d for d in receiver.delivered(path) if d.event["sequence"] == sequence]) == attempt, "and not sooner"
        clock.move(max(gap, 1))
    told = hook.wait_for(sequence, attempts=12)
    assert (told["state"], told["next_attempt_at"]) == ("failed", None)
    attempts = [d for d in receiver.delivered(path) if d.event["sequence"] == sequence]
    assert {d.id for d in attempts} == {f"evt_{sequence:016d}"} and len(attempts) == 12
    assert len({d.headers["webhook-timestamp"] for d in attempts}) == 12
    assert [d["sequence"] for d in hook.deliveries(state="failed")] == [sequence]


@pytest.mark.parametrize("status", [301, 302, 307, 308, 304, 400, 404, 429, 500, 599])
def test_whatever_is_not_2xx_is_a_failure(client, receiver, path, status):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    trap = f"{path}/elsewhere"
    receiver.behave(path, lambda one: reply(status, Location=receiver.url(trap)))
    sequence = new_event(client)
    told = hook.wait_for(sequence, status=status)
    assert told["state"] == "pending" and told["next_attempt_at"]
    assert receiver.delivered(trap) == [], "redirects are not followed"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_success(client, receiver, path, status):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(status))
    assert hook.wait_for(new_event(client), state="delivered")["status"] == status


@pytest.mark.parametrize("asked, least, most", [
    ("1", 4, 6), ("120", 120, 121), ("7200", 7200, 7201), (str(40 * 3600), DAY, DAY + 1), ("99999999999", DAY, DAY + 1), ("-5", 4, 6), ("soon", 4, 6), ("", 4, 6)])
def test_retry_after_puts_it_off_by_a_day_at_most(client, receiver, path, asked, least, most):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(429, Retry_After=asked))
    told = hook.wait_for(new_event(client), status=429)
    gap = (shown_time(told["next_attempt_at"]) - shown_time(told["attempted_at"])).total_seconds()
    assert least - 1 <= gap <= most + 1


def test_retry_after_as_a_date(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(503, Retry_After=email.utils.formatdate(time.time() + 3600, usegmt=True)))
    told = hook.wait_for(new_event(client), status=503)
    gap = (shown_time(told["next_attempt_at"]) - shown_time(told["attempted_at"])).total_seconds()
    assert 3590 <= gap <= 3602


def test_after_retry_after_it_is_delivered(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(503, Retry_After="3600") if len(receiver.delivered(path)) == 1 else reply())
    sequence = new_event(later)
    hook.wait_for(sequence, status=503)
    clock.move(3500)
    time.sleep(2.5)
    assert len(receiver.delivered(path)) == 1
    clock.move(110)
    assert hook.wait_for(sequence, state="delivered")["attempts"] == 2
    verified(hook.secret, receiver.delivered(path)[-1], clock)


# Disabled, enabled, replayed

def test_410_disables_at_once_and_another_webhook_is_told(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    new_hook(client, receiver, path + "/watch", types=["webhook.disabled"])
    receiver.behave(path, lambda one: reply(410))
    new_event(client)
    event = receiver.wait_for(path + "/watch", 1)[0].event
    assert (event["type"], event["data"]["id"], event["actor"]) == ("webhook.disabled", hook.id, "webhooks")
    shown = hook.shown()
    assert shown["enabled"] is False and "410" in shown["disabled_reason"] and shown["disabled_at"]
    new_event(client)
    time.sleep(1.5)
    assert len(receiver.delivered(path)) == 1, "nothing more is sent"


def test_five_days_of_failures_disable_and_enabled_again_it_is_told_what_it_missed(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"])
    new_hook(later, receiver, path + "/watch", types=["webhook.disabled"])
    receiver.behave(path, lambda one: reply(500))
    missed = [new_event(later)]
    hook.wait_for(missed[0], status=500)
    assert later.get(f"{hook.at}/deliveries").json()["failing_since"] is not None
    clock.move(4.9 * DAY)
    hook.wait_for(missed[0], attempts=2)
    assert hook.shown()["enabled"] is True
    clock.move(0.2 * DAY)
    assert receiver.wait_for(path + "/watch", 1)[0].event["data"]["id"] == hook.id
    assert hook.shown()["enabled"] is False and "five days" in hook.shown()["disabled_reason"]

    missed += [new_event(later) for _ in range(3)]
    clock.move(20 * DAY)
    time.sleep(1.5)
    before = len(receiver.delivered(path))
    receiver.behave(path, lambda one: reply())
    assert later.patch(hook.at, {"enabled": True}).json()["disabled_reason"] is None
    for sequence in missed:
        hook.wait_for(sequence, state="delivered")
    assert {d.event["sequence"] for d in receiver.delivered(path)[before:]} == set(missed)
    assert later.get(f"{hook.at}/deliveries").json()["failing_since"] is None


def test_what_failed_at_another_address_is_not_held_against_a_new_one(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(500))
    receiver.behave(path + "/new", lambda one: reply(500))
    hook.wait_for(new_event(later), status=500)
    clock.move(4.9 * DAY)
    later.patch(hook.at, {"url": receiver.url(path + "/new")})
    assert later.get(f"{hook.at}/deliveries").json()["failing_since"] is None
    time.sleep(1.5)
    clock.move(0.2 * DAY)
    receiver.wait_for_event(path + "/new", sequence := new_event(later))
    hook.wait_for(sequence, status=500)
    time.sleep(1.5)
    assert hook.shown()["enabled"] is True


def test_a_410_of_the_address_before_disables_nothing(client, receiver, path):
    moved = threading.Event()

    def gone_once_moved(_):
        moved.wait(10)
        return reply(410)

    receiver.behave(path, gone_once_moved)
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.wait_for_event(path, sequence := new_event(client))
    client.patch(hook.at, {"url": receiver.url(path + "/new")})
    time.sleep(1.5)  # by then it is known to whoever delivers
    moved.set()
    hook.wait_for(sequence, status=410)
    receiver.wait_for_event(path + "/new", sequence)
    hook.wait_for(sequence, state="delivered")
    assert hook.shown()["enabled"] is True


def test_what_was_missed_for_more_than_thirty_days_is_not_delivered(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"])
    later.patch(hook.at, {"enabled": False})
    new_event(later)
    clock.move(31 * DAY)
    assert later.patch(hook.at, {"enabled": True}).status_code == 200
    sequence = new_event(later)
    assert receiver.wait_for(path, 1)[0].event["sequence"] == sequence


def test_disabled_by_request_and_enabled_it_misses_nothing(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    first = new_event(client)
    receiver.wait_for_event(path, first)
    off = client.patch(hook.at, {"enabled": False}).json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "by request") and off["disabled_at"]
    missed = [new_event(client) for _ in range(5)]
    time.sleep(1.5)
    assert len(receiver.delivered(path)) == 1
    on = client.patch(hook.at, {"enabled": True}).json()
    assert (on["enabled"], on["disabled_reason"], on["disabled_at"]) == (True, None, None)
    came = receiver.wait_for(path, 6)
    assert {d.event["sequence"] for d in came} == {first, *missed}
    types = [e["type"] for e in ledger(client) if e["data"]["id"] == hook.id]
    assert types == ["webhook.created", "webhook.disabled", "webhook.updated"]


def test_a_replay_delivers_everything_again_from_there_on(client, receiver, path):
    client.new_patient()  # before it is made
    hook = new_hook(client, receiver, path, types=["patient.*"])
    sequences = [new_event(client) for _ in range(5)]
    receiver.wait_for(path, 5)
    eventually(lambda: len(hook.deliveries(state="delivered")) == 5)
    answer = client.post(f"{hook.at}/replay", {"from_sequence": sequences[2]})
    assert (answer.status_code, answer.json()["id"]) == (202, hook.id)
    came = receiver.wait_for(path, 8)
    assert sorted(d.event["sequence"] for d in came[5:]) == sequences[2:]
    assert client.post(f"{hook.at}/replay", {"from_sequence": 1}).status_code == 202
    came = receiver.wait_for(path, 14)
    assert len({d.event["sequence"] for d in came[8:]}) == 6, "what was there before it was made, too"
    after = new_event(client)
    receiver.wait_for_event(path, after)
    assert {d.id for d in came} == {f"evt_{d.event['sequence']:016d}" for d in came}


def test_a_replay_leaves_out_nothing_that_was_not_delivered_yet(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    client.patch(hook.at, {"enabled": False})
    sequences = [new_event(client) for _ in range(3)]
    assert client.post(f"{hook.at}/replay", {"from_sequence": sequences[2]}).status_code == 202
    client.patch(hook.at, {"enabled": True})
    assert {d.event["sequence"] for d in receiver.wait_for(path, 3)} == set(sequences)


def test_one_event_is_delivered_once_more(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    sequence = new_event(client)
    hook.wait_for(sequence, state="delivered")
    answer = client.post(f"{hook.at}/deliveries/evt_{sequence:016d}/redeliver")
    assert (answer.status_code, answer.json()["state"], answer.json()["sequence"]) == (202, "pending", sequence)
    came = receiver.wait_for(path, 2)
    assert came[0].id == came[1].id
    hook.wait_for(sequence, state="delivered", attempts=1)
    receiver.behave(path, lambda one: reply(500))
    failing = new_event(client)
    hook.wait_for(failing, status=500)
    receiver.behave(path, lambda one: reply())
    client.post(f"{hook.at}/deliveries/evt_{failing:016d}/redeliver")
    hook.wait_for(failing, state="delivered")


def test_what_is_asked_of_a_disabled_webhook_waits_and_a_ping_does_not(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    first, second = new_event(client), new_event(client)
    for sequence in (first, second):
        hook.wait_for(sequence, state="delivered")
    before = receiver.delivered(path)
    assert {d.event["sequence"] for d in before} == {first, second}  # of two people: in either order
    client.patch(hook.at, {"enabled": False})
    time.sleep(1.5)  # by then nobody holds it
    assert client.post(f"{hook.at}/replay", {"from_sequence": second}).status_code == 202
    assert client.post(f"{hook.at}/deliveries/evt_{first:016d}/redeliver").json()["state"] == "pending"
    assert client.post(f"{hook.at}/ping").json()["delivered"] is True
    time.sleep(1.5)
    assert [d.event.get("sequence") for d in receiver.delivered(path)[len(before):]] == [None]
    client.patch(hook.at, {"enabled": True})
    assert {d.event["sequence"] for d in receiver.wait_for(path, 5)[3:]} == {first, second}


def test_while_its_account_is_suspended_a_webhook_is_sent_nothing(serving, receiver, path, request):
    name = new_account_name(request.node.name)
    client = serving.client(account=name)
    serving.create_key(account=name, name="to be revoked")
    keys = json.loads(serving.run("keys", "list", "--account", name, "--json").stdout)
    new_hook(client, receiver, path)
    receiver.wait_for_event(path, new_event(client))
    serving.run("accounts", "suspend", name)
    time.sleep(2)  # what was told of it until then is
    before = len(receiver.delivered(path))
    serving.run("keys", "revoke", next(key["id"] for key in keys if key["name"] == "to be revoked"))  # an event all the same
    time.sleep(2)
    assert len(receiver.delivered(path)) == before
    serving.run("accounts", "resume", name)
    receiver.wait_until(path, lambda d: d.event["type"] == "api_key.revoked")
    resumed = receiver.wait_until(path, lambda d: d.event["type"] == "account.updated")
    sequences = sorted({d.event["sequence"] for d in receiver.delivered(path)})
    assert sequences == list(range(sequences[0], sequences[0] + len(sequences))) and resumed.event["sequence"] in sequences


def test_a_deleted_webhook_is_sent_nothing_more(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(500))
    new_event(client)
    receiver.wait_for(path, 1)
    client.delete(hook.at)
    time.sleep(1.5)
    count = len(receiver.delivered(path))
    new_event(client)
    time.sleep(6.5)
    assert len(receiver.delivered(path)) == count


def test_another_address_and_other_types_hold_from_then_on(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    client.patch(hook.at, {"url": receiver.url(path + "/new"), "types": ["patient.updated"]})
    time.sleep(1.5)
    patient = client.new_patient()
    client.patch(f"/api/v2/patients/{patient}", {"first_name": "Jane"})
    assert receiver.wait_for(path + "/new", 1)[0].event["type"] == "patient.updated"
    assert receiver.delivered(path) == []


# Order

def test_ordered_a_thing_waits_for_its_earlier_event_and_others_go_on(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"], ordered=True)
    stuck = {"now": True}
    first = later.new_patient("First")
    receiver.wait_for(path, 1)
    receiver.behave(path, lambda one: reply(500 if stuck["now"] and one.event["data"]["id"] == first else 204))
    for name in ("Second", "Third", "Fourth"):
        later.patch(f"/api/v2/patients/{first}", {"first_name": name})
    other = later.new_patient("Other")
    later.patch(f"/api/v2/patients/{other}", {"first_name": "Another"})
    receiver.wait_until(path, lambda d: d.event["data"]["id"] == other and d.event["type"] == "patient.updated")
    sent = [d.event["data"]["changes"]["first_name"]["is"] for d in receiver.delivered(path) if d.event["data"]["id"] == first]
    assert set(sent) == {"First", "Second"}
    stuck["now"] = False
    clock.move(3600)
    receiver.wait_until(path, lambda d: d.event["data"]["changes"].get("first_name", {}).get("is") == "Fourth")
    sent = [d.event["data"]["changes"]["first_name"]["is"] for d in receiver.delivered(path) if d.event["data"]["id"] == first]
    assert list(dict.fromkeys(sent)) == ["First", "Second", "Third", "Fourth"]


def test_ordered_what_is_delivered_once_more_lets_nothing_overtake(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"], ordered=True)
    patient = later.new_patient("First")
    hook.wait_for(first := last_sequence(later), state="delivered")
    receiver.behave(path, lambda one: reply(204 if one.event["sequence"] == first else 500))
    for name in ("Second", "Third"):
        later.patch(f"/api/v2/patients/{patient}", {"first_name": name})
    hook.wait_for(first + 1, status=500)
    hook.wait_for(first + 2, state="pending")
    later.post(f"{hook.at}/deliveries/evt_{first:016d}/redeliver")
    receiver.wait_for(path, 3)
    hook.wait_for(first, state="delivered", attempts=1)
    later.patch(f"/api/v2/patients/{patient}", {"first_name": "Fourth"})
    time.sleep(1.5)
    receiver.behave(path, lambda one: reply())
    clock.move(3600)
    receiver.wait_until(path, lambda d: d.event["data"]["changes"]["first_name"]["is"] == "Fourth")
    sent = [d.event["data"]["changes"]["first_name"]["is"] for d in receiver.delivered(path)]
    assert list(dict.fromkeys(sent)) == ["First", "Second", "Third", "Fourth"]


def test_ordered_a_thing_waits_also_where_other_types_are_asked_for(later, receiver, clock, path):
    hook = new_hook(later, receiver, path, types=["patient.*"], ordered=True)
    receiver.behave(path, lambda one: reply(500))
    patient = later.new_patient("First")
    receiver.wait_for(path, 1)
    for name in ("Second", "Third"):
        later.patch(f"/api/v2/patients/{patient}", {"first_name": name})
    hook.wait_for(last_sequence(later), state="pending")
    later.patch(hook.at, {"types": ["patient.*", "call.*"]})
    time.sleep(2.5)
    sent = {d.event["data"]["changes"]["first_name"]["is"] for d in receiver.delivered(path)}
    assert sent == {"First"}
    receiver.behave(path, lambda one: reply())
    clock.move(3600)
    receiver.wait_until(path, lambda d: d.event["data"]["changes"]["first_name"]["is"] == "Third")
    sent = [d.event["data"]["changes"]["first_name"]["is"] for d in receiver.delivered(path)]
    assert list(dict.fromkeys(sent)) == ["First", "Second", "Third"]


def test_without_order_one_that_fails_holds_nobody_up(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: reply(500 if one.event["type"] == "patient.created" else 204))
    patient = client.new_patient()
    client.patch(f"/api/v2/patients/{patient}", {"first_name": "Jane"})
    hook.wait_for(last_sequence(client), state="delivered")


# What receivers do wrong

def peak_memory(server) -> int:
    """KiB of the process at its largest."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def test_an_answer_of_a_gigabyte_counts_as_its_status_in_bounded_memory(client, serving, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    sent = []

    def flood(one):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"
        for _ in range(1024):
            yield b"x" * 1024 * 1024
            sent.append(1)

    receiver.behave(path, flood)
    before = peak_memory(serving.server)
    told = hook.wait_for(new_event(client), state="delivered")
    assert (told["status"], told["answer"]) == (200, "x" * 1024)
    assert len(sent) < 64, "it was not read to its end"
    assert peak_memory(serving.server) - before < 32 * 1024


@pytest.mark.timeout(90)
def test_an_answer_that_never_ends_slowly_is_given_up(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])

    def drip(one):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        for _ in range(60):
            receiver.hang(0.5)
            yield b"x"

    receiver.behave(path, drip)
    begun = time.monotonic()
    told = hook.wait_for(new_event(client), timeout=40, attempts=1)
    assert time.monotonic() - begun > 14
    assert told["state"] == "pending" and told["error"]


@pytest.mark.timeout(90)
def test_a_receiver_that_hangs_is_given_up_after_15_seconds(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: receiver.hang(60))
    begun = time.monotonic()
    told = hook.wait_for(new_event(client), timeout=40, attempts=1)
    assert time.monotonic() - begun > 14
    assert told["status"] is None and "imeout" in told["error"]
    assert told["latency_ms"] is None or 14_000 < told["latency_ms"] < 30_000


def test_a_receiver_that_resets_is_told_in_words(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    receiver.behave(path, lambda one: RESET)
    told = hook.wait_for(new_event(client), attempts=1)
    assert told["status"] is None and re.search("receiving data|reset|nothing", told["error"])


@pytest.mark.parametrize("answer, words", [
    (b"hello, who is this?\r\n", "the answer is not HTTP/1.1"), (b"\0\1\2\3\r\n\r\n", "the answer is not HTTP/1.1"),
    (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000 + b"\r\nContent-Length: 0\r\n\r\n", "the head of the answer is too long")])
def test_an_answer_that_is_none_is_told_in_words(client, authority, path, answer, words):
    listener = socket.create_server(("127.0.0.1", 0))
    with tls(authority.certificate("speechless")).wrap_socket(listener, server_side=True) as listening:
        def answer_once():
            connection = listening.accept()[0]
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)

        hook = new_hook(client, None, path, url=f"https://127.0.0.1:{listening.getsockname()[1]}/", types=["webhook.disabled"])
        threading.Thread(target=answer_once, daemon=True).start()
        pinged = client.post(f"{hook.at}/ping").json()
        assert (pinged["delivered"], pinged["status"], pinged["error"]) == (False, None, words)


def test_nobody_who_listens_is_told_in_words(client, receiver, path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        hook = new_hook(client, receiver, path, url=f"https://127.0.0.1:{unused.getsockname()[1]}/", types=["patient.*"])
        told = hook.wait_for(new_event(client), attempts=1)
    assert told["status"] is None and "connect" in told["error"]


def untrusted(name: str):
    """A receiver with a certificate of the test's own making, and how its URL names it."""
    return {
        "another CA's": lambda folder, authority: (tls(Authority(folder / "other").certificate("stranger")), None, None),
        "expired": lambda folder, authority: (tls(authority.certificate("expired", ago="500d")), None, None),
        "another host's": lambda folder, authority: (tls(authority.certificate("elsewhere", "DNS:elsewhere.example.com")), None, None),
        "TLS 1.1": lambda folder, authority: (tls(authority.certificate("old"), most=ssl.TLSVersion.TLSv1_1), None, None),
        "no TLS": lambda folder, authority: (None, None, None),
    }[name]


@pytest.mark.parametrize("name", ["another CA's", "expired", "another host's", "TLS 1.1", "no TLS"])
def test_tls_that_does_not_hold_is_told_in_words_and_sent_nothing(client, authority, tmp_path, path, name):
    context = untrusted(name)(tmp_path, authority)[0]
    stranger = Receiver(context)
    try:
        hook = new_hook(client, stranger, path, url=f"https://127.0.0.1:{stranger.port}{path}", types=["patient.*"])
        told = hook.wait_for(new_event(client), attempts=1)
        assert told["status"] is None and re.search("SSL|TLS|certificate", told["error"]), told
        pinged = client.post(f"{hook.at}/ping").json()
        assert pinged["delivered"] is False and pinged["error"] == told["error"] and pinged["answer"] is None
        assert stranger.delivered(path) == []
    finally:
        stranger.close()


def test_a_dead_endpoint_delays_no_other(client, receiver, path):
    for at in range(5):
        receiver.behave(f"{path}/dead/{at}", lambda one: receiver.hang(30))
        new_hook(client, receiver, f"{path}/dead/{at}", types=["patient.*"])
    new_hook(client, receiver, path, types=["patient.*"])
    latencies = []
    for _ in range(40):
        begun = time.time()
        patient = client.new_patient()
        latencies.append(receiver.wait_until(path, lambda d: d.event["data"]["id"] == patient).at - begun)
    assert max(latencies) < 10, f"who waited for a dead one would be told when its attempt ends, after 15 s: {latencies}"


# Secrets are nowhere

def test_no_secret_is_in_the_data_directory_the_log_or_the_metrics(installation, authority, certificate, path):
    server = start(installation, authority)
    client = installation.client()
    receiver = Receiver(tls(certificate))
    try:
        receiver.behave(path, lambda one: reply(500, one.headers["webhook-signature"].encode()))
        hook = new_hook(client, receiver, path)
        hook.wait_for(new_event(client), attempts=1)
        again = client.post(f"{hook.at}/rotate-secret", headers={"Idempotency-Key": "r"}).json()["secret"]
        client.post(f"{hook.at}/ping")
        client.new_patient()
        if DATABASE == "embedded":
            installation.run("backup", installation.data.parent / "backup")
        told = server.metrics().encode() + "\n".join(server.log + server.output).encode()
        assert server.stop() == 0
        told += "\n".join(server.log).encode()
        files = [file.read_bytes() for top in (installation.data, installation.data.parent / "backup")
                 for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()]
        assert len(files) > 2
        for secret in (hook.secret, again):
            for spelling in spellings(secret):
                assert spelling not in told and not any(spelling in file for file in files)
        assert b"whsec_" not in told and not any(b"whsec_" in file for file in files)
    finally:
        receiver.close()


def test_metrics_count_deliveries(client, serving, receiver, path):
    def counted() -> dict:
        return {name: float(value) for name, value in re.findall(r"^(linebook_webhook\w+(?:\{[^}]*\})?) (\S+)$", serving.server.metrics(), re.M)}

    new_hook(client, receiver, path, types=["patient.*"])
    before = counted()
    assert before, "webhooks are in the metrics"
    new_event(client)
    receiver.wait_for(path, 1)
    eventually(lambda: any(counted()[name] > value for name, value in before.items()))


# What docs/EVENTS.md has people copy

def snippet(language: str, holding: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", (PROJECT / "docs/EVENTS.md").read_text(), re.M | re.S)
    (found,) = [block for block in blocks if holding in block]
    return found


@pytest.fixture
def delivered(client, receiver, path):
    hook = new_hook(client, receiver, path, types=["patient.*"])
    client.new_patient("Anna", "Zoë ✓")
    return hook.secret, receiver.wait_for(path, 1)[0]


def test_the_documented_receiver_in_python(delivered):
    secret, one = delivered
    dealt_with = []
    names = {"SECRET": secret, "known": lambda id: any(event["id"] == id for event in dealt_with), "deal_with": dealt_with.append}
    exec(snippet("python", "standardwebhooks"), names)
    assert [names["receive"](one.headers, one.body) for _ in range(2)] == [204, 204]
    assert dealt_with == [one.event]
    assert names["receive"](one.headers, one.body + b" ") == 401
    assert names["receive"]({}, one.body) == 401


def test_the_documented_receiver_in_javascript(client, receiver, path, tmp_path):
    """npm's library behind a server of Node.js, which a ping of ours reaches through a receiver that passes it on."""
    hook = new_hook(client, receiver, path, types=["patient.*"])
    client.new_patient("Anna", "Zoë ✓")
    (one,) = receiver.wait_for(path, 1)
    script = tmp_path / "receiver.mjs"
    script.write_text(snippet("js", "standardwebhooks") + """
const server = receiver(process.argv[2], (event) => console.log(JSON.stringify(event)));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
""")
    (tmp_path / "node_modules").symlink_to(PROJECT / "tests/webhooks_js/node_modules")
    with subprocess.Popen(["node", script, hook.secret], stdout=subprocess.PIPE, text=True) as node:
        try:
            url = f"http://127.0.0.1:{int(node.stdout.readline())}/"
            assert posted(url, one.body, one.headers) == 204
            assert json.loads(node.stdout.readline()) == one.event
            at = int(one.headers["webhook-timestamp"])
            library = standardwebhooks.Webhook(hook.secret)
            for ago in (360, -360):  # signed rightly, at another time
                signature = library.sign(one.id, datetime.datetime.fromtimestamp(at - ago, tz=datetime.timezone.utc), one.body.decode())
                assert posted(url, one.body, {**one.headers, "webhook-timestamp": str(at - ago), "webhook-signature": signature}) == 401
            for body, headers in ((one.body + b" ", {}), (one.body, {"webhook-id": "evt_1"}), (one.body, {"webhook-timestamp": str(at + 1)}),
                                  (one.body, {"webhook-signature": "v1,AAAA"})):
                assert posted(url, body, {**one.headers, **headers}) == 401
            rotated = client.post(f"{hook.at}/rotate-secret").json()["secret"]
            time.sleep(1.5)
            client.new_patient()
            assert posted(url, (two := receiver.wait_for(path, 2)[-1]).body, two.headers) == 204, "of two signatures one is right"
            assert rotated != hook.secret
        finally:
            node.kill()


def posted(url: str, body: bytes, headers: dict) -> int:
    sent = {name: value for name, value in headers.items() if name.startswith(("webhook-", "content-type"))}
    with Client(url, None).session.post(url, data=body, headers=sent, timeout=10) as answer:
        return answer.status_code


def test_the_documented_verification_in_java(delivered, tmp_path):
    secret, one = delivered
    (tmp_path / "body").write_bytes(one.body)
    source = tmp_path / "Verify.java"
    main = """
public final class Verify {
  public static void main(String[] a) throws Exception {
    byte[] body = java.nio.file.Files.readAllBytes(java.nio.file.Path.of(a[0]));
    String forged = "v1,AAAA " + a[4].replace("v1,", "v1a,");
    System.out.println(StandardWebhook.verifies(a[1], a[2], a[3], a[4], body));
    System.out.println(StandardWebhook.verifies(a[1], a[2], a[3], "v1,AAAA " + a[4], body));
    System.out.println(StandardWebhook.verifies(a[1], a[2], a[3], forged, body));
    System.out.println(StandardWebhook.verifies(a[1], a[2] + "1", a[3], a[4], body));
    System.out.println(StandardWebhook.verifies(a[1], a[2], Long.toString(Long.parseLong(a[3]) - 400), a[4], body));
    System.out.println(StandardWebhook.verifies(a[1], a[2], "soon", a[4], body));
    System.out.println(StandardWebhook.verifies("whsec_AAAA", a[2], a[3], a[4], body));
  }
}
"""
    text = snippet("java", "StandardWebhook")
    imports, rest = text.split("\nfinal class", 1)  # a file that is run begins with the class that has main
    source.write_text(f"{imports}{main}\nfinal class{rest}")
    done = subprocess.run(["java", source, tmp_path / "body", secret, one.id, one.headers["webhook-timestamp"], one.headers["webhook-signature"]],
                          capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["true", "true", "false", "false", "false", "false", "false"], done.stderr
