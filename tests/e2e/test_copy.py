"""linebook copy: an embedded installation moves to PostgreSQL."""
import json
import subprocess
import time

import pytest

from installation import BINARY, Client, Installation, unused_e164
from load import scaled
from postgres_server import PostgresServer

PAGES = ("/api/v2/phone-numbers?limit=100", "/api/v2/patients?limit=100", "/api/v2/doctors?limit=100", "/phone_numbers?page_size=100",
         "/ai_agents", "/audit?page_size=100", "/api/v2/phone-numbers?q=5852&limit=100", "/saved-lists", "/api/v2/phone-numbers/quality")


@pytest.fixture
def embedded(tmp_path) -> Installation:
    made = Installation(tmp_path / "embedded")
    made.env.pop("LINEBOOK_DATABASE", None)
    yield made
    made.close()


def copy(embedded: Installation, database: str, check=True, **arguments) -> subprocess.CompletedProcess:
    done = subprocess.run([BINARY, "copy", "--from", embedded.data, "--to", database], capture_output=True, text=True, timeout=300,
                          **arguments)
    if check:
        assert done.returncode == 0, done
    return done


def fill(embedded: Installation, rows: int) -> Client:
    """Something of everything, with what is hard to write as text."""
    embedded.serve("--number-policy", "possible")
    embedded.import_pool("+13035550100", "+13035550101")
    client = embedded.client()
    client.new_agent("agent_1")
    patient = client.new_patient("Zoë \\N \\t", "O'Néill\\ 山田", email="a@b.example", timezone="America/New_York",
                                 contact_window={"days": ["mon"], "start": "09:00", "end": "17:00"})
    doctor = client.post("/api/v2/doctors", {"first_name": "D", "last_name": "R", "npi": "1234567893"}).json()["id"]
    number = client.new_number(patient, "5852984455", primary=True, do_not_call=True)
    client.patch(f"/api/v2/phone-numbers/{number['id']}", {"phone_type": "home"})
    client.post("/api/v2/phone-numbers", {"number": "5852984456", "phone_type": "other", "doctor_id": doctor})
    client.delete(f"/api/v2/phone-numbers/{client.new_number(patient, '5852984457', do_not_call=True)['id']}")
    client.new_line(unused_e164(), ai_agent_id="agent_1", sip_termination_uri="sip:trunk.example.com", sip_username="u",
                    sip_password="secret\\x00", name="Front \\ desk")
    client.post("/phone_numbers", {"provider": "pia", "area_code": "303"}, headers={"Idempotency-Key": "pia \\ once"})
    client.post("/saved-lists", {"name": "Zoë \\N", "of": "phone_numbers", "sort": "name",
                                 "filter": {"q": "o'né", "person_type": "patient", "verified": False, "do_not_call": True}})
    embedded.client("other account").new_patient("Other")
    table = embedded.data.parent / "contacts.csv"
    table.write_text("number,phone_type,patient_id,first_name,last_name\n"
                     + "".join(f"585{n:07d},cell,p{n},A,B\n" for n in range(rows)))
    embedded.run("import", "contacts", table, "--account", "acme")
    return client


def seen(client: Client) -> dict[str, dict]:
    pages = {}
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        pages[path] = {name: value for name, value in answer.json().items() if name not in ("as_of", "next_page_token")}
    return pages


def test_everything_arrives_as_it_was(embedded, database, tmp_path):
    client = fill(embedded, scaled(3_000, 500))
    before = seen(client)
    ledger = embedded.run("export", "audit").stdout
    refused = copy(embedded, database, check=False)
    assert refused.returncode == 1 and "stop the server" in refused.stderr
    embedded.server.stop()
    heads = embedded.run("export", "audit", "--heads").stdout
    assert "verified" in copy(embedded, database).stderr
    assert "verified" in copy(embedded, database).stderr  # nothing is left to do, and that is well

    moved = Installation(tmp_path / "node", database, {"LINEBOOK_MASTER_KEY_FILE": str(embedded.data / "master.key")})
    try:
        assert moved.run("export", "audit").stdout == ledger
        assert moved.run("export", "audit", "--heads").stdout == heads
        file = tmp_path / "heads"
        file.write_text(heads)
        moved.run("audit", "verify", "--heads", file)
        moved.serve()
        here = Client(moved.server.url, client.token)
        assert seen(here) == before
        again = here.post("/phone_numbers", {"provider": "pia", "area_code": "303"}, headers={"Idempotency-Key": "pia \\ once"})
        assert again.status_code == 201 and again.headers["Idempotent-Replayed"] == "true"
        (line,) = [line for line in here.get("/phone_numbers").json()["phone_numbers"] if line["provider"] == "byo"]
        assert here.patch(f"/phone_numbers/{line['id']}", {"sip_password": "secret\\x00"}).json()["updated_at"] == line["updated_at"]
        patient = next(person["id"] for person in before["/api/v2/patients?limit=100"]["data"])
        assert here.new_number(patient, "5852984999")["number"] == "5852984999"
        total = here.get("/api/v2/phone-numbers").json()["pagination"]["total_items"]
        assert total == before["/api/v2/phone-numbers?limit=100"]["pagination"]["total_items"] + 1
    finally:
        moved.close()
    used = copy(embedded, database, check=False)
    assert used.returncode == 1 and "in use since" in used.stderr


def test_goes_on_after_it_was_killed(embedded, database, postgres: PostgresServer, tmp_path):
    fill(embedded, scaled(30_000, 2_000))
    embedded.server.stop()
    moved = Installation(tmp_path / "node", database, {"LINEBOOK_MASTER_KEY_FILE": str(embedded.data / "master.key")})
    killed = 0
    for delay in (0.15, 0.3, 0.45, 0.6):
        process = subprocess.Popen([BINARY, "copy", "--from", embedded.data, "--to", database], stderr=subprocess.DEVNULL)
        time.sleep(delay)
        if process.poll() is None:
            killed += 1
            process.kill()
            process.wait(30)
            if "installation" in postgres.sql("SELECT tablename FROM pg_tables WHERE tablename = 'installation'", database) and \
                    postgres.sql("SELECT value FROM installation WHERE name = 'master_key_fingerprint'", database):
                # Killed between its last commit and its end, it has left the whole of them.
                if moved.run("keys", "list", check=False).returncode == 0:
                    assert moved.run("export", "audit").stdout == embedded.run("export", "audit").stdout, "half of the books are in use"
        process.wait(30)
    assert killed > 0
    copy(embedded, database)
    assert moved.run("export", "audit").stdout == embedded.run("export", "audit").stdout
    assert moved.run("export", "contacts", "--account", "acme").stdout == embedded.run("export", "contacts", "--account", "acme").stdout
    moved.run("audit", "verify")


def test_refuses_what_is_not_its_own(embedded, database, tmp_path):
    embedded.create_key()
    other = Installation(tmp_path / "other", database)
    other.create_key("somebody")
    done = copy(embedded, database, check=False)
    assert done.returncode == 1 and "another installation" in done.stderr
    assert [account["name"] for account in json.loads(other.run("accounts", "list", "--json").stdout)] == ["somebody"]

    nothing = Installation(tmp_path / "nothing")
    done = copy(nothing, database, check=False)
    assert done.returncode == 1 and "no installation" in done.stderr and not nothing.data.exists()
    done = copy(embedded, "mysql://host/db", check=False)
    assert done.returncode == 1 and "postgres://" in done.stderr
