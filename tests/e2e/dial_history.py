"""What dialers were given, and what they told, as a history that has to make sense: nobody twice at once.

Each lease is a recorded decision, kept in the transaction that gave the entry out: so decisions tell of every lease, also of
those whose answer was lost; and when, by the node's clock at the request, in whole seconds."""
import dataclasses
import random
import threading
import time

import requests

from reach import instant


def clock() -> int:
    return time.time_ns() // 1_000_000


@dataclasses.dataclass
class Lease:
    decision: str
    person: str
    number: str
    at: int  # when it was asked for, seconds
    answered: int | None = None  # when its dialer had it; none: the answer was lost
    released: int | None = None  # when an outcome was sent


def lease_of(decision: dict, answered: int | None = None) -> Lease:
    return Lease(decision["id"], decision["people"][0]["id"], decision["number"], int(instant(decision["at"]).timestamp()), answered)


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
            lease = lease_of(entry["decision"], answered)
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
    leases = [known.pop(decision["id"], None) or lease_of(decision)
              for decision in decisions if decision["allowed"]]
    assert not known, "leases without a recorded decision"
    return sorted(leases, key=lambda lease: lease.at)


def may_follow(after: Lease, before: Lease, lease_seconds: int) -> bool:
    """Could `after` have been given when `before` was over? A request that waited may have been made before what it found."""
    over = before.at + lease_seconds  # of whole seconds: what is less than one too early is not found
    ran_out = after.at >= over or after.answered is not None and after.answered >= over * 1000
    was_told = before.released is not None and (after.answered is None or after.answered >= before.released)
    return ran_out or was_told


def faults(leases: list[Lease], lease_seconds: int) -> list[str]:
    """Everybody who was given out while they still were: two leases of which neither can have followed the other."""
    found = []
    for whose in ("person", "number"):
        of: dict[str, list[Lease]] = {}
        for lease in leases:
            others = of.setdefault(getattr(lease, whose), [])
            for before in others:
                if not may_follow(lease, before, lease_seconds) and not may_follow(before, lease, lease_seconds):
                    found.append(f"{whose} {getattr(lease, whose)}: {lease} while {before}")
            others.append(lease)
    return found
