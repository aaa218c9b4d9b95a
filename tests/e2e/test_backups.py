"""Backups by themselves: made, verified, kept and told of; a directory that fails keeps nobody from working."""
import datetime
import hashlib
import os
import re
import shutil

import pytest

import installation as program
from installation import Installation, clock_ahead
from small_disk import SmallDisk
from waiting import eventually

pytestmark = pytest.mark.embedded


def backups(directory):
    return sorted(name for name in os.listdir(directory) if re.fullmatch(r"linebook-\d{8}T\d{6}Z\.db", name))


def metric(server, name):
    found = re.search(rf"^{name} (\S+)$", server.metrics(), re.MULTILINE)
    return float(found[1]) if found else None


def people_in(file, tmp_path, key):
    """How many a restored copy has."""
    fresh = Installation(tmp_path / f"fresh-{file.name}")
    fresh.data.mkdir()
    shutil.copy(key, fresh.data / "master.key")
    fresh.run("restore", file)
    try:
        fresh.serve()
        return fresh.client().get("/api/v2/patients").json()["pagination"]["total_items"]
    finally:
        fresh.close()


def test_made_verified_and_the_oldest_removed(installation: Installation, tmp_path):
    directory = tmp_path / "backups"
    server = installation.serve("--backup-dir", directory, "--backup-every", "1s", "--backup-keep", "3")
    client = installation.client()
    client.new_patient()
    made_before = metric(server, "linebook_backups_total")
    eventually(lambda: metric(server, "linebook_backups_total") >= made_before + 5, 60)
    assert 1 <= len(backups(directory)) <= 4
    state = client.get("/readyz").json()["backups"]
    assert state["failing"] is False and state["age_seconds"] >= 0
    assert metric(server, "linebook_backup_age_seconds") is not None and metric(server, "linebook_backup_failing") == 0
    assert server.stop() == 0
    kept = backups(directory)
    assert len(kept) in (3, 4) and server.complaints() == []
    for name in kept:
        text = (directory / f"{name}.sha256").read_text()
        assert text == f"{hashlib.sha256((directory / name).read_bytes()).hexdigest()}  {name}\n"
        assert (directory / name).stat().st_mode & 0o077 == 0
    assert people_in(directory / kept[-1], tmp_path, installation.data / "master.key") == 1


def test_a_start_catches_up_and_does_no_more(installation: Installation, tmp_path):
    directory = tmp_path / "backups"
    flags = ("--backup-dir", directory, "--backup-every", "1h")
    installation.serve(*flags)
    eventually(lambda: len(backups(directory)) == 1, 30)
    installation.server.stop()
    installation.serve(*flags)
    eventually(lambda: metric(installation.server, "linebook_backups_kept") == 1, 30)
    assert metric(installation.server, "linebook_backups_total") == 0
    installation.server.stop()
    installation.serve(*flags, env=clock_ahead("2h"))
    eventually(lambda: len(backups(directory)) == 2, 60)


def test_restored_by_time_from_the_directory(installation: Installation, tmp_path):
    directory = tmp_path / "backups"
    installation.serve("--backup-dir", directory, "--backup-every", "1s")
    client = installation.client()
    client.new_patient()
    before = backups(directory)
    eventually(lambda: len(backups(directory)) >= len(before) + 2, 60)
    first = backups(directory)[-1]
    at = datetime.datetime.strptime(first, "linebook-%Y%m%dT%H%M%SZ.db") + datetime.timedelta(seconds=1)
    client.new_patient()
    count = len(backups(directory))
    eventually(lambda: len(backups(directory)) >= count + 2, 60)
    installation.server.stop()
    for arguments, patients in (((), 2), (("--at", at.strftime("%Y-%m-%dT%H:%M:%SZ")), 1)):
        installation.run("restore", "--backup-dir", directory, *arguments, "--force")
        installation.serve()
        client.url = installation.server.url
        assert client.get("/api/v2/patients").json()["pagination"]["total_items"] == patients
        installation.server.stop()
    nothing = installation.run("restore", "--backup-dir", directory, "--at", "2001-01-01T00:00:00Z", "--force", check=False)
    assert nothing.returncode == 1 and "from before" in nothing.stderr
    newest = directory / backups(directory)[-1]
    newest.write_bytes(newest.read_bytes()[:-1] + b"x")
    damaged = installation.run("restore", "--backup-dir", directory, "--force", check=False)
    assert damaged.returncode == 1 and "checksum" in damaged.stderr


def test_a_full_disk_is_told_and_serving_goes_on(tmp_path, monkeypatch):
    disk = SmallDisk(tmp_path / "disk", 16)
    try:
        monkeypatch.setattr(program, "BINARY", disk.program(tmp_path / "linebook"))
        installation = Installation(tmp_path / "data")
        directory = disk.mount_point / "backups"
        server = installation.serve("--backup-dir", directory, "--backup-every", "1s", "--backup-keep", "2")
        client = installation.client()
        eventually(lambda: metric(server, "linebook_backups_total") > 0, 60)
        disk.fill()
        eventually(lambda: client.get("/readyz").json()["backups"]["failing"], 60)
        client.new_patient()
        assert any("no backup could be made" in line["message"] for line in server.complaints())
        assert metric(server, "linebook_backup_failing") == 1 and metric(server, "linebook_backup_failures_total") > 0
        whole = backups(disk.inside / "backups")
        assert whole and all((disk.inside / "backups" / name).stat().st_size > 0 for name in whole)
        disk.empty()
        eventually(lambda: not client.get("/readyz").json()["backups"]["failing"], 60)
        assert server.stop() == 0
    finally:
        installation.close()
        disk.close()


def test_a_missing_directory_is_told(installation: Installation, tmp_path):
    directory = tmp_path / "not" / "mounted"
    server = installation.serve("--backup-dir", directory, "--backup-every", "1s")
    client = installation.client()
    eventually(lambda: client.get("/readyz").json()["backups"] == {"age_seconds": None, "failing": True}, 30)
    client.new_patient()
    directory.mkdir(parents=True)
    eventually(lambda: backups(directory), 60)
    assert server.stop() == 0


def test_settings_say_what_is_wrong(installation: Installation, tmp_path):
    for arguments, words in ((("--backup-every", "soon"), "15m, 1h or 7d"), (("--backup-keep", "0"), "whole number"),
                             (("--replica-sync", "maybe"), "on or off"),
                             (("--replica-dir", installation.data), "must not be the data directory"),
                             (("--backup-dir", tmp_path, "--database", "postgres://x@y/z"), "docs/SCALING.md")):
        refused = installation.run("serve", "--check-config", *arguments, check=False)
        assert refused.returncode == 2 and words in refused.stderr, refused.stderr
    shown = installation.run("serve", "--check-config", "--backup-dir", "/b", "--backup-every", "90m", "--replica-dir", "/r").stdout
    assert 'backup_every = "90m"' in shown and 'replica_keep = "3d"' in shown and 'replica_sync = "on"' in shown
