"""Imports over HTTP: a file in pieces, rehearsed, imported, its rejects told, and nothing of it left behind."""
import csv
import io
import json
import time

import pytest

from installation import Client
from refusals import refused
from webhooks import MovableClock

BYTES = {"Content-Type": "application/octet-stream"}
TABLE = ("number,phone_type,patient_id,first_name,last_name\n(585) 298-4455,cell,john,John,Doe\n12,cell,mary,Mary,Major\n"
         "5855550142,home,mary,Mary,Major\n")


def announced(client: Client, content: bytes, kind="contacts", name="reception.csv") -> str:
    answer = client.post("/imports", {"kind": kind, "name": name, "size": len(content)})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/imports/{answer.json()['id']}"
    return answer.json()["id"]


def sent(client: Client, upload: str, content: bytes, piece=1 << 20) -> dict:
    for offset in range(0, len(content), piece):
        answer = client.put(f"/imports/{upload}/file?offset={offset}", data=content[offset:offset + piece], headers=BYTES)
        assert answer.status_code == 200, answer.text
    return answer.json()


def uploaded(client: Client, content: str | bytes, **how) -> str:
    content = content.encode() if isinstance(content, str) else content
    upload = announced(client, content, **how)
    assert sent(client, upload, content)["status"] == "uploaded"
    return upload


def run(client: Client, upload: str, **wish) -> dict:
    """To its end."""
    answer = client.post(f"/imports/{upload}/run", wish)
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 60
    while (told := client.get(f"/imports/{upload}").json())["status"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return told


def total(client: Client) -> int:
    return client.get("/api/v2/phone-numbers").json()["pagination"]["total_items"]


def rejects(client: Client, upload: str) -> list[dict]:
    answer = client.get(f"/imports/{upload}/rejects")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_file_is_rehearsed_and_imported(account, shared_installation):
    upload = uploaded(account, TABLE)
    rehearsed = run(account, upload, dry_run=True)
    assert rehearsed["status"] == "finished" and rehearsed["run"]["dry_run"] and rehearsed["run"]["rejects"] == 1
    assert rehearsed["run"]["report"]["errors"] == 1 and total(account) == 0
    assert any("first_name" in message for message in rehearsed["run"]["messages"])
    assert [row["row"] for row in rejects(account, upload)] == ["2"]
    imported = run(account, upload, dry_run=False)
    assert imported["status"] == "finished" and imported["run"]["report"]["added"] == 2 and total(account) == 2
    (row,) = rejects(account, upload)
    assert row["line"] == "3" and "number" in row["message"]
    entry = account.get("/audit?entity=import").json()["entries"][0]
    assert entry["action"] == "finished" and entry["actor"].startswith("key_"), "not the operator did it"
    assert not list((shared_installation.data / "uploads").glob(f"{upload}.file")), "deleted when it is done"
    refused(account.post(f"/imports/{upload}/run", {"dry_run": False}), 409, "conflict")
    assert account.delete(f"/imports/{upload}").json()["deleted"]
    refused(account.get(f"/imports/{upload}"), 404, "not_found")
    assert not list((shared_installation.data / "uploads").glob(f"{upload}*"))


def test_columns_are_mapped_by_hand(account):
    upload = uploaded(account, "Rufnummer;Vor;Nach;Egal\n5852984455;John;Doe;x\n")
    failed = run(account, upload)
    assert failed["status"] == "failed" and failed["run"]["report"] is None and failed["run"]["messages"]
    told = run(account, upload, dry_run=False, columns={"Rufnummer": "number", "Vor": "first_name", "Nach": "last_name", "Egal": ""}, people="doctor")
    assert told["status"] == "finished" and told["run"]["report"]["added"] == 1, told
    assert account.get("/api/v2/doctors").json()["pagination"]["total_items"] == 1


def test_how_it_was_read_is_told_in_parts_and_read_again_the_same_way(account):
    table = "Rufnummer;Mobile;Vor;Nach;Egal\n5852984455;(585) 555-0142;John;D\xf6e;x\n12;;A;B;\n"
    upload = uploaded(account, table.encode("windows-1252"))
    failed = run(account, upload, people="doctor")["run"]["understood"]
    assert (failed["encoding"], failed["separator"], failed["people"]) == ("windows-1252", ";", "doctor")
    assert {each["header"]: each["known"] for each in failed["columns"]} == {
        "Rufnummer": False, "Mobile": True, "Vor": False, "Nach": False, "Egal": False}
    told = run(account, upload, people="doctor", columns={"Rufnummer": "number", "Vor": "first_name", "Nach": "last_name", "Egal": ""})
    understood = told["run"]["understood"]
    assert [(each["header"], each["meaning"]) for each in understood["columns"]] == [
        ("Rufnummer", "number"), ("Mobile", "Mobile Phone"), ("Vor", "first_name"), ("Nach", "last_name"), ("Egal", "")]
    first, second = understood["rows"]
    assert first["name"] == "John D\u00f6e" and first["person_type"] == "doctor" and not first["refused"]
    assert [(each["number"], each["phone_type"]) for each in first["numbers"]] == [("5852984455", "other"), ("5855550142", "cell")]
    assert second["refused"] and "digits" in second["note"] and [each["rows"] for each in understood["faults"]] == [1]
    same = {"encoding": understood["encoding"], "separator": understood["separator"], "people": understood["people"],
            "columns": {each["header"]: each["meaning"] for each in understood["columns"]}}
    assert run(account, upload, dry_run=False, **same)["run"]["understood"] == understood
    assert account.get("/api/v2/doctors").json()["pagination"]["total_items"] == 1


def test_vcards_and_fhir(account):
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:John Doe\r\nN:Doe;John;;;\r\nTEL;TYPE=cell:+1 585 298 4455\r\nEND:VCARD\r\n"
    assert run(account, uploaded(account, card, kind="vcard"), dry_run=False)["run"]["report"]["added"] == 1
    patient = ('{"resourceType":"Patient","id":"p1","name":[{"family":"Major","given":["Mary"]}],'
               '"telecom":[{"system":"phone","value":"5855550142","use":"mobile"}]}\n')
    told = run(account, uploaded(account, patient, kind="fhir"), dry_run=False)
    assert told["status"] == "finished" and total(account) == 2, told
    assert told["run"]["understood"] is None


def test_an_upload_goes_on_where_it_broke_off(account):
    content = TABLE.encode()
    upload = announced(account, content)
    account.put(f"/imports/{upload}/file?offset=0", data=content[:30], headers=BYTES)
    assert "offset 30" in refused(account.put(f"/imports/{upload}/file?offset=0", data=content[:30], headers=BYTES), 409, "conflict", "offset")["message"]
    refused(account.put(f"/imports/{upload}/file?offset=40", data=content[40:], headers=BYTES), 409, "conflict", "offset")
    refused(account.put(f"/imports/{upload}/file?offset=30", data=content[30:] + b"x", headers=BYTES), 409, "conflict", "offset")
    refused(account.post(f"/imports/{upload}/run", {}), 409, "conflict")
    received = account.get(f"/imports/{upload}").json()["received"]
    assert received == 30
    assert account.put(f"/imports/{upload}/file?offset={received}", data=content[received:], headers=BYTES).json()["status"] == "uploaded"
    refused(account.put(f"/imports/{upload}/file?offset={len(content)}", data=b"x", headers=BYTES), 409, "conflict", "offset")
    assert run(account, upload)["run"]["report"]["rows"] == 3


def test_many_pieces(shared_installation):
    """They are not counted: a minute of the key would not be enough."""
    client = shared_installation.client(account="many pieces", rate_limit=20)
    rows = "".join(f"{5_850_000_000 + n},cell,A,B\n" for n in range(3000))
    content = ("number,phone_type,first_name,last_name\n" + rows).encode()
    upload = announced(client, content)
    assert sent(client, upload, content, piece=1000)["received"] == len(content)


@pytest.mark.parametrize("body, fields", [
    ({}, ["kind", "name", "size"]), ({"kind": "people", "name": "", "size": 0}, ["kind", "name", "size"]),
    ({"kind": "contacts", "name": "a\nb", "size": (1 << 30) + 1}, ["name", "size"]), ({"kind": "contacts", "name": "a", "size": 1, "more": 1}, ["more"])])
def test_what_cannot_be_announced(account, body, fields):
    refused(account.post("/imports", body), 422, "validation_error", *fields)


def test_pieces_that_are_none(account):
    upload = announced(account, b"x" * 10)
    refused(account.put(f"/imports/{upload}/file", data=b"x", headers={"Content-Type": "text/csv"}), 415, "unsupported_media_type")
    refused(account.put(f"/imports/{upload}/file", data=b"", headers=BYTES), 400, "invalid_request")
    refused(account.put(f"/imports/{upload}/file", data=b"x" * ((1 << 20) + 1), headers=BYTES), 413, "payload_too_large")
    refused(account.put(f"/imports/{upload}/file?offset=-1", data=b"x", headers=BYTES), 400, "invalid_parameter", "offset")


@pytest.mark.parametrize("columns", [[], {"": "number"}, {"a=b": "number"}, {"a": 1}, {str(n): "" for n in range(101)}])
def test_columns_that_are_none(account, columns):
    upload = uploaded(account, TABLE)
    refused(account.post(f"/imports/{upload}/run", {"columns": columns}), 422, "validation_error", "columns")


@pytest.mark.parametrize("wish", [{"encoding": "--help"}, {"separator": "--data=/"}, {"people": "-"}, {"columns": {"--results": "/etc/passwd"}},
                                  {"columns": {"number": "--account"}}])
def test_words_are_no_flags(account, wish):
    upload = uploaded(account, TABLE)
    assert run(account, upload, **wish)["status"] == "failed"
    assert run(account, upload)["status"] == "finished"


def test_another_account_sees_nothing_of_it(account, shared_installation):
    upload = uploaded(account, TABLE)
    stranger = shared_installation.client(account="stranger to imports")
    assert stranger.get("/imports").json() == {"imports": []}
    for answer in (stranger.get(f"/imports/{upload}"), stranger.get(f"/imports/{upload}/rejects"), stranger.delete(f"/imports/{upload}"),
                   stranger.post(f"/imports/{upload}/run", {}), stranger.put(f"/imports/{upload}/file", data=b"x", headers=BYTES)):
        refused(answer, 404, "not_found")
    assert [told["id"] for told in account.get("/imports").json()["imports"]] == [upload]


def test_so_many_and_no_more(account):
    uploads = [announced(account, b"x") for _ in range(4)]
    refused(account.post("/imports", {"kind": "contacts", "name": "a", "size": 1}), 409, "conflict")
    account.delete(f"/imports/{uploads[0]}")
    announced(account, b"x")


def test_one_that_runs_is_called_off(account):
    rows = "".join(f"{2_120_000_000 + n * 7},cell,p{n},A,B\n" for n in range(60_000))
    upload = uploaded(account, "number,phone_type,patient_id,first_name,last_name\n" + rows)
    assert account.post(f"/imports/{upload}/run", {"dry_run": False}).status_code == 202
    refused(account.post(f"/imports/{upload}/run", {}), 409, "conflict")
    account.delete(f"/imports/{upload}")
    refused(account.get(f"/imports/{upload}"), 404, "not_found")
    deadline = time.monotonic() + 30
    before = -1
    while (now := total(account)) != before:
        assert time.monotonic() < deadline
        before = now
        time.sleep(1)
    assert now < 60_000


def test_an_import_ends_with_the_key_that_began_it(shared_installation):
    account = "import of a revoked key"
    owner = shared_installation.client(account=account)
    token = shared_installation.create_key(account=account, name="leaves")
    leaver = Client(shared_installation.server.url, token)
    rows = "".join(f"{3_120_000_000 + n * 7},cell,p{n},A,B\n" for n in range(60_000))
    upload = uploaded(leaver, "number,phone_type,patient_id,first_name,last_name\n" + rows)
    assert leaver.post(f"/imports/{upload}/run", {"dry_run": False}).status_code == 202
    (key,) = [key["id"] for key in json.loads(shared_installation.run("keys", "list", "--account", account, "--json").stdout) if key["name"] == "leaves"]
    shared_installation.create_key(account=account, name="unlike it, this changes nothing")
    shared_installation.run("keys", "revoke", key)
    deadline = time.monotonic() + 30
    while (told := owner.get(f"/imports/{upload}").json())["status"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert told["status"] == "failed" and "revoked" in told["run"]["messages"][-1], told
    assert total(owner) < 60_000


def test_what_nobody_imports_is_gone_after_a_day(installation, tmp_path):
    """A file that was rehearsed, one that could not be read and one that never came whole."""
    clock = MovableClock(tmp_path)
    installation.serve(env=clock.env)
    client = installation.client()
    folder = installation.data / "uploads"
    rehearsed, unreadable = uploaded(client, TABLE), uploaded(client, "a;b\n1;2\n")
    assert run(client, rehearsed)["status"] == "finished" and run(client, unreadable)["status"] == "failed"
    half = announced(client, b"x" * 10)
    client.put(f"/imports/{half}/file?offset=0", data=b"x", headers=BYTES)
    assert len(list(folder.glob("*.file"))) == 3
    clock.move(25 * 3600)
    assert client.get("/imports").json() == {"imports": []} and not list(folder.iterdir())


def test_nothing_is_left_by_a_server_that_ends(installation, server):
    client = installation.client()
    uploaded(client, TABLE)
    folder = installation.data / "uploads"
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]
    server.kill()
    assert list(folder.iterdir())
    again = Client(installation.serve().url, client.token)
    assert again.get("/imports").json() == {"imports": []} and not folder.exists()
