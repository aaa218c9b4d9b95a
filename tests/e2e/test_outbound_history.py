"""Texts and calls under kills, freezes and lost answers: at most once, and none forgotten (outbound_history.py).

LINEBOOK_OUTBOUND_SECONDS sets how long it goes on, LINEBOOK_OUTBOUND_CALLS with how many calls, LINEBOOK_OUTBOUND_SEED how."""
import itertools
import os
import random
import signal
import time

import pytest

from clinic import new_twilio_line
from installation import Client, Installation, clock_ahead
from load import scaled
from outbound_history import CALL, MESSAGE, Order, Sender, Theirs, faults, looked_for, settled, theirs_of
from reach import NOON, put_policy, zone_where_it_is
from twilio_stand_in import PUBLIC_URL, TwilioStandIn

SENDERS = scaled(6, 3)
TEXTED = 5  # few: what is looked for has others like it beside it
CALLED = int(os.environ.get("LINEBOOK_OUTBOUND_CALLS", scaled(400, 60)))  # in all, each a number of its own
NUMBERS_OF_A_PERSON = 20
SECONDS = float(os.environ.get("LINEBOOK_OUTBOUND_SECONDS", scaled(9, 6)))
SEED = int(os.environ.get("LINEBOOK_OUTBOUND_SEED", 5))
LATER = ["12m", "24m"]  # a lost answer has been looked for; and what was found then, and never told, is asked for
PAST_THE_LIMIT = 10.5  # seconds; what is answered later than ten is not heard
WEATHER = [("send", "lost"), ("send", "done-500"), ("send", "500"), ("send", "cut"), ("send", "slow"), ("send", "late"), ("send", "429"),
           ("call", "lost"), ("call", "done-500"), ("call", "cut"), ("call", "slow"), ("call", "late"), ("call", "429"),
           ("messages", "lost"), ("messages", "500"), ("calls", "cut"), ("calls", "slow"), ("get-message", "500"), ("get-call", "lost"),
           ("call-status", "never"), ("call-status", "twice"), ("call-status", "late"),
           ("message-status", "never"), ("message-status", "twice"), ("message-status", "late")]


SERIAL = itertools.count()


def text(id, status="delivered", sid="SM1", words="one") -> dict:
    return {"id": f"msg_{id}", "status": status, "carrier_sid": sid, "text": words}


def call(id, status="completed", sid="CA1") -> dict:
    return {"id": f"call_{id}", "status": status, "carrier_sid": sid}


def sent(id, sid="SM1", words="one", status="delivered") -> Theirs:
    return Theirs(sid, MESSAGE, f"msg_{id}", status, words)


def placed(id, sid="CA1", status="completed") -> Theirs:
    return Theirs(sid, CALL, f"call_{id}", status)


def order(id, key="k1", kind=MESSAGE) -> Order:
    return Order(kind, key, "phn_1", 1, id)


@pytest.mark.parametrize("name, orders, ours, theirs, bad", [
    ("as it should be", [order("msg_1"), order("call_1", "k2", CALL)], [text(1), call(1)], [sent(1), placed(1)], 0),
    ("never acknowledged, and yet made", [order(None)], [text(1)], [sent(1)], 0),
    ("never left, and not known", [order("msg_1")], [text(1, "unknown", None)], [], 0),
    ("never left, and refused", [order("call_1")], [call(1, "failed", None)], [], 0),
    ("acknowledged, and lost", [order("msg_1")], [], [], 1),
    ("two orders with one answer", [order("msg_1"), order("msg_1", "k2")], [text(1)], [sent(1)], 1),
    ("one order made twice", [order("msg_1")], [text(1), text(2, sid="SM2")], [sent(1), sent(2, "SM2")], 2),  # with us, and there
    ("sent twice", [], [text(1)], [sent(1), sent(1, "SM2")], 2),  # by its words, and by its id
    ("placed twice", [], [call(1)], [placed(1), placed(1, "CA2")], 1),
    ("nobody's call", [], [], [placed(9)], 1),
    ("not over", [], [text(1, "sending")], [sent(1)], 1),
    ("not over, and not there", [], [call(1, "queued", None)], [], 1),
    ("unknown, and there", [], [call(1, "unknown", None)], [placed(1)], 1),
    ("delivered, and not there", [], [text(1)], [], 1),
    ("failed by our word, and there", [], [text(1, "failed")], [sent(1)], 1),
    ("busy there, completed here", [], [call(1)], [placed(1, status="busy")], 1),
    ("another's sid", [], [text(1, sid="SM2"), text(2, sid="SM2", words="two")], [sent(1), sent(2, "SM2", "two")], 2),
    ("other words", [], [text(1)], [sent(1, words="two")], 1),
])
def test_the_checker_finds_what_is_wrong(name, orders, ours, theirs, bad):
    found = faults(orders, ours, theirs)
    assert len(found) == bad, (name, found)


@pytest.fixture
def twilio_of_its_own():
    stand_in = TwilioStandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture(params=["one node", "two nodes on PostgreSQL"])
def nodes_of_one(request, tmp_path) -> list[Installation]:
    if request.param == "one node":
        made = [Installation(tmp_path / "data")]
    else:
        first = Installation(tmp_path / "node1", request.getfixturevalue("database"))
        made = [first, first.node("node2")]
    yield made
    for node in made:
        node.close()


class Weather:
    """What goes wrong from moment to moment: at the carrier, on the way, and with the nodes."""

    def __init__(self, nodes: list[Installation], twilio: TwilioStandIn, arguments: tuple, chance: random.Random):
        self.nodes, self.twilio, self.arguments, self.chance = nodes, twilio, arguments, chance
        self.kills = self.freezes = self.faults = 0

    def carrier(self):
        for operation, kind in self.chance.sample(WEATHER, 4):
            self.twilio.fault(operation, kind, times=self.chance.randint(1, 3),
                              seconds=1 if kind == "429" else self.chance.uniform(0.05, 0.6))
            self.faults += 1

    def node(self):
        node = self.chance.choice(self.nodes)
        if self.chance.random() < 0.35:
            node.server.process.send_signal(signal.SIGSTOP)
            time.sleep(self.chance.uniform(0.1, 0.8))
            node.server.process.send_signal(signal.SIGCONT)
            self.freezes += 1
            return
        port = node.server.port
        node.server.kill()
        self.kills += 1
        node.serve("--listen", f"127.0.0.1:{port}", *self.arguments)

    def blow(self, seconds: float):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            time.sleep(self.chance.uniform(0.1, 0.8))
            self.carrier()
            if self.chance.random() < 0.6:
                self.node()


def new_entries(client: Client, count: int) -> list[str]:
    numbers = [f"58577{next(SERIAL):05d}" for _ in range(count)]
    for place in range(0, count, NUMBERS_OF_A_PERSON):
        client.new_patient(timezone=zone_where_it_is(NOON), phone_numbers=[
            {"number": number, "phone_type": "cell"} for number in numbers[place:place + NUMBERS_OF_A_PERSON]])
    return numbers


def all_of_ours(client: Client) -> list[dict]:
    return client.walk("/messages", page_size=100, direction="outbound") + client.walk("/calls", page_size=100, direction="outbound")


def later(nodes: list[Installation], twilio: TwilioStandIn, arguments: tuple, by: str) -> Client:
    """As if so much time had passed."""
    for node in nodes:
        node.server.stop()
    for node in nodes:
        node.serve(*arguments, env=clock_ahead(by))
    twilio.deliver_to = [node.server.url for node in nodes]
    return nodes[0].client()


def all_that(client: Client, test) -> list[dict]:
    """All of ours, once the test holds for each; or as they are in the end."""
    deadline = time.monotonic() + scaled(15, 60)
    while True:
        ours = all_of_ours(client)
        if all(test(one) for one in ours) or time.monotonic() > deadline:
            return ours
        time.sleep(0.3)


@pytest.mark.timeout(300)
def test_at_most_once_whatever_happens(nodes_of_one, twilio_of_its_own):
    twilio, chance = twilio_of_its_own, random.Random(SEED)
    owner = twilio.new_account()
    arguments = ("--public-url", PUBLIC_URL, "--twilio-api-url", twilio.url)
    for node in nodes_of_one:
        node.serve(*arguments)
    token = nodes_of_one[0].create_key()
    client = Client(nodes_of_one[0].server.url, token)
    put_policy(client, attempts={"care": []})
    client.new_agent("nurse")
    texted, called, line = new_entries(client, TEXTED), new_entries(client, CALLED), new_twilio_line(client, twilio, owner)
    urls = [node.server.url for node in nodes_of_one]
    twilio.deliver_to = urls
    for operation in ("send", "call"):  # done, and answered too late to be heard; and done after it was given up
        twilio.fault(operation, "slow", 2, PAST_THE_LIMIT)
        twilio.fault(operation, "late", 2, PAST_THE_LIMIT)
    began = time.monotonic()
    senders = [Sender(urls, token, line, texted, called[seed::SENDERS], seed) for seed in range(SENDERS)]
    for sender in senders:
        sender.start()
    weather = Weather(nodes_of_one, twilio, arguments, chance)
    weather.blow(SECONDS)
    for sender in senders:
        sender.going = False
    for sender in senders:
        sender.join(40)
        assert not sender.is_alive()
        if sender.failure:
            raise sender.failure
    twilio.faults.clear()
    twilio.wait_until_idle(30)
    orders = [order for sender in senders for order in sender.orders]
    all_that(later(nodes_of_one, twilio, arguments, LATER[0]), looked_for)
    ours = all_that(later(nodes_of_one, twilio, arguments, LATER[1]), settled)
    theirs = theirs_of(twilio, owner[0])
    unknown = sum(one["status"] == "unknown" for one in ours)
    print(f"{len(orders)} orders, {sum(order.id is not None for order in orders)} acknowledged in {sum(order.requests for order in orders)}"
          f" requests, of which {sum(sender.lost for sender in senders)} were lost; {len(ours)} of ours, {len(theirs)} at the carrier,"
          f" {unknown} unknown; {weather.kills} kills, {weather.freezes} freezes, {weather.faults} faults; {time.monotonic() - began:.0f} s")
    found = faults(orders, ours, theirs)
    assert found == [], f"{len(found)} faults:\n" + "\n".join(found[:8])
    assert len(theirs) > scaled(20, 5) and weather.kills + weather.freezes >= 2
