"""Webhooks in tests: an installation that delivers to a receiver here, and a clock that can be moved while it runs."""
import base64
import dataclasses
import datetime
import pathlib
import time

import standardwebhooks

from installation import Client, Installation
from waiting import eventually
from webhook_receiver import Authority, Delivered, Receiver, tls

LOOPBACK = ("--webhook-allow", "127.0.0.0/8")


class MovableClock:
    """The clock of servers that were started with `env`; it is read anew each time."""

    def __init__(self, folder: pathlib.Path):
        self.file = folder / "clock"
        self.ahead = 0.0
        self.move(0)

    @property
    def env(self) -> dict[str, str]:
        return {"LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "FAKETIME_TIMESTAMP_FILE": str(self.file),
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def move(self, seconds: float):
        self.ahead += seconds
        beside = self.file.with_suffix(".new")  # never half written
        beside.write_text(f"+{self.ahead:.0f}\n")
        beside.rename(self.file)

    def now(self) -> float:
        return time.time() + self.ahead


@dataclasses.dataclass
class Hook:
    client: Client
    id: str
    secret: str
    path: str

    @property
    def at(self) -> str:
        return f"/webhooks/{self.id}"

    def shown(self) -> dict:
        return self.client.get(self.at).json()

    def deliveries(self, **query) -> list[dict]:
        answer = self.client.get(f"{self.at}/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["deliveries"]

    def delivery(self, sequence: int) -> dict | None:
        return next((d for d in self.deliveries(page_size=100) if d["sequence"] == sequence), None)

    def wait_for(self, sequence: int, timeout=20.0, **expected) -> dict:
        """Until the delivery shows all of this."""
        return eventually(lambda: (d := self.delivery(sequence)) and all(d[name] == value for name, value in expected.items()) and d,
                          timeout, lambda: self.delivery(sequence))


def new_hook(client: Client, receiver: Receiver, path: str, types=("*",), url: str | None = None, **fields) -> Hook:
    answer = client.post("/webhooks", {"url": url or receiver.url(path), "types": list(types), **fields})
    assert answer.status_code == 201, answer.text
    return Hook(client, answer.json()["id"], answer.json()["secret"], path)


def last_sequence(client: Client) -> int:
    """Of the account's last event."""
    after = 0
    while True:
        page = client.get("/events", params={"after": after, "limit": 1000}, headers={"Accept": "application/json"}).json()
        if page["next_after"] == after:
            return after
        after = page["next_after"]


def ledger(client: Client) -> list[dict]:
    """All events of the account, as pages tell them."""
    after, events = 0, []
    while True:
        page = client.get("/events", params={"after": after, "limit": 1000}, headers={"Accept": "application/json"}).json()
        events += page["events"]
        if page["next_after"] == after:
            return events
        after = page["next_after"]


def new_event(client: Client, **fields) -> int:
    """A patient who was not there; the sequence of the event."""
    client.new_patient(**fields)
    return last_sequence(client)


def verified(secret: str, one: Delivered, clock: MovableClock | None = None) -> dict:
    """The event, whose signature and time the library of Standard Webhooks has found right."""
    webhook = standardwebhooks.Webhook(secret)
    if clock is None or clock.ahead == 0:
        return webhook.verify(one.body, one.headers)
    # The library knows no other clock than the machine's.
    sent = int(one.headers["webhook-timestamp"])
    assert abs(sent - clock.now()) < 60
    signature = webhook.sign(one.id, datetime.datetime.fromtimestamp(sent, tz=datetime.timezone.utc), one.body.decode())
    if signature not in one.headers["webhook-signature"].split(" "):
        raise standardwebhooks.WebhookVerificationError("No matching signature found")
    return one.event


def spellings(secret: str) -> list[bytes]:
    """What must be found nowhere: the secret, its key's bytes, and their base64 and hexadecimal."""
    word = secret.removeprefix("whsec_")
    key = base64.b64decode(word)
    return [secret.encode(), word.encode(), key, key.hex().encode(), key.hex().upper().encode()]


def start(installation: Installation, authority: Authority, *arguments, env=None):
    return installation.serve(*LOOPBACK, "--webhook-ca", authority.file, *arguments, env=env)


__all__ = ["Authority", "Delivered", "Hook", "LOOPBACK", "MovableClock", "Receiver", "eventually", "last_sequence", "ledger",
           "new_event", "new_hook", "spellings", "start", "tls", "verified"]
