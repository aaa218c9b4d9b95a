"""Many writers at once on the nodes of one installation, all in one thread. What each asked and was told, and when, is
kept: history.py holds it against the model."""
import asyncio
import dataclasses
import itertools
import json
import random
import time

TYPES = ("cell", "home", "other")
LATE = 60  # seconds; an answer that takes longer counts as lost


@dataclasses.dataclass(slots=True)
class Attempt:
    """One request. `status` is None where no answer came: nobody knows whether it was done."""
    id: str  # of the request, which the ledger keeps
    account: str
    method: str
    path: str
    body: dict | None
    key: str | None  # for idempotency
    invoked: float
    answered: float = float("inf")
    status: int | None = None
    replayed: bool = False
    answer: dict | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Certainly not done."""
        return self.status is not None and 400 <= self.status < 500


class Wire(asyncio.Protocol):
    """One connection to one node, one request at a time."""

    def __init__(self):
        self.received = b""
        self.waiting: asyncio.Future | None = None
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data: bytes):
        self.received += data
        head, found, rest = self.received.partition(b"\r\n\r\n")
        if not found:
            return
        at = head.find(b"Content-Length: ")
        length = int(head[at + 16:].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return
        self.received = b""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result((head, rest))

    def connection_lost(self, _reason):
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(ConnectionError("closed"))

    async def exchange(self, request: bytes) -> tuple[bytes, bytes]:
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await asyncio.wait_for(self.waiting, LATE)


@dataclasses.dataclass
class Account:
    """What writers know of an account; all of them know the same."""
    name: str
    token: str
    patients: list[str]
    numbers: list[str] = dataclasses.field(default_factory=list)
    lines: list[str] = dataclasses.field(default_factory=list)


class Load:
    """`ports`: those of the nodes. It ends after `operations`, or soon after stop() was called. `pause`: what a writer
    waits after each, in seconds."""

    def __init__(self, ports: list[int], accounts: list[Account], operations: int, digits: list[str], lines: list[str],
                 seed=0, pause: float = 0):
        self.ports = ports
        self.accounts = accounts
        self.left = operations
        self.digits = digits  # contact numbers to choose from: few, so that writers meet
        self.lines = lines  # and numbers for lines
        self.seed = seed
        self.pause = pause
        self.attempts: list[Attempt] = []
        self.ids = itertools.count(1)

    def stop(self):
        self.left = 0

    def acknowledged(self) -> list[float]:
        """When changes were told to be done, in order."""
        return sorted(attempt.answered for attempt in list(self.attempts) if attempt.succeeded and attempt.method != "GET")

    def longest_silence(self, since: float, until: float) -> float:
        """Seconds in which no change was acknowledged."""
        times = [since, *(time for time in self.acknowledged() if since < time < until), until]
        return max(later - earlier for earlier, later in zip(times, times[1:]))

    def unclean_reads(self) -> list[Attempt]:
        """Reads that got neither what they asked for nor a clean 503."""
        return [attempt for attempt in self.attempts if attempt.method == "GET" and attempt.status not in (200, 404, 503)]

    def run(self, writers: int):
        async def all_of_them():
            await asyncio.gather(*(Writer(self, place).run() for place in range(writers)))

        asyncio.run(all_of_them())


class Writer:
    def __init__(self, load: Load, place: int):
        self.load = load
        self.place = place
        self.random = random.Random(f"{load.seed} {place}")
        self.account = load.accounts[place % len(load.accounts)]
        self.wires: dict[int, Wire] = {}
        self.turns = [self.add_number] * 20 + [self.edit_number] * 30 + [self.delete_number] * 12 + [self.add_patient] * 3 + \
                     [self.rename] * 4 + [self.bring_line] * 6 + [self.take_line] * 6 + [self.delete_line] * 10 + \
                     [self.twice_at_once] * 3 + [self.look] * 12 + [self.search] * 8

    async def run(self):
        while self.load.left > 0:
            await self.random.choice(self.turns)()
            if self.load.pause:
                await asyncio.sleep(self.load.pause)
        for wire in self.wires.values():
            wire.transport.abort()

    async def call(self, method: str, path: str, body: dict | None = None, key: str | None = None, node: int | None = None) -> Attempt:
        """On any node; another one next time."""
        self.load.left -= 1
        content = b"" if body is None else json.dumps(body).encode()
        attempt = Attempt(f"w{self.load.seed}-{next(self.load.ids)}", self.account.name, method, path, body, key, time.monotonic())
        head = f"{method} {path} HTTP/1.1\r\nHost: linebook.test\r\nAuthorization: Bearer {self.account.token}\r\nX-Request-Id: {attempt.id}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        if key is not None:
            head += f"Idempotency-Key: {key}\r\n"
        self.load.attempts.append(attempt)
        node = self.random.randrange(len(self.load.ports)) if node is None else node
        try:
            wire = self.wires.get(node) or await self.connect(node)
            attempt.invoked = time.monotonic()
            answer_head, answer = await wire.exchange(head.encode() + b"\r\n" + content)
        except (OSError, asyncio.TimeoutError):
            if wire := self.wires.pop(node, None):
                wire.transport.abort()
            await asyncio.sleep(0.05)
            return attempt
        attempt.answered = time.monotonic()
        attempt.status = int(answer_head[9:12])
        attempt.replayed = b"\r\nIdempotent-Replayed: true" in answer_head
        attempt.answer = json.loads(answer) if answer else None
        if b"\r\nConnection: close" in answer_head:
            self.wires.pop(node).transport.abort()
        if attempt.status >= 500:
            await asyncio.sleep(0.05)
        return attempt

    async def connect(self, node: int) -> Wire:
        _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", self.load.ports[node])
        self.wires[node] = wire
        return wire

    async def post(self, path: str, body: dict) -> Attempt:
        """Until there is an answer: what was lost is sent again under the same key, to whichever node."""
        key = f"{self.load.seed}-{next(self.load.ids)}"
        while True:
            attempt = await self.call("POST", path, body, key)
            unsettled = attempt.status is None or attempt.status >= 500 or \
                attempt.status == 409 and attempt.answer["error"]["code"] == "idempotency_in_progress"
            if not unsettled or self.load.left <= 0:
                return attempt

    # What writers do.

    def one_of(self, items: list[str]) -> str | None:
        """Mostly one of the latest, where others are at work too."""
        if not items:
            return None
        return self.random.choice(items[-20:] if self.random.random() < 0.7 else items)

    async def add_number(self):
        body = {"number": self.random.choice(self.load.digits), "phone_type": self.random.choice(TYPES),
                "patient_id": self.one_of(self.account.patients), "primary": self.random.random() < 0.5}
        if self.random.random() < 0.1:
            body["do_not_call"] = True
        made = await self.post("/api/v2/phone-numbers", body)
        if made.succeeded:
            self.account.numbers.append(made.answer["id"])
            if self.random.random() < 0.3:
                await self.call("GET", f"/api/v2/phone-numbers/{made.answer['id']}")

    async def edit_number(self):
        id = self.one_of(self.account.numbers)
        if id is None:
            return
        choices = {"primary": self.random.random() < 0.7, "phone_type": self.random.choice(TYPES),
                   "number": self.random.choice(self.load.digits), "do_not_call": self.random.random() < 0.3}
        names = self.random.sample(list(choices), self.random.choice((1, 1, 2)))
        await self.call("PATCH", f"/api/v2/phone-numbers/{id}", {name: choices[name] for name in names})

    async def delete_number(self):
        id = self.one_of(self.account.numbers)
        if id is not None and len(self.account.numbers) > 40:
            gone = await self.call("DELETE", f"/api/v2/phone-numbers/{id}")
            if gone.succeeded and id in self.account.numbers:
                self.account.numbers.remove(id)

    async def add_patient(self):
        numbers = [{"number": f"{self.random.randrange(2_000_000_000, 10_000_000_000)}", "phone_type": "cell"}]
        made = await self.post("/api/v2/patients", {"first_name": "Kim", "last_name": f"Of {self.place}", "phone_numbers": numbers})
        if made.succeeded:
            self.account.numbers += [number["id"] for number in made.answer["phone_numbers"]]

    async def rename(self):
        id = self.random.choice(self.account.patients)
        await self.call("PATCH", f"/api/v2/patients/{id}", {"first_name": self.random.choice(("Ann", "Bo", "Cy"))})

    async def bring_line(self):
        made = await self.post("/phone_numbers", {"provider": "byo", "phone_number": self.random.choice(self.load.lines)})
        if made.succeeded:
            self.account.lines.append(made.answer["id"])

    async def take_line(self):
        made = await self.post("/phone_numbers", {"provider": "pia"})
        if made.succeeded:
            self.account.lines.append(made.answer["id"])

    async def delete_line(self):
        if self.account.lines:
            id = self.account.lines.pop(0)
            done = await self.call("DELETE", f"/phone_numbers/{id}")
            if not done.succeeded and not done.refused:
                self.account.lines.append(id)

    async def twice_at_once(self):
        """The same request on two nodes at the same moment."""
        key = f"{self.load.seed}-{next(self.load.ids)}"
        body = {"first_name": "Twice", "last_name": f"By {self.place}"}
        nodes = self.random.sample(range(len(self.load.ports)), min(2, len(self.load.ports)))
        await asyncio.gather(*(self.call("POST", "/api/v2/patients", body, key, node) for node in nodes))

    async def look(self):
        if id := self.one_of(self.account.numbers):
            await self.call("GET", f"/api/v2/phone-numbers/{id}")

    async def search(self):
        digits = self.random.choice(self.load.digits)
        await self.call("GET", f"/api/v2/phone-numbers?limit=100&q={digits[:self.random.choice((10, 10, 7))]}")
