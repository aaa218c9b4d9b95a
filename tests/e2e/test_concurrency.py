"""What must hold however many callers meet at the same moment."""
import collections
import itertools
import threading
import time

import pytest

from installation import unused_e164
from load import at_once, scaled
from raw_http import Answer, Caller

WRITERS = 32
TYPES = ("cell", "home", "other")


@pytest.fixture
def caller(account, shared_installation):
    """Makes callers of the test's account, each with an open connection of its own."""
    opened = []

    def make(client=account) -> Caller:
        opened.append(Caller(shared_installation.server.port, client.token).connect())
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def statuses(answers: list[Answer]) -> dict[int, int]:
    return dict(collections.Counter(answer.status_code for answer in answers))


def check_documented(client, method, path, answers):
    for answer in answers:
        client.document().check(method, path, answer.status_code, answer.headers, answer.content)


def primaries(caller: Caller, patient: str) -> dict[str, int]:
    """How many primaries the person has of each type, as one answer shows them."""
    answer = caller.call("GET", f"/api/v2/phone-numbers?patient_id={patient}&primary=true&limit=100")
    assert answer.status_code == 200, answer
    return dict(collections.Counter(item["phone_type"] for item in answer.json()["data"]))


def test_32_writers_of_primaries_leave_one_per_type(account, caller):
    patient = account.new_patient()
    numbers = [account.new_number(patient, f"21255501{n:02d}", TYPES[n % 3])["id"] for n in range(WRITERS)]
    writing = threading.Event()
    writing.set()
    watcher = caller()

    def write(own: Caller, number: str):
        for _ in range(scaled(20, 4)):
            answer = own.call("PATCH", f"/api/v2/phone-numbers/{number}", {"primary": True})
            assert answer.status_code == 200 and answer.json()["primary"] is True, answer

    def watch():
        seen = 0
        while writing.is_set():
            assert max(primaries(watcher, patient).values(), default=0) <= 1
            seen += 1
        return seen

    watching = threading.Thread(target=lambda: found.append(watch()))
    found: list[int] = []
    watching.start()
    try:
        at_once(*[lambda own=caller(), number=number: write(own, number) for number in numbers])
    finally:
        writing.clear()
        watching.join(60)
    assert found and found[0] > 0, "a reader saw two primaries of one type"
    assert primaries(watcher, patient) == dict.fromkeys(TYPES, 1)


def test_primaries_that_change_type_never_meet_another(account, caller):
    patient = account.new_patient()
    numbers = [account.new_number(patient, f"21255502{n:02d}", TYPES[n % 3])["id"] for n in range(WRITERS)]

    def write(own: Caller, number: str, first: int):
        for turn in range(scaled(12, 3)):
            change = {"primary": True, "phone_type": TYPES[(first + turn) % 3]}
            answer = own.call("PATCH", f"/api/v2/phone-numbers/{number}", change)
            assert answer.status_code == 200, answer
            assert max(primaries(own, patient).values()) == 1

    at_once(*[lambda own=caller(), place=place: write(own, numbers[place], place) for place in range(WRITERS)])
    # Whoever came last of all is primary still.
    assert set(primaries(caller(), patient).values()) == {1}


def test_last_pool_number_is_given_once(account, shared_installation, caller):
    area_codes = ["303", "304", "305", "307"]
    shared_installation.import_pool(*[f"+1{area_code}5550100" for area_code in area_codes])
    callers = [caller() for _ in range(WRITERS)]
    for area_code in area_codes:
        body = {"provider": "pia", "area_code": area_code}
        answers = at_once(*[lambda own=own: own.call("POST", "/phone_numbers", body) for own in callers])
        assert statuses(answers) == {201: 1, 409: WRITERS - 1}
        check_documented(account, "POST", "/phone_numbers", answers)
        refusals = [answer.json()["error"]["code"] for answer in answers if answer.status_code == 409]
        assert set(refusals) == {"no_number_available"}
        (given,) = [answer.json() for answer in answers if answer.status_code == 201]
        assert given["phone_number"] == f"+1{area_code}5550100"


def test_one_number_two_accounts_one_line(account, shared_installation, caller):
    other = shared_installation.client(account=f"rival of {account.token[-8:]}")
    number = unused_e164()
    callers = [caller(client) for client in (account, other) for _ in range(WRITERS // 2)]
    body = {"provider": "byo", "phone_number": number}
    answers = at_once(*[lambda own=own: own.call("POST", "/phone_numbers", body) for own in callers])
    assert statuses(answers) == {201: 1, 409: WRITERS - 1}
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"phone_number_in_use"}
    listed = [client.get("/phone_numbers", params={"phone_number": number}).json()["phone_numbers"] for client in (account, other)]
    assert sorted(map(len, listed)) == [0, 1]


def test_same_number_for_one_person_is_added_once(account, caller):
    patient = account.new_patient()
    body = {"number": "(212) 555-0142", "phone_type": "cell", "patient_id": patient}
    answers = at_once(*[lambda own=caller(): own.call("POST", "/api/v2/phone-numbers", body) for _ in range(WRITERS)])
    assert statuses(answers) == {201: 1, 409: WRITERS - 1}
    check_documented(account, "POST", "/api/v2/phone-numbers", answers)
    (id,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    for error in [answer.json()["error"] for answer in answers if answer.status_code == 409]:
        assert error["code"] == "duplicate_number" and [detail["id"] for detail in error["details"]] == [id]


def test_same_idempotency_key_executes_once(account, caller):
    for turn in range(scaled(10, 3)):
        body = {"first_name": "Ida", "last_name": f"Once{turn}", "phone_numbers": [{"number": "2125550143", "phone_type": "cell"}]}

        def create(own: Caller) -> tuple[str, bool]:
            for _ in range(200):
                answer = own.call("POST", "/api/v2/patients", body, Idempotency_Key=f"once {turn}")
                if answer.status_code == 409:
                    assert answer.json()["error"]["code"] == "idempotency_in_progress"
                    time.sleep(0.02)
                    continue
                assert answer.status_code == 201, answer
                return answer.text, answer.headers.get("Idempotent-Replayed") == "true"
            raise AssertionError("the first request never came to an end")

        outcomes = at_once(*[lambda own=caller(): create(own) for _ in range(16)])
        assert len({text for text, _ in outcomes}) == 1
        assert sum(not replayed for _, replayed in outcomes) == 1
        found = account.get("/api/v2/patients", params={"q": f"Once{turn},Ida"}).json()
        assert found["pagination"]["total_items"] == 1


def test_one_of_many_edits_of_the_same_version_wins(account, caller):
    patient = account.new_patient()
    tag = account.get(f"/api/v2/patients/{patient}").headers["ETag"]
    answers = at_once(*[
        lambda own=caller(), name=f"Name{n}": own.call("PATCH", f"/api/v2/patients/{patient}", {"first_name": name}, If_Match=tag)
        for n in range(WRITERS)])
    assert statuses(answers) == {200: 1, 412: WRITERS - 1}
    (won,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert account.get(f"/api/v2/patients/{patient}").json() == won


def test_deleted_once(account, caller):
    patient = account.new_patient()
    path = f"/api/v2/phone-numbers/{account.new_number(patient, '2125550144')['id']}"
    answers = at_once(*[lambda own=caller(): own.call("DELETE", path) for _ in range(WRITERS)])
    assert statuses(answers) == {200: 1, 404: WRITERS - 1}


class Churn:
    """Threads that insert lines and delete them again until told to stop."""

    def __init__(self, callers: list[Caller]):
        self.going = True
        self.failures: list[BaseException] = []
        self.turns = 0
        self.threads = [threading.Thread(target=self._turn, args=(own,)) for own in callers]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        for thread in self.threads:
            thread.join(60)

    def _turn(self, own: Caller):
        try:
            while self.going:
                ids = []
                for _ in range(5):
                    answer = own.call("POST", "/phone_numbers", {"provider": "byo", "phone_number": unused_e164()})
                    assert answer.status_code == 201, answer
                    ids.append(answer.json()["id"])
                for id in ids:
                    assert own.call("DELETE", f"/phone_numbers/{id}").status_code == 200
                    self.turns += 1
        except BaseException as failure:
            self.failures.append(failure)


def walk(own: Caller, path: str, items: str) -> list[dict]:
    found = []
    token = ""
    for _ in range(10_000):
        answer = own.call("GET", path + token)
        assert answer.status_code == 200, answer
        page = answer.json()
        found += page[items]
        if page["next_page_token"] is None:
            return found
        token = f"&page_token={page['next_page_token']}"
    raise AssertionError("the walk has no end")


def test_page_walk_amid_inserts_and_deletes(account, caller):
    """Lines that stay are seen once each, in order; the audit trail is seen without a gap."""
    staying = []
    for place in range(scaled(150, 40)):
        staying.append(account.new_line()["id"])
        if place % 3 == 0:  # holes between those that stay
            account.delete(f"/phone_numbers/{account.new_line()['id']}")
    with Churn([caller() for _ in range(4)]) as churn:
        for page_size in itertools.islice(itertools.cycle((1, 7, 50)), scaled(9, 3)):
            walker = caller()
            seen = [line["id"] for line in walk(walker, f"/phone_numbers?page_size={page_size}", "phone_numbers")]
            assert len(seen) == len(set(seen))
            assert [id for id in seen if id in set(staying)] == staying[::-1]
            sequences = [entry["sequence"] for entry in walk(walker, "/audit?page_size=100", "entries")]
            assert sequences == list(range(len(sequences), 0, -1))
    assert churn.failures == [] and churn.turns > 0
