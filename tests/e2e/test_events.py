"""GET /events: what is in an event, who is told of which, and where a stream begins and ends."""
import contextlib
import json
import random
import re
import socket
import struct
import threading
import time

import pytest

from clinic import Clinic
from conftest import new_account_name
from event_reader import HEARTBEAT, EventFollower, EventStream, NotAStream, finish
from installation import Client, Installation, Server
from load import IS_SANITIZED, scaled
from postgres_server import free_port
from raw_http import Caller, Wire, request_bytes
from reach import consent, put_policy, suppress
from refusals import refused
from test_hostile_clients import resident_kib, wait_for_connections
from test_tls import Certificate
from waiting import eventually
from webhooks import MovableClock

JSON = {"Accept": "application/json"}
WORDS, REPLY = "Your glasses are ready, dear Zebulon.", "I shall come at nine, says Zebulon."
CODE = re.compile(r"\b(\d{6})\b")
ENDED_WITHIN = 2 + scaled(6, 20)  # seconds: two are promised, and a busy machine is slow to tell


def stream_of(client: Client, query="", **how) -> EventStream:
    return EventStream(int(client.url.rsplit(":", 1)[1]), client.token, query, **how)


def page(client: Client, **query) -> dict:
    answer = client.get("/events", params=query, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(client: Client, **query) -> list[dict]:
    """Page after page."""
    events, after = [], 0
    while True:
        found = page(client, after=after, limit=1000, **query)
        events += found["events"]
        if found["next_after"] == after:
            return events
        after = found["next_after"]


def last_of(client: Client) -> int:
    """The sequence of the last event, which is where from now on begins."""
    return page(client)["next_after"]


def types(events: list[dict]) -> list[str]:
    return [event["type"] for event in events]


def sequences(events: list[dict]) -> list[int]:
    return [event["sequence"] for event in events]


# What is in an event.

@pytest.fixture(scope="module")
def told(demo):
    """An account in which everything happened that the API can make happen: its client, and all of its events as a stream told
    them at once."""
    name = new_account_name("everything")
    client = demo.client(account=name)
    stream = stream_of(client, "after=0")
    clinic = Clinic(client, name)
    entry, number = clinic.person(first_name="Zoe", last_name="Lund")
    # People, numbers, agents and lines.
    client.patch(f"/api/v2/phone-numbers/{entry}", {"primary": True})
    client.put("/api/v2/doctors/dr", {"first_name": "Ada", "last_name": "Roe"})
    client.patch("/api/v2/doctors/dr", {"email": "ada@example.com"})
    client.patch(f"/api/v2/patients/{client.get(f'/api/v2/phone-numbers/{entry}').json()['linked_to']['id']}", {"first_name": "Zoë"})
    gone = client.post("/api/v2/phone-numbers", {"number": "5852984455", "phone_type": "home", "doctor_id": "dr"}).json()
    client.delete(f"/api/v2/phone-numbers/{gone['id']}")
    client.put("/ai_agents/nurse", {"agent_name": "Nurse", "answer": {"type": "stream", "url": "wss://agents.example.com/nurse"}})
    client.new_agent("gone")
    client.delete("/ai_agents/gone")
    line = client.new_line(sip_termination_uri="sip:trunk.example.com", sip_username="u", sip_password="s3cret-of-the-trunk")
    client.patch(f"/phone_numbers/{line['id']}", {"name": "Trunk"})
    client.delete(f"/phone_numbers/{line['id']}")
    # What people want.
    consent(client, entry)
    suppress(client, "5852984400", "call")
    suppress(client, "5852984400", "call", "text")
    client.delete("/api/v2/suppressions/5852984400")
    put_policy(client, texts_kept_days=30)
    # Whom it tells, and with whom it keeps in step.
    hook = clinic.post("/webhooks", {"url": f"http://127.0.0.1:{free_port()}/", "types": ["account.*"]})
    secrets = [hook["secret"], "token-of-the-source"]
    client.patch(f"/webhooks/{hook['id']}", {"description": "Nobody"})
    client.patch(f"/webhooks/{hook['id']}", {"enabled": False})
    gone = clinic.post("/webhooks", {"url": f"http://127.0.0.1:{free_port()}/", "types": ["account.*"]})
    client.delete(f"/webhooks/{gone['id']}")
    source = clinic.post("/fhir-sources", {"url": "https://127.0.0.1:1/fhir", "token": "token-of-the-source", "name": "ehr"})
    client.patch(f"/fhir-sources/{source['id']}", {"name": "clinic"})
    gone = clinic.post("/fhir-sources", {"url": "https://127.0.0.1:1/other", "token": "token-of-the-source", "name": "other"})
    client.delete(f"/fhir-sources/{gone['id']}")
    saved = clinic.post("/saved-lists", {"name": "Cells", "of": "phone_numbers", "filter": {"phone_type": "cell"}})
    client.patch(f"/saved-lists/{saved['id']}", {"sort": "name"})
    client.delete(f"/saved-lists/{clinic.post('/saved-lists', {'name': 'All', 'of': 'patients'})['id']}")
    # Calls, texts, codes.
    clinic.ended_text(clinic.text(entry, WORDS)["id"])
    clinic.phone_texts(number, REPLY)
    clinic.ended_call(clinic.call(entry)["id"])
    clinic.post(f"/api/v2/phone-numbers/{entry}/verification", {"channel": "text"}, 202)
    eventually(lambda: len(clinic.inbox(number, "text")) == 2)
    (code,) = {found[1] for item in clinic.inbox(number, "text") if (found := CODE.search(item["text"]))}
    clinic.post(f"/api/v2/phone-numbers/{entry}/verification/check", {"code": code}, 200)
    made = clinic.post("/dial-lists", {"name": "Glasses", "purpose": "care"})
    clinic.post(f"/dial-lists/{made['id']}/pause", {}, 200)
    eventually(lambda: all(message["ended_at"] or message["direction"] == "inbound" for message in clinic.get("/messages")["messages"]))
    last = last_of(client)
    events = stream.until(last)
    stream.close()
    return client, events, code, secrets


def test_what_can_happen_over_the_api_is_told(told):
    client, events, *_ = told
    assert set(types(events)) >= {
        "account.created", "api_key.created", "ai_agent.created", "ai_agent.updated", "ai_agent.deleted", "line.created", "line.updated",
        "line.deleted", "patient.created", "patient.updated", "doctor.created", "doctor.updated", "contact_number.created",
        "contact_number.updated", "contact_number.deleted", "call.created", "call.updated", "message.created", "message.updated",
        "dial_list.created", "dial_list.updated", "consent.created", "suppression.created", "suppression.updated",
        "suppression.deleted", "policy.updated", "webhook.created", "webhook.updated", "webhook.deleted", "webhook.disabled",
        "fhir_source.created", "fhir_source.updated", "fhir_source.deleted", "saved_list.created", "saved_list.updated",
        "saved_list.deleted"}
    known = client.document().content["components"]["schemas"]["EventType"]["enum"]
    assert set(types(events)) <= set(known)


def test_events_are_the_ledger(told):
    client, events, *_ = told
    entries = client.walk("/audit")[::-1]
    for event, entry in zip(events, entries, strict=True):
        word = "policy" if entry["entity"] == "contact_policy" else entry["entity"]
        assert event["type"] == f"{word}.{entry['action']}"
        assert (event["data"]["id"], event["data"]["changes"]) == (entry["entity_id"], entry["changes"])
        assert {name: event[name] for name in ("id", "sequence", "time", "actor", "request_id")} == \
               {name: entry[name] for name in ("id", "sequence", "time", "actor", "request_id")}
    assert sequences(events) == list(range(1, len(events) + 1))


def test_every_event_fits_the_document(told):
    client, events, *_ = told
    for event in events:
        assert not client.document().problems_with(event, "components", "schemas", "Event"), event


def test_a_stream_and_pages_tell_the_same(told):
    client, events, *_ = told
    def said(event):
        return {**event, "data": {**event["data"], "object": None}}
    assert list(map(said, everything(client))) == list(map(said, events))
    small = []
    while len(small) < len(events):
        small += page(client, after=len(small), limit=7)["events"]
    assert list(map(said, small)) == list(map(said, events))


PLACES = {"patient": "/api/v2/patients/", "doctor": "/api/v2/doctors/", "contact_number": "/api/v2/phone-numbers/",
          "line": "/phone_numbers/", "ai_agent": "/ai_agents/", "call": "/calls/", "message": "/messages/", "dial_list": "/dial-lists/",
          "webhook": "/webhooks/", "fhir_source": "/fhir-sources/", "saved_list": "/saved-lists/"}


def test_the_object_is_what_get_shows(told):
    """Read again, events have the things of now, and nothing where they are gone."""
    client, events, *_ = told
    seen = set()
    for event in everything(client):
        entity, action = event["type"].split(".")
        shown = event["data"]["object"]
        if entity in ("account", "api_key", "policy"):
            assert shown is None
        if entity not in PLACES:
            continue
        answer = client.get(PLACES[entity] + event["data"]["id"])
        if answer.status_code == 404:
            assert shown is None, event
            seen.add((entity, "gone"))
            continue
        wanted = answer.json()
        for name in ("events", "counts"):  # what lists do not show
            wanted.pop(name, None)
        if entity == "message":
            wanted["text"] = None
        assert shown == wanted
        seen.add((entity, "there"))
    assert {(entity, "there") for entity in PLACES} <= seen
    assert {("contact_number", "gone"), ("line", "gone"), ("ai_agent", "gone")} <= seen
    objects = {event["type"]: event["data"]["object"] for event in events}
    assert objects["consent.created"] == client.get("/api/v2/consents").json()["data"][0]
    assert objects["suppression.deleted"] is None


def test_live_an_object_is_that_of_the_moment(account):
    with stream_of(account) as stream:
        patient = account.new_patient("Ann", "Old")
        made = account.get(f"/api/v2/patients/{patient}").json()
        created = stream.next()
        account.patch(f"/api/v2/patients/{patient}", {"last_name": "New"})
        renamed = stream.next()
    assert created["data"]["object"] == made
    assert renamed["data"]["object"] == account.get(f"/api/v2/patients/{patient}").json()
    assert renamed["data"]["changes"] == {"last_name": {"was": "Old", "is": "New"}}


def test_no_words_no_codes_no_secrets(told):
    """As they came over the stream, and as pages have them."""
    client, events, code, secrets = told
    text = json.dumps(events) + json.dumps(everything(client))
    for secret in (WORDS, REPLY, "Zebulon", "verification code is", "s3cret-of-the-trunk", client.token, *secrets):
        assert secret not in text
    assert not re.search(rf"(?<![0-9]){code}(?![0-9])", text)
    assert any(event["data"]["changes"].get("sip_password") == {"changed": True} for event in events)


def test_a_large_object_is_told_whole(account):
    patient = account.new_patient("Á" * 100, "É" * 100)
    for n in range(100):
        account.new_number(patient, f"585{2_000_000 + n}", "other")
    with stream_of(account) as stream:
        account.patch(f"/api/v2/patients/{patient}", {"email": "x" * 60 + "@" + "example." * 20 + "com"})
        shown = account.get(f"/api/v2/patients/{patient}")
        assert stream.next()["data"]["object"] == shown.json() and len(shown.content) > 14_000


# Which are told.

@pytest.fixture
def few(account) -> tuple[Client, str, str]:
    """Two agents and a patient with a number, some edited."""
    account.new_agent("a")
    account.new_agent("b")
    account.put("/ai_agents/a", {"agent_name": "A2"})
    patient = account.new_patient()
    number = account.new_number(patient, "5852984455")["id"]
    account.delete(f"/api/v2/phone-numbers/{number}")
    return account, patient, number


@pytest.mark.parametrize("query, wanted", [
    ({"types": "ai_agent.*"}, ["ai_agent.created", "ai_agent.created", "ai_agent.updated"]),
    ({"types": "ai_agent.updated,patient.created"}, ["ai_agent.updated", "patient.created"]),
    ({"types": "*,patient.created", "entity_id": "a"}, ["ai_agent.created", "ai_agent.updated"]),
    ({"types": "contact_number.*"}, ["contact_number.created", "contact_number.deleted"]),
    ({"entity_id": "b"}, ["ai_agent.created"]), ({"types": "call.*"}, []), ({"entity_id": "nobody"}, []),
    ({"types": "ai_agent.created", "entity_id": "b"}, ["ai_agent.created"]), ({"types": "account.*"}, ["account.created"])])
def test_filters(few, query, wanted):
    client, _, _ = few
    assert types(everything(client, **query)) == wanted
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    with stream_of(client, f"after=0&{asked}") as stream:
        assert types(stream.take(len(wanted))) == wanted and stream.nothing_for(0.2)
        client.new_agent("c")
        client.put("/ai_agents/b", {"agent_name": "B2"})
    live = [type for type, id in (("ai_agent.created", "c"), ("ai_agent.updated", "b")) if _fits(query, type, id)]
    assert types(everything(client, **query)) == wanted + live


def _fits(query: dict, type: str, id: str) -> bool:
    patterns = query.get("types", "*").split(",")
    return query.get("entity_id", id) == id and any(pattern in ("*", type, type.split(".")[0] + ".*") for pattern in patterns)


def test_live_events_are_filtered_too(account):
    with stream_of(account, "types=patient.*") as stream, stream_of(account, "entity_id=b") as of_b:
        account.new_agent("a")
        account.new_agent("b")
        account.new_patient()
        assert stream.next()["type"] == "patient.created" and stream.nothing_for(0.2)
        assert of_b.next()["data"]["id"] == "b" and of_b.nothing_for(0.2)


def test_the_types_that_there_are_may_be_asked_for_and_no_others(account):
    """Entity by action: a type that never happens would be waited for for ever."""
    schemas = account.document().content["components"]["schemas"]
    known = {*schemas["EventType"]["enum"], *schemas["EventPattern"]["anyOf"][1]["enum"]}
    entities, actions = ({type.split(".")[place] for type in known - {"*"}} for place in (0, 1))
    for pattern in sorted({f"{entity}.{action}" for entity in entities for action in actions}):
        asked = account.get("/events", params={"types": pattern, "limit": 1})
        assert asked.status_code == (200 if pattern in known else 400), (pattern, asked.text)


def test_sixty_four_types_are_enough(account):
    page(account, after=0, types=",".join(["patient.*"] * 64))
    refused(account.get("/events", params={"types": ",".join(["patient.*"] * 65)}), 400, "invalid_parameter", "types")


@pytest.mark.parametrize("query, at_fault", [
    ("types=number.updated", ["types"]), ("types=patient.changed", ["types"]), ("types=patient", ["types"]), ("types=", ["types"]),
    ("types=patient.*,", ["types"]), ("types=*.created", ["types"]), ("types=contact_policy.updated", ["types"]),
    ("types=patient.deleted", ["types"]), ("types=*,patient.finished", ["types"]), ("types=pool_number.*", ["types"]),
    ("after=-1", ["after"]), ("after=1.5", ["after"]), ("after=", ["after"]), ("after=9223372036854775807", ["after"]),
    ("entity_id=%C3%BC", ["entity_id"]), ("entity_id=", ["entity_id"]), ("limit=0", ["limit"]), ("limit=1001", ["limit"]),
    ("wait=31", ["wait"]), ("wait=-1", ["wait"]), ("colour=red", ["colour"]), ("after=0&after=1", ["after"]),
    ("types=x&after=y&limit=z&wait=31&colour=red&entity_id=", ["types", "after", "limit", "wait", "colour", "entity_id"])])
def test_bad_queries_are_named(account, query, at_fault):
    for accept in ("application/json", "text/event-stream", "*/*"):
        refused(account.get(f"/events?{query}", headers={"Accept": accept}), 400, "invalid_parameter", *at_fault)


def test_what_has_not_happened_cannot_be_come_back_to(account):
    last = last_of(account)
    for name, how in (("after", {"params": {"after": last + 1}}), ("Last-Event-ID", {"headers": {"Last-Event-ID": str(last + 1)}})):
        for accept in ("application/json", "text/event-stream"):
            asked = {**how, "headers": {**how.get("headers", {}), "Accept": accept}}
            error = refused(account.get("/events", **asked), 400, "invalid_parameter", name)
            assert str(last) in error["message"]
            assert account.head("/events", **asked).status_code == 400


@pytest.mark.parametrize("sent", ["x", "-1", "1.5", "evt_0000000000000001", "99999999999999999999", "1 2", "0x1"])
def test_a_bad_last_event_id_is_refused(account, sent):
    refused(account.get("/events", headers={"Last-Event-ID": sent}), 400, "invalid_parameter", "Last-Event-ID")


@pytest.mark.parametrize("accept, is_stream", [
    (None, True), ("*/*", True), ("text/event-stream", True), ("text/*", True), ("text/event-stream, application/json;q=0.5", True),
    ("application/json", False), ("application/*", False), ("application/json, text/event-stream;q=0.9", False), ("text/html", False)])
def test_what_is_accepted_is_what_comes(account, accept, is_stream):
    with Wire(int(account.url.rsplit(":", 1)[1])) as wire:
        wire.send(request_bytes("GET", "/events?after=0", account.token, **({} if accept is None else {"Accept": accept})))
        while b"\r\n\r\n" not in wire.received:
            assert wire._read_more()
        head = wire.received.partition(b"\r\n\r\n")[0].decode()
    assert ("Content-Type: text/event-stream" in head) == is_stream, head


@pytest.mark.parametrize("query", ["limit=10", "wait=0", "limit=1&wait=0&after=0"])
def test_limit_and_wait_are_of_pages(account, query):
    answer = account.get(f"/events?{query}", headers={"Accept": "text/event-stream"})
    assert answer.headers["Content-Type"] == "application/json" and "events" in answer.json()


# Pages and long polls.

def test_pages_go_on_with_next_after(few):
    client, _, _ = few
    first = page(client, after=0, limit=3)
    second = page(client, after=first["next_after"], limit=3)
    assert sequences(first["events"] + second["events"]) == [1, 2, 3, 4, 5, 6] and second["next_after"] == 6
    last = last_of(client)
    assert page(client, after=last) == {"events": [], "next_after": last}
    assert page(client) == {"events": [], "next_after": last}, "from now"
    # A filter that fits little goes on all the same.
    assert page(client, after=0, types="call.*")["next_after"] == last


def test_a_long_poll_returns_when_something_comes(account):
    last = last_of(account)
    began = time.monotonic()
    late = threading.Timer(0.7, lambda: account.new_agent("a"))
    late.start()
    found = page(Client(account.url, account.token), after=last, wait=20)
    took = time.monotonic() - began
    late.join()
    assert types(found["events"]) == ["ai_agent.created"] and found["next_after"] == last + 1
    assert 0.5 < took < 15


def test_a_long_poll_for_what_is_there_already_does_not_wait(few):
    client, _, _ = few
    began = time.monotonic()
    assert types(page(client, after=0, wait=20, limit=1)["events"]) == ["account.created"]
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("seconds", [1, 3])
def test_a_long_poll_ends_when_nothing_comes(account, seconds):
    last = last_of(account)
    began = time.monotonic()
    assert page(account, after=last, wait=seconds) == {"events": [], "next_after": last}
    assert seconds - 0.7 <= time.monotonic() - began <= seconds + 15


def test_a_long_poll_waits_for_what_fits(account):
    last = last_of(account)
    work = threading.Thread(target=lambda: (time.sleep(0.3), account.new_agent("a"), time.sleep(0.3), account.new_patient()))
    work.start()
    found = page(Client(account.url, account.token), after=last, wait=20, types="patient.*")
    work.join()
    assert types(found["events"]) == ["patient.created"] and found["next_after"] == last + 2


def test_long_polls_follow_without_a_gap_or_a_repeat(account):
    """Beside a writer; each poll begins where the one before ended."""
    def write():
        for n in range(60):
            account.new_agent(f"a{n}")

    after = first = last_of(account)
    writer = threading.Thread(target=write)
    writer.start()
    poller, seen = Client(account.url, account.token), []
    while len(seen) < 60:
        found = page(poller, after=after, wait=10)
        assert found["events"] or found["next_after"] >= after
        seen += found["events"]
        after = found["next_after"]
    writer.join()
    assert sequences(seen) == list(range(first + 1, first + 61))


def test_a_long_poll_ends_at_drain(installation):
    client = installation.serve() and installation.client()
    last = last_of(client)
    found = {}
    poll = threading.Thread(target=lambda: found.update(page(Client(client.url, client.token), after=last, wait=30)))
    poll.start()
    time.sleep(0.5)
    began = time.monotonic()
    assert installation.server.stop() == 0
    poll.join(30)
    assert found == {"events": [], "next_after": last} and time.monotonic() - began < 25


# Where a stream begins.

def test_a_stream_says_how_it_is_to_be_read(account):
    with stream_of(account) as stream:
        account.new_agent("a")
        stream.next()
        assert stream.retry == 2000
        assert stream.headers["cache-control"] == "no-store" and stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["transfer-encoding"] == "chunked" and stream.headers["connection"] == "close"
        assert "x-request-id" in stream.headers and "content-length" not in stream.headers


def test_from_now_from_the_beginning_from_anywhere(few):
    client, _, _ = few
    last = last_of(client)
    with stream_of(client) as now, stream_of(client, "after=0") as all, stream_of(client, f"after={last - 2}") as some:
        client.new_agent("new")
        assert sequences(now.take(1)) == [last + 1]
        assert sequences(all.take(last + 1)) == list(range(1, last + 2))
        assert sequences(some.take(3)) == [last - 1, last, last + 1]


def test_last_event_id_stands_above_after(few):
    client, _, _ = few
    last = last_of(client)
    with stream_of(client, "after=0", last=last - 1) as stream:
        assert stream.next()["sequence"] == last
    with stream_of(client, "after=0", last="") as stream:
        assert stream.next()["sequence"] == 1
    answer = client.get("/events?after=0", headers={**JSON, "Last-Event-ID": str(last - 1)})
    assert sequences(answer.json()["events"]) == [last]


@pytest.mark.parametrize("by", ["after", "Last-Event-ID"])
def test_backlog_and_live_meet_without_a_gap_or_a_repeat(installation, by):
    """Writers write; readers come from anywhere behind, again and again."""
    server = installation.serve()
    client = installation.client()
    for n in range(300):
        client.new_patient(last_name=f"P{n}")
    stopping, written = threading.Event(), []

    def write(place: int):
        caller = Caller(server.port, client.token)
        while not stopping.is_set():
            assert caller.call("POST", "/api/v2/patients", {"first_name": "W", "last_name": f"L{place}"}).status_code == 201
            written.append(1)
        caller.close()

    writers = [threading.Thread(target=write, args=(place,)) for place in range(3)]
    for writer in writers:
        writer.start()
    try:
        for turn in range(scaled(40, 10)):
            last = last_of(client)
            begin = [0, last, max(last - 5, 0), last // 2, max(last - 300, 0)][turn % 5]
            how = {"query": f"after={begin}"} if by == "after" else {"last": begin}
            with stream_of(client, **how) as stream:
                wanted = last + 30
                assert sequences(stream.until(wanted)) == list(range(begin + 1, wanted + 1))
    finally:
        stopping.set()
        for writer in writers:
            writer.join(30)
    assert len(written) > 30


def test_many_streams_of_one_account_get_the_same(account):
    streams = [stream_of(account) for _ in range(50)]
    first = last_of(account) + 1
    for n in range(20):
        account.new_agent(f"a{n}")
    events = [stream.take(20) for stream in streams]
    assert all(one == events[0] for one in events) and sequences(events[0]) == list(range(first, first + 20))
    for stream in streams:
        stream.close()


def test_http_1_0(account):
    """No chunks: the stream ends where the connection does."""
    with stream_of(account, "after=0", version="1.0") as stream:
        assert "transfer-encoding" not in stream.headers and stream.headers["connection"] == "close"
        assert stream.next()["sequence"] == 1
        account.new_agent("a")
        assert stream.until(last_of(account))[-1]["type"] == "ai_agent.created"


def test_head(account):
    for headers, content_type in (({"Accept": "text/event-stream"}, "text/event-stream"), (JSON, "application/json")):
        answer = account.head("/events", headers=headers)
        assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"", content_type)
        assert ("Cache-Control" in answer.headers) == ("X-Accel-Buffering" in answer.headers) == (content_type != "application/json")
    # The connection goes on.
    assert account.get("/ai_agents").status_code == 200


def test_what_a_client_sends_into_a_stream_is_nothing(account):
    with stream_of(account) as stream:
        stream.socket.sendall(request_bytes("GET", "/ai_agents", account.token))
        account.new_agent("a")
        assert stream.next()["type"] == "ai_agent.created"


def test_a_client_that_goes_is_let_go(installation):
    server = installation.serve()
    client = installation.client()
    streams = [stream_of(client) for _ in range(50)]
    wait_for_connections(server, least=50)
    for stream in streams:
        stream.close()
    wait_for_connections(server, most=5)
    client.new_agent("a")


@pytest.mark.long
def test_clients_that_come_and_go_in_a_hurry(installation):
    """At any moment: amid a page out of the ledger, amid a long poll, in order or by a reset; beside writers."""
    server = installation.serve()
    client = installation.client()
    last, gone, failures = last_of(client), [], []
    until = time.monotonic() + scaled(8, 15)

    def come_and_go(seed: int):
        choice = random.Random(seed)
        try:
            while time.monotonic() < until:
                begin = choice.choice(["", "?after=0", f"?after={last}", "?after=0&types=call.*", "?wait=30", "?wait=30&types=call.*",
                                       "?after=0&limit=9"])
                with Wire(server.port) as wire:
                    wire.send(request_bytes("GET", f"/events{begin}", client.token))
                    wire.socket.settimeout(0.2)
                    if choice.random() < 0.7:
                        with contextlib.suppress(TimeoutError):  # a long poll may have nothing to tell
                            assert wire._read_more()
                    if choice.random() < 0.5:
                        time.sleep(choice.random() * 0.05)
                    if choice.random() < 0.5:  # a reset
                        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                gone.append(1)
        except BaseException as failure:
            failures.append(failure)

    follower = EventFollower([server.port], client.token, 1)
    follower.start()
    hurried = [threading.Thread(target=come_and_go, args=(seed,)) for seed in range(8)]
    with Flood(server.port, client.token):
        for thread in hurried:
            thread.start()
        for thread in hurried:
            thread.join(60)
    assert failures == [] and len(gone) > 200
    finish([follower], last_of(client))
    assert follower.streams == 1
    print(f"{len(gone)} came and went")
    wait_for_connections(server, most=5)
    assert server.complaints() == [] and server.stop() == 0


# Who is told.

def test_a_token_and_its_scope_are_needed(shared_installation, account):
    for accept in ("application/json", "text/event-stream"):
        headers = {"Accept": accept}
        refused(Client(account.url, None).get("/events", headers=headers), 401, "unauthorized")
        others = shared_installation.client(account="scopes of events", scopes="lines:read,contacts:read,audit:read")
        assert "events:read" in refused(others.get("/events", headers=headers), 403, "forbidden")["message"]
    own = shared_installation.client(account="scopes of events", scopes="events:read")
    with stream_of(own, "after=0") as stream:
        assert stream.next()["type"] == "account.created"


def test_no_other_accounts_events_are_told(shared_installation, account):
    other = shared_installation.client(account="another's events")
    with stream_of(account, "after=0") as own, stream_of(other, "after=0") as theirs, stream_of(account, "entity_id=theirs") as by_id:
        for n in range(10):
            account.new_agent(f"own{n}")
            other.new_agent(f"theirs{n}")
        other.new_agent("theirs")
        last = last_of(account)
        mine = own.until(last)
        assert not any(event["data"]["id"].startswith("theirs") for event in mine)
        assert {event["account"] for event in mine} == {mine[0]["account"]}
        assert not any(event["data"]["id"].startswith("own") for event in theirs.until(last_of(other)))
        assert own.nothing_for(0.3) and by_id.nothing_for(0.01)


def keys_of(installation: Installation, account: str) -> list[dict]:
    return json.loads(installation.run("keys", "list", "--account", account, "--json").stdout)


def ended(stream: EventStream, since: float) -> float:
    """Seconds from then to its end."""
    stream.to_end()
    return time.monotonic() - since


def test_a_key_that_is_revoked_ends_its_streams(shared_installation, request):
    name = new_account_name(request.node.name)
    client = shared_installation.client(account=name)
    other = shared_installation.client(account=name, name="other")
    key = next(key["id"] for key in keys_of(shared_installation, name) if key["name"] == "test")
    with stream_of(client) as stream, stream_of(client, "after=0") as second, stream_of(other) as stays:
        shared_installation.run("keys", "revoke", key)
        began = time.monotonic()
        assert ended(stream, began) < ENDED_WITHIN and ended(second, began) < ENDED_WITHIN
        assert stream.ended_in_order and "this API key does not hold any more" in stream.comments
        assert stays.next()["type"] == "api_key.revoked", "the other key's goes on"
    with pytest.raises(NotAStream) as refusal:
        stream_of(client)
    assert refusal.value.answer.status_code == 401


def test_a_key_that_is_revoked_is_told_of_nothing_more(shared_installation, request):
    """Two seconds after, at the latest; whatever happens meanwhile."""
    name = new_account_name(request.node.name)
    client, writer = shared_installation.client(account=name), shared_installation.client(account=name, name="writer")
    key = next(key["id"] for key in keys_of(shared_installation, name) if key["name"] == "test")
    with stream_of(client) as stream:
        shared_installation.run("keys", "revoke", key)
        began, n = time.monotonic(), 0
        while time.monotonic() - began < ENDED_WITHIN:
            writer.new_agent(f"a{n}")
            n += 1
        after = writer.new_agent("after")["agent_id"]
        assert after not in [event["data"]["id"] for event in stream.to_end()] and n > 0


def test_a_long_poll_whose_key_is_revoked_is_refused(shared_installation, request):
    name = new_account_name(request.node.name)
    client, writer = shared_installation.client(account=name), shared_installation.client(account=name, name="writer")
    key = next(key["id"] for key in keys_of(shared_installation, name) if key["name"] == "test")
    with Wire(shared_installation.server.port) as wire:
        wire.send(request_bytes("GET", f"/events?wait=30&types=ai_agent.*&after={last_of(writer)}", client.token))
        time.sleep(0.5)
        shared_installation.run("keys", "revoke", key)
        began = time.monotonic()
        time.sleep(ENDED_WITHIN)
        writer.new_agent("late")
        answer = wire.answer()
        assert time.monotonic() - began < ENDED_WITHIN + 1 + scaled(0, 20)
    refused(answer, 401, "unauthorized")
    client.document().check("GET", "/events", answer.status_code, answer.headers, answer.content)


@pytest.mark.parametrize("seconds", [0.2, 1.5, 4])
def test_a_key_that_is_revoked_ends_streams_that_nobody_reads(installation, seconds):
    """However much of what was sent is on its way to them: nothing of what happens later follows."""
    server = installation.serve()
    client, writer = installation.client(name="deaf"), installation.client(name="writer")
    key = next(key["id"] for key in keys_of(installation, "acme") if key["name"] == "deaf")
    with stream_of(client, receive_buffer=4096) as stream, Flood(server.port, writer.token):
        time.sleep(seconds)
        installation.run("keys", "revoke", key)
        time.sleep(ENDED_WITHIN)
        last = last_of(writer)
        time.sleep(0.5)
        seen = sequences(stream.to_end())
        assert seen and seen == list(range(seen[0], seen[-1] + 1)) and seen[-1] <= last < last_of(writer)


def test_a_key_that_expires_ends_its_streams(installation, tmp_path):
    clock = MovableClock(tmp_path)
    installation.serve(env=clock.env)
    client = installation.client(expires="1m")
    stays = installation.client(name="stays")
    with stream_of(client) as stream, stream_of(stays) as other:
        assert stream.nothing_for(1)
        clock.move(60)
        assert ended(stream, time.monotonic()) < ENDED_WITHIN
        assert stream.ended_in_order and "this API key does not hold any more" in stream.comments
        stays.new_agent("a")
        assert other.next()["type"] == "ai_agent.created"


def test_an_account_that_is_suspended_ends_its_streams(shared_installation, request):
    name = new_account_name(request.node.name)
    client = shared_installation.client(account=name)
    other = shared_installation.client(account="not suspended")
    with stream_of(client) as stream, stream_of(other) as stays:
        shared_installation.run("accounts", "suspend", name)
        assert ended(stream, time.monotonic()) < ENDED_WITHIN and stream.ended_in_order
        other.new_agent(f"a{time.time_ns()}")
        assert stays.next()
    shared_installation.run("accounts", "resume", name)
    with stream_of(client, "after=0") as again:
        assert types(again.until(last_of(client)))[-2:] == ["account.suspended", "account.updated"]


# How it ends.

def test_drain_ends_streams_in_order(installation):
    server = installation.serve()
    client = installation.client()
    streams = [stream_of(client) for _ in range(20)] + [stream_of(client, "types=call.*"), stream_of(client, version="1.0")]
    client.new_agent("a")
    last = last_of(client)
    for stream in (*streams[:20], streams[-1]):
        assert stream.next()["sequence"] == last
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 25
    for stream in streams:
        stream.to_end()
        assert stream.comments == ["the service is shutting down; come back with Last-Event-ID"]
    assert all(stream.ended_in_order for stream in streams[:-1])


def test_a_restart_is_come_back_from(installation):
    server = installation.serve()
    client = installation.client()
    stream = stream_of(client)
    client.new_agent("before")
    assert stream.next()["data"]["id"] == "before"
    server.stop()
    installation.create_key(name="made while nobody listens")
    stream.to_end()
    installation.serve()
    client.url = installation.server.url
    with stream_of(client, last=stream.last) as again:
        client.new_agent("after")
        assert types(again.take(2)) == ["api_key.created", "ai_agent.created"]


def test_kill_9_is_come_back_from(installation):
    """What was told is there, and what was not told comes."""
    installation.serve()
    token = installation.create_key()
    told = []
    for turn in range(3):
        server = installation.server if turn == 0 else installation.serve()
        stopping = threading.Event()

        def write():
            caller = Caller(server.port, token)
            try:
                while not stopping.is_set():
                    caller.call("POST", "/api/v2/patients", {"first_name": "K", "last_name": "9"})
            except ConnectionError:
                pass

        writer = threading.Thread(target=write)
        writer.start()
        with EventStream(server.port, token, last=told[-1]["sequence"] if told else 0) as stream:
            told += stream.take(30)
            server.kill()
            told += stream.to_end()
        stopping.set()
        writer.join(30)
    installation.serve()
    client = Client(installation.server.url, token)
    with stream_of(client, last=told[-1]["sequence"]) as stream:
        last = last_of(client)
        if told[-1]["sequence"] < last:
            told += stream.until(last)
    assert sequences(told) == list(range(1, last + 1))
    assert [event["id"] for event in told] == [entry["id"] for entry in client.walk("/audit")[::-1]]


def test_an_idle_stream_hears_a_heartbeat(account):
    with stream_of(account, timeout=HEARTBEAT + 10) as stream:
        began = time.monotonic()
        while len(stream.comments) < 2:
            stream._receive(2 * HEARTBEAT + 10 - (time.monotonic() - began))
        assert 2 * HEARTBEAT - 2 <= time.monotonic() - began <= 2 * HEARTBEAT + 9
        assert stream.comments == ["", ""]


# Over TLS.

def test_over_tls(installation, tmp_path):
    """A backlog of many records, what happens, a reader that stops, and the end."""
    certificate = Certificate(tmp_path)
    server = installation.serve("--tls-cert", certificate.file, "--tls-key", certificate.key, scheme="https")
    token, trust = installation.create_key(), certificate.trust()
    client = Client(f"https://127.0.0.1:{server.port}", token)
    client.session.verify = str(certificate.file)
    patient = client.new_patient()
    for n in range(400):
        client.patch(f"/api/v2/patients/{patient}", {"first_name": f"N{n}", "email": "x" * 60 + "@example.com"})
    last = last_of(client)
    with EventStream(server.port, token, last=0, tls=trust) as stream, \
         EventStream(server.port, token, last=0, tls=trust, receive_buffer=4096) as slow:
        assert sequences(stream.until(last)) == list(range(1, last + 1))
        for n in range(20):
            client.new_agent(f"a{n}")
            assert stream.next()["data"]["id"] == f"a{n}"
        time.sleep(0.5)
        assert sequences(slow.until(last + 20)) == list(range(1, last + 21))
        assert server.stop() == 0
        for one in (stream, slow):
            assert one.to_end() == [] and one.ended_in_order


# Slow readers.

class Flood:
    """Many large events: edits of people with long names."""

    def __init__(self, port: int, token: str, writers=2):
        self.port, self.token = port, token
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(place,), daemon=True) for place in range(writers)]
        self.failure = None

    def _write(self, place: int):
        try:
            caller, turn = Caller(self.port, self.token), 0
            path = f"/api/v2/patients/flood{place}"
            caller.call("PUT", path, {"first_name": "F", "last_name": "x" * 99})
            while not self.stopping.is_set():
                turn += 1
                answer = caller.call("PATCH", path, {"last_name": f"{turn:06d}" + "x" * 90, "email": f"{turn}" + "y" * 50 + "@example.com"})
                assert answer.status_code == 200, answer
            caller.close()
        except BaseException as failure:
            self.failure = failure

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        assert self.failure is None


TOO_SLOW = "you read more slowly than events come; come back with Last-Event-ID"
FLOOD = 6 << 20  # bytes: the window, and what sockets hold
BESIDE_DEAF = scaled(1.0, 3.0)  # seconds that an event may take at the 99th percentile


def lags(server: Server, token: str, seconds: float) -> list[float]:
    """From the sending of a change to its event at a reader of the account, one after the other."""
    caller, taken = Caller(server.port, token), []
    with EventStream(server.port, token, "types=ai_agent.*") as stream:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            caller.call("POST", "/ai_agents", {"agent_name": "A"})
            stream.next()
            taken.append(time.monotonic() - began)
            time.sleep(0.02)
    caller.close()
    return sorted(taken)


def test_a_reader_that_stops_is_ended_and_harms_nobody(installation):
    server = installation.serve()
    client = installation.client()
    last = last_of(client)
    before = resident_kib(server)
    slow = [stream_of(client, last=last, receive_buffer=4096) for _ in range(5)]
    good = EventFollower([server.port], client.token, 1)
    good.start()
    with Flood(server.port, client.token):
        taken = lags(server, client.token, 3)
        deadline = time.monotonic() + scaled(60, 200)
        while good.received < FLOOD and time.monotonic() < deadline:
            time.sleep(0.1)
    print(f"{len(good.seen)} events; beside deaf readers one took {taken[len(taken) // 2] * 1000:.1f} ms, "
          f"{taken[int(len(taken) * 0.99)] * 1000:.1f} ms at the 99th percentile of {len(taken)}")
    assert taken[int(len(taken) * 0.99)] < BESIDE_DEAF
    assert IS_SANITIZED or resident_kib(server) - before < 64 * 1024
    end = last_of(client)
    finish([good], end)
    assert good.streams == 1 and good.received >= FLOOD
    # Behind what was on its way to them there is the comment, and the end; and everything else is there to be come back to.
    for stream in slow:
        seen = stream.to_end()
        assert stream.ended_in_order and stream.comments[-1] == TOO_SLOW
        assert seen and sequences(seen) == list(range(last + 1, last + 1 + len(seen)))
        with stream_of(client, last=stream.last) as again:
            assert sequences(again.until(end)) == list(range(stream.last + 1, end + 1))
    assert metric(server, "linebook_event_streams_too_slow_total") == 5


def test_an_account_has_half_of_the_connections_for_listeners(installation):
    """Another one's streams, and everything else, find room beside them."""
    server = installation.serve("--max-connections", 8)
    client, other = installation.client(), installation.client(account="other")
    with contextlib.ExitStack() as open_ones:
        streams = [open_ones.enter_context(stream_of(client)) for _ in range(3)]
        poll = open_ones.enter_context(Wire(server.port))
        poll.send(request_bytes("GET", "/events?wait=30", client.token))
        eventually(lambda: metric(server, "linebook_event_long_polls") == 1)
        for accept, query in (("text/event-stream", {}), ("text/event-stream", {"after": 0}), ("application/json", {"wait": 1})):
            answer = client.get("/events", params=query, headers={"Accept": accept})
            refused(answer, 429, "too_many_requests")
            assert answer.headers["Retry-After"] == "10"
        assert page(client, after=0)["events"], "a page does not stay"
        with stream_of(other) as stream:
            other.new_agent("a")
            assert stream.next()["type"] == "ai_agent.created"
        client.new_agent("a")
        assert [stream.next()["type"] for stream in streams] == ["ai_agent.created"] * 3
        assert poll.answer().json()["events"]
        eventually(lambda: metric(server, "linebook_event_long_polls") == 0)
        with stream_of(client) as stream:
            client.new_agent("b")
            assert stream.next()["type"] == "ai_agent.created", "a place that was left is another's"


def test_metrics_tell_of_listeners(installation):
    server = installation.serve()
    client = installation.client()
    with stream_of(client) as quiet, stream_of(client, "after=0") as stream, Wire(server.port) as wire:
        wire.send(request_bytes("GET", "/events?wait=30", client.token))
        last = last_of(client)
        stream.until(last)
        eventually(lambda: metric(server, "linebook_event_long_polls") == 1)
        assert metric(server, "linebook_event_streams_open") == 2
        assert metric(server, "linebook_events_streamed_total") == last
        client.new_agent("a")
        assert quiet.next() == stream.next()
        assert wire.answer().status_code == 200
    eventually(lambda: metric(server, "linebook_event_streams_open") == metric(server, "linebook_event_long_polls") == 0)
    assert metric(server, "linebook_events_streamed_total") == last + 2
    assert metric(server, "linebook_ledger_entries_followed_total") >= 1


def metric(server: Server, name: str) -> int:
    (line,) = [line for line in server.metrics().splitlines() if line.startswith(name + " ")]
    return int(float(line.split()[-1]))
