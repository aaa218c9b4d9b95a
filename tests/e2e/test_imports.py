"""Contacts from CSV files and FHIR exports, and back out again."""
import csv
import gzip
import io
import json
import shutil
import zlib

import pytest

from installation import PROJECT, Installation

FHIR = PROJECT / "tests/data/fhir"
DIRTY = PROJECT / "tests/data/dirty"
CSV = """\ufeffPhone Type,number,patient_id,doctor_id,first_name,last_name,primary,do_not_call,verified,email\r
home,(585) 298-4455,pat_1,,John,Doe,true,,,john@example.com\r
cell,+1 555.123.4567,pat_1,,,,,yes,,\r
other,5855550199,,doc_1,"Jane\r
Ann","Roe, MD",,,true,\r
"""


@pytest.fixture
def book(installation: Installation) -> Installation:
    installation.run("accounts", "create", "acme")
    return installation


def import_contacts(book, text, *arguments, check=True, account="acme", name="contacts.csv"):
    file = book.data.parent / name
    file.write_bytes(text.encode())
    done = book.run("import", "contacts", file, "--account", account, "--json", *arguments, check=check)
    return done, json.loads(done.stdout) if done.stdout else None


def results(book, name="contacts.csv"):
    with open(book.data.parent / f"{name}.results.csv", newline="") as file:
        return list(csv.DictReader(file))


def exported(book, account="acme"):
    return list(csv.DictReader(io.StringIO(book.run("export", "contacts", "--account", account).stdout, newline="")))


def counts(told):
    return {name: told[name] for name in ("rows", "added", "updated", "unchanged", "errors")}


def test_contacts_come_in_once(book):
    done, told = import_contacts(book, CSV.replace("\r\nAnn", " Ann"))
    assert counts(told) == {"rows": 3, "added": 3, "updated": 0, "unchanged": 0, "errors": 0}
    assert [r["status"] for r in results(book)] == ["added"] * 3
    assert all(r["id"].startswith("phn_") for r in results(book))
    rows = {r["number"]: r for r in exported(book)}
    assert rows["5852984455"]["primary"] == "true" and rows["5852984455"]["email"] == "john@example.com"
    assert rows["5551234567"]["do_not_call"] == "true" and rows["5551234567"]["last_name"] == "Doe"
    assert rows["5855550199"]["doctor_id"] == "doc_1" and rows["5855550199"]["last_name"] == "Roe, MD"
    before = exported(book)
    _, told = import_contacts(book, CSV.replace("\r\nAnn", " Ann"))
    assert told["unchanged"] == 3 and exported(book) == before


@pytest.mark.parametrize("database_fixture", [None, "database"], ids=["", "on PostgreSQL"])
def test_many_batches_come_in_once_in_order(database_fixture, request, tmp_path):
    """Two numbers a person, one of them told twice, and a person's row that comes back later."""
    book = Installation(tmp_path / "data", database_fixture and request.getfixturevalue(database_fixture))
    book.run("accounts", "create", "acme")
    rows = [f"{number},{kind},p{person},Ann,Lee{person}" for person in range(1500)
            for number, kind in ((2000000000 + person, "cell"), (3000000000 + person, "home"), (2000000000 + person, "cell"))]
    rows += ["4000000000,other,p7,,", "4000000001,other,nobody,,"]
    text = "number,phone_type,patient_id,first_name,last_name\n" + "\n".join(rows) + "\n"
    _, told = import_contacts(book, text, check=False)
    assert counts(told) == {"rows": 4502, "added": 3001, "updated": 0, "unchanged": 1500, "errors": 1}
    assert [int(r["row"]) for r in results(book)] == list(range(1, 4503))
    assert [r["status"] for r in results(book)] == ["added", "added", "unchanged"] * 1500 + ["added", "error"]
    _, told = import_contacts(book, text, check=False)
    assert counts(told) == {"rows": 4502, "added": 0, "updated": 0, "unchanged": 4501, "errors": 1}
    assert len(exported(book)) == 3001
    book.run("audit", "verify", "--books", "--account", "acme")


def test_rows_with_faults_are_told_and_the_rest_comes_in(book):
    done, told = import_contacts(
        book, "number,phone_type,patient_id,doctor_id,first_name,last_name,do_not_call\n"
              "12345,cell,p1,,A,B,\n5851234567,fax,p1,,A,B,\n5851234568,cell,p1,d1,A,B,\n5851234569,cell,p1,,,,\n"
              "5851234570,cell,p1,,A,B,maybe\n5851234571,cell,p1,,A,B,false\n", check=False)
    assert done.returncode == 1
    assert [r["status"] for r in results(book)] == ["error"] * 5 + ["added"]
    messages = [r["message"] for r in results(book)]
    assert "number" in messages[0] and "phone_type" in messages[1] and "both" in messages[2]
    assert "first_name" in messages[3] and "do_not_call" in messages[4]


def test_import_never_takes_away(book):
    import_contacts(book, CSV.replace("\r\nAnn", " Ann"))
    _, told = import_contacts(
        book, "number,phone_type,patient_id,first_name,last_name,primary,do_not_call,verified,timezone\n"
              "5551234567,home,pat_1,Johnny,Doe,true,false,true,America/New_York\n")
    assert told["updated"] == 1
    row = {r["number"]: r for r in exported(book)}["5551234567"]
    assert row["do_not_call"] == "true" and row["phone_type"] == "cell" and row["first_name"] == "John"
    assert row["verified"] == "true" and row["primary"] == "true" and row["timezone"] == "America/New_York"
    assert "first_name differs" in results(book)[0]["message"] and "phone_type differs" in results(book)[0]["message"]


def test_dry_run_changes_nothing_and_foretells(book):
    rows = "number,phone_type,patient_id,first_name,last_name\n" + "".join(
        f"585{n % 700 + 1000000:07d},cell,p{n % 700},{'A' if n < 700 else ''},{'B' if n < 700 else ''}\n"
        for n in range(1400))
    _, foretold = import_contacts(book, rows, "--dry-run")
    assert counts(foretold) == {"rows": 1400, "added": 700, "updated": 0, "unchanged": 700, "errors": 0}
    assert exported(book) == []
    _, told = import_contacts(book, rows)
    assert counts(told) == counts(foretold)
    assert len(exported(book)) == 700


def test_dry_run_makes_the_remarks_of_a_real_run(book):
    import_contacts(book, "number,phone_type,patient_id,first_name,last_name,primary\n"
                          "5850000001,cell,known,Ann,Lee,true\n")
    text = ("number,phone_type,patient_id,first_name,last_name,primary,do_not_call,email\n"
            "5850000002,cell,known,Anne,Lee,true,,a@example.com\n5850000001,home,known,,,,,b@example.com\n"
            "5850000001,cell,known,,,true,,\n5850000003,cell,new,Bo,Roe,true,,\n5850000003,home,new,Bob,Roe,,true,\n"
            "5850000004,cell,new,,,true,,b@example.com\n5850000003,cell,new,,,true,yes,c@example.com\n"
            "5850000003,cell,new,Bo,Roe,true,yes,b@example.com\n5850000004,cell,new,,,,,\n")
    import_contacts(book, text, "--dry-run", name="dry.csv")
    import_contacts(book, text, name="real.csv")
    said = lambda name: [(r["status"], r["message"]) for r in results(book, name)]
    assert said("dry.csv") == said("real.csv")
    assert [status for status, _ in said("dry.csv")].count("updated") >= 3 and "differs" in said("dry.csv")[4][1]


@pytest.mark.parametrize("text, told", [
    ("", "empty"), ("number\n", "phone_type"), ("number,phone_type,patient_id,do_no_call\n", "do_no_call"),
    ("number,number,phone_type,patient_id\n", "twice"),
    ('number,phone_type,patient_id\n"5851234567,cell,p1\n', "line 2"),
], ids=["empty", "column missing", "column unknown", "column twice", "open quote"])
def test_files_that_make_no_sense(book, text, told):
    done, _ = import_contacts(book, text, check=False)
    assert done.returncode == 1 and told in done.stderr and "contacts.csv" in done.stderr


def test_unknown_account_and_missing_file(book, tmp_path):
    done, _ = import_contacts(book, CSV, account="nobody", check=False)
    assert done.returncode == 1 and "accounts create" in done.stderr
    done = book.run("import", "contacts", tmp_path / "none.csv", "--account", "acme", check=False)
    assert done.returncode == 1 and "none.csv" in done.stderr


def test_export_can_be_imported_elsewhere(book):
    import_contacts(book, CSV.replace("\r\nAnn", " Ann"))
    book.run("accounts", "create", "second")
    text = book.run("export", "contacts", "--account", "acme").stdout
    import_contacts(book, text, account="second")
    own = ("id", "created_at", "updated_at")
    key = lambda row: row["number"]
    strip = lambda rows: sorted(({k: v for k, v in r.items() if k not in own} for r in rows), key=key)
    assert strip(exported(book, "second")) == strip(exported(book))


def test_standard_input(book, tmp_path):
    done = book.run("import", "contacts", "-", "--account", "acme", "--results", tmp_path / "r.csv",
                    input="number,phone_type,patient_id,first_name,last_name\n5851234567,cell,p,A,B\n")
    assert "1 added" in done.stdout and "added" in (tmp_path / "r.csv").read_text()


@pytest.mark.parametrize("beside_a_server", [False, True], ids=["alone", "beside a server"])
def test_results_never_replace_what_is_read(book, tmp_path, beside_a_server):
    if beside_a_server:
        book.serve()
    file = tmp_path / "c.csv"
    text = "number,phone_type,patient_id,first_name,last_name\n5851234567,cell,p,A,B\n"
    file.write_text(text)
    (tmp_path / "again.csv").hardlink_to(file)
    (tmp_path / "r.part").symlink_to(file)
    for results in (file, tmp_path / "again.csv", tmp_path / "r"):
        done = book.run("import", "contacts", file, "--account", "acme", "--results", results, check=False)
        assert done.returncode == 1 and "being read" in done.stderr and file.read_text() == text
    assert exported(book) == []


class TestFhir:
    def import_fhir(self, book, directory, *arguments, check=True):
        done = book.run("import", "fhir", directory, "--account", "acme", "--json", *arguments, check=check)
        return done, json.loads(done.stdout) if done.stdout else None

    @pytest.fixture
    def export(self, tmp_path):
        copy = tmp_path / "export"
        shutil.copytree(FHIR, copy)
        return copy

    def test_everybody_is_findable(self, book):
        book.serve()
        client = book.client()
        done, told = self.import_fhir(book, FHIR)
        assert told["patients"] == 120 and told["practitioners"] == 271 and told["roles"] == 271
        assert told["errors"] == 0 and told["people_added"] == 391
        assert "extension" in done.stderr
        for line in (FHIR / "Patient.ndjson").read_text().splitlines()[::10]:
            patient = json.loads(line)
            found = client.get(f"/api/v2/patients/{patient['id']}").json()
            assert found["last_name"] == patient["name"][0]["family"]
            assert found["deceased"] == ("deceasedDateTime" in patient)
            digits = patient["telecom"][0]["value"].replace("-", "")
            numbers = client.get("/api/v2/phone-numbers", params={"q": digits}).json()
            assert any(n["number"] == digits for n in numbers["data"]), digits
        for digits in ("3162650889", "8779278397", "8005748387", "8169222160"):
            assert client.get("/api/v2/phone-numbers", params={"q": digits}).json()["pagination"]["total_items"] >= 1

    def test_again_changes_nothing(self, book):
        self.import_fhir(book, FHIR)
        before = exported(book)
        ledger = book.run("export", "audit", "--account", "acme").stdout
        _, told = self.import_fhir(book, FHIR)
        assert told["people_unchanged"] == 391 and told["numbers_added"] == 0 and told["people_updated"] == 0
        assert exported(book) == before and book.run("export", "audit", "--account", "acme").stdout == ledger

    def test_dry_run(self, book):
        _, told = self.import_fhir(book, FHIR, "--dry-run")
        assert told["people_added"] == 391 and exported(book) == []

    def test_local_marks_stay_and_vanished_numbers_are_told(self, book, export):
        book.serve()
        client = book.client()
        self.import_fhir(book, export)
        patients = [json.loads(line) for line in (export / "Patient.ndjson").read_text().splitlines()]
        first = patients[0]
        (number,) = client.get("/api/v2/phone-numbers", params={"patient_id": first["id"]}).json()["data"]
        marks = {"primary": True, "do_not_call": True, "phone_type": "cell"}
        assert client.patch(f"/api/v2/phone-numbers/{number['id']}", marks).status_code == 200
        client.new_number(first["id"], "5855550123")  # by hand: not the export's to report
        first["name"][0]["family"] = "Renamed"
        patients[1]["telecom"] = []
        (export / "Patient.ndjson").write_text("".join(json.dumps(p) + "\n" for p in patients))
        done, told = self.import_fhir(book, export)
        assert told["people_updated"] == 1 and told["numbers_vanished"] == 1 and told["numbers_added"] == 0
        assert patients[1]["id"] in done.stderr and first["id"] not in done.stderr
        assert client.get(f"/api/v2/patients/{first['id']}").json()["last_name"] == "Renamed"
        kept = client.get(f"/api/v2/phone-numbers/{number['id']}").json()
        assert kept["primary"] and kept["do_not_call"] and kept["phone_type"] == "cell"

    def test_what_was_changed_here_stays_until_the_export_says_something_new(self, book, export):
        book.serve()
        client = book.client()
        patients = [json.loads(line) for line in (export / "Patient.ndjson").read_text().splitlines()]
        first, second, third = patients[:3]
        first["active"] = True
        first["telecom"].append({"system": "email", "value": "first@example.com"})
        first["telecom"].append({"system": "phone", "value": "585-555-0111"})

        def write():
            (export / "Patient.ndjson").write_text("".join(json.dumps(p) + "\n" for p in patients))

        def numbers_of(patient):
            return {n["number"]: n["id"] for n in
                    client.get("/api/v2/phone-numbers", params={"patient_id": patient["id"]}).json()["data"]}

        write()
        # Known before the first import, with the same birth date: the import never has to write that.
        assert client.put(f"/api/v2/patients/{third['id']}", {
            "first_name": "A", "last_name": "B", "date_of_birth": third["birthDate"]}).status_code == 201
        self.import_fhir(book, export)
        edit = {"first_name": "Nick", "email": None, "active": False}
        assert client.patch(f"/api/v2/patients/{first['id']}", edit).status_code == 200
        assert client.patch(f"/api/v2/patients/{third['id']}", {"date_of_birth": "1950-01-02"}).status_code == 200
        assert client.delete(f"/api/v2/phone-numbers/{numbers_of(first)['5855550111']}").status_code == 200
        (corrected,) = numbers_of(second).values()
        assert client.patch(f"/api/v2/phone-numbers/{corrected}", {"number": "5855550122"}).status_code == 200
        before = exported(book)
        ledger = book.run("export", "audit", "--account", "acme").stdout

        for arguments in (["--dry-run"], []):
            done, told = self.import_fhir(book, export, *arguments)
            assert told["people_updated"] == 0 and told["numbers_added"] == 0 and told["numbers_deleted_here"] == 2
            assert "kept deleted" in done.stderr and first["id"] in done.stderr
        assert exported(book) == before and book.run("export", "audit", "--account", "acme").stdout == ledger

        first["name"][0]["given"] = ["Nicholas"]  # news for one field is none for the others
        write()
        _, told = self.import_fhir(book, export)
        assert told["people_updated"] == 1
        person = client.get(f"/api/v2/patients/{first['id']}").json()
        assert (person["first_name"], person["email"], person["active"]) == ("Nicholas", None, False)
        assert client.get(f"/api/v2/patients/{third['id']}").json()["date_of_birth"] == "1950-01-02"
        assert "5855550111" not in numbers_of(first) and set(numbers_of(second)) == {"5855550122"}
        client.new_number(first["id"], "5855550111")  # by hand it may come back
        assert self.import_fhir(book, export)[1]["numbers_deleted_here"] == 1

    def test_faulty_resources_are_told_and_passed_over(self, book, tmp_path):
        export = tmp_path / "export"
        export.mkdir()
        (export / "Patient.ndjson").write_text(
            '{"resourceType":"Patient","id":"a","name":[{"family":"A","given":["B"]}],"birthDate":"1949"}\n'
            'not json\n{"resourceType":"Patient","id":"b"}\n{"resourceType":"Observation"}\n\n'
            '{"resourceType":"Patient","id":"../c","name":[{"text":"C D"}]}\n')
        done, told = self.import_fhir(book, export, check=False)
        assert done.returncode == 1 and told["errors"] == 3 and told["people_added"] == 1 and told["warnings"] == 1
        assert told["other_resources"] == 1
        for line in ("line 2", "line 3", "line 6"):
            assert done.stderr.count(line + " ") == 1

    def test_empty_directory(self, book, tmp_path):
        done, _ = self.import_fhir(book, tmp_path, check=False)
        assert done.returncode == 1 and "Patient.ndjson" in done.stderr

    def test_an_export_is_read_by_what_is_in_it(self, book):
        done, told = self.import_fhir(book, DIRTY / "fhir")
        numbers = {row["number"]: row for row in exported(book)}
        assert {number: row["phone_type"] for number, row in numbers.items()} == {
            "2125550130": "other", "2125550132": "home", "2125550133": "cell", "2125550134": "cell", "2125550135": "other",
            "2125550136": "other", "2125550137": "other", "2125550138": "other", "2125550141": "other", "2125550142": "other",
            "2125550143": "other", "2125550144": "other", "2125550145": "other"}
        assert numbers["2125550145"]["doctor_id"] == "doc"
        assert (told["patients"], told["practitioners"], told["roles"], told["errors"]) == (10, 1, 1, 0)
        assert (told["related_persons"], told["other_resources"]) == (1, 1)
        assert told["left_out"] == {"ended": 2, "not_begun": 1, "foreign": 1, "unreadable": 1, "extensions": 2, "other_devices": 1,
                                    "contacts": 1, "related_persons": 1}
        assert "the extension 77 of ***0141 was left out" in done.stderr
        assert "the extension 12 of ***0142 was left out" in done.stderr
        told_as_text = book.run("import", "fhir", DIRTY / "fhir", "--account", "acme", "--dry-run").stdout
        assert ("left out: 2 ended, 1 not begun, 1 of other countries, 1 that are no numbers, 1 of fax or pager, 1 of contacts, "
                "1 of related persons, 2 extensions, 1 other resources") in told_as_text
        assert self.import_fhir(book, DIRTY / "fhir")[1]["people_unchanged"] == 11

    @pytest.mark.parametrize("beside_a_server", [False, True])
    def test_a_single_file(self, book, beside_a_server):
        if beside_a_server:
            book.serve()
        for name, number in (("bundle.json", "2125550143"), ("output_1.ndjson.gz", "2125550144"), ("Patient.000.ndjson", "2125550130")):
            self.import_fhir(book, DIRTY / "fhir" / name)
            assert number in {row["number"] for row in exported(book)}

    def test_a_number_that_has_ended_since_is_told_and_kept(self, book, tmp_path):
        phone = {"system": "phone", "value": "212-555-0130", "use": "home"}
        patient = {"resourceType": "Patient", "id": "a", "name": [{"family": "A", "given": ["B"]}], "telecom": [phone]}
        file = tmp_path / "patients"
        file.write_text(json.dumps(patient, indent=2))
        assert self.import_fhir(book, file)[1]["numbers_added"] == 1
        phone["period"] = {"end": "2020"}
        file.write_text(json.dumps(patient, indent=2))
        done, told = self.import_fhir(book, file)
        assert told["numbers_vanished"] == 1 and told["left_out"]["ended"] == 1 and "***0130" in done.stderr
        assert [row["number"] for row in exported(book)] == ["2125550130"]

    @pytest.mark.parametrize("content, why", [
        (gzip.compress(b'{"resourceType":"Patient"}' * 9, mtime=0)[:-9], "cannot be read"), (b"\x1f\x8b\x08\x00 nonsense", "cannot be read"),
        (b'{"resourceType":"Patient",\n "id":', "is no JSON object"), (b'["not", "FHIR"]', "is no JSON object"),
        (b'{"resourceType":"Patient","id":"a"' + b" " * (1 << 20) + b"}", "is longer than 1,048,576 bytes"),
        (b'{"resourceType":"Patient","id":"a","name":[{"family":"M\xfcller","given":["B"]}]}', "is not UTF-8"),
        (b"[" * 100_000, "is no JSON object"), (b"number,phone_type\n", "no Patient, Practitioner or PractitionerRole")],
        ids=["cut gzip", "no gzip", "cut JSON", "an array", "a long line", "Latin-1", "deep", "CSV"])
    def test_what_is_no_export_is_refused(self, book, tmp_path, content, why):
        file = tmp_path / "export"
        file.write_bytes(content)
        done, _ = self.import_fhir(book, file, check=False)
        assert done.returncode == 1 and done.stderr.count(why) == 1 and exported(book) == []

    def test_a_bundle_may_be_long_and_say_what_it_is_at_its_end(self, book, tmp_path):
        entries = [{"resource": {"resourceType": "Patient", "id": f"p{n}", "name": [{"family": "A", "given": ["B"]}],
                                 "text": {"div": "x" * 10_000}}} for n in range(200)]
        other = {"resourceType": "DocumentReference", "id": "d", "content": "x" * (2 << 20)}
        bundle = {"type": "collection", "entry": entries, "resourceType": "Bundle"}
        (tmp_path / "export").write_text(json.dumps(other) + "\n" + json.dumps(bundle) + "\n")
        _, told = self.import_fhir(book, tmp_path / "export")
        assert (told["people_added"], told["errors"], told["other_resources"]) == (200, 0, 1)
        (tmp_path / "export").write_text(json.dumps(bundle))
        assert self.import_fhir(book, tmp_path / "export")[1]["people_unchanged"] == 200

    def test_a_bomb_costs_no_memory(self, book, tmp_path):
        patient = b'{"resourceType":"Patient","id":"a","name":[{"family":"A","given":["B"]}]}\n'
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        with open(tmp_path / "Patient.ndjson.gz", "wb") as file:
            file.write(packer.compress(b'{"resourceType":"Patient","id":"'))
            for _ in range(200):
                file.write(packer.compress(b" " * (1 << 20)))
            file.write(packer.compress(b'"}\n' + patient) + packer.flush())
            file.write(gzip.compress(patient.replace(b'"a"', b'"b"')))  # a second member
        done, told = self.import_fhir(book, tmp_path / "Patient.ndjson.gz", check=False)
        assert told["errors"] == 1 and "line 1 is longer" in done.stderr and told["people_added"] == 2

    def test_a_directory_that_is_not_there(self, book, tmp_path):
        done, _ = self.import_fhir(book, tmp_path / "nowhere", check=False)
        assert done.returncode == 1 and "nowhere" in done.stderr
