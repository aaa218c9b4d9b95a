"""Backups, restoring them, and what verifying the ledger brings to light."""
import json
import os
import shutil
import sqlite3

import pytest

from installation import Installation

pytestmark = pytest.mark.embedded


@pytest.fixture
def filled(installation: Installation) -> Installation:
    installation.create_key()
    rows = "number,phone_type,patient_id,first_name,last_name\n" + "".join(
        f"585{n:07d},cell,p{n},A,B\n" for n in range(3000))
    file = installation.data.parent / "contacts.csv"
    file.write_text(rows)
    installation.run("import", "contacts", file, "--account", "acme")
    return installation


def test_backup_beside_a_server_and_restore(filled: Installation, tmp_path):
    server = filled.serve()
    client = filled.client()
    done = filled.run("backup", tmp_path / "copy.db")
    assert "master.key" in done.stderr and done.stdout == ""
    later = client.new_patient()
    busy = filled.run("restore", tmp_path / "copy.db", "--force", check=False)
    assert busy.returncode == 1 and "stop the server" in busy.stderr
    assert server.stop() == 0
    refused = filled.run("restore", tmp_path / "copy.db", check=False)
    assert refused.returncode == 1 and "--force" in refused.stderr
    filled.run("restore", tmp_path / "copy.db", "--force")
    filled.serve()
    assert client_on(filled, client).get(f"/api/v2/patients/{later}").status_code == 404
    assert client_on(filled, client).get("/api/v2/patients/p2999").status_code == 200
    assert not [name for name in os.listdir(filled.data) if "tmp" in name or "part" in name]


def client_on(installation, client):
    client.url = installation.server.url
    return client


def test_backup_tells_a_script_what_it_made(filled: Installation, tmp_path):
    copy = tmp_path / "copy.db"
    made = json.loads(filled.run("backup", copy, "--json").stdout)
    assert made == {"file": str(copy), "bytes": copy.stat().st_size}


def test_restore_to_a_fresh_directory_needs_the_master_key(filled: Installation, tmp_path):
    filled.run("backup", tmp_path / "copy.db")
    fresh = Installation(tmp_path / "fresh")
    missing = fresh.run("restore", tmp_path / "copy.db", check=False)
    assert missing.returncode == 1 and "master key" in missing.stderr
    wrong = fresh.run("restore", tmp_path / "copy.db", check=False, env={"LINEBOOK_MASTER_KEY": "1" * 64})
    assert wrong.returncode == 1 and "another master key" in wrong.stderr
    shutil.copy(filled.data / "master.key", fresh.data / "master.key")
    fresh.run("restore", tmp_path / "copy.db")
    assert len(fresh.run("export", "contacts", "--account", "acme").stdout.splitlines()) == 3001


def test_damaged_backup_is_refused_and_nothing_replaced(filled: Installation, tmp_path):
    filled.run("backup", tmp_path / "copy.db")
    damaged = bytearray((tmp_path / "copy.db").read_bytes())
    for at in range(len(damaged) // 2, len(damaged) // 2 + 20000):
        damaged[at] ^= 0x55
    (tmp_path / "damaged.db").write_bytes(damaged)
    (tmp_path / "text.db").write_text("not a database\n" * 1000)
    for name in ("damaged.db", "text.db", "none.db"):
        done = filled.run("restore", tmp_path / name, "--force", check=False)
        assert done.returncode == 1, name
    assert len(filled.run("export", "contacts", "--account", "acme").stdout.splitlines()) == 3001


def test_leftovers_of_killed_backups_go_at_the_next_start(filled: Installation):
    names = ["backup-01KXJ.tmp", "backup-01KXJ.tmp.partial", "backup-01KXJ.tmp.partial-journal", "restore.tmp",
             "restore.tmp.part"]
    for name in names:
        (filled.data / name).write_text("left over")
    (filled.data / "backup-mine.db").write_text("somebody's own")
    filled.run("accounts", "list")
    assert not [name for name in names if (filled.data / name).exists()]
    for name in names:
        (filled.data / name).write_text("left over")
    filled.serve()
    assert not [name for name in names if (filled.data / name).exists()]
    assert (filled.data / "backup-mine.db").exists()


def tamper(installation, *statements):
    """As somebody with the file and an SQL shell would."""
    with sqlite3.connect(installation.data / "linebook.db") as db:
        triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%'").fetchall()
        for (name,) in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
    db.close()


def verify(installation, *arguments):
    done = installation.run("audit", "verify", "--account", "acme", "--json", *arguments, check=False)
    verdict = json.loads(done.stdout)
    assert (done.returncode == 0) == verdict["sound"]
    return [(f["fault"], f["first_sequence"], f["last_sequence"]) for f in verdict["findings"]], verdict


def test_a_sound_ledger(filled: Installation):
    findings, verdict = verify(filled)
    assert findings == [] and verdict["entries"] == 6003 and verdict["unsealed"] == 0 and verdict["seals"] >= 6


@pytest.mark.parametrize("statement, finding", [
    ("UPDATE ledger SET actor = 'someone' WHERE account_id = 1 AND sequence = 1234", ("altered", 1234, 1234)),
    ("UPDATE ledger SET at = at + 1 WHERE account_id = 1 AND sequence IN (5, 6)", ("altered", 5, 6)),
    ("DELETE FROM ledger WHERE account_id = 1 AND sequence = 2000", ("removed", 2000, 2000)),
    ("DELETE FROM ledger WHERE account_id = 1 AND sequence > 6000", ("cut off", 6001, 6003)),
    ("INSERT INTO ledger SELECT account_id, 0, at, actor, request_id, entity, entity_id, action, changes FROM ledger "
     "WHERE account_id = 1 AND sequence = 1", ("inserted", 0, 0)),
    ("UPDATE ledger_seals SET chain = zeroblob(32) WHERE account_id = 1 AND first_sequence = 1003",
     ("seal altered", 1003, 2002)),
    ("DELETE FROM ledger_seals WHERE account_id = 1 AND first_sequence = 1003", ("seal removed", 1003, 2002)),
], ids=["altered", "two altered", "removed", "cut off", "inserted", "seal altered", "seal removed"])
def test_tampering_is_found(filled: Installation, statement, finding):
    tamper(filled, statement)
    findings, _ = verify(filled)
    assert finding in findings


def test_exported_heads_find_a_ledger_cut_off_with_its_seals(filled: Installation, tmp_path):
    heads = tmp_path / "heads"
    heads.write_text(filled.run("export", "audit", "--heads").stdout)
    assert verify(filled, "--heads", heads)[0] == []
    tamper(filled, "DELETE FROM ledger WHERE account_id = 1 AND sequence > 5002",
           "DELETE FROM ledger_seals WHERE account_id = 1 AND last_sequence > 5002",
           "UPDATE ledger_heads SET last_sequence = 5002 WHERE account_id = 1")
    assert verify(filled)[0] == []  # nothing in the database tells
    assert verify(filled, "--heads", heads)[0] == [("cut off", 5003, 6003)]


def test_audit_export_shows_every_change(filled: Installation):
    lines = [json.loads(line) for line in filled.run("export", "audit", "--account", "acme").stdout.splitlines()]
    assert [line["sequence"] for line in lines] == list(range(1, 6004))
    assert lines[0]["entity"] == "account" and lines[1]["entity"] == "api_key" and lines[0]["actor"] == "operator"
    assert lines[3]["changes"]["number"] == {"was": None, "is": "5850000000"}


def test_audit_export_has_the_shape_of_the_api(installation: Installation):
    installation.serve()
    client = installation.client()
    client.new_line(sip_username="u", sip_password="secret")
    exported = [json.loads(line) for line in installation.run("export", "audit", "--account", "acme").stdout.splitlines()]
    assert exported[-1]["changes"]["sip_password"] == {"changed": True}
    assert {entry.pop("account") for entry in exported} == {"acme"}
    assert exported[::-1] == client.walk("/audit")


@pytest.mark.parametrize("beside_a_server", [False, True], ids=["alone", "beside a server"])
def test_nothing_is_written_over_the_installation_itself(filled: Installation, tmp_path, beside_a_server):
    if beside_a_server:
        filled.serve()
    (tmp_path / "link").symlink_to(filled.data)
    (tmp_path / "same.db").hardlink_to(filled.data / "linebook.db")
    key = (filled.data / "master.key").read_bytes()
    for target in (filled.data / "linebook.db", filled.data / "master.key", tmp_path / "link/linebook.db",
                   tmp_path / "link/new.db", tmp_path / "same.db"):
        for command in (["backup", target, "--force"], ["export", "contacts", "--account", "acme", "--output", target]):
            done = filled.run(*command, check=False)
            assert done.returncode == 1 and "data directory" in done.stderr, (command, done)
    done = filled.run("backup", "linebook.db", "--force", check=False, cwd=filled.data)
    assert done.returncode == 1 and "data directory" in done.stderr
    assert (filled.data / "master.key").read_bytes() == key and not (filled.data / "new.db").exists()
    assert (tmp_path / "same.db").samefile(filled.data / "linebook.db")
    assert filled.run("audit", "verify").returncode == 0


@pytest.mark.parametrize("beside_a_server", [False, True], ids=["alone", "beside a server"])
def test_backup_keeps_an_existing_file_unless_forced(filled: Installation, tmp_path, beside_a_server):
    if beside_a_server:
        filled.serve()
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    done = filled.run("backup", copy, check=False)
    assert done.returncode == 1 and "--force" in done.stderr and copy.read_text() == "precious"
    filled.run("backup", copy, "--force")
    assert copy.read_bytes().startswith(b"SQLite format 3")
    done = filled.run("export", "contacts", "--account", "acme", "--output", "/dev/null", check=False)
    assert done.returncode == 1 and "regular" in done.stderr and not os.path.isfile("/dev/null")
