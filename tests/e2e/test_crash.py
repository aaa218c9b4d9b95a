"""kill -9 under load: what was acknowledged is there once, what was not is there whole or not at all."""
import collections
import dataclasses
import json
import os
import random
import subprocess
import threading
import time

import pytest

from installation import BINARY, Installation, unused_e164
from load import scaled
from raw_http import Answer, Caller



@dataclasses.dataclass
class Plan:
    """So many kills, each after up to `longest` seconds of load; the whole books are read after every so many."""
    kills: int
    longest: float
    kills_a_check: int


FEW_AND_LATE = Plan(int(os.environ.get("LINEBOOK_CRASH_ROUNDS", scaled(10, 4))), 1.2, 1)
MANY_AND_EARLY = Plan(int(os.environ.get("LINEBOOK_CRASH_KILLS", scaled(200, 20))), 0.1, 25)
REPLAYED = 500  # earlier requests of a long run that are sent once more at its end
TYPES = ("cell", "home", "other")


@dataclasses.dataclass
class Attempt:
    """One POST with an Idempotency-Key; `answer` stays None where the kill came first."""
    path: str
    body: dict
    key: str
    answer: Answer | None = None
    deletion: str = "none"  # of what it made: none, tried, done


class Writer(threading.Thread):
    """Calls until the server dies. Keeps what it tried and what it was told."""

    def __init__(self, name: str, port: int, token: str, shared: "Shared"):
        super().__init__(name=name, daemon=True)
        self.caller = Caller(port, token)
        self.shared = shared
        self.random = random.Random(name)
        self.attempts: list[Attempt] = []
        self.renamed: dict[str, list[str]] = collections.defaultdict(list)  # tried since the last acknowledged one
        self.failure: BaseException | None = None

    def run(self):
        turns = [self.create_person, self.add_number, self.set_primary, self.take_line, self.bring_line, self.rename]
        try:
            while True:
                self.random.choice(turns)()
        except ConnectionError:
            pass
        except BaseException as failure:
            self.failure = failure
        finally:
            self.caller.close()

    def post(self, path: str, body: dict) -> Attempt:
        attempt = Attempt(path, body, f"{self.name} {len(self.attempts)}")
        self.attempts.append(attempt)
        answer = self.caller.call("POST", path, body, Idempotency_Key=attempt.key)
        assert answer.status_code in (201, 409), answer
        attempt.answer = answer
        return attempt

    def create_person(self):
        numbers = [{"number": f"585555{self.random.randrange(10_000):04d}", "phone_type": "cell"},
                   {"number": f"212555{self.random.randrange(10_000):04d}", "phone_type": "home"}]
        self.post("/api/v2/patients", {"first_name": "Kim", "last_name": f"{self.name} {len(self.attempts)}", "phone_numbers": numbers})

    def add_number(self):
        number = f"{self.random.randrange(2_000_000_000, 9_999_999_999)}"
        body = {"number": number, "phone_type": self.random.choice(TYPES), "patient_id": self.random.choice(self.shared.people),
                "primary": self.random.random() < 0.5}
        attempt = self.post("/api/v2/phone-numbers", body)
        if not body["primary"]:
            self.delete_perhaps(attempt)

    def set_primary(self):
        path = f"/api/v2/phone-numbers/{self.random.choice(self.shared.numbers)}"
        assert self.caller.call("PATCH", path, {"primary": True}).status_code == 200

    def take_line(self):
        self.delete_perhaps(self.post("/phone_numbers", {"provider": "pia", "name": self.name}))

    def bring_line(self):
        self.delete_perhaps(self.post("/phone_numbers", {"provider": "byo", "phone_number": unused_e164()}))

    def delete_perhaps(self, attempt: Attempt):
        if attempt.answer.status_code == 201 and self.random.random() < 0.3:
            attempt.deletion = "tried"
            deleted = self.caller.call("DELETE", f"{attempt.path}/{attempt.answer.json()['id']}")
            assert deleted.status_code in (200, 204), deleted
            attempt.deletion = "done"

    def rename(self):
        """Each writer has a person of its own to rename, so that the last acknowledged name is known."""
        name = f"N{len(self.attempts)} {self.random.random()}"
        self.renamed[self.name].append(name)
        answer = self.caller.call("PUT", f"/api/v2/patients/{self.name}", {"first_name": name, "last_name": "Own"})
        assert answer.status_code in (200, 201), answer
        self.renamed[self.name] = [name]


@dataclasses.dataclass
class Shared:
    people: list[str]
    numbers: list[str]


@pytest.fixture
def crowd(installation: Installation) -> Shared:
    """People whose primaries all writers fight over: each type has one from the start."""
    installation.serve()
    installation.import_pool(*[f"+1{area}555{n:04d}" for area in (303, 304, 305) for n in range(1000)])
    client = installation.client()
    shared = Shared([], [])
    for _ in range(4):
        shared.people.append(client.new_patient())
        for place, phone_type in enumerate(TYPES * 3):
            shared.numbers.append(client.new_number(shared.people[-1], f"212555010{place}", phone_type, primary=place < 3)["id"])
    return shared


def run_until_killed(installation: Installation, token: str, shared: Shared, round: int, longest: float) -> list[Writer]:
    port = installation.server.port
    writers = [Writer(f"w{round}-{place}", port, token, shared) for place in range(6)]
    for writer in writers:
        writer.start()
    time.sleep(random.Random(round).uniform(0.01, longest))
    installation.server.kill()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive() and (writer.failure is None), writer.failure
    return writers


def check_attempt(caller: Caller, attempt: Attempt):
    """The same request again must be told the same, or be executed now if it never was."""
    again = caller.call("POST", attempt.path, attempt.body, Idempotency_Key=attempt.key)
    if attempt.answer is not None:
        assert (again.status_code, again.content) == (attempt.answer.status_code, attempt.answer.content), attempt
        assert again.headers.get("Idempotent-Replayed") == "true"
    else:
        assert again.status_code in (201, 409), again
        attempt.answer = again
    if again.status_code != 201:
        return
    made = caller.call("GET", f"{attempt.path}/{again.json()['id']}")
    assert made.status_code in {"none": (200,), "tried": (200, 404), "done": (404,)}[attempt.deletion], attempt
    if made.status_code == 200:
        constant = {name: value for name, value in attempt.body.items() if name not in ("primary", "phone_numbers")}
        assert {name: made.json().get(name) for name in constant if name != "patient_id"} == \
               {name: value for name, value in constant.items() if name != "patient_id"}


def check_names(caller: Caller, writer: Writer):
    for id, names in writer.renamed.items():
        answer = caller.call("GET", f"/api/v2/patients/{id}")
        # Before the first acknowledged name there may be none; after it, only one that was tried later.
        assert answer.status_code == 200 or len(names) == 1
        if answer.status_code == 200:
            assert answer.json()["first_name"] in names


def everything(caller: Caller) -> dict[str, list[dict]]:
    """All that the books hold, read as any client reads it."""
    found: dict[str, list[dict]] = {"contact_number": [], "patient": [], "line": []}
    for entity, path in (("contact_number", "/api/v2/phone-numbers"), ("patient", "/api/v2/patients")):
        page = {"next_page": 1}
        while page["next_page"] is not None:
            answer = caller.call("GET", f"{path}?limit=100&offset={len(found[entity])}").json()
            found[entity] += answer["data"]
            page = answer["pagination"]
        assert page["total_items"] == len(found[entity])
    token = ""
    while token is not None:
        answer = caller.call("GET", f"/phone_numbers?page_size=100{token}").json()
        found["line"] += answer["phone_numbers"]
        token = answer["next_page_token"] and f"&page_token={answer['next_page_token']}"
    return found


ENTITY = {"/api/v2/phone-numbers": "contact_number", "/api/v2/patients": "patient", "/phone_numbers": "line"}


def check_books(installation: Installation, caller: Caller, shared: Shared, writers: list[Writer]):
    """Everything that was ever acknowledged to `writers` is there, and all of it is in order."""
    books = everything(caller)
    ids = {entity: {item["id"] for item in items} for entity, items in books.items()}
    for attempt in (attempt for writer in writers for attempt in writer.attempts):
        if attempt.answer is not None and attempt.answer.status_code == 201 and attempt.deletion != "tried":
            is_there = attempt.answer.json()["id"] in ids[ENTITY[attempt.path]]
            assert is_there == (attempt.deletion == "none"), attempt
    numbers_of = collections.Counter((item["linked_to"]["id"], item["number"]) for item in books["contact_number"])
    assert max(numbers_of.values()) == 1, "the same number is twice on one person"
    primaries = collections.Counter((n["linked_to"]["id"], n["phone_type"]) for n in books["contact_number"] if n["primary"])
    assert max(primaries.values()) == 1
    assert {(person, phone_type) for person in shared.people for phone_type in TYPES} <= set(primaries)
    of_person = collections.Counter(item["linked_to"]["id"] for item in books["contact_number"])
    names = collections.Counter(person["last_name"] for person in books["patient"] if person["first_name"] == "Kim")
    assert max(names.values(), default=1) == 1, "one request made two people"
    for person in books["patient"]:
        assert person["first_name"] != "Kim" or of_person[person["id"]] == 2, "a person without the numbers it came with"
    in_service = collections.Counter(line["phone_number"] for line in books["line"])
    assert max(in_service.values(), default=1) == 1

    ledger = [json.loads(line) for line in installation.run("export", "audit", "--account", "acme").stdout.splitlines()]
    assert [entry["sequence"] for entry in ledger] == list(range(1, len(ledger) + 1))
    for entity, held in books.items():
        created = [entry["entity_id"] for entry in ledger if (entry["entity"], entry["action"]) == (entity, "created")]
        deleted = [entry["entity_id"] for entry in ledger if (entry["entity"], entry["action"]) == (entity, "deleted")]
        assert len(created) == len(set(created)) and len(deleted) == len(set(deleted))
        assert set(created) - set(deleted) == {item["id"] for item in held}, f"{entity}: the ledger tells another story"


@pytest.mark.parametrize("plan", [FEW_AND_LATE, MANY_AND_EARLY], ids=["few_and_late", "many_and_early"])
def test_kill_under_load(installation: Installation, crowd: Shared, plan: Plan):
    token = installation.create_key()
    writers: list[Writer] = []
    for round in range(plan.kills):
        latest = run_until_killed(installation, token, crowd, round, plan.longest)
        writers += latest
        caller = Caller(installation.serve().port, token)
        assert caller.call("GET", "/readyz").status_code == 200
        if (round + 1) % plan.kills_a_check == 0:
            check_books(installation, caller, crowd, writers)  # before any retry makes up for what is half there
            installation.run("audit", "verify", "--books")
        for writer in latest:
            # Only the last answers before a kill can have been too early.
            for attempt in writer.attempts if plan.kills_a_check == 1 else writer.attempts[-3:]:
                check_attempt(caller, attempt)
            check_names(caller, writer)
        caller.close()
    attempts = [attempt for writer in writers for attempt in writer.attempts]
    assert len(attempts) > plan.kills

    # Nothing of the earlier rounds was lost by the later kills.
    caller = Caller(installation.server.port, token)
    check_books(installation, caller, crowd, writers)
    for attempt in random.Random(0).sample(attempts, min(len(attempts), REPLAYED)):
        check_attempt(caller, attempt)
    for writer in writers:
        check_names(caller, writer)
    installation.run("audit", "verify", "--books")
    print(f"{plan.kills} kills, {len(attempts)} requests with a key, all acknowledged ones there and none twice")


def test_kill_amid_an_import(installation: Installation):
    """The import's client is told, what came in is whole, and the same import afterwards completes it."""
    count = scaled(30_000, 3_000)
    table = installation.data.parent / "contacts.csv"
    table.write_text("number,phone_type,patient_id,first_name,last_name\n"
                     + "".join(f"585{n:07d},cell,p{n},A,B\n" for n in range(count)))
    installation.run("accounts", "create", "acme")
    for delay in (0.05, 0.2, 0.4):
        server = installation.serve()
        killer = threading.Timer(delay, server.process.kill)
        killer.start()
        installation.run("import", "contacts", table, "--account", "acme", check=False)
        killer.join()
        server.kill()
        assert installation.run("audit", "verify", "--books", "--account", "acme").returncode == 0
    installation.serve()
    installation.run("import", "contacts", table, "--account", "acme")
    client = installation.client()
    for path in ("/api/v2/phone-numbers", "/api/v2/patients"):
        assert client.get(path).json()["pagination"]["total_items"] == count
    installation.run("audit", "verify", "--books")


class Asker(threading.Thread):
    """Asks for decisions until the server dies. Keeps those it was given."""

    def __init__(self, place: int, port: int, token: str, phones: list[str]):
        super().__init__(daemon=True)
        self.caller = Caller(port, token)
        self.random = random.Random(place)
        self.phones = phones
        self.given: list[dict] = []
        self.failure: BaseException | None = None

    def run(self):
        try:
            while True:
                self.ask_once() if self.random.random() < 0.9 else self.ask_for_many()
        except ConnectionError:
            pass
        except BaseException as failure:
            self.failure = failure
        finally:
            self.caller.close()

    def question(self) -> dict:
        return {"phone_id": self.random.choice(self.phones), "channel": self.random.choice(["call", "text"]), "purpose": "verification"}

    def ask_once(self):
        answer = self.caller.call("POST", "/decisions", self.question())
        assert answer.status_code == 200, answer
        self.given.append(answer.json())

    def ask_for_many(self):
        answer = self.caller.call("POST", "/decisions/batch", {"decisions": [self.question() for _ in range(20)]})
        assert answer.status_code == 200, answer
        self.given += answer.json()["decisions"]


def test_decisions_outlive_kills(installation: Installation, crowd: Shared):
    """Each that was given is kept as it was given, and their numbers and seals have no gap."""
    token = installation.create_key()
    given: dict[str, dict] = {}
    for kill in range(scaled(8, 3)):
        askers = [Asker(8 * kill + place, installation.server.port, token, crowd.numbers) for place in range(8)]
        for asker in askers:
            asker.start()
        time.sleep(random.Random(kill).uniform(0.05, 1.2))
        installation.server.kill()
        for asker in askers:
            asker.join(60)
            assert not asker.is_alive() and asker.failure is None, asker.failure
        given |= {decision["id"]: decision for asker in askers for decision in asker.given}
        installation.serve()
        installation.run("audit", "verify", "--books", "--account", "acme")
    assert given
    client = installation.client()
    kept = {decision["id"]: decision for decision in client.walk("/decisions", page_size=100)}
    assert {id: kept.get(id) for id in given} == given
    for id in random.Random(0).sample(sorted(given), min(len(given), 50)):
        assert client.get(f"/decisions/{id}").json() == given[id]
    verdicts = [json.loads(line) for line in installation.run("audit", "verify", "--account", "acme", "--json").stdout.splitlines()]
    (entries,) = [verdict["entries"] for verdict in verdicts if verdict["book"] == "decisions"]
    assert entries == len(kept), "a decision that nobody can find"


@pytest.mark.embedded
def test_killed_at_its_first_start(tmp_path):
    """Killed anywhere while it makes its database and its key: the next start goes on from there."""
    for place, delay in enumerate((0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05)):
        installation = Installation(tmp_path / f"data{place}")
        first = subprocess.Popen(
            [BINARY, "serve", "--data", installation.data, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        first.kill()
        first.wait(30)
        try:
            installation.serve()
            installation.client().new_patient()
            installation.run("audit", "verify", "--books")
        finally:
            installation.close()
