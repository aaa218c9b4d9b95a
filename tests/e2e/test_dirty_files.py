"""Files as spreadsheets, telephones and people make them."""
import csv
import io
import json

import pytest

from installation import PROJECT, Installation

DIRTY = PROJECT / "tests/data/dirty"


@pytest.fixture
def book(installation: Installation) -> Installation:
    installation.run("accounts", "create", "acme")
    return installation


def take(book, file, *arguments, kind="contacts", check=True):
    """Imports a file, and once more, which must change nothing."""
    results = book.data.parent / "results.csv"
    command = ("import", kind, file, "--account", "acme", "--results", results, "--json", *arguments)
    done = book.run(*command, check=check)
    told = json.loads(done.stdout) if done.stdout else None
    if told is not None:
        with open(results, newline="") as table:
            told["results"] = list(csv.DictReader(table))
        again = json.loads(book.run(*command, check=False).stdout)
        assert again["added"] == again["updated"] == 0, again
    return done, told


def written(book, content, name="file.csv"):
    file = book.data.parent / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def exported(book):
    text = book.run("export", "contacts", "--account", "acme").stdout
    return {row["number"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


HEADER = "number,phone_type,patient_id,first_name,last_name"


def test_marks(book):
    _, told = take(book, DIRTY / "marks.csv")
    assert told["added"] == 10 and told["errors"] == 0
    assert sorted(exported(book)) == [str(5852984401 + i) for i in range(10)]


def test_spreadsheet(book):
    done, told = take(book, DIRTY / "spreadsheet.csv", check=False)
    assert done.returncode == 1 and told["added"] == 1 and told["errors"] == 3
    assert "row 1, line 2: number" in done.stderr and "rounded by a spreadsheet" in done.stderr
    assert "row 3, line 4: number" in done.stderr and "row 4, line 5: number" in done.stderr
    assert list(exported(book)) == ["5852984412"]
    _, told = take(book, DIRTY / "spreadsheet.csv", "--letters", check=False)
    assert told["added"] == 1 and "8003569377" in exported(book)


def test_extensions(book):
    done, told = take(book, DIRTY / "extensions.csv")
    assert sorted(exported(book)) == ["5852984415", "5852984416", "5852984417"] and told["warnings"] == 3
    for extension, line in (("12", 2), ("9", 3), ("3", 4)):
        (warning,) = [text for text in done.stderr.splitlines() if f"line {line}:" in text]
        assert f"extension {extension} " in warning


@pytest.mark.parametrize("name, encoding, separator, last_name, first_name", [
    ("semicolons-bom.csv", "UTF-8", ";", "Diaz", "Ana"), ("unicode-text.txt", "UTF-16 LE", "tab", "Diaz", "Zoë"),
    ("windows-1252.csv", "Windows-1252", ",", "Muñoz", "José"), ("sep-line.csv", "UTF-8", ";", "Diaz", "Ana")])
def test_what_excel_saves(book, name, encoding, separator, last_name, first_name):
    done, told = take(book, DIRTY / name)
    assert f"read as {encoding}, separated by {separator}" in done.stderr and told["added"] == 1
    (row,) = exported(book).values()
    assert (row["first_name"], row["last_name"]) == (first_name, last_name)


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
def test_utf16_without_a_mark(book, encoding):
    _, told = take(book, written(book, (HEADER + "\n5852984401,cell,p1,Zoë,Diaz\n").encode(encoding)))
    assert told["added"] == 1 and exported(book)["5852984401"]["first_name"] == "Zoë"


def test_an_encoding_that_stays_unclear_is_refused_before_anything_is_taken(book):
    file = written(book, (HEADER + "\n5852984401,cell,p1,Ana,Diaz\n5852984402,cell,p2,José,Muñoz\n").encode("mac-roman"))
    done, _ = take(book, file, check=False)
    assert done.returncode == 1 and "row 2, line 3" in done.stderr and "--encoding" in done.stderr
    assert done.stderr.isascii() and done.stdout == "" and exported(book) == {}
    latin = written(book, (HEADER + "\n5852984402,cell,p2,Èâàí,Muñoz\n").encode("cp1252"))
    assert take(book, latin, check=False)[0].returncode == 1
    take(book, latin, "--encoding", "windows-1252")
    assert exported(book)["5852984402"]["first_name"] == "Èâàí"
    done, _ = take(book, latin, "--encoding", "klingon", check=False)
    assert done.returncode == 1 and "utf-16le" in done.stderr


def test_no_raw_bytes_reach_the_terminal(book):
    hostile = "\x1b]0;x\x07\u202e"
    for text in (f"{HEADER},{hostile}\n", f"{HEADER}\n5852984401,cell,p1,A,B,{hostile}\n",
                 f"{HEADER}\n5852984401,{hostile},p1,A,B\n", f"First Name,Last Name,Mobile\n{hostile},,{hostile}\n"):
        done, _ = take(book, written(book, text), check=False)
        assert done.returncode == 1 and done.stderr
        assert "\x1b" not in done.stderr and "\x07" not in done.stderr and "\u202e" not in done.stderr
        dry, _ = take(book, written(book, text), "--dry-run", check=False)
        assert "\x1b" not in dry.stderr and "\u202e" not in dry.stderr


def test_a_workbook_is_no_text(book):
    done, _ = take(book, written(book, b"PK\x03\x04\x14\x00"), check=False)
    assert done.returncode == 1 and "save it as CSV" in done.stderr


@pytest.mark.parametrize("separator, flag", [("|", None), ("\t", None), (":", ":"), ("^", "^"), ("\t", "tab")])
def test_separators(book, separator, flag):
    text = HEADER.replace(",", separator) + "\n" + separator.join(["5852984401", "cell", "p1", "Ana, Maria", "Diaz"]) + "\n"
    take(book, written(book, text), *(["--separator", flag] if flag else []))
    assert exported(book)["5852984401"]["first_name"] == "Ana, Maria"


def test_words(book):
    _, told = take(book, DIRTY / "words.csv")
    assert told["added"] == 4
    assert {number: row["phone_type"] for number, row in exported(book).items()} == {
        "5852984422": "cell", "5852984423": "home", "5852984424": "home", "5852984425": "other"}


def test_columns_that_are_not_understood_are_asked_for(book):
    file = written(book, "Rufnummer,Type,Patient ID,First Name,Last Name,DOB,Remarks\n"
                         "5852984401,Cell phone,p1,Ana,Diaz,1980-02-29,likes mornings\n")
    done, _ = take(book, file, check=False)
    assert done.returncode == 1 and "'Rufnummer'" in done.stderr and "'Remarks'" in done.stderr
    assert '--column "' in done.stderr
    done, _ = take(book, file, "--column", "Rufnummer=number", "--column", "Remarks=")
    assert "left out: columns Remarks" in done.stderr
    assert exported(book)["5852984401"]["date_of_birth"] == "1980-02-29"
    take(book, file, "--column", "rufnummer=Phone Number", "--column", "Remarks=ignore")
    done, _ = take(book, file, "--column", "Handy=number", check=False)
    assert done.returncode == 1 and "'Handy'" in done.stderr
    done, _ = take(book, file, "--column", "Rufnummer", check=False)
    assert done.returncode == 1 and "--column" in done.stderr


def test_ragged(book):
    done, told = take(book, DIRTY / "ragged.csv", check=False)
    status = {(row["row"], row["line"]): row for row in told["results"]}
    assert status["1", "2"]["status"] == "error" and "surplus" in status["1", "2"]["message"]
    assert status["2", "3"]["status"] == "error" and "without last_name" in status["2", "3"]["message"]
    assert status["3", "4"]["status"] == "passed_over" and "empty" in status["3", "4"]["message"]
    assert status["4", "6"]["status"] == "added" and "line break" in status["4", "6"]["message"]
    for place in ("row 1, line 2", "row 2, line 3", "row 3, line 4", "row 4, line 6"):
        assert place in done.stderr
    assert "line 5" in done.stderr and "1 empty row" in done.stderr
    (row,) = exported(book).values()
    assert row["number"] == "5852984428" and row["first_name"] == "Ana Maria"


def test_a_row_that_ends_early_is_taken_where_nothing_that_is_needed_is_missing(book):
    _, told = take(book, written(book, HEADER + ",email\n5852984401,cell,p1,Ana,Diaz\n5852984402,home,p1\n"))
    assert told["added"] == 2 and told["warnings"] == 2 and "without email" in told["results"][0]["message"]


def test_surplus_fields_that_are_empty_lose_nothing(book):
    _, told = take(book, written(book, HEADER + "\n5852984401,cell,p1,Ana,Diaz,,\n"))
    assert told["added"] == 1 and told["warnings"] == 0


def test_contact_window_goes_out_and_in(book):
    text = f"{HEADER},contact_window\n5852984401,cell,p1,Ana,Diaz,Mon-Fri 9am-5pm\n5852984402,cell,p2,Bo,Lund,whenever\n"
    done, told = take(book, written(book, text), check=False)
    assert told["added"] == 1 and "contact_window must be" in done.stderr
    assert exported(book)["5852984401"]["contact_window"] == "mon,tue,wed,thu,fri 09:00-17:00"
    out = book.data.parent / "out.csv"
    book.run("export", "contacts", "--account", "acme", "--output", out)
    book.run("accounts", "create", "second")
    book.run("import", "contacts", out, "--account", "second")
    assert "mon,tue,wed,thu,fri 09:00-17:00" in book.run("export", "contacts", "--account", "second").stdout


def test_states_go_out_and_in(book):
    text = f"{HEADER},State\n5852984401,cell,p1,Ana,Diaz,texas\n5852984402,cell,p2,Bo,Lund,ON\n5852984403,cell,p3,Cy,Roe,Bavaria\n"
    done, told = take(book, written(book, text), check=False)
    assert told["added"] == 2 and "row 3, line 4: state must be" in done.stderr
    assert {row["state"] for row in exported(book).values()} == {"TX", "ON"}


def test_no_name_becomes_a_formula(book):
    book.serve()
    client = book.client()
    names = ["=1+1", "+Ana", "-Ana", "@Ana", "'=Ana", "''Ana", "'Ana", "Ana"]
    for i, name in enumerate(names):
        client.new_number(client.new_patient(name, "Diaz", id=f"p{i}"), f"585298440{i}")
    text = book.run("export", "contacts", "--account", "acme").stdout
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(not field.startswith(("=", "+", "-", "@")) for row in rows for field in row.values())
    book.run("accounts", "create", "second")
    book.run("import", "contacts", written(book, text), "--account", "second")
    second = book.client(account="second")
    assert [second.get(f"/api/v2/patients/p{i}").json()["first_name"] for i in range(len(names))] == names


def numbers_by_name(book):
    people = {}
    for row in exported(book).values():
        people.setdefault(f"{row['first_name']} {row['last_name']}", {})[row["number"]] = (row["phone_type"], row["primary"])
    return people


def test_google(book):
    done, told = take(book, DIRTY / "google.csv")
    assert told["rows"] == 2 and told["added"] == 4 and "a person a row" in done.stderr
    assert "Notes, Labels" in done.stderr
    assert numbers_by_name(book) == {
        "Ana Diaz": {"5852984450": ("cell", "false"), "5852984451": ("cell", "false"), "5852984452": ("home", "false")},
        "Bo Lund": {"5852984453": ("other", "false")}}
    assert exported(book)["5852984450"]["email"] == "ana@example.com"


def test_outlook(book):
    done, told = take(book, DIRTY / "outlook.csv")
    assert told["added"] == 3 and told["left_out"]["fax"] == 1 and "1 fax number" in done.stderr
    assert "extension 12 " in done.stderr
    assert {number: kind for number, (kind, _) in numbers_by_name(book)["Cy Ortiz"].items()} == {
        "5852984454": "home", "5852984455": "cell", "5852984456": "other"}


@pytest.mark.parametrize("beside_a_server", [False, True], ids=["alone", "beside a server"])
def test_vcards(book, beside_a_server):
    if beside_a_server:
        book.serve()
    done, told = take(book, DIRTY / "people.vcf", kind="vcard")
    assert told["rows"] == 2 and told["added"] == 4 and told["left_out"]["fax"] == 1
    assert "card 1, line 1: TEL is a fax" in done.stderr
    assert numbers_by_name(book) == {
        "Dee Reyes": {"5852984458": ("cell", "true"), "5852984459": ("home", "false")},
        "Ed Eng": {"5852984461": ("cell", "true"), "5852984462": ("other", "false")}}


def test_vcards_in_the_csv_import_and_doctors(book):
    done, _ = take(book, DIRTY / "people.vcf", check=False)
    assert done.returncode == 1 and "import vcard" in done.stderr
    take(book, DIRTY / "people.vcf", "--as", "doctor", kind="vcard")
    assert all(row["doctor_id"] and not row["patient_id"] for row in exported(book).values())


def test_a_further_number_keeps_the_person(book):
    take(book, written(book, "Name,Mobile\nAna Diaz,5852984401\n"))
    take(book, written(book, "Name,Mobile,Home Phone\nANA DÍAZ,5852984401,5852984402\n"))
    (person,) = {row["patient_id"] for row in exported(book).values()}
    assert person.startswith("ab-") and len(exported(book)) == 2


def test_people_that_cannot_be_taken_are_told(book):
    done, told = take(book, written(book, "First Name,Last Name,Mobile Phone\nAna,Diaz,\nMom,,5852984401\n"
                                          "Bo,Lund,12345\nCy,Roe,+44 20 7946 0018\n"), check=False)
    assert [row["status"] for row in told["results"]] == ["passed_over", "error", "error", "error"]
    assert "1 person without a number" in done.stderr and "row 2, line 3: last_name is missing" in done.stderr
    assert "row 3, line 4: Mobile Phone" in done.stderr


@pytest.mark.parametrize("name, kind, shown", [
    ("google.csv", "contacts", ["E-mail 1 - Value", "email", "left out", "5852984450 cell, 5852984451 cell, 5852984452 home"]),
    ("people.vcf", "vcard", ["Dee Reyes", "5852984458 cell (primary), 5852984459 home"]),
    ("windows-1252.csv", "contacts", ["patient_id", "patient p20", "José Muñoz", "5852984420 cell"])])
def test_a_dry_run_shows_what_was_understood(book, name, kind, shown):
    done = book.run("import", kind, DIRTY / name, "--account", "acme", "--dry-run", "--results", book.data.parent / "r.csv")
    for text in shown:
        assert text in done.stdout
    assert "read as" in done.stdout and "would be added" in done.stdout and exported(book) == {}


def test_errors_are_summed_up_by_kind(book):
    rows = "".join(f"58529844{n:02d},cell,p{n},,\n" for n in range(30)) + "1,cell,p,A,B\n"
    done, told = take(book, written(book, HEADER + "\n" + rows), check=False)
    assert told["errors"] == 31 and "30 × first_name is required" in done.stderr and "and 11 more errors" in done.stderr
