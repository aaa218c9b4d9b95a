"""The replica: what a killed server acknowledged comes back out of it alone, at any second; what its disk costs."""
import datetime
import os
import random
import re
import shutil
import threading
import time

import pytest

import installation as program
from installation import Installation
from load import scaled
from raw_http import Caller
from small_disk import SmallDisk
from waiting import eventually

pytestmark = pytest.mark.embedded

WRITERS = 6


def replica_flags(directory, sync):
    return "--replica-dir", directory, "--replica-sync", sync


def metric(server, name):
    return float(re.search(rf"^{name} (\S+)$", server.metrics(), re.MULTILINE)[1])


def state(client):
    return client.get("/readyz").json()["replica"]


class Writer(threading.Thread):
    """Makes patients until the server dies. Keeps which were acknowledged, and when."""

    def __init__(self, name: str, port: int, token: str):
        super().__init__(daemon=True)
        self.caller = Caller(port, token)
        self.label = name
        self.acknowledged: list[tuple[str, float]] = []
        self.failure: BaseException | None = None

    def run(self):
        try:
            for n in range(1_000_000):
                id = f"{self.label}-{n}"
                answer = self.caller.call("POST", "/api/v2/patients", {"id": id, "first_name": "W", "last_name": "x" * 60})
                assert answer.status_code == 201, answer
                self.acknowledged.append((id, time.time()))
        except ConnectionError:
            pass
        except BaseException as failure:
            self.failure = failure
        finally:
            self.caller.close()


def write_until_killed(installation, token, label, seconds) -> tuple[list[tuple[str, float]], float]:
    writers = [Writer(f"{label}-{n}", installation.server.port, token) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(seconds)
    killed = time.time()
    installation.server.kill()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive() and writer.failure is None, writer.failure
    return [entry for writer in writers for entry in writer.acknowledged], killed


def lose_all_but_the_key(installation):
    key = installation.data.parent / "kept.key"
    shutil.copy(installation.data / "master.key", key)
    shutil.rmtree(installation.data)
    installation.data.mkdir()
    shutil.move(key, installation.data / "master.key")


def patients(installation) -> set[str]:
    rows = installation.run("export", "contacts", "--account", "acme", check=False)
    ledger = installation.run("export", "audit", "--account", "acme").stdout
    assert rows.returncode == 0
    return set(re.findall(r'"entity":"patient","entity_id":"([^"]+)"', ledger))


@pytest.mark.parametrize("sync", ["on", "off"])
def test_a_killed_server_comes_back_out_of_its_replica_alone(installation: Installation, tmp_path, sync):
    directory = tmp_path / "replica"
    flags = replica_flags(directory, sync)
    token = installation.create_key()
    acknowledged: list[tuple[str, float]] = []
    for kill in range(scaled(4, 2)):
        installation.serve(*flags)
        caller = Caller(installation.server.port, token)
        eventually(lambda: '"failing":false' in caller.call("GET", "/readyz").text, 60)
        caller.close()
        now, killed = write_until_killed(installation, token, f"k{kill}", random.Random(kill).uniform(0.8, 2.5))
        assert now
        acknowledged += now
        lose_all_but_the_key(installation)
        installation.run("restore", "--replica-dir", directory)
        held = patients(installation)
        # A second by its clock, and one more for the machine that the test runs on.
        owed = {id for id, at in acknowledged if sync == "on" or at < killed - 2}
        assert owed <= held, f"{len(owed - held)} of {len(owed)} acknowledged writes are not in the replica"
        acknowledged = [(id, at) for id, at in acknowledged if id in held]
        installation.run("audit", "verify")
    installation.serve(*flags)
    installation.client().new_patient()


def test_any_second_comes_back(installation: Installation, tmp_path):
    directory = tmp_path / "replica"
    installation.serve("--replica-dir", directory)
    client = installation.client()
    moments = []
    for n in range(4):
        client.new_patient()
        time.sleep(1.1)  # whole seconds tell them apart
        moments.append((datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), n + 1))
        time.sleep(1.1)
    assert installation.server.stop() == 0
    for at, count in reversed(moments):
        installation.run("restore", "--replica-dir", directory, "--at", at, "--force")
        installation.serve()
        client.url = installation.server.url
        assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == count
        installation.server.stop()
    refused = installation.run("restore", "--replica-dir", directory, "--at", "2001-01-01T00:00:00Z", "--force", check=False)
    assert refused.returncode == 1 and "nothing from before" in refused.stderr
    assert installation.run("restore", check=False).returncode == 2
    assert installation.run("restore", "--replica-dir", directory, "--at", "yesterday", check=False).returncode == 2

    # The database is at an earlier moment than its replica now.
    with pytest.raises(AssertionError, match="writes up to .* that this database does not have"):
        installation.serve("--replica-dir", directory)
    installation.run("restore", "--replica-dir", directory, "--force")
    installation.serve("--replica-dir", directory)
    client.url = installation.server.url
    assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == 4


def test_another_installations_is_refused(installation: Installation, tmp_path):
    directory = tmp_path / "replica"
    installation.serve("--replica-dir", directory)
    installation.client().new_patient()
    other = Installation(tmp_path / "other")
    with pytest.raises(AssertionError, match="in use by another process"):
        other.serve("--replica-dir", directory)
    installation.server.stop()
    with pytest.raises(AssertionError, match="of another installation"):
        other.serve("--replica-dir", directory)
    installation.serve("--replica-dir", directory)


@pytest.fixture
def on_small_disk(tmp_path, monkeypatch):
    """An installation, and a disk for its replica."""
    disk = SmallDisk(tmp_path / "disk", 64)
    monkeypatch.setattr(program, "BINARY", disk.program(tmp_path / "linebook"))
    made = Installation(tmp_path / "data")
    yield made, disk
    made.close()
    disk.close()


def is_refused(answer):
    assert answer.status_code == 503 and answer.json()["error"]["code"] == "unavailable", answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    return True


def write_until_refused(client):
    for n in range(5000):
        answer = client.post("/api/v2/patients", {"first_name": "Full", "last_name": f"{n}" + "x" * 60})
        if answer.status_code != 201:
            return is_refused(answer)
    raise AssertionError("a full disk never showed")


def test_full_and_sync_writes_are_refused_until_there_is_room(on_small_disk):
    installation, disk = on_small_disk
    directory = disk.mount_point / "replica"
    server = installation.serve("--replica-dir", directory)
    client = installation.client()
    client.new_patient()
    disk.fill()
    write_until_refused(client)
    is_refused(client.post("/api/v2/patients", {"first_name": "A", "last_name": "B"}))
    assert client.get("/api/v2/patients").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert metric(server, "linebook_replica_following") == 0 and metric(server, "linebook_replica_failures_total") >= 1
    assert any("No space left" in line["message"] for line in server.complaints())
    disk.empty()
    eventually(lambda: client.get("/readyz").status_code == 200, 60)
    last = client.new_patient()
    total = client.get("/api/v2/patients").json()["pagination"]["total_items"]
    server.kill()
    lose_all_but_the_key(installation)
    installation.run("restore", "--replica-dir", directory)
    installation.serve("--replica-dir", directory)
    client.url = installation.server.url
    assert client.get(f"/api/v2/patients/{last}").status_code == 200
    assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == total


def test_full_and_not_sync_serving_goes_on(on_small_disk):
    installation, disk = on_small_disk
    directory = disk.mount_point / "replica"
    server = installation.serve(*replica_flags(directory, "off"))
    client = installation.client()
    eventually(lambda: not state(client)["failing"], 60)
    disk.fill()

    def is_failing():
        client.new_patient(last_name="x" * 60)
        return state(client)["failing"]
    eventually(is_failing, 120)
    client.new_patient()
    assert client.get("/readyz").status_code == 200
    disk.empty()
    eventually(lambda: state(client) == {"sync": False, "lag_seconds": 0, "failing": False}, 60)
    last = client.new_patient()
    eventually(lambda: metric(server, "linebook_replica_lag_commits") == 0, 30)
    server.kill()
    lose_all_but_the_key(installation)
    installation.run("restore", "--replica-dir", directory)
    installation.serve()
    client.url = installation.server.url
    assert client.get(f"/api/v2/patients/{last}").status_code == 200


@pytest.mark.parametrize("sync", ["on", "off"])
def test_unmounted_and_back(on_small_disk, tmp_path, sync):
    installation, disk = on_small_disk
    directory = disk.mount_point / "replica"
    (tmp_path / "elsewhere").mkdir()
    server = installation.serve(*replica_flags(directory, sync))
    client = installation.client()
    client.new_patient()
    eventually(lambda: client.get("/readyz").status_code == 200 and not state(client)["failing"], 60)
    disk.move(tmp_path / "elsewhere")
    if sync == "on":
        is_refused(client.post("/api/v2/patients", {"first_name": "A", "last_name": "B"}))
        assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == 1, "refused before it was kept"
    else:
        client.new_patient()
        eventually(lambda: state(client)["failing"], 60)
    assert not os.listdir(disk.mount_point), "nothing was written to where the disk was"
    disk.move_back(tmp_path / "elsewhere")
    eventually(lambda: client.get("/readyz").status_code == 200 and not state(client)["failing"], 60)
    client.new_patient()
    eventually(lambda: metric(server, "linebook_replica_lag_commits") == 0, 30)
    total = client.get("/api/v2/patients").json()["pagination"]["total_items"]
    server.kill()
    lose_all_but_the_key(installation)
    installation.run("restore", "--replica-dir", directory)
    installation.serve(*replica_flags(directory, sync))
    client.url = installation.server.url
    assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == total
