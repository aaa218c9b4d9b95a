"""Texts and calls that were asked for, what the service has of them, and what the carrier has, as a history that has to make
sense: what was acknowledged exists, nothing left twice, and nothing that the carrier has is told as anything else.

The carrier's book is the stand-in's (twilio_stand_in.py). Each text has words of its own, and everything names the id that is
ours in the address that its statuses are told to: so the two books are compared without what the service believes."""
import collections
import dataclasses
import itertools
import random
import threading
import time
import urllib.parse

import requests

from refusals import refused
from twilio_stand_in import OVER

MESSAGE, CALL = "message", "call"
PATHS = {MESSAGE: "/messages", CALL: "/calls"}
REPEATS = 4  # of a request whose answer was lost, by a sender that repeats it
# What the carrier's status is in ours, once it changes no more.
SETTLED = {MESSAGE: {"delivered", "undelivered", "failed"}, CALL: OVER}
# What we say of something that never left.
NEVER_LEFT = {MESSAGE: {"failed", "held"}, CALL: {"failed", "canceled"}}


@dataclasses.dataclass
class Order:
    """One text or call that a sender wanted."""
    kind: str
    key: str  # of idempotency; the words of a text hold it too
    to: str
    requests: int = 0
    id: str | None = None  # as it was acknowledged; none: no answer said so


class Sender(threading.Thread):
    """Sends texts and calls through whatever node answers, and repeats most of those whose answer was lost."""

    def __init__(self, urls: list[str], token: str, line: str, texted: list[str], called: list[str], seed: int):
        """Each text goes to any of `texted`, each call to the next of `called`: the carrier's list tells calls apart by their
        numbers alone."""
        super().__init__(daemon=True)
        self.urls, self.line, self.texted, self.called, self.seed = urls, line, texted, called, seed
        self.random = random.Random(seed)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.going = True
        self.orders: list[Order] = []
        self.lost = 0
        self.failure: BaseException | None = None

    def run(self):
        try:
            for place in itertools.count():
                if not self.going:
                    return
                kind = CALL if self.called and self.random.random() < 0.3 else MESSAGE
                to = self.called.pop() if kind == CALL else self.random.choice(self.texted)
                order = Order(kind, f"order {self.seed}-{place}", to)
                self.orders.append(order)
                self.send(order)
        except BaseException as failure:
            self.failure = failure

    def send(self, order: Order):
        """Until it is acknowledged, its sender is told to stop, or gives up: then nobody knows."""
        for _ in range(self.random.choice([1, REPEATS, REPEATS])):
            self.ask(order)
            if order.id or not self.going:
                return
            time.sleep(0.05)

    def ask(self, order: Order, timeout=10):
        body = {"line_id": self.line, "to": order.to, "purpose": "care"}
        if order.kind == MESSAGE:
            body["text"] = f"This is {order.key}."
        order.requests += 1
        try:
            answer = self.session.post(self.random.choice(self.urls) + PATHS[order.kind], json=body, timeout=timeout,
                                       headers={"Idempotency-Key": order.key})
        except requests.RequestException:
            self.lost += 1
            return
        if answer.status_code == 503:
            return
        if answer.status_code == 409:
            refused(answer, 409, "idempotency_in_progress")
            return
        assert answer.status_code == 201, answer.text
        order.id = answer.json()["id"]


@dataclasses.dataclass
class Theirs:
    """Something in the carrier's book."""
    sid: str
    kind: str
    ours: str  # the id that it was asked for with
    status: str
    words: str | None = None


def theirs_of(stand_in, account: str) -> list[Theirs]:
    found = []
    for call in stand_in.placed(account):
        found.append(Theirs(call["sid"], CALL, id_in(call["_asked"].get("StatusCallback"), "call"), call["status"]))
    for text in stand_in.sent(account):
        found.append(Theirs(text["sid"], MESSAGE, id_in(text["_url"], "message"), text["status"], text["body"]))
    return found


def id_in(url: str, name: str) -> str:
    (id,) = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)[name]
    return id


def looked_for(ours: dict) -> bool:
    """Has it been looked for, by our word, or is there nothing to look for?"""
    return ours["carrier_sid"] is not None or settled(ours)


def settled(ours: dict) -> bool:
    """Has it a status that stays, by our word? `unknown` may yet become something."""
    return ours["status"] in SETTLED[kind_of(ours)] | NEVER_LEFT[kind_of(ours)] | {"unknown"}


def kind_of(ours: dict) -> str:
    return MESSAGE if ours["id"].startswith("msg_") else CALL


def faults(orders: list[Order], ours: list[dict], theirs: list[Theirs]) -> list[str]:
    """Everything that cannot be, once all of it had its time."""
    found = []
    known = {one["id"]: one for one in ours}
    at_carrier = collections.defaultdict(list)
    for there in theirs:
        at_carrier[there.ours].append(there)
    found += [f"acknowledged, and not there: {order}" for order in orders if order.id and order.id not in known]
    for id, several in acknowledged(orders).items():
        if len(several) > 1:
            found.append(f"{id} was the answer to more than one order: {several}")
    for words, count in collections.Counter(one["text"] for one in ours if one.get("text")).items():
        if count > 1:
            found.append(f"kept {count} times: {words}")
    for words, count in collections.Counter(there.words for there in theirs if there.words).items():
        if count > 1:
            found.append(f"sent {count} times: {words}")
    for id, several in at_carrier.items():
        if id not in known:
            found.append(f"the carrier has what we do not: {several}")
        elif len(several) > 1:
            found.append(f"the carrier has it {len(several)} times: {several}")
    for one in ours:
        found += faults_of(one, at_carrier[one["id"]])
    for sid, count in collections.Counter(one["carrier_sid"] for one in ours if one["carrier_sid"]).items():
        if count > 1:
            found.append(f"{count} of ours take {sid} for their own")
    return found


def acknowledged(orders: list[Order]) -> dict[str, list[Order]]:
    by_id = collections.defaultdict(list)
    for order in orders:
        if order.id:
            by_id[order.id].append(order)
    return by_id


def faults_of(ours: dict, theirs: list[Theirs]) -> list[str]:
    """Of one of ours, and what the carrier has of it."""
    kind = kind_of(ours)
    told = f"{ours['id']} is {ours['status']} ({ours.get('error_message')}), sid {ours['carrier_sid']}; the carrier has {theirs}"
    if not settled(ours):
        return [f"not over in its time: {told}"]
    if not theirs:
        gone = NEVER_LEFT[kind] | {"unknown"}
        return [] if ours["status"] in gone and not ours["carrier_sid"] else [f"never left, and told as if: {told}"]
    there = theirs[0]
    if kind == MESSAGE and there.words != ours["text"]:
        return [f"other words: {told}"]
    if ours["status"] == "unknown":
        return [f"unknown, although the carrier has it: {told}"]
    if ours["carrier_sid"] != there.sid:
        return [f"another's sid: {told}"]
    if there.status in SETTLED[kind] and ours["status"] != there.status:
        return [f"told as another thing than it is: {told}"]
    return []
