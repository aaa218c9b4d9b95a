"""What receivers of webhooks see while many write, receivers misbehave and nodes die: every event at least once, those of a thing in
order where that was asked, by one node at a time."""
import collections
import dataclasses
import fnmatch
import json
import os
import pathlib
import random
import signal
import socket
import statistics
import threading
import time

import pytest

from busy_writers import Load
from installation import Client, Installation
from load import scaled
from test_model import LINES, POOL, digits, new_accounts
from webhook_receiver import RESET, Authority, Delivered, Receiver, reply, tls
from webhooks import Hook, MovableClock, new_hook, start, verified

SECONDS = float(os.environ.get("LINEBOOK_WEBHOOK_HISTORY_SECONDS", scaled(16, 8)))
WRITERS, PAUSE = 4, scaled(0.02, 0.1)
TAKE_OVER = scaled(20, 60)  # seconds: a lease's eight, a look, and a busy machine
TYPES = {"/any": ["*"], "/ordered": ["*"], "/numbers": ["contact_number.*"], "/people": ["patient.*", "webhook.*"], "/good": ["*"], "/dead": ["*"]}
ORDERED = ("/ordered", "/numbers")


class Misbehaving:
    """A receiver's mind: now good, now not."""

    def __init__(self, receiver: Receiver, seed: str):
        self.receiver, self.random, self.is_good = receiver, random.Random(seed), False

    def __call__(self, one: Delivered):
        if self.is_good:
            return reply()
        chance = self.random.random()
        if chance < 0.08:
            return reply(500, b"not now")
        if chance < 0.12:
            return reply(429, Retry_After=str(self.random.randint(1, 2)))
        if chance < 0.16:
            return RESET
        if chance < 0.18:  # the answer may be lost
            return self.answer_and_reset()
        if chance < 0.21:
            self.receiver.hang(1)
        if chance > 0.998:
            self.receiver.hang(17)
        return reply()

    @staticmethod
    def answer_and_reset():
        yield reply(200, Connection="close")
        raise ConnectionResetError


@dataclasses.dataclass
class Trial:
    """An account with webhooks at a receiver, and writers."""
    nodes: list[Installation]
    authority: Authority
    receiver: Receiver
    clock: MovableClock
    seed: int
    calm_until: float = 0
    # From when to when a node was dead or frozen, which holds up the others where it has locked rows; and moves of the clock.
    disturbed: list[tuple[float, float]] = dataclasses.field(default_factory=list)

    def begin(self):
        for node in self.nodes:
            self.start(node)
        self.nodes[0].import_pool(*POOL)
        self.accounts = new_accounts(self.nodes[0], patients=12)
        account = self.accounts[0]
        client = Client(self.nodes[0].server.url, account.token)
        self.minds = {path: Misbehaving(self.receiver, f"{self.seed} {path}") for path in TYPES if path not in ("/good", "/dead")}
        for path, mind in self.minds.items():
            self.receiver.behave(path, mind)
        self.receiver.behave("/dead", lambda one: self.receiver.hang(60))
        self.receiver.sender_of = self.sender_of
        self.hooks = {path: new_hook(client, self.receiver, path, types=types, ordered=path in ORDERED) for path, types in TYPES.items()}
        ports = [node.server.port for node in self.nodes]
        self.load = Load(ports, [account], 1 << 40, digits(), LINES, self.seed, PAUSE)
        self.writing = threading.Thread(target=self.load.run, args=(WRITERS,), daemon=True)
        self.writing.start()
        time.sleep(SECONDS / 3)  # in which nobody dies
        self.calm_until = time.time()

    def start(self, node: Installation, *arguments):
        start(node, self.authority, "--pool-rest-days", 0, *arguments, env=self.clock.env)

    def sender_of(self, port: int) -> int | None:
        """The process at the other end of a connection."""
        inode = next((line.split()[9] for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
                      if int(line.split()[1].split(":")[1], 16) == port), None)
        for node in self.nodes:
            pid = node.server.process.pid
            try:
                if any(os.readlink(f"/proc/{pid}/fd/{fd}") == f"socket:[{inode}]" for fd in os.listdir(f"/proc/{pid}/fd")):
                    return pid
            except OSError:
                continue
        return None

    def kill(self, node: Installation):
        port, begun = node.server.port, time.time()
        node.server.kill()
        time.sleep(random.random())
        self.start(node, "--listen", f"127.0.0.1:{port}")
        self.disturbed.append((begun, time.time()))

    def freeze(self, node: Installation, seconds: float):
        begun = time.time()
        node.server.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        node.server.process.send_signal(signal.SIGCONT)
        self.disturbed.append((begun, time.time()))

    def end(self):
        """Nobody writes any more, receivers are good, and time passes until everything has arrived."""
        self.load.stop()
        self.writing.join(120)
        for mind in self.minds.values():
            mind.is_good = True
        deadline = time.monotonic() + scaled(150, 400)
        while missing := self.missing():
            assert time.monotonic() < deadline, {path: sorted(sequences)[:20] for path, sequences in missing.items()}
            self.clock.move(400)
            self.disturbed.append((time.time(), time.time()))
            time.sleep(3)
        for node in self.nodes:
            assert not [line for line in node.server.complaints() if line["level"] == "error"]

    def entries(self) -> dict[int, dict]:
        """The account's ledger."""
        lines = map(json.loads, self.nodes[0].run("export", "audit").stdout.splitlines())
        return {line["sequence"]: line for line in lines if line["account"] == self.accounts[0].name}

    def expected(self) -> dict[str, dict[int, dict]]:
        """By path, what must arrive there: what fits, from behind the webhook's own making on."""
        entries = self.entries()
        made = {entry["entity_id"]: sequence for sequence, entry in entries.items() if (entry["entity"], entry["action"]) == ("webhook", "created")}
        return {path: {sequence: entry for sequence, entry in entries.items()
                       if sequence >= made[hook.id] and any(fnmatch.fnmatchcase(f"{entry['entity']}.{entry['action']}", type) for type in TYPES[path])}
                for path, hook in self.hooks.items()}

    def missing(self) -> dict[str, set[int]]:
        missing = {}
        for path, entries in self.expected().items():
            told = {one.event["sequence"] for one in self.receiver.delivered(path) if one.answered in (200, 204)}
            if path != "/dead" and (left := set(entries) - told):
                missing[path] = left
        return missing


def is_soon_behind(at: float, disturbed: list[tuple[float, float]], patience: float) -> bool:
    return any(begin <= at <= end + patience for begin, end in disturbed)


def check_bodies(trial: Trial):
    """All that came is signed, is of the ledger, and fits; an event's id is the same on every attempt."""
    for path, entries in trial.expected().items():
        for one in trial.receiver.delivered(path):
            event = one.event
            verified_at_its_time(trial.hooks[path], one)
            entry = entries[event["sequence"]]
            assert (one.id, event["id"], event["time"], event["actor"], event["request_id"], event["data"]["id"], event["data"]["changes"]) == \
                   (entry["id"], entry["id"], entry["time"], entry["actor"], entry["request_id"], entry["entity_id"], entry["changes"])


def verified_at_its_time(hook: Hook, one: Delivered):
    moved = MovableClock.__new__(MovableClock)  # as the clock stood when it was sent
    moved.ahead = int(one.headers["webhook-timestamp"]) - time.time() or 1
    verified(hook.secret, one, moved)


def check_order(trial: Trial, path: str, entries: dict[int, dict]):
    """A thing's event comes only once all of its earlier ones have been answered; and none again behind a later one, but where
    a node was stopped or replaced meanwhile."""
    things = collections.defaultdict(list)
    for sequence, entry in sorted(entries.items()):
        things[entry["entity_id"]].append(sequence)
    came = collections.defaultdict(list)
    for one in trial.receiver.delivered(path):
        came[one.event["data"]["id"]].append(one)
    for thing, sequences in things.items():
        done: dict[int, float] = {}
        latest = 0
        for one in came[thing]:
            sequence = one.event["sequence"]
            for earlier in sequences[:sequences.index(sequence)]:
                assert done.get(earlier, float("inf")) <= one.at, f"{path}: {sequence} of {thing} came before {earlier} was answered"
            if sequence < latest:
                assert is_soon_behind(one.at, trial.disturbed, TAKE_OVER), f"{path}: {sequence} of {thing} came again behind {latest}"
            latest = max(latest, sequence)
            if one.answered in (200, 204):
                done[sequence] = min(done.get(sequence, float("inf")), one.answered_at)


ATTEMPT = 15  # seconds; what one at a dead endpoint takes
STORED = scaled(3, 30)  # seconds; what an answer says is durable by then


def may_be_lost(one: Delivered, trial: Trial) -> bool:
    """The answer: reset behind it, too late, or of a node that died before it had stored it."""
    return one.answered == 200 or one.answered_at - one.at > ATTEMPT - 1 or \
        any(begin <= one.answered_at + STORED and one.at - 1 <= end for begin, end in trial.disturbed)


def check_repeats(trial: Trial, path: str):
    """What was answered well comes again only where the answer may have been lost, or its node was stopped or replaced."""
    done: dict[int, Delivered] = {}
    for one in trial.receiver.delivered(path):
        before = done.get(one.event["sequence"])
        if before is not None:
            assert may_be_lost(before, trial) or is_soon_behind(one.at, trial.disturbed, TAKE_OVER), \
                f"{path}: {one.id} was answered with {before.answered} at {before.answered_at}, and came again at {one.at}: " + str(
                    [(d.at, d.sender, d.answered, d.answered_at) for d in trial.receiver.delivered(path) if d.id == one.id])
        if one.answered in (200, 204):
            done[one.event["sequence"]] = one


def check_one_node_at_a_time(trial: Trial, path: str):
    senders = [(one.at, one.sender) for one in trial.receiver.delivered(path) if one.sender is not None]
    for (last, before), (at, now) in zip(senders, senders[1:]):
        changed_hands = is_soon_behind(at, trial.disturbed, TAKE_OVER + at - last)
        assert before == now or changed_hands, f"{path}: {now} delivered at {at}, {before} at {last}"


def check(trial: Trial):
    check_bodies(trial)
    expected = trial.expected()
    for path in TYPES:
        check_repeats(trial, path)
        check_one_node_at_a_time(trial, path)
    for path in ORDERED:
        check_order(trial, path, expected[path])
    told = {path: len(trial.receiver.delivered(path)) for path in TYPES}
    print(f"{len(trial.entries())} events; attempts {told}; good endpoint beside the dead one: {latency(trial) * 1000:.0f} ms in the middle")
    assert told["/dead"] < 32 + scaled(200, 1000), "it is not asked at full speed"


def latency(trial: Trial) -> float:
    """From an answer to who wrote until the good endpoint was told, in the middle of all before the first node died."""
    offset = time.time() - time.monotonic()
    answered = {attempt.id: at for attempt in trial.load.attempts
                if attempt.succeeded and (at := attempt.answered + offset) < trial.calm_until - 2}
    taken = {}
    for one in trial.receiver.delivered("/good"):
        if one.event["request_id"] in answered and one.event["sequence"] not in taken:
            taken[one.event["sequence"]] = one.at - answered[one.event["request_id"]]
    return statistics.median(taken.values())


@pytest.fixture
def receiving(tmp_path):
    authority = Authority(tmp_path / "ca")
    receiver = Receiver(tls(authority.certificate("receiver")))
    yield authority, receiver, MovableClock(tmp_path)
    receiver.close()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_node_that_dies_at_any_moment_loses_nothing(installation, receiving):
    trial = Trial([installation], *receiving, seed=21)
    trial.begin()
    choice, until = random.Random(21), time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(choice.uniform(0.2, 4))
        trial.kill(installation)
    trial.end()
    check(trial)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_two_nodes_that_die_and_freeze_lose_nothing(tmp_path, database, receiving):
    first = Installation(tmp_path / "node1", database)
    nodes = [first, first.node("node2")]
    trial = Trial(nodes, *receiving, seed=22)
    try:
        trial.begin()
        choice, until = random.Random(22), time.monotonic() + 2 * SECONDS
        while time.monotonic() < until:
            time.sleep(choice.uniform(0.5, 3))
            node = choice.choice(nodes)
            if choice.random() < 0.5:
                trial.kill(node)
            else:
                trial.freeze(node, choice.choice([0.5, 3, 10]))
        trial.end()
        check(trial)
    finally:
        for node in nodes:
            node.close()
