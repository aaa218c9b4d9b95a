"""Dial lists: who is given to an auto-dialer, and what becomes of each; and the lists that Linebook dials itself."""
import csv
import datetime
import io
import time

import pytest

from clinic import Clinic, new_twilio_line, unused_number
from conftest import new_account_name
from installation import clock_ahead
from reach import NIGHT, NOON, UTC, instant, next_at, now, offset_where_it_is, person_where_it_is, zone_where_it_is
from refusals import refused
from twilio_stand_in import PUBLIC_URL, TwilioStandIn
from waiting import eventually


def person(client, hour=NOON, number=None, **fields) -> tuple[dict, str]:
    """Somebody who may be called, but for the hour; and the number."""
    number = number or unused_number()
    patient = person_where_it_is(client, hour, **fields)
    client.new_number(patient, number)
    return {"type": "patient", "id": patient}, number


def new_list(client, people=None, **fields) -> dict:
    answer = client.post("/dial-lists", {"name": "Reminders", "purpose": "care", **({} if people is None else {"people": people}), **fields})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/dial-lists/{answer.json()['id']}"
    return answer.json()


def take(client, dial_list, count=10, lease_seconds=300) -> dict:
    answer = client.post(f"/dial-lists/{dial_list['id']}/next", {"count": count, "lease_seconds": lease_seconds})
    assert answer.status_code == 200, answer.text
    return answer.json()


def whom(taken) -> list[str]:
    return [entry["person"]["id"] for entry in taken["entries"]]


def tell(client, dial_list, entry, outcome, **fields):
    return client.post(f"/dial-lists/{dial_list['id']}/entries/{entry['id']}/outcome", {"outcome": outcome, **fields})


def seen(client, dial_list) -> dict:
    answer = client.get(f"/dial-lists/{dial_list['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(client, dial_list) -> dict:
    return {state: count["entries"] for state, count in seen(client, dial_list)["counts"].items() if count["entries"]}


def entries(client, dial_list) -> list[dict]:
    return client.walk(f"/dial-lists/{dial_list['id']}/entries", page_size=100)


def test_a_list_from_its_making_to_its_end(account):
    (john, number), (jane, _) = person(account), person(account)
    made = new_list(account, [john, jane])
    assert made["status"] == "running" and made["entries"] == 2 and made["dialer"] == "pull"
    assert made["retry_after"] == {"no_answer": "PT4H", "busy": "PT15M", "voicemail": "P1D"}
    assert made["phone_types"] == ["cell", "home"] and made["max_attempts"] == 3
    taken = take(account, made)
    assert sorted(whom(taken)) == sorted([john["id"], jane["id"]]) and taken["status"] == "running"
    entry = next(entry for entry in taken["entries"] if entry["person"]["id"] == john["id"])
    assert entry["number"] == number and entry["attempts"] == 0 and entry["person"]["name"] == "John Doe"
    assert entry["decision"]["allowed"] and entry["decision"]["phone_id"] == entry["phone_id"]
    kept = account.get(f"/decisions/{entry['decision']['id']}").json()
    assert kept == entry["decision"]
    again = take(account, made)
    assert again["entries"] == [] and again["next_allowed_at"] == max(one["leased_until"] for one in taken["entries"])
    told = tell(account, made, entry, "answered", note="will come")
    assert told.status_code == 200 and told.json()["state"] == "done" and told.json()["attempts"] == 1
    refused(tell(account, made, entry, "answered"), 409, "conflict")
    other = next(one for one in taken["entries"] if one is not entry)
    waiting = tell(account, made, other, "no_answer").json()
    assert waiting["state"] == "waiting" and waiting["reason"] == "no_answer"
    assert 4 * 3600 - 60 < (instant(waiting["next_at"]) - now()).total_seconds() <= 4 * 3600
    assert counts(account, made) == {"waiting": 1, "done": 1}
    assert account.post(f"/dial-lists/{made['id']}/stop").json()["status"] == "stopped"
    assert take(account, made) == {"status": "stopped", "entries": [], "next_allowed_at": None, "reason": "stopped"}
    changes = [entry for entry in account.get("/audit", params={"entity": "dial_list"}).json()["entries"]]
    assert [change["action"] for change in changes] == ["updated", "created"]


def test_whoever_may_not_be_called_now_waits_and_whoever_never_may_is_blocked(account):
    (asleep, _), (awake, _) = person(account, NIGHT), person(account)
    flagged = {"type": "patient", "id": account.new_patient(timezone=zone_where_it_is(NOON))}
    account.new_number(flagged["id"], unused_number(), do_not_call=True)
    suppressed, number = person(account)
    account.post("/api/v2/suppressions", {"number": number, "channels": ["call"], "reason": "a letter"})
    made = new_list(account, [asleep, awake, flagged, suppressed])
    eventually(lambda: counts(account, made) == {"ready": 1, "waiting": 1, "blocked": 2})
    told = seen(account, made)["counts"]
    assert [reason["reason"] for reason in told["blocked"]["reasons"]] == ["do_not_call", "opted_out"]
    (reason,) = told["waiting"]["reasons"]
    assert reason["reason"] == "outside_hours" and reason["first_at"] == told["waiting"]["first_at"]
    taken = take(account, made)
    assert whom(taken) == [awake["id"]]
    later = instant(taken["next_allowed_at"])
    assert now() < later <= instant(reason["first_at"])


def test_entries_and_lists_are_found_by_where_they_stand(account):
    (asleep, _), (awake, _) = person(account, NIGHT), person(account)
    without = [{"type": "patient", "id": account.new_patient(timezone=zone_where_it_is(NOON))} for _ in range(3)]
    made = new_list(account, [*without, asleep, awake])
    eventually(lambda: counts(account, made) == {"ready": 1, "waiting": 1, "blocked": 3})
    found = lambda **query: [entry["person"]["id"] for entry in account.walk(f"/dial-lists/{made['id']}/entries", **query)]
    everybody = found()
    numberless = [who for who in everybody if who in [one["id"] for one in without]]
    assert len(everybody) == 5 and len(numberless) == 3
    assert found(state="blocked") == found(reason="no_number") == found(state="blocked", reason="no_number", page_size=1) == numberless
    assert found(state="ready") == [awake["id"]] and found(state="waiting", reason="outside_hours") == [asleep["id"]]
    assert found(state="done") == found(state="ready", reason="no_number") == found(reason="busy") == []
    for query in ({"state": "asleep"}, {"reason": "No number"}, {"reason": "x" * 41}, {"state": ""}):
        refused(account.get(f"/dial-lists/{made['id']}/entries", params=query), 400, "invalid_parameter")
    first = account.get(f"/dial-lists/{made['id']}/entries", params={"state": "blocked", "page_size": 1}).json()["next_page_token"]
    refused(account.get(f"/dial-lists/{made['id']}/entries", params={"state": "ready", "page_token": first}), 400, "invalid_page_token")
    paused = new_list(account, [asleep])
    account.post(f"/dial-lists/{paused['id']}/pause")
    lists = lambda **query: [one["id"] for one in account.walk("/dial-lists", **query)]
    assert lists(status="paused") == [paused["id"]] and lists(status="running") == [made["id"]] and lists(status="stopped") == []
    refused(account.get("/dial-lists", params={"status": "asleep"}), 400, "invalid_parameter")


def test_the_window_that_closes_first_comes_first(account):
    late, soon = person(account, 10)[0], person(account, 19)[0]
    middle = person(account, 14)[0]
    made = new_list(account, [late, soon, middle])
    assert whom(take(account, made)) == [soon["id"], middle["id"], late["id"]]


def test_a_lease_that_runs_out_counts_no_attempt(account):
    made = new_list(account, [person(account)[0]])
    first = take(account, made, lease_seconds=1)["entries"][0]
    assert take(account, made)["entries"] == []
    second = eventually(lambda: take(account, made, lease_seconds=60)["entries"], 10)[0]
    assert second["id"] == first["id"] and second["attempts"] == 0
    error = refused(tell(account, made, second, "busy", decision_id=first["decision"]["id"]), 409, "conflict")
    assert "given out last" in error["message"]
    assert tell(account, made, second, "busy", decision_id=second["decision"]["id"]).status_code == 200


def test_a_do_not_call_sets_the_flag_and_leaves_the_other_number(account):
    patient, cell = person(account)
    home = unused_number()
    account.new_number(patient["id"], home, "home")
    made = new_list(account, [patient])
    entry = take(account, made)["entries"][0]
    assert entry["number"] == cell
    assert tell(account, made, entry, "do_not_call").json()["state"] == "waiting"
    assert account.get(f"/api/v2/phone-numbers/{entry['phone_id']}").json()["do_not_call"]
    again = take(account, made)["entries"][0]
    assert again["number"] == home and again["attempts"] == 1
    assert tell(account, made, again, "wrong_number").status_code == 200
    assert take(account, made)["entries"] == []
    assert entries(account, made)[0]["reason"] == "do_not_call"


def test_pausing_and_resuming(account):
    made = new_list(account, [person(account)[0]])
    for _ in range(2):
        assert account.post(f"/dial-lists/{made['id']}/pause").json()["status"] == "paused"
    assert take(account, made)["reason"] == "paused"
    assert account.post(f"/dial-lists/{made['id']}/resume").json()["status"] == "running"
    assert len(take(account, made)["entries"]) == 1
    account.post(f"/dial-lists/{made['id']}/stop")
    for step in ("pause", "resume"):
        refused(account.post(f"/dial-lists/{made['id']}/{step}"), 409, "conflict")
    refused(account.post(f"/dial-lists/{made['id']}/entries", {"people": []}), 409, "conflict")


def test_before_its_time_and_after_it(account):
    starts = next_at(0, 0)
    made = new_list(account, [person(account)[0]], starts_at=starts.strftime("%Y-%m-%dT%H:%M:%SZ"))
    taken = take(account, made)
    assert taken["reason"] == "not_started" and taken["next_allowed_at"] == made["starts_at"] and taken["entries"] == []
    soon = new_list(account, [person(account)[0]], ends_at=(now().replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%S") + ".999Z"))
    eventually(lambda: seen(account, soon)["status"] == "finished")
    assert take(account, soon)["reason"] == "finished"


def test_a_filter_is_followed(account):
    texan, number = person(account, state="TX", last_name="Zimmermann")
    person(account, state="NY", last_name="Zimmermann")
    person(account, state="TX", last_name="Adams")
    doctor = account.post("/api/v2/doctors", {"first_name": "Gregory", "last_name": "House"}).json()["id"]
    for filter, expected in (({"state": "TX", "q": "zimm"}, [texan["id"]]), ({"q": number}, [texan["id"]]),
                             ({"person_type": "doctor"}, []), ({"verified": True}, [])):
        made = new_list(account, {"filter": filter})
        assert made["filling"] and made["filter"]["person_type"] == filter.get("person_type", "patient")
        eventually(lambda: not seen(account, made)["filling"])
        assert [entry["person"]["id"] for entry in entries(account, made)] == expected, (filter, doctor)
        assert seen(account, made)["entries"] == len(expected)


def test_more_people_come_later_and_nobody_twice(account):
    first, second = person(account)[0], person(account)[0]
    made = new_list(account, [first])
    answer = account.post(f"/dial-lists/{made['id']}/entries", {"people": [first, second, second]})
    assert answer.status_code == 200 and answer.json() == {"added": 1, "already_listed": 2, "entries": 2}
    for entry in take(account, made)["entries"]:
        tell(account, made, entry, "answered")
    eventually(lambda: seen(account, made)["status"] == "finished")
    third = person(account)[0]
    assert account.post(f"/dial-lists/{made['id']}/entries", {"people": [third]}).json()["added"] == 1
    assert whom(take(account, made)) == [third["id"]], "it goes on"


def test_a_number_that_two_share_rings_once_at_a_time(account):
    number = unused_number()
    mother, father = person(account, number=number)[0], person(account, number=number)[0]
    made = new_list(account, [mother, father])
    taken = take(account, made)
    assert len(taken["entries"]) == 1
    assert take(account, new_list(account, [mother, father]))["entries"] == [], "nor in another list"


def test_what_is_wrong_is_told_at_once(account):
    error = refused(account.post("/dial-lists", {
        "name": " ", "purpose": "emergency", "channel": "text", "line_ids": [], "phone_types": ["cell", "cell"], "max_attempts": 0,
        "retry_after": {"busy": "15 minutes"}, "calls_at_once": 3, "people": [{"type": "nurse", "id": "a b"}], "colour": "red"}),
        422, "validation_error")
    assert {detail["field"] for detail in error["details"]} == {
        "name", "purpose", "channel", "line_ids", "phone_types[1]", "max_attempts", "retry_after.busy", "calls_at_once",
        "people[0].type", "people[0].id", "colour"}
    error = refused(account.post("/dial-lists", {"name": "A", "purpose": "care", "people": [{"type": "patient", "id": "nobody"}]}),
                    422, "validation_error")
    assert error["details"][0]["field"] == "people[0]"
    made = new_list(account)
    for body in ({"count": 0}, {"count": 101}, {"lease_seconds": 901}):
        refused(account.post(f"/dial-lists/{made['id']}/next", body), 422, "validation_error")
    for path in ("", "/entries", "/export"):
        refused(account.get(f"/dial-lists/dl_none{path}"), 404, "not_found")
    for path in ("/next", "/entries/de_1/outcome", "/pause", "/resume", "/stop"):
        refused(account.post(f"/dial-lists/dl_none{path}", {"outcome": "busy"} if "outcome" in path else {}), 404, "not_found")


def test_a_trunk_dials_by_itself(account):
    line = account.new_line()["id"]
    people = [person(account)[0]]
    error = refused(account.post("/dial-lists", {"name": "A", "purpose": "care", "people": people, "dialer": "linebook",
                                                 "line_ids": [line]}), 422, "validation_error")
    assert "pull" in error["details"][0]["message"]
    made = new_list(account, people, line_ids=[line])
    assert take(account, made)["entries"][0]["decision"]["line_id"] == line


def test_another_account_sees_nothing(account, shared_installation):
    made = new_list(account, [person(account)[0]])
    stranger = shared_installation.client(account="stranger to dial lists")
    refused(stranger.get(f"/dial-lists/{made['id']}"), 404, "not_found")
    refused(stranger.post(f"/dial-lists/{made['id']}/next", {}), 404, "not_found")
    assert stranger.walk("/dial-lists") == []
    assert [one["id"] for one in account.walk("/dial-lists", page_size=1)] == [made["id"]]


def rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def test_exports(account):
    (awake, number), (asleep, _) = person(account, first_name="=cmd()", last_name="Doe, Jr."), person(account, NIGHT)
    made = new_list(account, [awake, asleep])
    answer = account.get(f"/dial-lists/{made['id']}/export")
    assert answer.headers["Content-Type"].startswith("text/csv")
    table = {row["person_id"]: row for row in rows(answer.text)}
    assert table[awake["id"]]["allowed"] == "true" and table[awake["id"]]["number"] == number
    assert table[awake["id"]]["name"] == "'=cmd() Doe, Jr.", "no formula"
    assert table[asleep["id"]]["allowed"] == "false" and table[asleep["id"]]["reasons"] == "outside_hours"
    assert instant(table[asleep["id"]]["next_allowed_at"]).astimezone(UTC) > now()
    leads = rows(account.get(f"/dial-lists/{made['id']}/export", params={"format": "vicidial"}).text)
    assert [lead["phone_number"] for lead in leads] == [number] and leads[0]["phone_code"] == "1"
    assert leads[0]["source_id"] == table[awake["id"]]["entry_id"] and len(leads[0]) == 25
    refused(account.get(f"/dial-lists/{made['id']}/export", params={"format": "xls"}), 400, "invalid_parameter")


def test_exports_leave_out_whoever_is_given_out_or_waits_for_another_attempt(account):
    people = [person(account) for _ in range(3)]
    made = new_list(account, [who for who, _ in people])
    given_out, tried = take(account, made, count=2)["entries"]
    assert tell(account, made, tried, "busy").status_code == 200
    export = f"/dial-lists/{made['id']}/export"
    table = {row["entry_id"]: row for row in rows(account.get(export).text)}
    assert [table[entry["id"]]["reasons"] for entry in (given_out, tried)] == ["given_out", "busy"]
    for entry in (given_out, tried):
        assert table[entry["id"]]["allowed"] == "false" and instant(table[entry["id"]]["next_allowed_at"]) > now()
    (lead,) = rows(account.get(export, params={"format": "vicidial"}).text)
    assert lead["source_id"] not in (given_out["id"], tried["id"])
    account.post(f"/dial-lists/{made['id']}/pause")
    assert rows(account.get(export, params={"format": "vicidial"}).text) == []


def test_commands(installation, tmp_path):
    installation.serve()
    client = installation.client()
    people = [person(client) for _ in range(3)]
    made = new_list(client)
    table = tmp_path / "people.csv"
    table.write_text("type,id\n" + "".join(f"patient,{who['id']}\n" for who, _ in people))
    done = installation.run("import", "dial-list", made["id"], table, "--account", "acme")
    assert done.stdout == "3 rows: 3 added, 0 in the list already\n"
    assert '"already_listed":3' in installation.run("import", "dial-list", made["id"], table, "--account", "acme", "--json").stdout
    table.write_text("type,id\npatient,nobody\nnurse,x\n")
    failed = installation.run("import", "dial-list", made["id"], table, "--account", "acme", check=False)
    assert failed.returncode == 1 and "line 2" in failed.stderr and "line 3" in failed.stderr and "nobody was added" in failed.stderr
    out = tmp_path / "leads.csv"
    installation.run("export", "dial-list", made["id"], out, "--account", "acme", "--format", "vicidial")
    assert sorted(row["phone_number"] for row in rows(out.read_text())) == sorted(number for _, number in people)
    assert len(rows(installation.run("export", "dial-list", made["id"], "--account", "acme").stdout)) == 3
    assert installation.run("export", "dial-list", "dl_none", "--account", "acme", check=False).returncode == 1


# Linebook dials

@pytest.fixture
def clinic(demo, request) -> Clinic:
    return Clinic(demo.client(account=new_account_name(request.node.name)))


def dialed(clinic, people, **fields) -> dict:
    return new_list(clinic.client, people, dialer="linebook", line_ids=[clinic.line["id"]], **fields)


def calls_of(clinic) -> list[dict]:
    return clinic.client.walk("/calls", direction="outbound")


def made_at(call: dict) -> int:
    """Milliseconds, by the server's clock: ids are made when calls are committed."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return sum(alphabet.index(c) << 5 * place for place, c in enumerate(reversed(call["id"].removeprefix("call_")[:10])))


def test_linebook_calls_everybody_and_tells_what_came_of_it(clinic):
    answers, busy, machine = (person(clinic.client) for _ in range(3))
    clinic.behave(busy[1], call="busy")
    clinic.behave(machine[1], call="voicemail")
    made = dialed(clinic, [answers[0], busy[0], machine[0]], calls_at_once=3, calls_per_second=20, voicemail="hang_up")
    eventually(lambda: counts(clinic.client, made) == {"waiting": 2, "done": 1}, 30)
    reasons = {entry["person"]["id"]: entry["reason"] for entry in entries(clinic.client, made)}
    assert reasons == {answers[0]["id"]: None, busy[0]["id"]: "busy", machine[0]["id"]: "voicemail"}
    assert len(calls_of(clinic)) == 3
    clinic.call(clinic.person()[0])
    of_list = clinic.client.walk("/calls", dial_list_id=made["id"])
    assert sorted(call["to"] for call in of_list) == sorted("+1" + number for _, number in (answers, busy, machine))
    assert len(clinic.client.walk("/calls", dial_list_id=made["id"], to=busy[1])) == 1
    assert clinic.client.walk("/calls", dial_list_id="dl_none") == []
    assert len(clinic.inbox(answers[1], "call")) == 1
    refused(clinic.client.post(f"/dial-lists/{made['id']}/next", {}), 409, "conflict")


def test_a_machine_is_no_person_and_the_entry_tells_its_call(clinic):
    who, number = person(clinic.client)
    clinic.behave(number, call="voicemail")
    made = dialed(clinic, [who])
    (entry,) = eventually(lambda: [one for one in entries(clinic.client, made) if one["outcome"]], 30)
    assert (entry["state"], entry["outcome"]) == ("waiting", "voicemail")
    call = clinic.get(f"/calls/{entry['call_id']}")
    assert call["answered_by"] == "machine" and call["dial_list_id"] == made["id"]
    error = refused(tell(clinic.client, made, entry, "answered"), 409, "conflict")
    assert "POST /calls/{id}/outcome" in error["message"]


def test_no_more_calls_a_second_than_it_says(clinic):
    people = [person(clinic.client)[0] for _ in range(10)]
    made = dialed(clinic, people, calls_at_once=10, calls_per_second=5)
    eventually(lambda: len(calls_of(clinic)) == 10, 30)
    placed = sorted(made_at(call) for call in calls_of(clinic))
    gaps = [after - before for before, after in zip(placed, placed[1:])]
    assert min(gaps) >= 190, gaps  # an id may be made a moment later
    assert made["calls_per_second"] == 5


def test_pausing_stops_within_a_second(clinic):
    people = [person(clinic.client)[0] for _ in range(30)]
    made = dialed(clinic, people, calls_at_once=30, calls_per_second=4)
    eventually(lambda: len(calls_of(clinic)) >= 2, 30)
    clinic.client.post(f"/dial-lists/{made['id']}/pause")
    time.sleep(1)
    then = len(calls_of(clinic))
    time.sleep(1.5)
    assert len(calls_of(clinic)) == then < 30
    clinic.client.post(f"/dial-lists/{made['id']}/resume")
    eventually(lambda: len(calls_of(clinic)) > then)
    clinic.client.post(f"/dial-lists/{made['id']}/stop")


def test_a_do_not_call_is_heard_before_the_next_call(clinic):
    first, second = person(clinic.client), person(clinic.client)
    made = dialed(clinic, [first[0]], calls_per_second=0.5)
    eventually(lambda: calls_of(clinic), 30)
    clinic.client.post(f"/dial-lists/{made['id']}/entries", {"people": [second[0]]})
    number = clinic.client.get("/api/v2/phone-numbers", params={"q": second[1]}).json()["data"][0]["id"]
    assert clinic.client.patch(f"/api/v2/phone-numbers/{number}", {"do_not_call": True}).status_code == 200
    time.sleep(3)
    assert len(calls_of(clinic)) == 1
    assert [entry["state"] for entry in entries(clinic.client, made)][-1] == "blocked"


@pytest.mark.parametrize("way", ["do not call", "suppression"])
def test_whoever_is_not_to_be_called_any_more_is_not(clinic, way):
    """While it dials: each of them within a second of the answer, where it was not called before."""
    people = [person(clinic.client) for _ in range(30)]
    entry_of = {one["number"]: one["id"] for one in clinic.client.get("/api/v2/phone-numbers", params={"limit": 100}).json()["data"]}
    made = dialed(clinic, [who for who, _ in people], calls_at_once=30, calls_per_second=8)
    eventually(lambda: len(calls_of(clinic)) >= 3, 30)
    told = {}
    for _, number in people[10:]:
        if way == "suppression":
            answer = clinic.client.post("/api/v2/suppressions", {"number": number, "channels": ["call"], "reason": "a letter"})
        else:
            answer = clinic.client.patch(f"/api/v2/phone-numbers/{entry_of[number]}", {"do_not_call": True})
        assert answer.status_code in (200, 201), answer.text
        told["+1" + number] = time.time_ns() // 1_000_000
    eventually(lambda: {"ready", "calling", "leased"}.isdisjoint(counts(clinic.client, made)), 30)
    late = [call for call in calls_of(clinic) if made_at(call) >= told.get(call["to"], float("inf")) + 1000]
    assert late == [] and counts(clinic.client, made).get("blocked", 0) >= 10


def test_it_stops_at_the_end_of_a_window(installation):
    """A window ends with a minute: the server's clock is then put shortly before one."""
    end = (now() + datetime.timedelta(minutes=3)).replace(second=0, microsecond=0)
    local = (end + datetime.timedelta(hours=offset_where_it_is(NOON))).strftime("%H:%M")
    installation.serve()
    client = installation.client()
    window = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "00:00", "end": local}
    people = [person(client, contact_window=window)[0] for _ in range(60)]
    installation.server.stop()
    ahead = int((end - now()).total_seconds()) - 8
    installation.serve("--demo", env=clock_ahead(f"{ahead}s"))
    installation.import_pool("+13035550190")
    clinic = Clinic(installation.client())
    made = dialed(clinic, people, calls_at_once=60, calls_per_second=5)
    left = end.timestamp() - time.time() - ahead
    assert left > 1, "the machine is too slow for this"
    time.sleep(left + 2)
    called = calls_of(clinic)
    time.sleep(1)
    assert len(calls_of(clinic)) == len(called) and 0 < len(called) < len(people)
    assert max(made_at(call) for call in called) < end.timestamp() * 1000
    assert {entry["reason"] for entry in entries(clinic.client, made) if entry["state"] == "waiting"} == {"outside_contact_window"}


def test_no_more_calls_at_once_than_it_says(installation):
    """By the carrier's own account."""
    twilio = TwilioStandIn()
    twilio.talk_for = 0.5
    try:
        twilio.deliver_to = installation.serve("--public-url", PUBLIC_URL, "--twilio-api-url", twilio.url).url
        client = installation.client()
        client.new_agent("nurse")
        owner = twilio.new_account()
        line = new_twilio_line(client, twilio, owner)
        people = [person(client)[0] for _ in range(18)]
        made = new_list(client, people, dialer="linebook", line_ids=[line], calls_at_once=3, calls_per_second=20, voicemail="agent")
        eventually(lambda: counts(client, made) == {"done": 18}, 60)
        assert len(twilio.placed(owner[0])) == 18 and twilio.most_calls_at_once == 3
    finally:
        twilio.close()
