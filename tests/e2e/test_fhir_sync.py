"""In step with a FHIR server that is not ours: what changes on either side, or on both, and what goes wrong between."""
import contextlib
import json
import os
import random
import socket
import subprocess
import time

import pytest

import installation as installations
from fhir_server import TOKEN, FhirServer
from refusals import refused

# How many people the big test syncs; 100,000 by hand.
PEOPLE = int(os.environ.get("LINEBOOK_SYNC_PEOPLE", "600"))
INTERRUPTIONS = 10 if installations.DATABASE == "embedded" else 3  # a lease ends with the process, or after seconds
TYPES = {"cell": "mobile", "home": "home", "other": None}


def phone(number, use="mobile", **more) -> dict:
    return {"system": "phone", "value": number, **({"use": use} if use else {}), **more}


def patient(id, *telecom, family="Doe", given="Ann", **more) -> dict:
    return {"resourceType": "Patient", "id": id, "name": [{"family": family, "given": [given]}],
            **({"telecom": list(telecom)} if telecom else {}), **more}


class Sync:
    """An account that is kept in step with a FHIR server by `linebook sync fhir`."""

    def __init__(self, installation, fhir, client, account="acme"):
        self.installation, self.fhir, self.client, self.account = installation, fhir, client, account
        self.token_file = installation.data.parent / "fhir-token"
        self.token_file.write_text(TOKEN + "\n")
        self.flags = ["--server", fhir.url, "--token-file", self.token_file, "--account", account, "--name", "ehr"]

    def run(self, *flags, check=True) -> dict:
        done = self.installation.run("sync", "fhir", *self.flags, *flags, "--json", check=check, timeout=600)
        return json.loads(done.stdout)

    def run_counts(self, *flags) -> dict:
        """What it did: without what is zero, and without how much it read."""
        report = self.run(*flags)
        assert report["error"] is None and report["ended_at"]
        return {name: count for name, count in report["counts"].items() if count and name != "read"}

    def changes_nothing(self):
        """No PUT, no ledger entry: nothing echoes."""
        self.fhir.forget_requests()
        before = self.ledger_end()
        assert self.run_counts() == {}
        assert self.fhir.requests("PUT") == []
        assert self.ledger_end() == before

    def ledger_end(self) -> int:
        entries = self.client.get("/audit?page_size=1").json()["entries"]
        return entries[0]["sequence"] if entries else 0

    def ours(self, kind="patients") -> dict[str, dict[str, tuple[str, bool]]]:
        """Everybody's numbers, their types and whether they are primary."""
        people, page = {}, 1
        while True:
            answer = self.client.get(f"/api/v2/{kind}?limit=100&offset={100 * (page - 1)}").json()
            for person in answer["data"]:
                people[person["id"]] = self.numbers(person["id"], kind)
            if len(answer["data"]) < 100:
                return people
            page += 1

    def numbers(self, id, kind="patients") -> dict[str, tuple[str, bool]]:
        return {n["number"]: (n["phone_type"], n["primary"])
                for n in self.client.get(f"/api/v2/{kind}/{id}").json()["phone_numbers"]}

    def theirs(self, kind="Patient") -> dict[str, dict[str, tuple[str, bool]]]:
        return {id: phones_in(resource) for id, resource in self.fhir.all(kind).items()}

    def has_all_numbers(self) -> bool:
        """Of many people, whoever has which number."""
        return (exported_numbers(self.installation, self.installation.data.parent)
                == {(id, number) for id, numbers in self.theirs().items() for number in numbers})

    def number_id(self, id, number, kind="patients") -> str:
        return next(n["id"] for n in self.client.get(f"/api/v2/{kind}/{id}").json()["phone_numbers"]
                    if n["number"] == number)

    def change(self, id, number, /, **fields):
        answer = self.client.patch(f"/api/v2/phone-numbers/{self.number_id(id, number)}", fields)
        assert answer.status_code == 200, answer.text

    def remove(self, id, number):
        assert self.client.delete(f"/api/v2/phone-numbers/{self.number_id(id, number)}").status_code == 200


def phones_in(resource: dict) -> dict[str, tuple[str, bool]]:
    """As the sync is to understand it, by a reading of its own."""
    found = {}
    for point in resource.get("telecom", []):
        if point["system"] != "phone" or point.get("use") == "old" or point.get("period", {}).get("end", "9") < "2026":
            continue
        digits = "".join(c for c in point["value"] if c.isdigit())
        if len(digits) == 10 or digits[0] == "1":
            kind = {"mobile": "cell", "home": "home"}.get(point.get("use"), "other")
            found[digits[-10:]] = (kind, point.get("rank") == 1)
    return found


SERVE = ("--demo", "--webhook-allow", "127.0.0.0/8")  # http:// to this machine


@pytest.fixture
def client(installation):
    installation.serve(*SERVE)
    return installation.client()


@pytest.fixture
def sync(installation, client, fhir_server) -> Sync:
    return Sync(installation, fhir_server, client)


def test_takes_up_people_numbers_and_names(sync):
    sync.fhir.put(patient("p1", phone("+1 415-555-2671", rank=1), phone("(415) 555-2672", "home"),
                          {"system": "email", "value": "ann@example.com"}, birthDate="1980-02-29", gender="female"))
    sync.fhir.put({"resourceType": "Practitioner", "id": "d1", "name": [{"family": "House", "given": ["Greg"]}],
                   "telecom": [phone("415-555-2673", "work")]})
    assert sync.run_counts() == {"people_added": 2, "numbers_added": 3}
    person = sync.client.get("/api/v2/patients/p1").json()
    assert (person["first_name"], person["last_name"], person["email"]) == ("Ann", "Doe", "ann@example.com")
    assert (person["date_of_birth"], person["gender"]) == ("1980-02-29", "female")
    assert sync.numbers("p1") == {"4155552671": ("cell", True), "4155552672": ("home", False)}
    assert sync.numbers("d1", "doctors") == {"4155552673": ("other", False)}
    entry = sync.client.get("/audit?entity=patient&page_size=1").json()["entries"][0]
    assert entry["actor"] == "fhir:ehr"
    sync.changes_nothing()

    sync.fhir.put(patient("p1", phone("+1 415-555-2671", "home"), phone("(415) 555-2672", "home", period={"end": "2020-01-01"}),
                          phone("415 555 2674"), family="Roe"))
    assert sync.run_counts() == {"people_updated": 1, "numbers_changed": 1, "numbers_added": 1, "numbers_ended": 1}
    assert sync.numbers("p1") == {"4155552671": ("home", False), "4155552674": ("cell", False)}
    assert sync.client.get("/api/v2/patients/p1").json()["last_name"] == "Roe"
    sync.changes_nothing()


def test_pushes_telecom_alone(sync):
    untouched = [{"system": "email", "value": "ann@example.com"}, {"system": "fax", "value": "4155559999"},
                 phone("+44 20 7946 0018", "work"), phone("4155552679", "old")]
    resource = patient("p1", *untouched, phone("4155552671", id="a", extension=[{"url": "http://x", "valueString": "y"}]),
                       phone("4155552672", "home"), multipleBirthInteger=2,
                       extension=[{"url": "http://x/decimal", "valueDecimal": 1.25}],
                       address=[{"line": ["1 Main St"], "city": "X"}])
    sync.fhir.put_text("Patient", "p1", json.dumps(resource).replace("1.25", "1.10"))
    sync.run_counts()
    before = sync.fhir.get_text("Patient", "p1")
    sync.client.new_number("p1", "4155552673", "home", primary=True)
    sync.change("p1", "4155552671", number="4155552674")
    sync.remove("p1", "4155552672")
    sync.fhir.forget_requests()
    assert sync.run_counts() == {"pushed": 1}
    [put] = sync.fhir.requests("PUT")
    assert put["if_match"] == 'W/"1"'
    # Byte for byte, but for the phones that changed.
    expected = (before.replace('"value":"4155552671"', '"value":"+14155552674"')
                .replace(',{"system":"phone","value":"4155552672","use":"home"}]',
                         ',{"system":"phone","value":"+14155552673","use":"home","rank":1}]'))
    assert put["body"].replace('"+14155552673","use":"home","rank":1', "") == expected.replace('"+14155552673","use":"home","rank":1', "")
    assert "1.10" in put["body"]
    assert sync.theirs()["p1"] == sync.numbers("p1") == {"4155552674": ("cell", False), "4155552673": ("home", True)}
    sync.changes_nothing()


def test_only_people_who_are_there_are_pushed(sync):
    id = sync.client.new_patient()
    sync.client.new_number(id, "4155552671")
    assert sync.run_counts() == {}
    assert sync.fhir.requests("PUT") == []
    sync.fhir.put(patient("p1", phone("4155552671")))
    sync.run_counts()
    sync.fhir.delete("Patient", "p1")
    sync.client.new_number("p1", "4155552672")
    report = sync.run(check=False)
    assert report["problems"] == [{"patient_id": "p1", "what": "is no longer at the server"}]
    sync.changes_nothing()


@pytest.mark.parametrize("prefer", ["ours", "theirs"])
def test_both_sides_changed(sync, prefer):
    sync.fhir.put(patient("p1", phone("4155552671"), phone("4155552672"), phone("4155552673"), phone("4155552674")))
    sync.run_counts("--prefer", prefer)
    sync.change("p1", "4155552671", phone_type="home")      # of two types
    sync.change("p1", "4155552672", phone_type="home")      # changed here, ended there
    sync.remove("p1", "4155552673")                         # ended here, changed there
    sync.client.new_number("p1", "4155552675")              # added here
    sync.fhir.put(patient("p1", phone("4155552671", "work"), phone("4155552673", "home"), phone("4155552674"),
                          phone("4155552676"), family="Poe"))
    sync.client.patch("/api/v2/patients/p1", {"last_name": "Roe"})
    report = sync.run()
    assert report["counts"]["conflicts"] == 4 and report["counts"]["pushed"] == 1
    assert {conflict["what"] for conflict in report["conflicts"]} == {
        "the number ***2671", "the number ***2672", "the number ***2673", "last_name"}
    assert all(conflict == {"patient_id": "p1", "what": conflict["what"], "kept": prefer} for conflict in report["conflicts"])
    agreed = {"4155552674": ("cell", False), "4155552675": ("cell", False), "4155552676": ("cell", False)}
    kept = ({"4155552671": ("home", False), "4155552672": ("home", False)} if prefer == "ours"
            else {"4155552671": ("other", False), "4155552673": ("home", False)})
    assert sync.numbers("p1") == sync.theirs()["p1"] == agreed | kept
    assert sync.client.get("/api/v2/patients/p1").json()["last_name"] == ("Roe" if prefer == "ours" else "Poe")
    sync.changes_nothing()


def test_a_number_that_was_changed_here_is_not_ended(sync):
    """Do-not-call is nothing that a FHIR server knows of; it is a change all the same."""
    sync.fhir.put(patient("p1", phone("4155552671"), phone("4155552672")))
    sync.run_counts("--prefer", "ours")
    sync.change("p1", "4155552671", do_not_call=True)
    sync.fhir.put(patient("p1"))
    assert sync.run_counts() == {"people_updated": 1, "numbers_ended": 1, "conflicts": 1, "pushed": 1}
    assert sync.theirs()["p1"] == sync.numbers("p1") == {"4155552671": ("cell", False)}
    sync.changes_nothing()


def test_people_who_were_here_before(sync):
    sync.client.post("/api/v2/patients", {"id": "p1", "first_name": "Ann", "last_name": "Doe"})
    sync.client.new_number("p1", "4155552671", primary=True)
    sync.client.new_number("p1", "4155552672", "home")
    sync.fhir.put(patient("p1", phone("4155552672", "home"), phone("4155552673")))
    assert sync.run_counts() == {"people_updated": 1, "numbers_added": 1, "pushed": 1}
    assert sync.theirs()["p1"] == sync.numbers("p1") == {
        "4155552671": ("cell", True), "4155552672": ("home", False), "4155552673": ("cell", False)}
    sync.changes_nothing()


def test_412_is_read_again(sync):
    sync.fhir.put(patient("p1", phone("4155552671")))
    sync.run_counts()
    sync.client.new_number("p1", "4155552672", "home")
    sync.fhir.forget_requests()
    sync.fhir.fail("race", method="GET", path="/Patient/p1", times=2)
    assert sync.run_counts() == {"pushed": 1}
    assert [put["status"] for put in sync.fhir.requests("PUT")] == [412, 412, 200]
    assert sync.theirs()["p1"] == sync.numbers("p1")
    sync.changes_nothing()

    sync.client.new_number("p1", "4155552673", "home")
    sync.fhir.fail("race", method="GET", path="/Patient/p1", times=1000)
    report = sync.run(check=False)
    assert "changed at the server again and again" in report["problems"][0]["what"]
    sync.fhir.recover()
    assert sync.run_counts() == {"pushed": 1}
    assert sync.theirs()["p1"] == sync.numbers("p1")
    sync.changes_nothing()


def test_a_put_whose_answer_is_lost_is_no_echo(sync):
    sync.fhir.put(patient("p1", phone("4155552671")))
    sync.run_counts()
    sync.client.new_number("p1", "4155552672", "home")
    sync.fhir.fail("cut", method="PUT", times=1)
    sync.run_counts()
    assert sync.theirs()["p1"] == sync.numbers("p1")
    sync.changes_nothing()


def test_what_goes_wrong_for_a_while_is_tried_again(sync):
    for i in range(450):
        sync.fhir.put(patient(f"p{i}", phone(f"415555{i:04d}")))
    sync.fhir.fail(status=500, times=2)
    sync.fhir.fail(status=429, retry_after="1", times=1)
    sync.fhir.fail("cut", path="/fhir", skip=1, times=2)
    assert sync.run_counts() == {"people_added": 450, "numbers_added": 450}
    assert sync.has_all_numbers()
    sync.changes_nothing()


def test_a_run_that_failed_goes_on_at_its_page(sync):
    for i in range(450):
        sync.fhir.put(patient(f"p{i}", phone(f"415555{i:04d}")))
    sync.fhir.fail(status=503, skip=2, times=1000)
    report = sync.run(check=False)
    assert "503" in report["error"] and report["counts"]["people_added"] == 200
    sync.fhir.recover()
    sync.fhir.forget_requests()
    assert sync.run_counts() == {"people_added": 250, "numbers_added": 250}
    assert "_getpages" in sync.fhir.requests("GET")[0]["query"], "not from its beginning"
    assert sync.has_all_numbers()


def test_a_search_that_the_server_forgot_is_begun_anew(sync):
    for i in range(250):
        sync.fhir.put(patient(f"p{i}", phone(f"415555{i:04d}")))
    sync.fhir.fail(status=410, skip=2, times=1)
    assert sync.run_counts() == {"people_added": 250, "numbers_added": 250}
    assert sync.has_all_numbers()


def test_begins_with_a_bulk_export_where_that_is_offered(installation, client):
    fhir = FhirServer("--export", 2)
    try:
        sync = Sync(installation, fhir, client)
        for i in range(450):
            fhir.put(patient(f"p{i}", phone(f"415555{i:04d}")))
        fhir.put({"resourceType": "Practitioner", "id": "d1", "name": [{"family": "House", "given": ["Greg"]}]})
        fhir.fail(status=404, path="/Practitioner", times=1)  # the second file: the searches bring what it held
        assert sync.run_counts() == {"people_added": 451, "numbers_added": 450}
        assert sync.has_all_numbers()
        fhir.put(patient("p0", phone("4155559999")))
        fhir.forget_requests()
        assert sync.run_counts() == {"people_updated": 1, "numbers_added": 1, "numbers_ended": 1}
        assert not any("$export" in asked["path"] for asked in fhir.requests())
        sync.changes_nothing()
    finally:
        fhir.close()


def test_an_export_alone_brings_everything(installation, client):
    fhir = FhirServer("--export", 1)
    try:
        sync = Sync(installation, fhir, client)
        for i in range(250):
            fhir.put(patient(f"p{i}", phone(f"415555{i:04d}")))
        fhir.fail(status=500, path="/bulk", skip=1, times=5)
        report = sync.run(check=False)
        assert "500" in report["error"] and report["counts"]["read"] == 0
        fhir.recover()
        assert sync.run_counts() == {"people_added": 250, "numbers_added": 250}
        assert sync.has_all_numbers()
        sync.changes_nothing()
    finally:
        fhir.close()


def test_refusals(sync):
    sync.token_file.write_text("another-token")
    report = sync.run(check=False)
    assert "401" in report["error"] and "another-token" not in json.dumps(report)
    sync.token_file.write_text(TOKEN)
    sync.fhir.put(patient("p1", phone("4155552671")))
    sync.fhir.put({"resourceType": "Patient", "id": "nameless", "telecom": [phone("4155552672")]})
    report = sync.run(check=False)
    assert report["problems"] == [{"patient_id": "nameless", "what": "has no first and last name"}]
    assert report["counts"]["people_added"] == 1
    sync.fhir.fail(status=301, times=100)
    assert "has moved" in sync.run(check=False)["error"]
    sync.fhir.recover()
    elsewhere = ["--server", sync.fhir.url.removesuffix("/fhir") + "/nothing", "--name", "nothing"]
    report = json.loads(sync.installation.run("sync", "fhir", *sync.flags[2:-2], *elsewhere, "--json", check=False).stdout)
    assert "is " + elsewhere[1] + " its root?" in report["error"]
    done = sync.installation.run("sync", "fhir", *sync.flags[2:], "--server", "https://other.example", check=False)
    assert done.returncode == 1 and "of another server" in done.stderr


class TestSources:
    """/fhir-sources: the server runs them by itself."""

    @pytest.fixture
    def source(self, sync) -> dict:
        answer = sync.client.post("/fhir-sources", {"url": sync.fhir.url + "/", "token": TOKEN, "name": "ehr"})
        assert answer.status_code == 201, answer.text
        assert answer.headers["Location"] == "/fhir-sources/" + answer.json()["id"]
        return answer.json()

    @staticmethod
    def run_of(client, source, after=None) -> dict:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            run = client.get(f"/fhir-sources/{source['id']}").json()["last_run"]
            if run and run["ended_at"] and run != after:
                return run
            time.sleep(0.05)
        raise AssertionError("no run ended")

    def test_is_shown_without_its_token(self, sync, source):
        assert source == {"id": source["id"], "name": "ehr", "url": sync.fhir.url, "has_token": True, "prefer": "theirs",
                          "every": None, "state": "idle", "next_run_at": None, "last_run": None,
                          "created_at": source["created_at"], "updated_at": source["created_at"]}
        assert sync.client.get("/fhir-sources").json() == {"fhir_sources": [source], "next_page_token": None}
        assert sync.client.get(f"/fhir-sources/{source['id']}").json() == source
        [entry] = sync.client.get("/audit?entity=fhir_source").json()["entries"]
        assert entry["action"] == "created" and TOKEN not in json.dumps(entry)
        assert entry["changes"]["token"] == {"changed": True}
        other = sync.installation.client(account="other")
        refused(other.get(f"/fhir-sources/{source['id']}"), 404, "not_found")
        assert other.get("/fhir-sources").json()["fhir_sources"] == []
        reader = sync.installation.client(scopes="contacts:read,contacts:write")
        refused(reader.get("/fhir-sources"), 403, "forbidden")

    def test_runs_when_it_is_asked_for(self, sync, source):
        sync.fhir.put(patient("p1", phone("4155552671")))
        answer = sync.client.post(f"/fhir-sources/{source['id']}/sync")
        assert answer.status_code == 202 and answer.json()["next_run_at"]
        run = self.run_of(sync.client, source)
        assert run["counts"]["people_added"] == 1 and run["error"] is None
        assert sync.client.get(f"/fhir-sources/{source['id']}").json()["next_run_at"] is None
        sync.client.new_number("p1", "4155552672")
        sync.client.post(f"/fhir-sources/{source['id']}/sync")
        assert self.run_of(sync.client, source, after=run)["counts"]["pushed"] == 1
        # The command goes on where the server was: they are the same source.
        sync.changes_nothing()

    def test_runs_by_itself(self, sync, source):
        path = f"/fhir-sources/{source['id']}"
        sync.fhir.put(patient("p1", phone("4155552671")))
        assert sync.client.patch(path, {"every": "PT1M"}).status_code == 200
        run = self.run_of(sync.client, source)
        assert run["counts"]["people_added"] == 1
        assert sync.client.get(path).json()["next_run_at"] > run["ended_at"]
        answer = sync.client.patch(path, {"every": None, "prefer": "ours", "token": "another", "name": "renamed"}).json()
        assert (answer["every"], answer["prefer"], answer["next_run_at"], answer["name"]) == (None, "ours", None, "renamed")
        sync.client.post(path + "/sync")
        time.sleep(1)
        while (state := sync.client.get(path).json())["state"] == "running":
            time.sleep(0.05)
        assert state["state"] == "failed" and "401" in state["last_run"]["error"]
        assert sync.client.delete(path).json()["deleted"] is True
        refused(sync.client.get(path), 404, "not_found")
        assert sync.numbers("p1"), "what came stays"

    @pytest.mark.parametrize("body, field", [
        ({"url": "ftp://x", "token": "t"}, "url"), ({"url": "https://u:p@x.example", "token": "t"}, "url"),
        ({"url": "http://x.example", "token": "t"}, "url"), ({"url": "https://10.0.0.1", "token": "t"}, "url"),
        ({"url": "https://[::1]/fhir", "token": "t"}, "url"), ({"token": "t"}, "url"), ({"url": "https://x.example"}, "token"), ({"url": "https://x.example", "token": "a b"}, "token"),
        ({"url": "https://x.example", "token": "t\r\nX: y"}, "token"), ({"url": "https://x.example", "token": "t", "name": "a b"}, "name"),
        ({"url": "https://x.example", "token": "t", "prefer": "mine"}, "prefer"),
        ({"url": "https://x.example", "token": "t", "every": "PT1S"}, "every"),
        ({"url": "https://x.example", "token": "t", "every": "P31D"}, "every"), ({"url": "https://x.example", "token": "t", "more": 1}, "more")])
    def test_refuses(self, account, body, field):
        refused(account.post("/fhir-sources", body), 422, "validation_error", field)

    def test_a_name_is_taken_once(self, sync, source):
        refused(sync.client.post("/fhir-sources", {"url": "https://x.example", "token": "t", "name": "ehr"}), 409, "already_exists")
        refused(sync.client.patch(f"/fhir-sources/{source['id']}", {"url": "https://x.example"}), 422, "validation_error", "url")

    def test_the_token_is_sealed_anew(self, sync, source):
        sync.installation.run("secrets", "rotate", "--account", "acme")
        sync.fhir.put(patient("p1", phone("4155552671")))
        sync.client.post(f"/fhir-sources/{source['id']}/sync")
        assert self.run_of(sync.client, source)["error"] is None

    def test_servers_that_hang_keep_no_other_account_waiting(self, sync, source):
        with contextlib.ExitStack() as stack:
            other = sync.installation.client(account="other")
            for n in range(8):
                hangs = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                url = f"http://127.0.0.1:{hangs.getsockname()[1]}/"
                made = other.post("/fhir-sources", {"url": url, "token": TOKEN, "name": f"hangs-{n}"}).json()
                assert other.post(f"/fhir-sources/{made['id']}/sync").status_code == 202
            time.sleep(2)  # a thread after the other has looked for work
            sync.fhir.put(patient("p1", phone("4155552671")))
            sync.client.post(f"/fhir-sources/{source['id']}/sync")
            assert self.run_of(sync.client, source)["counts"]["people_added"] == 1
            states = [s["state"] for s in other.get("/fhir-sources").json()["fhir_sources"]]
            assert states.count("running") == 1, states

    def test_waits_while_its_account_is_suspended(self, sync, source):
        for i in range(450):
            sync.fhir.put(patient(f"p{i}", phone(f"415555{i:04d}")))
        sync.fhir.fail("delay", delay_ms=400, times=1000)
        sync.client.post(f"/fhir-sources/{source['id']}/sync")
        deadline = time.monotonic() + 30
        while not sync.fhir.requests() and time.monotonic() < deadline:
            time.sleep(0.02)
        sync.installation.run("accounts", "suspend", "acme")
        sync.fhir.recover()
        asked = None
        while (count := len(sync.fhir.requests())) != asked and time.monotonic() < deadline:
            asked = count  # what is on its way comes to its end
            time.sleep(1.5)
        sync.fhir.forget_requests()
        done = sync.installation.run("sync", "fhir", *sync.flags, check=False)
        assert done.returncode == 1 and "suspended" in done.stderr
        time.sleep(1.5)
        assert sync.fhir.requests() == []
        sync.installation.run("accounts", "resume", "acme")
        run = self.run_of(sync.client, source)
        assert run["error"] is None and run["counts"]["people_added"] == 450

    def test_goes_on_after_a_kill_of_the_server(self, sync, source):
        for i in range(450):
            sync.fhir.put(patient(f"p{i}", phone(f"415555{i:04d}")))
        sync.fhir.fail("delay", delay_ms=400, times=1000)
        sync.client.post(f"/fhir-sources/{source['id']}/sync")
        time.sleep(1.3)
        sync.installation.server.kill()
        sync.fhir.recover()
        sync.installation.serve(*SERVE)
        sync.client = sync.installation.client()
        run = self.run_of(sync.client, source)
        assert run["error"] is None and run["counts"]["people_added"] == 450
        assert sync.has_all_numbers()
        sync.changes_nothing()


class BothSides:
    """Changes people at random on both sides."""

    def __init__(self, sync, people, seed):
        self.sync, self.people, self.random = sync, people, random.Random(seed)
        self.numbers = [f"415555{n:04d}" for n in range(3000)]

    def change_there(self, id):
        resource = self.sync.fhir.get("Patient", id)
        points = resource.setdefault("telecom", [])
        phones = [p for p in points if p["system"] == "phone"]
        match self.random.choice(["add", "add", "end", "gone", "type", "rank", "name", "other"]):
            case "add":
                number = self.random.choice(self.numbers)
                if number not in phones_in(resource):
                    points.append(phone(number, self.random.choice(["mobile", "home", "work", None])))
            case "end" if phones:
                self.random.choice(phones)["period"] = {"end": "2020-01-01"}
            case "gone" if phones:
                points.remove(self.random.choice(phones))
            case "type" if phones:
                self.random.choice(phones)["use"] = self.random.choice(["mobile", "home", "work"])
            case "rank" if phones:
                for point in phones:
                    point.pop("rank", None)
                self.random.choice(phones)["rank"] = 1
            case "name":
                resource["name"] = [{"family": self.random.choice(["Doe", "Roe"]), "given": ["Ann"]}]
            case "other":
                points.append({"system": "email", "value": f"{self.random.random()}@example.com"})
        if not points:
            del resource["telecom"]
        self.sync.fhir.put(resource)

    def change_here(self, id):
        client, numbers = self.sync.client, self.sync.numbers(id)
        number = self.random.choice(list(numbers)) if numbers else None
        match self.random.choice(["add", "add", "remove", "number", "type", "primary", "do_not_call", "name"]):
            case "add":
                other = self.random.choice(self.numbers)
                if other not in numbers:
                    client.new_number(id, other, self.random.choice(list(TYPES)), primary=self.random.random() < 0.3)
            case "remove" if number:
                self.sync.remove(id, number)
            case "number" if number:
                other = self.random.choice(self.numbers)
                if other not in numbers:
                    self.sync.change(id, number, number=other)
            case "type" if number:
                self.sync.change(id, number, phone_type=self.random.choice(list(TYPES)))
            case "primary" if number:
                self.sync.change(id, number, primary=self.random.random() < 0.7)
            case "do_not_call" if number:
                self.sync.change(id, number, do_not_call=True)
            case "name":
                client.patch(f"/api/v2/patients/{id}", {"last_name": self.random.choice(["Doe", "Roe", "Poe"])})

    def change(self, times):
        for _ in range(times):
            id = self.random.choice(self.people)
            (self.change_here if self.random.random() < 0.5 else self.change_there)(id)


@pytest.mark.parametrize("seed", range(2))
def test_both_sides_are_the_same_after_whatever_changed(sync, seed):
    people = [f"p{i}" for i in range(8)]
    for id in people:
        sync.fhir.put(patient(id, phone("4155552671")))
    sync.run_counts("--prefer", ["ours", "theirs"][seed % 2])
    both = BothSides(sync, people, seed)
    for _ in range(int(os.environ.get("LINEBOOK_SYNC_ROUNDS", "6"))):
        both.change(20)
        report = sync.run(check=False)
        assert report["error"] is None and report["problems"] == [], report
        ours, theirs = sync.ours(), sync.theirs()
        for id in people:
            assert ours[id] == theirs[id], (id, sync.fhir.get("Patient", id), report)
        sync.changes_nothing()


def big_file(path, count):
    with open(path, "w") as lines:
        for i in range(count):
            lines.write(json.dumps(patient(f"p{i}", phone(f"{200 + i // 100_000 * 9 + 1:03d}{2_000_000 + i % 7_000_000}",
                                                          rank=1), phone(f"415{2_000_000 + i}", "home"))) + "\n")


def test_many_people_interrupted_again_and_again(installation, tmp_path):
    """kill -9 of the command in the middle, while both sides go on changing: nothing is lost, nothing echoes."""
    big_file(tmp_path / "people.ndjson", PEOPLE)
    fhir = FhirServer("--load", tmp_path / "people.ndjson")
    try:
        installation.create_key()
        sync = Sync(installation, fhir, None)
        command = [installations.BINARY, "sync", "fhir", *map(str, sync.flags), "--data", str(installation.data), "--json"]
        env = {**os.environ, **installation.env}
        rng = random.Random(3)
        began = time.monotonic()
        interrupted = 0
        expected = max(1.0, PEOPLE / 4000)
        while interrupted < INTERRUPTIONS:
            interrupted += is_interrupted(command, env, fhir, rng.uniform(0.05, 1) * expected / INTERRUPTIONS)
            for _ in range(3):  # somebody there goes on working
                number = rng.randrange(PEOPLE)
                resource = fhir.get("Patient", f"p{number}")
                resource["telecom"] = [*resource.get("telecom", []), phone(f"646{2_000_000 + rng.randrange(7_000_000)}")]
                fhir.put(resource)
        report = sync.run()
        assert report["error"] is None and report["problems"] == []
        took = time.monotonic() - began
        print(f"\n{PEOPLE} people, interrupted {interrupted} times: {took:.1f} s")
        server = installation.serve(*SERVE)
        sync.client = installation.client()
        assert fhir.requests("PUT") == [], "nothing was changed here"
        assert sync.has_all_numbers()
        sync.changes_nothing()
        changed = [f"p{rng.randrange(PEOPLE)}" for _ in range(min(PEOPLE // 20, 1000))]
        for id in set(changed):
            sync.client.new_number(id, f"917{2_000_000 + rng.randrange(7_000_000)}")
        server.stop()
        for _ in range(INTERRUPTIONS):
            is_interrupted(command, env, fhir, rng.uniform(0.05, 0.3) * max(1, len(changed) / 300))
        sync.run()
        puts = [put for put in fhir.requests("PUT") if put["status"] == 200]
        assert len({put["path"] for put in puts}) == len(puts) == len(set(changed)), "each once"
        installation.serve(*SERVE)
        sync.client = installation.client()
        assert sync.has_all_numbers()
        sync.changes_nothing()
    finally:
        fhir.close()


def is_interrupted(command, env, fhir, after) -> bool:
    """Runs it, and kills it so long after its first request; whether it was killed."""
    asked = len(fhir.requests())
    running = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None and len(fhir.requests()) == asked:
        time.sleep(0.01)
    try:
        running.wait(after)
        return False
    except subprocess.TimeoutExpired:
        running.kill()
        return True
    finally:
        running.wait()


def exported_numbers(installation, tmp_path) -> set[tuple[str, str]]:
    table = tmp_path / "numbers.csv"
    installation.run("export", "contacts", "--account", "acme", "--output", table)
    rows = [line.split(",") for line in table.read_text().splitlines()]
    header = rows[0]
    person, number = header.index("patient_id"), header.index("number")
    return {(row[person], row[number][-10:]) for row in rows[1:]}
