"""`linebook export fhir` and `export vcard`: what is written is read by libraries that are not ours, and taken back by our own
import as it was."""
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import time

import pytest
import vobject
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner

from installation import BINARY
from load import scaled

MANY = scaled(100_000, 10_000)


@pytest.fixture
def book(installation):
    installation.create_key()
    installation.create_key(account="copy")
    return installation


def exported(book, account="acme") -> list[dict]:
    """What the books hold of an account, but for ids of numbers and times, which no export carries."""
    rows = list(csv.DictReader(io.StringIO(book.run("export", "contacts", "--account", account).stdout)))
    for row in rows:
        for name in ("id", "created_at", "updated_at"):
            del row[name]
    return sorted(rows, key=lambda row: (row["patient_id"], row["doctor_id"], row["number"]))


def lines_of(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def fill(book, client):
    """People with everything that an export can tell of them."""
    verified = book.data.parent / "verified.csv"
    verified.write_text("number,phone_type,patient_id,first_name,last_name,verified\n")
    for n, fields in enumerate(({"email": "a@example.org", "gender": "female", "date_of_birth": "1980-02-29"}, {"active": False},
                                {"deceased": True, "gender": "unknown"})):
        id = client.new_patient(f"Zoë {n}", "O'Brien", **fields)
        client.new_number(id, f"585298440{n}", "cell", primary=True, do_not_call=n == 1)
        client.new_number(id, f"585298441{n}", "home", primary=n == 0)
        client.new_number(id, f"585298442{n}", "other", do_not_call=True)
        with verified.open("a") as file:
            file.write(f"585298442{n},other,{id},Zoë {n},O'Brien,true\n")
    book.run("import", "contacts", verified, "--account", "acme")
    client.new_patient("No", "Number", id="a_b.-c..d")
    client.put("/api/v2/doctors/house", {"first_name": "Gregory", "last_name": "House", "npi": "1234567893"})
    answer = client.post("/api/v2/phone-numbers", {"number": "5852984499", "phone_type": "other", "doctor_id": "house"})
    assert answer.status_code == 201


class TestFhir:
    def import_fhir(self, book, directory, account) -> dict:
        return json.loads(book.run("import", "fhir", directory, "--account", account, "--json").stdout)

    @pytest.mark.parametrize("beside_a_server", [True, False])
    def test_what_is_exported_comes_back(self, book, tmp_path, beside_a_server):
        book.serve()
        client = book.client()
        fill(book, client)
        out, again = tmp_path / "out", tmp_path / "again"
        out.mkdir(), again.mkdir()
        if not beside_a_server:
            assert book.server.stop() == 0
        done = book.run("export", "fhir", out, "--account", "acme")
        assert "exported 4 patients and 1 practitioner" in done.stderr
        for patient in lines_of(out / "Patient.ndjson"):
            Patient.model_validate(patient)
        for practitioner in lines_of(out / "Practitioner.ndjson"):
            Practitioner.model_validate(practitioner)

        told = self.import_fhir(book, out, "copy")
        assert (told["people_added"], told["numbers_added"], told["warnings"], told["errors"]) == (5, 10, 0, 0)
        assert exported(book, "copy") == exported(book)
        ledger = book.run("export", "audit", "--account", "copy").stdout
        for account in ("copy", "acme"):
            told = self.import_fhir(book, out, account)
            assert told["people_unchanged"] == 5 and told["numbers_added"] == 0 and told["numbers_set_to_do_not_call"] == 0
        assert book.run("export", "audit", "--account", "copy").stdout == ledger

        book.run("export", "fhir", again, "--account", "copy")
        for name in ("Patient.ndjson", "Practitioner.ndjson"):
            first, second = lines_of(out / name), lines_of(again / name)
            for resources in (first, second):
                for one in resources:
                    del one["meta"]
                    for point in one.get("telecom", []):
                        point.pop("period", None)
            assert first == second

    def test_do_not_call_is_taken_up_and_never_lifted(self, book, tmp_path):
        book.serve()
        client = book.client()
        id = client.new_patient(id="p")
        lifted, barred, plain = (client.new_number(id, f"585298440{n}")["id"] for n in range(3))
        for number, do_not_call in ((lifted, True), (lifted, False), (barred, True)):
            client.patch(f"/api/v2/phone-numbers/{number}", {"do_not_call": do_not_call})
        extension = {"url": "urn:uuid:04d4f459-578a-4165-bfc0-67774b96e891", "valueBoolean": True}
        says = {"resourceType": "Patient", "id": "p", "name": [{"family": "Doe", "given": ["John"]}], "telecom": [
            {"system": "phone", "value": "5852984400", "extension": [extension]}, {"system": "phone", "value": "5852984401"},
            {"system": "phone", "value": "5852984402", "extension": [extension]}]}
        (tmp_path / "p.ndjson").write_text(json.dumps(says))

        def do_not_call(number):
            return client.get(f"/api/v2/phone-numbers/{number}").json()["do_not_call"]

        assert self.import_fhir(book, tmp_path / "p.ndjson", "acme")["numbers_set_to_do_not_call"] == 1
        assert not do_not_call(lifted), "it was lifted here"
        assert do_not_call(barred) and do_not_call(plain)
        client.patch(f"/api/v2/phone-numbers/{plain}", {"do_not_call": False})
        assert self.import_fhir(book, tmp_path / "p.ndjson", "acme")["numbers_set_to_do_not_call"] == 0
        assert not do_not_call(plain)

    def test_a_directory_that_is_not_there(self, book, tmp_path):
        done = book.run("export", "fhir", tmp_path / "nowhere", "--account", "acme", check=False)
        assert done.returncode == 1 and "nowhere" in done.stderr
        assert book.run("export", "fhir", tmp_path, "--account", "nobody", check=False).returncode == 1
        assert list(tmp_path.glob("*.ndjson")) == []

    @pytest.mark.parametrize("flag, env", [(["--related-numbers"], {}), ([], {"LINEBOOK_RELATED_NUMBERS": "true"})])
    def test_numbers_of_others_come_in_where_policy_says_so(self, book, tmp_path, flag, env):
        (tmp_path / "all.json").write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (
            {"resourceType": "RelatedPerson", "id": "r", "patient": {"reference": "Patient/p"},
             "telecom": [{"system": "phone", "value": "5852984402", "use": "mobile", "rank": 1}]},
            {"resourceType": "RelatedPerson", "id": "s", "patient": {"reference": "Patient/nobody"},
             "telecom": [{"system": "phone", "value": "5852984403"}]},
            {"resourceType": "Patient", "id": "p", "name": [{"family": "Doe", "given": ["John"]}],
             "telecom": [{"system": "phone", "value": "5852984400", "use": "mobile", "rank": 1}],
             "contact": [{"telecom": [{"system": "phone", "value": "5852984401", "use": "home", "rank": 1}]}]})]}))
        told = self.import_fhir(book, tmp_path / "all.json", "acme")
        assert (told["left_out"]["contacts"], told["left_out"]["related_persons"]) == (1, 2)
        assert [(row["number"], row["primary"]) for row in exported(book)] == [("5852984400", "true")]

        done = book.run("import", "fhir", tmp_path / "all.json", "--account", "acme", "--json", *flag, env=env)
        told = json.loads(done.stdout)
        assert (told["left_out"]["contacts"], told["left_out"]["related_persons"], told["numbers_added"]) == (0, 0, 2)
        assert "names a patient that is not in the export" in done.stderr
        assert [(row["number"], row["phone_type"], row["primary"]) for row in exported(book)] == [
            ("5852984400", "cell", "true"), ("5852984401", "other", "false"), ("5852984402", "other", "false")]


class TestVCard:
    def test_everybody_is_a_card(self, book, tmp_path):
        book.serve()
        fill(book, book.client())
        file = tmp_path / "all.vcf"
        done = book.run("export", "vcard", "--account", "acme", "--output", file)
        assert "exported 5 cards" in done.stderr
        assert book.run("export", "vcard", "--account", "acme").stdout.encode().replace(b"\r\n", b"\n") == file.read_bytes().replace(b"\r\n", b"\n")
        cards = list(vobject.readComponents(file.read_bytes().decode()))
        assert len(cards) == 5 and cards[-1].fn.value == "Gregory House"
        assert sum(len(card.contents.get("tel", [])) for card in cards) == 10

    def test_our_own_import_takes_it(self, book, tmp_path):
        book.serve()
        client = book.client()
        id = client.new_patient("Zoë", "O'Brien; Jr.", email="zoe@example.org", gender="female", date_of_birth="1980-02-29")
        client.new_number(id, "5852984400", "cell", primary=True)
        client.new_number(id, "5852984401", "home")
        client.new_number(id, "5852984402", "other")
        file = tmp_path / "all.vcf"
        book.run("export", "vcard", "--account", "acme", "--output", file)
        book.run("import", "vcard", file, "--account", "copy")
        assert exported(book, "copy") == exported(book)


def peak_memory(*arguments, env) -> int:
    """Kilobytes of its own that a process of ours held at most; the database's file, as far as it is mapped, is not counted."""
    process = subprocess.Popen([BINARY, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    status = pathlib.Path(f"/proc/{process.pid}/status")
    peak = 0
    while process.poll() is None:
        if found := re.search(r"RssAnon:\s+(\d+) kB", status.read_text()):
            peak = max(peak, int(found[1]))
        time.sleep(0.005)
    assert process.returncode == 0
    return peak


def test_memory_does_not_grow_with_the_book(book, tmp_path):
    env = {**os.environ, **book.env}
    sizes = {"acme": 1_000, "copy": MANY}
    for account, count in sizes.items():
        people = tmp_path / f"{account}.csv"
        with people.open("w") as file:
            file.write("number,phone_type,patient_id,first_name,last_name\n")
            file.writelines(f"{5852000000 + n},cell,p{n:06},John,Doe\n" for n in range(count))
        book.run("import", "contacts", people, "--account", account, timeout=280)
    for export in (["vcard", "--output", tmp_path / "all.vcf"], ["fhir", tmp_path]):
        few, many = (peak_memory("export", *export, "--account", account, "--data", book.data, env=env) for account in sizes)
        assert many < few + scaled(20_000, 400_000), (export[0], few, many)  # sanitizers keep what was freed
        print(export[0], few, many)
    with (tmp_path / "all.vcf").open() as file:
        assert sum(line.startswith("END:VCARD") for line in file) == MANY
    with (tmp_path / "Patient.ndjson").open() as file:
        assert sum(1 for _ in file) == MANY
