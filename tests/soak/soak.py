"""Everything at once for an hour, and whether the server is then as it was: memory, descriptors and latencies flat, nothing in
the log that is not explained here, books sound, everything acknowledged in the ledger. Run by script/soak."""
import argparse
import collections
import itertools
import json
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
E2E = HERE.parent / "e2e"
sys.path.insert(0, str(E2E))

from busy_writers import Account, Load  # noqa: E402
from clinic import Clinic  # noqa: E402
from event_reader import EventFollower  # noqa: E402
from installation import Client, Installation  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402
from verdict import EXPLAINED, Minute, growing  # noqa: E402
from webhook_receiver import Authority, Receiver, reply, tls  # noqa: E402
from webhooks import LOOPBACK, new_hook  # noqa: E402

WRITERS = 12
PATIENTS = 100  # of each of the writers' accounts
IDLE_STREAMS = 100
DIALED = 40  # people of each dial list
IMPORTED = 3000  # rows of each import
IMPORT_EVERY = 20  # seconds
PROBE_EVERY = 0.05
SETTLES = 120  # seconds for what was left to do at the end
POOL = [f"+1646{number:07d}" for number in range(7_550_000, 7_550_400)]
LINES = [f"+1646555{number:04d}" for number in range(200)]


class Task(threading.Thread):
    """Does one thing again and again until it is told to stop; what goes wrong ends it, and is a reason in the verdict."""

    def __init__(self, name: str, work, pause: float):
        super().__init__(daemon=True, name=name)
        self.work, self.pause = work, pause
        self.over = threading.Event()
        self.failure: BaseException | None = None
        self.done = 0
        self.start()

    def run(self):
        try:
            while not self.over.wait(self.pause):
                self.work()
                self.done += 1
        except BaseException as failure:
            self.failure = failure


class Probe:
    def __init__(self, token: str, path: str, ports: list[int]):
        self.process = subprocess.Popen([sys.executable, HERE / "probe.py", token, path, str(PROBE_EVERY), *map(str, ports)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.times = {"GET": [], "POST": []}
        self.acknowledged: list[str] = []
        self.refused = collections.Counter()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            method, status, milliseconds, id = line.split()
            self.times[method].append(float(milliseconds))
            if status not in ("200", "201"):
                self.refused[f"{method} {status}"] += 1
            elif method == "POST":
                self.acknowledged.append(id)

    def take(self) -> dict[str, tuple[float, float]]:
        """p50 and p99 since the last time, by method."""
        taken, self.times = self.times, {"GET": [], "POST": []}
        found = {}
        for method, times in taken.items():
            times = sorted(times) or [float("nan")]
            found[method] = (times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))])
        return found

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.reader.join(10)


class Seen(list):
    """A follower's events, of which only the last is kept: each must be the one after it."""

    def append(self, event):
        expected = self[-1]["sequence"] + 1 if self else 1
        assert event["sequence"] == expected, f"event {event['sequence']} instead of {expected}"
        self[:] = [event]


class Soak:
    def __init__(self, directory: pathlib.Path, rate: float, postgres: PostgresServer | None):
        self.directory, self.postgres = directory, postgres
        authority = Authority(directory / "ca")
        self.receiver = Receiver(tls(authority.certificate("receiver")))
        arguments = ["--demo", *LOOPBACK, "--webhook-ca", authority.file, "--log-requests", "errors", "--pool-rest-days", 0]
        self.database = postgres.new_database() if postgres else None
        self.first = Installation(directory / "node1" / "data", self.database)
        self.first.data.parent.mkdir()
        self.nodes = [self.first]
        try:
            if postgres:
                self.first.serve(*arguments)
                self.nodes.append(self.first.node("node2"))
                self.nodes[1].serve(*arguments)
            else:
                self.first.serve(*arguments, "--backup-dir", directory / "backups", "--backup-every", "1m", "--backup-keep", 3,
                                 "--replica-dir", directory / "replica", "--replica-keep", "1h")
            self._begin(rate)
        except BaseException:
            self.close()
            raise

    def _begin(self, rate: float):
        self.random = random.Random(1)
        self.ports = [node.server.port for node in self.nodes]
        self.first.import_pool(*POOL)
        self.counted = (time.monotonic(), 0.0)
        self.acknowledged: set[str] = set()  # ids of requests
        self.statuses = collections.Counter()
        self.imported = collections.Counter()
        self.first.run("accounts", "create", "imports")

        self.accounts = []
        for name in ("acme", "globex"):
            client = self.first.client(name)
            self.accounts.append(Account(name, client.token, [client.new_patient(last_name=f"P{n}") for n in range(PATIENTS)]))
        digits = [f"{self.random.choice((212555, 585298, 303555))}{n:04d}" for n in range(3000)]
        self.load = Load(self.ports, self.accounts, 1 << 40, digits, LINES, pause=WRITERS / rate)
        self.writing = threading.Thread(target=self.load.run, args=(WRITERS,), daemon=True)

        clients = [Client(node.server.url, None) for node in self.nodes]
        self.clinic = Clinic(self.first.client("clinic"))
        for client in clients:
            client.session.headers["Authorization"] = f"Bearer {self.clinic.client.token}"
        self.clients = itertools.cycle(clients)
        self._post("/policy", {"attempts": {"care": []}}, 200, "put")
        self.people = [self.clinic.person() for _ in range(DIALED)]
        self.patients = [{"type": "patient", "id": self._get(f"/api/v2/phone-numbers/{entry}")["linked_to"]["id"]} for entry, _ in self.people]
        self.hook = new_hook(self.clinic.client, self.receiver, "/live")
        self.dead = new_hook(self.clinic.client, self.receiver, "/dead")
        self.receiver.behave("/dead", lambda _: reply(500))
        self.dial_list: str | None = None

        watcher = self.first.client("watched")
        entry = watcher.new_number(watcher.new_patient(), "5852984455")["id"]
        self.quiet = self.first.client("quiet")
        self.followers = [EventFollower(self.ports, token, seed, patience=300)
                          for seed, token in enumerate([account.token for account in self.accounts] + [self.clinic.client.token] * 2)]
        for follower in self.followers:
            follower.seen = Seen()
        self.idle = [subprocess.Popen([sys.executable, E2E / "idle_streams.py", str(port), str(IDLE_STREAMS), self.quiet.token],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for port in self.ports]
        for process in self.idle:
            assert process.stdout.readline() == "ready\n"
        self.probe = Probe(watcher.token, f"/api/v2/phone-numbers/{entry}", self.ports)
        self.writing.start()
        for follower in self.followers:
            follower.start()
        self.tasks = [Task("texts", self._text, 0.5), Task("calls", self._call, 2), Task("dialing", self._dial, 2),
                      Task("imports", self._import, IMPORT_EVERY), Task("searches", self._search, 0.5)]

    # What goes on.

    def _get(self, path: str) -> dict:
        answer = next(self.clients).get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _post(self, path: str, body: dict, status=201, method="post") -> dict:
        id = f"clinic-{self.random.getrandbits(64):x}"
        answer = getattr(next(self.clients), method)(path, body, headers={"X-Request-Id": id})
        assert answer.status_code == status, answer.text
        if status == 201:
            self.acknowledged.add(id)
        return answer.json()

    def _text(self):
        entry, _ = self.random.choice(self.people)
        self._post("/messages", {"line_id": self.clinic.line["id"], "to": entry, "text": "Tomorrow at ten.", "purpose": "care"})

    def _call(self):
        entry, _ = self.random.choice(self.people)
        self._post("/calls", {"line_id": self.clinic.line["id"], "to": entry, "purpose": "care"})

    def _dial(self):
        """There is always a list that Linebook dials."""
        if self.dial_list is None or self._get(f"/dial-lists/{self.dial_list}")["status"] == "finished":
            made = self._post("/dial-lists", {"name": "Reminders", "purpose": "care", "people": self.patients, "dialer": "linebook",
                                              "line_ids": [self.clinic.line["id"]], "calls_at_once": 4, "calls_per_second": 2})
            self.dial_list = made["id"]

    def _import(self):
        """The same people every time; a part of them has another name."""
        file = self.directory / "contacts.csv"
        turn = sum(self.imported.values()) // IMPORTED
        with file.open("w") as table:
            table.write("number,phone_type,patient_id,first_name,last_name\n")
            for n in range(IMPORTED):
                table.write(f"31255{n:05d},cell,imp_{n},Ann,{'Doe' if n % 5 else f'Roe{chr(97 + turn % 26)}'}\n")
        told = json.loads(self.first.run("import", "contacts", file, "--account", "imports", "--json", timeout=300).stdout)
        assert told["errors"] == 0 and told["rows"] == IMPORTED, told
        self.imported.update({name: told[name] for name in ("added", "updated", "unchanged")})

    def _search(self):
        _, number = self.random.choice(self.people)
        for path in (f"/api/v2/phone-numbers?q={number[:8]}", "/api/v2/patients?q=doe", f"/messages?to={number}", "/calls?page_size=20"):
            self._get(path)

    # What is looked at.

    def _metric(self, metrics: str, name: str) -> float:
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", metrics, re.MULTILINE))

    def complaints(self) -> collections.Counter:
        found = collections.Counter()
        for node in self.nodes:
            for line in node.server.complaints():
                found[line["event"]] += 1
            for line in node.server.log_lines():  # answers of 5xx
                if line["event"] == "request":
                    found[f"request {line.get('status')}"] += 1
        return found

    def minute(self) -> Minute:
        self._settle_attempts()
        metrics = [node.server.metrics() for node in self.nodes]
        total = lambda name: sum(self._metric(one, name) for one in metrics)
        now, answered = time.monotonic(), total("linebook_http_requests_total")
        rate = (answered - self.counted[1]) / (now - self.counted[0])
        self.counted = (now, answered)
        memory, descriptors = [], []
        for node in self.nodes:
            process = pathlib.Path(f"/proc/{node.server.process.pid}")
            memory.append(int(re.search(r"^VmRSS:\s+(\d+)", (process / "status").read_text(), re.MULTILINE)[1]) / 1024)
            descriptors.append(len(list((process / "fd").iterdir())))
        backlog = (f"writes {total('linebook_store_write_queue_depth'):.0f} reads {total('linebook_store_read_queue_depth'):.0f} queued, "
                   f"webhook events pending {self._pending(self.hook)} (dead one {self._pending(self.dead)})")
        return Minute(memory, descriptors, rate, self.probe.take(), self._disk() / (1 << 20), backlog, self.complaints())

    def _disk(self) -> int:
        found = sum(file.stat().st_size for node in self.nodes for file in node.data.rglob("*") if file.is_file())
        if self.postgres:
            found += int(self.postgres.sql(f"SELECT pg_database_size('{self.database.rpartition('/')[2]}')"))
        return found

    def _pending(self, hook) -> int:
        """Events of the account that are behind how far delivery has come, and those listed as pending, 100 at most."""
        page = self._get(f"{hook.at}/deliveries?state=pending&page_size=100")
        return max(0, self.followers[-1].last - page["up_to_sequence"]) + len(page["deliveries"])

    def _settle_attempts(self, is_last=False):
        """Keeps the ids of what was acknowledged as made or deleted; the rest of what is answered is only counted."""
        taken = list(self.load.attempts)
        del self.load.attempts[:len(taken)]
        for attempt in taken:
            is_open = attempt.answered == float("inf")
            since, enough = (attempt.invoked, 90) if is_open else (attempt.answered, 1)
            if not is_last and time.monotonic() - since < enough:
                self.load.attempts.append(attempt)
                continue
            self.statuses[f"{attempt.method} {attempt.status}"] += 1
            is_change = attempt.method == "POST" and attempt.status == 201 or attempt.method == "DELETE" and attempt.succeeded
            if is_change and not attempt.replayed:
                self.acknowledged.add(attempt.id)

    # How it ends.

    def stop(self):
        self.load.stop()
        for task in self.tasks:
            task.over.set()
        for thread in (self.writing, *self.tasks):
            thread.join(120)
        self.probe.stop()
        self._settle_attempts(is_last=True)
        self.acknowledged.update(self.probe.acknowledged)

    def faults_afterwards(self) -> list[str]:
        found = [f"{task.name}: {task.failure!r}" for task in self.tasks if task.failure or not task.done]
        found += [f"the probe was told {what} {count} times" for what, count in self.probe.refused.items()]
        found += [f"writers were told {what} {count} times" for what, count in self.statuses.items()
                  if what.endswith("None") or int(what.split()[1]) >= 500]
        found += [f"a stream's follower: {one.failure!r}" for one in self.followers if one.failure]
        found += self._idle_streams_that_missed()
        if self.dial_list:
            self._post(f"/dial-lists/{self.dial_list}/stop", {}, 200)
        deadline = time.monotonic() + SETTLES
        while (late := self._pending(self.hook)) > 0 and time.monotonic() < deadline:
            time.sleep(1)
        if late > 0:
            found.append(f"the live webhook is {late} events behind {SETTLES} s after the end")
        for command in (("audit", "verify", "--books"), ("check",)):
            done = self.first.run(*command, check=False, timeout=900)
            print(f"{' '.join(command)}: exit code {done.returncode}; {(done.stdout.strip().splitlines() or [''])[-1]}")
            if done.returncode:
                found.append(f"{' '.join(command)}: {done.stdout[-500:]}{done.stderr[-500:]}")
        export = self.first.run("export", "audit", timeout=900).stdout
        told = {json.loads(line)["request_id"] for line in export.splitlines()}
        missing = self.acknowledged - told
        print(f"{len(self.acknowledged)} changes acknowledged, {len(missing)} of them not in the ledger; imported: {dict(self.imported)}; "
              f"{sum(one.last for one in self.followers)} events followed; writers: {dict(sorted(self.statuses.items()))}; "
              f"{', '.join(f'{task.done} {task.name}' for task in self.tasks)}")
        if missing:
            found.append(f"acknowledged, but not in the ledger: {len(missing)}, such as {sorted(missing)[:3]}")
        for node in self.nodes:
            if code := node.server.stop():
                found.append(f"a server ended with {code}")
        return found

    def _idle_streams_that_missed(self) -> list[str]:
        """The streams that were quiet all the time are told of one event."""
        for process in self.idle:
            process.stdin.write("\n")
            process.stdin.flush()
        self.quiet.new_patient()
        told = [process.stdout.readline().strip() for process in self.idle]
        return [f"idle streams that were not told of an event: {line}" for line in told if "missing" in line or not line]

    def close(self):
        if hasattr(self, "load"):
            self.load.stop()
        for process in [*getattr(self, "idle", []), *([self.probe.process] if hasattr(self, "probe") else [])]:
            process.kill()
            process.wait(30)
        for node in self.nodes:
            node.close()
        self.receiver.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60, help="default: %(default)s; the first third is to warm up")
    parser.add_argument("--database", choices=("embedded", "postgres"), default="embedded")
    parser.add_argument("--rate", type=float, default=60, help="of the writers, requests a second at most (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.minutes < 1 or chosen.rate <= 0:
        parser.error("--minutes and --rate begin at 1")

    def ended(number, _frame):
        raise SystemExit(f"ended by {signal.Signals(number).name}")

    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, ended)
    signal.alarm(chosen.minutes * 60 + 1800)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linebook-soak-"))
    directory.chmod(0o755)
    postgres = soak = None
    try:
        postgres = PostgresServer() if chosen.database == "postgres" else None
        soak = Soak(directory, chosen.rate, postgres)
        minutes = []
        began = time.monotonic()
        for number in range(1, chosen.minutes + 1):
            time.sleep(max(0, began + 60 * number - time.monotonic()))
            minutes.append(soak.minute())
            print(minutes[-1].line(number))
        soak.stop()
        faults = growing(minutes) + soak.faults_afterwards()
        for event, count in soak.complaints().items():
            if event in EXPLAINED:
                print(f"in the log, explained: {event} {count} times: {EXPLAINED[event]}")
            else:
                lines = [line for node in soak.nodes for line in node.server.log if f'"event":"{event.split()[0]}"' in line]
                faults.append(f"in the log, not explained: {event} {count} times, such as {lines[-1:]}")
    finally:
        if soak:
            soak.close()
        if postgres:
            postgres.close()
        shutil.rmtree(directory, ignore_errors=True)
    print(*(f"FAULT {fault}" for fault in faults), sep="\n")
    print("verdict: sound" if not faults else f"verdict: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
