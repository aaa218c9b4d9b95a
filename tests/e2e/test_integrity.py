"""`audit verify --books`: the books are what the ledger comes to. `check`: the database itself is whole."""
import contextlib
import json
import sqlite3
import threading

import pytest

from behind_the_back import one, sql
from clinic import Clinic
from furnished import Furnished
from installation import Installation
from postgres_server import OWNER, PostgresServer
from waiting import eventually
from webhooks import LOOPBACK

POOL = [f"+1646{number:07d}" for number in range(7_590_000, 7_590_020)]


def verified(installation: Installation, *arguments) -> tuple[int, dict[str, dict], str]:
    """The exit code, what the books of each account came to, and the words beside it."""
    done = installation.run("audit", "verify", "--books", "--json", *arguments, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {line["account"]: line for line in lines if line["book"] == "books"}, done.stderr


def findings(installation: Installation, account="acme") -> list[tuple]:
    code, books, _ = verified(installation)
    found = [(f["book"], f["id"], f["fault"], f["field"]) for f in books[account]["findings"]]
    assert (code == 0) is (not any(one["findings"] for one in books.values()))
    return found


@pytest.fixture
def furnished(installation) -> Installation:
    """A demo with something in every book of the account acme, and nobody at work in it."""
    installation.serve("--demo", *LOOPBACK)
    installation.import_pool(*POOL)
    client = installation.client()
    Furnished(Clinic(client, "acme"), "https://127.0.0.1:9/scheduling", "https://127.0.0.1:9/down")
    client.post("/fhir-sources", {"name": "ehr", "url": "http://127.0.0.1:9/fhir", "token": "t0k3n"})
    client.new_line(sip_username="trunk", sip_password="s3cret-trunk-password", sip_termination_uri="sip.example.com")
    installation.run("console-link", "--account", "acme")
    yield installation
    installation.close()


# Of each book: what is altered, and how it is told. {} is the id of one of its rows.
ALTERED = {
    "contact_number": ("contact_numbers", "id", "number", "'5550009999'", "number"),
    "patient": ("people", "id", "deceased", {"postgres": "true", "embedded": "1"}, "deceased"),
    "doctor": ("people", "id", "npi", "'1234567893'", "npi"),
    "ai_agent": ("ai_agents", "id", "answer_address", "'wss://elsewhere.example.com/'", "answer"),
    "line": ("lines", "id", "fallback_type = 'number', fallback_address", "'+15550009999'", "fallback_destination"),
    "consent": ("consents", "id", "status", "'revoked'", "status"),
    "suppression": ("suppressions", "number", "call_reason", "NULL, call_at = NULL, text_reason = 'other'", "call"),
    "webhook": ("webhooks", "id", "url", "'https://elsewhere.example.com/'", "url"),
    "dial_list": ("dial_lists", "id", "name", "'Another'", "name"),
    "saved_list": ("saved_lists", "id", "name", "'Another'", "name"),
    "fhir_source": ("fhir_sources", "id", "url", "'https://elsewhere.example.com/fhir'", "url"),
    "api_key": ("api_keys", "id", "scopes", "'contacts:read'", "scopes"),
    "call": ("calls", "id", "caller", "'+15550009999'", "from"),
    "message": ("messages", "id", "recipient", "'+15550009999'", "to"),
    "session": ("sessions", "id", "expires_at", "4102444800000", "expires_at"),
}
WHERE = {"patient": "person_type = 'patient'", "doctor": "person_type = 'doctor'",
         "suppression": "call_reason IS NOT NULL"}


@pytest.mark.long
def test_whatever_changes_behind_the_ledgers_back_is_named(furnished):
    assert findings(furnished) == [], "so it begins"
    account = one(furnished, "SELECT id FROM accounts WHERE name = 'acme'")
    kind = "postgres" if furnished.database else "embedded"

    rows, changes, told = {}, [], set()
    for book, (table, key, column, value, field) in ALTERED.items():
        where = f"account_id = {account} AND {WHERE.get(book, '1 = 1')}"
        rows[book] = one(furnished, f"SELECT min({key}) FROM {table} WHERE {where}")
        assert rows[book] != "None" and rows[book], f"{book} has no row to alter"
        value = value if isinstance(value, str) else value[kind]
        changes.append(f"UPDATE {table} SET {column} = {value} WHERE {where} AND {key} = '{rows[book]}'")
        told.add((book, "•••" + rows[book][-4:] if book == "suppression" else rows[book], "differs", field))
    changes.append(f"UPDATE contact_policies SET version = 9 WHERE account_id = {account}")
    told.add(("contact_policy", "policy", "differs", "version"))
    sql(furnished, *changes)

    # While the server runs, through its socket; it may have gone on with what was altered meanwhile.
    found = set(findings(furnished))
    assert told <= found, told - found
    # Nothing of what was altered, and no secret, is told.
    code, _, said = verified(furnished)
    text = furnished.run("audit", "verify", "--books", check=False)
    assert code == 1 and "not what the ledger comes to" in said
    assert f"contact_number {rows['contact_number']}: number differs, says entry " in text.stdout
    for hidden in ("5550009999", "s3cret", "elsewhere.example.com", rows["suppression"]):
        assert hidden not in text.stdout + text.stderr
    # And without a server.
    furnished.server.kill()
    assert told <= set(findings(furnished))


def test_rows_that_are_gone_or_slipped_in_are_named(furnished):
    furnished.server.stop()
    account = one(furnished, "SELECT id FROM accounts WHERE name = 'acme'")
    gone = one(furnished, f"SELECT min(id) FROM contact_numbers WHERE account_id = {account}")
    consent = one(furnished, f"SELECT min(id) FROM consents WHERE account_id = {account}")
    byo = one(furnished, f"SELECT min(id) FROM lines WHERE account_id = {account} AND provider = 'byo'")
    pia = one(furnished, f"SELECT min(id) FROM lines WHERE account_id = {account} AND provider = 'pia'")
    pool = one(furnished, f"SELECT phone_number FROM lines WHERE account_id = {account} AND id = '{pia}'")
    sql(furnished,
        f"DELETE FROM contact_numbers WHERE account_id = {account} AND id = '{gone}'",
        f"DELETE FROM consents WHERE account_id = {account} AND id = '{consent}'",
        "INSERT INTO ai_agents (account_id, id, name, created_at, updated_at)"
        f" VALUES ({account}, '', 'Nobody', 0, 0), ({account}, 'zz-mole', 'Mole', 0, 0)",
        "INSERT INTO suppressions (account_id, number, call_reason, call_at, created_at, updated_at)"
        f" VALUES ({account}, '9995550123', 'other', 0, 0, 0)",
        f"DELETE FROM numbers_in_service WHERE line_id = '{byo}'",
        f"INSERT INTO numbers_in_service (number, account_id, line_id) VALUES ('+15550001111', {account}, 'pn_none')",
        f"UPDATE pool_numbers SET state = 'available', account_id = NULL WHERE number = '{pool}'",
        f"UPDATE people SET last_key = 'zzz' WHERE account_id = {account} AND person_type = 'doctor'")
    doctor = one(furnished, f"SELECT min(id) FROM people WHERE account_id = {account} AND person_type = 'doctor'")
    assert set(findings(furnished)) == {
        ("contact_number", gone, "missing", None),
        ("contact_number", "the list", "does not follow from the rest", "total"),
        ("consent", consent, "missing", None),
        ("ai_agent", "", "slipped in", None),
        ("ai_agent", "zz-mole", "slipped in", None),
        ("suppression", "•••0123", "slipped in", None),
        ("line", byo, "not in service", None),
        ("line", pia, "pool and line disagree", None),
        ("doctor", doctor, "does not follow from the rest", "last_key")}
    _, books, _ = verified(furnished)
    assert {(f["book"], f["id"], f["fault"], f["field"]) for f in books["(installation)"]["findings"]} == {
        ("line", "+15550001111", "in service without its line", None),
        ("pool_number", pool, "differs", "state")}


def test_a_row_that_nobody_can_read_is_named(installation):
    installation.serve()
    client = installation.client()
    number = client.new_number(client.new_patient(), "5852984455")["id"]
    sql(installation, f"UPDATE contact_numbers SET phone_type = 'fax' WHERE id = '{number}'")
    assert findings(installation) == [("contact_number", number, "unreadable", None)]


def test_what_an_entry_found_otherwise_is_told_by_that_entry(installation):
    installation.serve()
    client = installation.client()
    patient = client.new_patient("John")
    sql(installation, f"UPDATE people SET last_name = 'Roe', last_key = 'roe' WHERE id = '{patient}'")
    assert client.patch(f"/api/v2/patients/{patient}", {"last_name": "Poe"}).status_code == 200
    assert findings(installation) == [("patient", patient, "was found otherwise", "last_name")]


def test_nothing_is_found_under_load(installation):
    """Every account is compared in one snapshot."""
    installation.serve()
    client = installation.client()
    over = threading.Event()
    failed = []

    def write():
        mine = installation.client(name="writer")
        try:
            while not over.is_set():
                patient = mine.new_patient()
                number = mine.new_number(patient, "5852984455")
                mine.patch(f"/api/v2/phone-numbers/{number['id']}", {"phone_type": "home", "primary": True})
                line = mine.new_line()
                mine.delete(f"/phone_numbers/{line['id']}")
                mine.delete(f"/api/v2/phone-numbers/{number['id']}")
        except Exception as error:  # told by the test
            failed.append(error)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(8):
            assert findings(installation) == []
    finally:
        over.set()
        for writer in writers:
            writer.join()
    assert not failed
    assert len(client.walk("/audit", page_size=100)) > 50, "they were at work"
    assert findings(installation) == []


def test_books_are_not_compared_with_a_ledger_that_is_not_sound(installation):
    installation.serve()
    client = installation.client()
    client.new_patient()
    eventually(lambda: client.get("/audit/seals").json()["ledger"]["sealed_sequence"] >= 3)
    sql(installation, *([] if installation.database else ["DROP TRIGGER ledger_refuses_update"]),
        "UPDATE ledger SET actor = 'nobody' WHERE sequence = 1 AND account_id = (SELECT id FROM accounts WHERE name = 'acme')")
    code, books, said = verified(installation)
    assert code == 1 and "acme" not in books
    assert "acme: the books were not compared with a ledger that is not sound itself" in said


# -- The database itself -----------------------------------------------------------------------------------------------


def checked(installation: Installation) -> tuple[int, dict, str]:
    done = installation.run("check", "--json", check=False)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_a_sound_database_is_told_so_beside_the_server_and_without_one(installation):
    installation.serve()
    client = installation.client()
    client.new_number(client.new_patient(), "5852984455")
    code, verdict, _ = checked(installation)
    assert code == 0 and verdict["sound"] and verdict["faults"] == []
    assert verdict["checked"]
    assert "sound\n" in installation.run("check").stdout
    installation.server.stop()
    code, verdict, _ = checked(installation)
    assert code == 0 and verdict["sound"]


def furnish_pages(client):
    """So much that the middle of the file is full of it."""
    for each in range(40):
        client.new_patient("J" * 60, f"Doe {each}" + "e" * 40, email=f"{'x' * 60}{each}@example.com")


@pytest.mark.embedded
@pytest.mark.parametrize("serving", (True, False), ids=("served", "alone"))
def test_a_damaged_page_is_found(installation, serving):
    installation.serve()
    furnish_pages(installation.client())
    installation.server.stop()  # the log is copied over
    page = int(one(installation, "SELECT rootpage FROM sqlite_schema WHERE name = 'people_by_name'"))
    if serving:
        installation.serve()
    with (installation.data / "linebook.db").open("r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\x5a" * 2000)
    code, verdict, said = checked(installation)
    assert code == 1 and not verdict["sound"]
    assert any(fault["where"] == "linebook.db, table people" for fault in verdict["faults"]), verdict
    assert "restore the newest backup" in said


@pytest.mark.embedded
def test_damage_of_the_request_history_is_found(installation):
    installation.serve()
    client = installation.client()
    for _ in range(200):
        client.get("/phone_numbers")
    eventually(lambda: client.get("/requests").json()["requests"])
    installation.server.stop()
    file = installation.data / "requests.db"
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\x5a" * 4096)
    code, verdict, _ = checked(installation)
    assert code == 1
    assert all(fault["where"].startswith("requests.db") for fault in verdict["faults"])


def test_a_reference_to_nothing_is_found(installation):
    installation.serve()
    client = installation.client()
    patient = client.new_patient()
    client.new_number(patient, "5852984455")
    sql(installation, f"DELETE FROM people WHERE id = '{patient}'")
    code, verdict, _ = checked(installation)
    assert code == 1
    (fault,) = verdict["faults"]
    assert fault["where"].endswith("table contact_numbers") and "people" in fault["what"]


def test_a_damaged_page_of_postgresql_is_found(tmp_path):
    server = PostgresServer()
    installation = Installation(tmp_path / "data", server.new_database())
    try:
        installation.serve()
        furnish_pages(installation.client())
        installation.server.stop()
        file = server.sql("SELECT pg_relation_filepath('people'::regclass)", installation.database)
        server.stop()
        with (server.directory / "data" / file).open("r+b") as page:
            page.write(b"\x5a" * 512)
        server.start()
        code, verdict, said = checked(installation)
        assert code == 1 and "restore the newest backup" in said
        assert any(fault["where"] == "table people" for fault in verdict["faults"]), verdict
    finally:
        installation.close()
        server.close()


def test_on_postgresql_amcheck_is_used_where_it_is(tmp_path, postgres, database):
    installation = Installation(tmp_path / "data", database)
    try:
        installation.serve()
        client = installation.client()
        client.new_number(client.new_patient(), "5852984455")
        _, verdict, _ = checked(installation)
        assert any("amcheck" in what for what in verdict["not_checked"]), verdict
        postgres.sql(f"CREATE EXTENSION amcheck; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {OWNER}", database)
        _, verdict, _ = checked(installation)
        assert verdict["sound"], verdict
        assert any("by amcheck" in what for what in verdict["checked"]), verdict
        postgres.sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'people_by_name'::regclass", database)
        code, verdict, _ = checked(installation)
        assert code == 1 and any("people_by_name is not valid" in fault["what"] for fault in verdict["faults"])
    finally:
        installation.close()
