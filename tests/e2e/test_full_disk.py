"""A full disk: writes are refused and lose nothing, reads go on, and space mends it without anybody's help."""
import json
import threading
import time

import pytest

import installation as program
from installation import Client, Installation
from load import at_once, scaled
from raw_http import Caller
from refusals import refused
from small_disk import SmallDisk

pytestmark = pytest.mark.embedded

DISK_MIB = 64  # twice the log's bound, so that there is room for log and books when nothing else is on the disk
RECOVERY = 30  # seconds; the store looks for space about once a second


@pytest.fixture
def disk(tmp_path) -> SmallDisk:
    made = SmallDisk(tmp_path / "disk", DISK_MIB)
    yield made
    made.close()


@pytest.fixture
def installation(disk, tmp_path, monkeypatch) -> Installation:
    """On the small disk, with a server."""
    monkeypatch.setattr(program, "BINARY", disk.program(tmp_path / "linebook"))
    made = Installation(disk.mount_point / "data")
    made.serve()
    yield made
    made.close()


def is_refused_for_space(answer):
    assert refused(answer, 503, "unavailable")["message"]
    assert int(answer.headers["Retry-After"]) >= 1


def wait_until_ready(client: Client):
    deadline = time.monotonic() + RECOVERY
    while client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline, "space is there, and the service does not see it"
        time.sleep(0.05)


def ledger_of(installation: Installation) -> list[dict]:
    return [json.loads(line) for line in installation.run("export", "audit", "--account", "acme").stdout.splitlines()]


def fill_until_refused(client: Client, disk: SmallDisk):
    """The log may have a little room within itself, so the first write after the disk is full may still succeed."""
    disk.fill()
    for n in range(2000):
        answer = client.post("/api/v2/patients", {"first_name": "Full", "last_name": f"Disk{n} " + "x" * 40})
        if answer.status_code != 201:
            is_refused_for_space(answer)
            return
    raise AssertionError("a full disk never showed")


def test_writes_are_refused_reads_go_on_and_space_mends_it(disk, installation):
    client = installation.client()
    patient = client.new_patient()
    number = client.new_number(patient, "5852984455")
    assert client.get("/readyz").status_code == 200
    fill_until_refused(client, disk)

    for _ in range(3):
        is_refused_for_space(client.post("/api/v2/patients", {"first_name": "A", "last_name": "B"}))
        is_refused_for_space(client.patch(f"/api/v2/patients/{patient}", {"first_name": "Other"}))
        is_refused_for_space(client.delete(f"/api/v2/phone-numbers/{number['id']}"))
        for path in (f"/api/v2/patients/{patient}", "/api/v2/phone-numbers?q=4455", "/phone_numbers", "/audit", "/healthz",
                     f"/api/v2/patients/{patient}/history", "/api/v2/phone-numbers/quality", "/api/v2/patients?q=Doe"):
            assert client.get(path).status_code == 200, path
        time.sleep(0.3)
    not_ready = client.get("/readyz")
    is_refused_for_space(not_ready)
    assert "linebook_store_ready 0" in installation.server.metrics()
    refused_command = installation.run("keys", "create", "--account", "acme", "--name", "x", check=False)
    assert refused_command.returncode == 1 and refused_command.stderr and "lbk_" not in refused_command.stdout

    disk.empty()
    wait_until_ready(client)
    assert client.get(f"/api/v2/patients/{patient}").json()["first_name"] == "John"
    assert client.patch(f"/api/v2/patients/{patient}", {"first_name": "Other"}).status_code == 200
    assert client.delete(f"/api/v2/phone-numbers/{number['id']}").status_code == 200
    assert "linebook_store_ready 1" in installation.server.metrics()
    ledger = ledger_of(installation)
    assert [entry["sequence"] for entry in ledger] == list(range(1, len(ledger) + 1))
    installation.run("audit", "verify", "--books")
    assert installation.server.stop() == 0


def test_uploads_leave_the_books_their_room(disk, installation):
    gibibyte = 1 << 30
    disk.resize(2560)
    client = installation.client()

    def announced():
        return client.post("/imports", {"kind": "contacts", "name": "large.csv", "size": gibibyte})

    def send(offset):
        return client.put(f"/imports/{upload}/file?offset={offset}", data=b"x" * 1000, headers={"Content-Type": "application/octet-stream"})

    upload = announced().json()["id"]
    is_refused_for_space(announced())  # though nothing of the first has come yet
    assert send(0).status_code == 200
    disk.resize(1024)  # somebody else filled it
    is_refused_for_space(send(1000))
    assert client.get(f"/imports/{upload}").json()["received"] == 1000
    client.new_patient()
    disk.resize(2560)
    assert send(1000).json()["received"] == 2000
    client.delete(f"/imports/{upload}")
    assert announced().status_code == 201


def test_uploads_of_an_account_and_of_all_have_their_share(disk, installation):
    """What was announced counts, whether it has come or not."""
    gibibyte = 1 << 30
    disk.resize(40 * 1024)
    clients = [installation.client(account=f"uploads of {n}") for n in range(5)]

    def announced(client):
        return client.post("/imports", {"kind": "contacts", "name": "large.csv", "size": gibibyte})

    for client in clients[:4]:
        for _ in range(4):
            assert announced(client).status_code == 201
        refused(announced(client), 409, "conflict")
    refused(announced(clients[4]), 409, "conflict")
    assert clients[0].delete(f"/imports/{clients[0].get('/imports').json()['imports'][0]['id']}").status_code == 200
    assert announced(clients[4]).status_code == 201


def test_refused_request_may_be_repeated_with_its_key(disk, installation):
    """A 503 is not the kept answer of an Idempotency-Key."""
    client = installation.client()
    client.new_patient()
    fill_until_refused(client, disk)
    body = {"first_name": "Again", "last_name": "Later"}
    for _ in range(2):
        is_refused_for_space(client.post("/api/v2/patients", body, headers={"Idempotency-Key": "again"}))
    disk.empty()
    wait_until_ready(client)
    made = client.post("/api/v2/patients", body, headers={"Idempotency-Key": "again"})
    assert made.status_code == 201 and "Idempotent-Replayed" not in made.headers
    assert client.get("/api/v2/patients", params={"q": "Later,Again"}).json()["pagination"]["total_items"] == 1


class Told:
    """What all writers together were told so far."""

    def __init__(self):
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.is_over = threading.Event()

    def wait_for_more(self, told: list[str]):
        before, deadline = len(told), time.monotonic() + 60
        while len(told) == before:
            assert time.monotonic() < deadline, f"{len(self.acknowledged)} acknowledged, {len(self.refused)} refused, and no more"
            time.sleep(0.01)


def write_amid_trouble(port: int, token: str, name: str, told: Told):
    caller = Caller(port, token)
    for n in range(100_000):
        if told.is_over.is_set():
            break
        id = f"{name}-{n}"
        answer = caller.call("POST", "/api/v2/patients", {"id": id, "first_name": "W", "last_name": "x" * 60})
        assert answer.status_code in (201, 503), answer
        (told.acknowledged if answer.status_code == 201 else told.refused).append(id)
        time.sleep(0 if answer.status_code == 201 else 0.01)
    caller.close()


def full_and_empty_in_turns(disk: SmallDisk, told: Told):
    try:
        for _ in range(scaled(4, 2)):
            told.wait_for_more(told.acknowledged)
            disk.fill()
            told.wait_for_more(told.refused)
            time.sleep(0.3)
            disk.empty()
    finally:
        told.is_over.set()


def check_acknowledged(installation: Installation, client: Client, acknowledged: list[str]):
    held = set()
    for entry in ledger_of(installation):
        if (entry["entity"], entry["action"]) == ("patient", "created"):
            assert entry["entity_id"] not in held
            held.add(entry["entity_id"])
    assert held == set(acknowledged), "what was refused is not there, what was acknowledged is"
    assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == len(acknowledged)
    installation.run("audit", "verify", "--books")


def test_nothing_acknowledged_is_lost_nothing_refused_is_kept(disk, installation):
    client = installation.client()
    told = Told()
    at_once(*[lambda n=n: write_amid_trouble(installation.server.port, client.token, f"w{n}", told) for n in range(4)],
            lambda: full_and_empty_in_turns(disk, told))
    wait_until_ready(client)
    check_acknowledged(installation, client, told.acknowledged)
    installation.server.kill()
    installation.serve()
    client.url = installation.server.url
    check_acknowledged(installation, client, told.acknowledged)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_ended_and_started_again_on_a_full_disk(disk, installation, end):
    """It starts and serves what it has, or says in words why it cannot; with space it starts, and nothing is lost."""
    client = installation.client()
    patients = [client.new_patient(last_name=f"P{n}") for n in range(20)]
    fill_until_refused(client, disk)
    installation.server.kill() if end == "kill" else installation.server.stop()
    disk.fill()
    try:
        installation.serve()
        client.url = installation.server.url
        assert client.get(f"/api/v2/patients/{patients[0]}").status_code == 200
        installation.server.kill()
    except AssertionError as refusal:
        assert "serve exited 1" in str(refusal) and "full" in str(refusal), refusal
    disk.empty()
    installation.serve()
    client.url = installation.server.url
    for patient in patients:
        assert client.get(f"/api/v2/patients/{patient}").status_code == 200
    assert client.new_patient()
    installation.run("audit", "verify", "--books")
