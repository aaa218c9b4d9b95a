"""What dialers were given, and what they told, as a history that has to make sense: nobody twice at once.

Each lease is a recorded decision, kept in the transaction that gave the entry out: so decisions tell of every lease, also of
those whose answer was lost. Ids tell when, to the millisecond: the moment of the request, by its node's clock."""
import dataclasses
import random
import threading
import time

import requests

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def milliseconds_of(id: str) -> int:
    """When an id was made."""
    stamp = id.rpartition("_")[2][:10]
    return sum(ALPHABET.index(c) << 5 * place for place, c in enumerate(reversed(stamp)))


def clock() -> int:
    return time.time_ns() // 1_000_000


@dataclasses.dataclass
class Lease:
    decision: str
    person: str
    number: str
    answered: int | None = None  # when its dialer had it; none: the answer was lost
    released: int | None = None  # when an outcome was sent

    @property
    def granted(self) -> int:
        return milliseconds_of(self.decision)


class Dialer(threading.Thread):
    """Takes entries from lists on whatever node answers, and tells what came of most."""

    def __init__(self, urls: list[str], token: str, lists: list[str], lease_seconds: int, seed: int):
        super().__init__(daemon=True)
        self.urls, self.lists, self.lease_seconds = urls, lists, lease_seconds
        self.random = random.Random(seed)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.going = True
        self.leases: list[Lease] = []
        self.calls = self.lost = 0
        self.failure: BaseException | None = None

    def post(self, path: str, body: dict) -> requests.Response | None:
        self.calls += 1
        try:
            return self.session.post(self.random.choice(self.urls) + path, json=body, timeout=20)
        except requests.RequestException:
            self.lost += 1
            time.sleep(0.02)
            return None

    def run(self):
        try:
            while self.going:
                self.take()
        except BaseException as failure:
            self.failure = failure

    def take(self):
        dial_list = self.random.choice(self.lists)
        answer = self.post(f"/dial-lists/{dial_list}/next", {"count": self.random.randint(1, 4), "lease_seconds": self.lease_seconds})
        if answer is None or answer.status_code == 503:
            return
        assert answer.status_code == 200, answer.text
        answered = clock()
        for entry in answer.json()["entries"]:
            lease = Lease(entry["decision"]["id"], entry["person"]["id"], entry["number"], answered)
            self.leases.append(lease)
            if self.random.random() < 0.2:
                continue  # it forgets, and the lease runs out
            lease.released = clock()
            told = self.post(f"/dial-lists/{dial_list}/entries/{entry['id']}/outcome", {"outcome": "busy", "decision_id": lease.decision})
            # A lease may have run out, and the entry been given out again, before it came to telling.
            assert told is None or told.status_code in (200, 409, 503), told.text
            if told is not None and told.status_code == 409:
                lease.released = None


def leases_of(decisions: list[dict], dialers: list[Dialer]) -> list[Lease]:
    """All that were given, in their order; each of them known by its decision."""
    known = {lease.decision: lease for dialer in dialers for lease in dialer.leases}
    leases = [known.pop(decision["id"], None) or Lease(decision["id"], decision["people"][0]["id"], decision["number"])
              for decision in decisions if decision["allowed"]]
    assert not known, "leases without a recorded decision"
    return sorted(leases, key=lambda lease: lease.granted)


def faults(leases: list[Lease], lease_seconds: int) -> list[str]:
    """Everybody who was given out while they still were."""
    found = []
    for whose in ("person", "number"):
        latest: dict[str, list[Lease]] = {}
        for lease in leases:
            for before in latest.setdefault(getattr(lease, whose), []):
                ran_out = lease.granted >= before.granted + lease_seconds * 1000
                # A request that waited may have been made before the outcome that it came behind.
                was_told = before.released is not None and (lease.answered is None or lease.answered >= before.released)
                if not ran_out and not was_told:
                    found.append(f"{whose} {getattr(lease, whose)}: {lease} while {before}")
            latest[getattr(lease, whose)].append(lease)
            latest[getattr(lease, whose)] = latest[getattr(lease, whose)][-8:]
    return found
