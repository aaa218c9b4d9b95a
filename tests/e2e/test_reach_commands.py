"""What an operator does about reaching people: imports, exports, and verifying that decisions are as they were taken."""
import csv
import datetime
import io
import json
import shutil
import sqlite3

import pytest

from conftest import new_account_name
from installation import Client, Installation
from reach import (NIGHT, NOON, codes, consent, decide, entry_where_it_is, now, person_where_it_is, put_policy, reasons, suppress,
                   text, zone_where_it_is)

COUNTS = ("rows", "added", "updated", "unchanged")
NUMBER, OTHER, UNKNOWN = "5852984455", "5852984456", "5852984499"


@pytest.fixture
def book(installation: Installation) -> Client:
    """The account acme of an installation of the test's own, beside a running server."""
    installation.serve()
    return installation.client()


def day(days_ago: int) -> datetime.date:
    return now().date() - datetime.timedelta(days=days_ago)


def take(installation: Installation, what: str, content: str, *, account="acme") -> tuple[int, ...]:
    """Imports a file that is in order; what was counted, in the order of COUNTS."""
    done = run_import(installation, what, content, "--json", account=account, check=True)
    told = json.loads(done.stdout)
    assert tuple(told) == COUNTS
    return tuple(told.values())


def run_import(installation: Installation, what: str, content: str, *arguments, account="acme", check=False):
    file = installation.data.parent / f"{what}.csv"
    file.write_bytes(content.encode())
    return installation.run("import", what, file, "--account", account, *arguments, check=check)


def refused_lines(installation: Installation, what: str, content: str) -> dict[int, str]:
    """Imports a file that is at fault; what was said of each line."""
    done = run_import(installation, what, content)
    assert done.returncode == 1 and done.stdout == "", done
    *told, last = done.stderr.splitlines()
    assert last == f"nothing was taken from {installation.data.parent / what}.csv: mend " + (
        f"{len(told)} row{'s' if len(told) > 1 else ''} and import it again")
    lines = {}
    for line in told:
        name, _, message = line.partition(": ")
        lines[int(name.removeprefix("line "))] = message
    assert len(lines) == len(told), told
    return lines


def said_of_the_file(installation: Installation, what: str, content: str) -> str:
    done = run_import(installation, what, content)
    assert done.returncode == 1 and done.stdout == "" and f"{what}.csv: " in done.stderr, done
    return done.stderr


def mark_verified(installation: Installation, phone: dict):
    """As only a contact import does by itself."""
    file = installation.data.parent / "verified.csv"
    file.write_text("number,phone_type,patient_id,verified\n" + f"{phone['number']},{phone['phone_type']},{phone['linked_to']['id']},true\n")
    installation.run("import", "contacts", file, "--account", "acme")


def may_market(client: Client, phone_id: str) -> bool:
    return reasons(client, phone_id=phone_id, purpose="marketing") == []


# Consents

def test_consents_are_taken(installation, book):
    mine = entry_where_it_is(book, NOON, NUMBER)
    hers = entry_where_it_is(book, NOON, OTHER, first_name="Jane")
    assert not may_market(book, mine)
    given = text(now() - datetime.timedelta(days=3))
    file = ("Phone-ID,number,channel,purpose,status,basis,at,expires_at,evidence\n"
            f"{mine},,call,marketing,granted,written,{given},2099-01-01,\"form 7, page 2\"\n"
            f",(585) 298-4456,text,marketing,granted,written,{day(2)},,\n"
            f",{OTHER},call,care,revoked,verbal,,,\n")
    assert take(installation, "consents", file) == (3, 3, 0, 0)
    assert may_market(book, mine)
    assert reasons(book, phone_id=hers) == ["consent_revoked"]
    (kept,) = book.get("/api/v2/consents", params={"phone_id": mine}).json()["data"]
    assert {name: kept[name] for name in ("channel", "purpose", "status", "basis", "at", "expires_at", "evidence")} == {
        "channel": "call", "purpose": "marketing", "status": "granted", "basis": "written", "at": given,
        "expires_at": "2099-01-01T00:00:00Z", "evidence": "form 7, page 2"}
    of_jane = {c["channel"]: c for c in book.get("/api/v2/consents", params={"phone_id": hers}).json()["data"]}
    assert of_jane["text"]["at"] == f"{day(2)}T00:00:00Z"
    assert {entry["actor"] for entry in book.walk("/audit", entity="consent")} == {"operator"}


def test_consents_again_are_no_more(installation, book):
    entry_where_it_is(book, NOON, NUMBER)
    file = ("number,channel,purpose,status,basis,at\n"
            f"{NUMBER},call,marketing,granted,written,{day(3)}\n{NUMBER},text,marketing,granted,written,{day(3)}\n")
    assert take(installation, "consents", file) == (2, 2, 0, 0)
    assert take(installation, "consents", file) == (2, 0, 0, 2)
    assert book.get("/api/v2/consents").json()["pagination"]["total_items"] == 2


def test_a_later_consent_in_a_file_counts(installation, book):
    mine = entry_where_it_is(book, NOON, NUMBER)
    take(installation, "consents", "number,channel,purpose,status,basis,at\n"
         f"{NUMBER},call,marketing,revoked,verbal,{day(2)}\n{NUMBER},call,marketing,granted,written,{day(3)}\n")
    assert "consent_revoked" in reasons(book, phone_id=mine, purpose="marketing")
    take(installation, "consents", f"number,channel,purpose,status,basis,at\n{NUMBER},call,marketing,granted,written,{day(1)}\n")
    assert may_market(book, mine)


def test_who_is_meant_where_people_share_a_number(installation, book):
    mine, hers = (entry_where_it_is(book, NOON, NUMBER, id=id) for id in ("p1", "p2"))
    head = "number,patient_id,channel,purpose,status,basis\n"
    told = refused_lines(installation, "consents", head + f"{NUMBER},,call,marketing,granted,written\n")
    assert "several people" in told[2] and "patient_id" in told[2]
    told = refused_lines(installation, "consents", head + f"{NUMBER},p3,call,marketing,granted,written\n")
    assert "does not have this number" in told[2]
    assert take(installation, "consents", head + f"{NUMBER},p2,call,marketing,granted,written\n") == (1, 1, 0, 0)
    assert may_market(book, hers) and not may_market(book, mine)


def test_consents_with_rows_at_fault_are_not_taken(installation, book):
    entry_where_it_is(book, NOON, NUMBER)
    other_account = entry_where_it_is(installation.client(account="other"), NOON, UNKNOWN)
    good = f"{NUMBER},,call,marketing,granted,written,,,\n"
    file = ("number,phone_id,channel,purpose,status,basis,at,expires_at,evidence\n" + good
            + f"{NUMBER},,fax,marketing,granted,written,,,\n"
            f"{NUMBER},,call,selling,granted,written,,,\n"
            f"{NUMBER},,call,marketing,maybe,written,,,\n"
            f"{NUMBER},,call,marketing,granted,guessed,,,\n"
            f"{NUMBER},,call,marketing,granted,written,yesterday,,\n"
            f"{NUMBER},,call,marketing,granted,written,2026-02-30,,\n"
            f"{NUMBER},,call,marketing,granted,written,,,{'x' * 2001}\n"
            "585,,call,marketing,granted,written,,,\n"
            ",,call,marketing,granted,written,,,\n" + good)
    told = refused_lines(installation, "consents", file)
    assert sorted(told) == list(range(3, 12))
    for line, word in zip(range(3, 12), ("channel", "purpose", "status", "basis", "at ", "at ", "evidence", "number", "number")):
        assert told[line].startswith(word), told
    file = ("number,phone_id,channel,purpose,status,basis,at,expires_at\n" + good[:-2] + "\n"
            + f"{UNKNOWN},,call,marketing,granted,written,,\n"
            f",{other_account},call,marketing,granted,written,,\n"
            f"{NUMBER},,call,marketing,granted,written,2099-01-01,\n"
            f"{NUMBER},,call,marketing,granted,written,2020-01-02,2020-01-01\n"
            f"{NUMBER},,call,marketing,revoked,verbal,,2099-01-01\n")
    told = refused_lines(installation, "consents", file)
    for line, words in zip(range(3, 8), ("nobody", "no number of this account", "at must not be in the future", "expires_at must be later",
                                         "expires_at cannot be given")):
        assert words in told[line], told
    assert len(told) == 5
    assert book.get("/api/v2/consents").json()["pagination"]["total_items"] == 0


def test_a_history_of_consents_again_is_no_more(installation, book):
    mine = entry_where_it_is(book, NOON, NUMBER)
    file = ("number,channel,purpose,status,basis,at\n"
            f"{NUMBER},call,marketing,granted,written,{day(5)}\n{NUMBER},call,marketing,revoked,verbal,{day(3)}\n")
    assert take(installation, "consents", file) == (2, 2, 0, 0)
    assert take(installation, "consents", file) == (2, 0, 0, 2)
    assert "consent_revoked" in reasons(book, phone_id=mine, purpose="marketing")


def test_a_file_again_does_not_overrule_what_was_revoked_meanwhile(installation, book):
    """Nobody agrees anew because a file is imported twice."""
    mine = entry_where_it_is(book, NOON, NUMBER)
    file = f"number,channel,purpose,status,basis\n{NUMBER},call,marketing,granted,written\n"
    run_import(installation, "consents", file)
    consent(book, mine, status="revoked", basis="verbal")
    run_import(installation, "consents", file)
    assert "consent_revoked" in reasons(book, phone_id=mine, purpose="marketing")


def test_words_are_held_to_what_the_api_holds_them_to(installation, book):
    """Characters, not bytes; and text."""
    entry_where_it_is(book, NOON, NUMBER)
    head = "number,channel,purpose,status,basis,at,evidence\n"
    row = f"{NUMBER},call,marketing,granted,written,{day(2)},"
    assert take(installation, "consents", head + row + "ü" * 2000 + "\n") == (1, 1, 0, 0)
    assert take(installation, "suppressions", f"number,reason\n{NUMBER},{'ü' * 200}\n") == (1, 1, 0, 0)
    assert refused_lines(installation, "consents", head + row + "a\x01b\n").keys() == {2}
    assert refused_lines(installation, "suppressions", f"number,reason\n{OTHER},a\x01b\n").keys() == {2}


# Suppressions

def test_suppressions_are_taken(installation, book):
    mine = entry_where_it_is(book, NOON, NUMBER)
    file = f'Number,Channels,Reason\n(585) 298-4455,text,by letter\n{OTHER},"call, text",\n{UNKNOWN},,\n'
    assert take(installation, "suppressions", file) == (3, 3, 0, 0)
    assert reasons(book, phone_id=mine, channel="text") == ["opted_out"] and reasons(book, phone_id=mine) == []
    assert "opted_out" in reasons(book, number=OTHER), "in nobody's book"
    kept = {item["number"]: item for item in book.get("/api/v2/suppressions").json()["data"]}
    assert sorted(kept) == [NUMBER, OTHER, UNKNOWN]
    assert take(installation, "suppressions", file) == (3, 0, 0, 3)
    assert take(installation, "suppressions", f"number,channels\n{NUMBER},call\n") == (1, 0, 1, 0)
    assert reasons(book, phone_id=mine) == ["opted_out"]
    assert {entry["actor"] for entry in book.walk("/audit", entity="suppression")} == {"operator"}


def test_suppressions_with_rows_at_fault_are_not_taken(installation, book):
    file = (f"number,channels,reason\n{NUMBER},call,\n{NUMBER},fax,\n123,call,\n,,\n{NUMBER},call,{'x' * 501}\n")
    told = refused_lines(installation, "suppressions", file)
    assert told.keys() == {3, 4, 5, 6} and told[3].startswith("channels") and told[4].startswith("number")
    assert told[5].startswith("number") and told[6].startswith("reason")
    assert book.get("/api/v2/suppressions").json()["data"] == []


# Reassigned numbers

@pytest.mark.parametrize("header", ["", "number,date,answer\n", "Date,Answer,Number\n"], ids=["no header", "header", "another order"])
@pytest.mark.parametrize("spelling", ["%Y-%m-%d", "%Y%m%d", "%m/%d/%Y"])
def test_a_number_that_was_reassigned_after_the_consent(shared_installation, account, account_name, header, spelling):
    mine = entry_where_it_is(account, NOON, NUMBER)
    consent(account, mine, purpose="care", at=text(now() - datetime.timedelta(days=9)))
    assert reasons(account, phone_id=mine) == []
    row = dict(zip(("number", "date", "answer"), (NUMBER, day(2).strftime(spelling), "yes")))
    columns = (header or "number,date,answer\n").strip().lower().split(",")
    file = header + ",".join(row[column] for column in columns) + "\n"
    assert take(shared_installation, "reassigned", file, account=account_name) == (1, 1, 0, 0)
    for purpose in ("care", "service", "marketing"):
        assert "reassigned" in reasons(account, phone_id=mine, purpose=purpose)
    assert reasons(account, phone_id=mine, purpose="verification") == []
    consent(account, mine, purpose="care")
    assert reasons(account, phone_id=mine) == [], "consented later"


@pytest.fixture
def account_name(request) -> str:
    return new_account_name(request.node.name)


@pytest.fixture
def account(shared_installation, account_name) -> Client:
    return shared_installation.client(account=account_name)


def answer_of_reassigned(installation, answer: str, days_ago: int) -> tuple[int, ...]:
    return take(installation, "reassigned", f"{NUMBER},{day(days_ago)},{answer}\n")


def test_the_answer_to_the_latest_question_stands(installation, book):
    mine = entry_where_it_is(book, NOON, NUMBER)
    assert answer_of_reassigned(installation, "no", 5) == (1, 1, 0, 0) and reasons(book, phone_id=mine) == []
    assert answer_of_reassigned(installation, "yes", 9) == (1, 0, 0, 1) and reasons(book, phone_id=mine) == []
    assert answer_of_reassigned(installation, "yes", 4) == (1, 0, 1, 0) and reasons(book, phone_id=mine) == ["reassigned"]
    assert answer_of_reassigned(installation, "yes", 4) == (1, 0, 0, 1)
    assert answer_of_reassigned(installation, "no_data", 3) == (1, 0, 1, 0) and reasons(book, phone_id=mine) == []
    assert answer_of_reassigned(installation, "yes", 2) == (1, 0, 1, 0) and reasons(book, phone_id=mine) == ["reassigned"]


def test_a_number_that_was_verified_after_it_was_reassigned(installation, book):
    take(installation, "reassigned", f"{NUMBER},{day(2)},yes\n")
    his = entry_where_it_is(book, NOON, NUMBER)
    jane = book.new_number(person_where_it_is(book, NOON, first_name="Jane"), NUMBER)
    hers = jane["id"]
    mark_verified(installation, jane)
    assert reasons(book, phone_id=his) == ["reassigned"] and reasons(book, phone_id=hers) == []
    assert reasons(book, number=NUMBER) == ["reassigned"], "everybody's entry must allow it"
    assert take(installation, "reassigned", f"{NUMBER},{now().date()},yes\n") == (1, 0, 1, 0)
    assert reasons(book, phone_id=hers) == ["reassigned"], "on the same day, nobody knows what came first"


def test_another_accounts_answers_do_not_count(installation, book):
    mine = entry_where_it_is(book, NOON, NUMBER)
    installation.run("accounts", "create", "other")
    take(installation, "reassigned", f"{NUMBER},{day(2)},yes\n", account="other")
    assert reasons(book, phone_id=mine) == []


def test_reassigned_with_rows_at_fault_is_not_taken(installation, book):
    mine = entry_where_it_is(book, NOON, NUMBER)
    file = (f"{NUMBER},2026-11-20,yes\n585,2026-11-20,yes\n{NUMBER},2026-13-20,yes\n{NUMBER},20/11/2026,yes\n{NUMBER},,yes\n"
            f"{NUMBER},2026-11-20,maybe\n,2026-11-20,yes\n{NUMBER},2026-11-20,no\n")
    told = refused_lines(installation, "reassigned", file)
    assert {line: message.split()[0] for line, message in told.items()} == {
        2: "number", 3: "date", 4: "date", 5: "date", 6: "answer", 7: "number"}
    with_header = refused_lines(installation, "reassigned", "number,date,answer\n" + file)
    assert with_header == {line + 1: message for line, message in told.items()}
    assert reasons(book, phone_id=mine) == []


def test_an_answer_of_the_future_is_none(installation, book):
    """It would outrank every answer that comes later."""
    assert refused_lines(installation, "reassigned", f"{NUMBER},2999-01-01,yes\n").keys() == {1}


def test_lines_are_counted_from_the_first_of_the_file(installation, book):
    assert refused_lines(installation, "reassigned", f"\n\n{NUMBER},2026-11-20,maybe\n{NUMBER},soon,yes\n").keys() == {3, 4}


@pytest.mark.parametrize("what, text, told", [
    ("consents", "", "empty"), ("suppressions", "", "empty"), ("reassigned", "", "empty"),
    ("consents", f"{NUMBER},call,marketing,granted,written\n", "column 'channel' is missing"),
    ("consents", "number,channel,purpose,status\n", "column 'basis' is missing"),
    ("suppressions", "number,number\n", "twice"), ("suppressions", "number,chanels\n", "unknown column 'chanels'"),
    ("reassigned", "number,date,status\n", "column 'answer' is missing"),
    ("suppressions", f'number\n"{NUMBER}\n', "line 2"),
])
def test_files_that_make_no_sense(installation, what, text, told):
    installation.run("accounts", "create", "acme")
    assert told in said_of_the_file(installation, what, text)


@pytest.mark.parametrize("what", ["consents", "suppressions", "reassigned"])
def test_unknown_account_missing_file_and_standard_input(installation, tmp_path, what):
    installation.run("accounts", "create", "acme")
    done = run_import(installation, what, "", account="nobody")
    assert done.returncode == 1 and "accounts create" in done.stderr
    done = installation.run("import", what, tmp_path / "none.csv", "--account", "acme", check=False)
    assert done.returncode == 1 and "none.csv" in done.stderr
    head = {"consents": "number,channel,purpose,status,basis\n", "suppressions": "number\n", "reassigned": "number,date,answer\n"}[what]
    assert "0 rows" in installation.run("import", what, "-", "--account", "acme", input=head).stdout


def test_a_file_with_countless_faults_is_told_in_short(installation):
    installation.run("accounts", "create", "acme")
    done = run_import(installation, "suppressions", "number\n" + "123\n" * 5000)
    *told, more, last = done.stderr.splitlines()
    assert done.returncode == 1 and 0 < len(told) < 1000 and "mend 5,000 rows" in last
    assert more == f"… and {5000 - len(told):,} more"


def test_many_rows(installation, book):
    """More than go into one transaction."""
    count = 1300
    rows = "".join(f"{2_120_000_000 + 10 * n + 2_000_000}\n" for n in range(count))
    assert take(installation, "suppressions", "number\n" + rows) == (count, count, 0, 0)
    assert refused_lines(installation, "suppressions", "number\n" + rows.replace("21220", "31220") + "1\n").keys() == {count + 2}
    assert book.get("/api/v2/suppressions").json()["pagination"]["total_items"] == count


# Calling hours

HOURS = "# Source: a guide\n# As of: 2026-11-01\nstate,mon_fri,sat,sun,holidays\n"
AT_NO_TIME = "none,none,none,none\n"


def load_hours(installation, content, *arguments, check=True):
    file = installation.data.parent / "hours.csv"
    file.write_text(content)
    return installation.run("import", "calling-hours", file, *arguments, check=check)


def somebody_in(client, state, number) -> str:
    """For whom it is noon, and who agreed to marketing."""
    phone = entry_where_it_is(client, NOON, number, state=state)
    consent(client, phone)
    return phone


def test_newer_hours_hold_at_once(installation, book):
    texan, other = somebody_in(book, "TX", NUMBER), somebody_in(book, "OH", OTHER)
    load_hours(installation, HOURS + "CT,09:00-20:00,09:00-20:00,none,none\n")
    assert may_market(book, texan) and may_market(book, other)
    load_hours(installation, HOURS + "TX," + AT_NO_TIME, "--as-of", str(day(3)), "--source", "Texas")
    assert book.get("/policy").json()["state_hours"] == {"source": "Texas", "as_of": str(day(3))}
    refusal = decide(book, phone_id=texan, purpose="marketing")
    assert codes(refusal) == ["outside_hours"] and refusal["next_allowed_at"] is None, refusal
    assert may_market(book, other)
    assert reasons(book, phone_id=texan) == [], "states' hours are for marketing"
    put_policy(book, state_rules=False)
    assert may_market(book, texan)
    put_policy(book)
    load_hours(installation, HOURS + "OH," + AT_NO_TIME)
    assert may_market(book, texan) and reasons(book, phone_id=other, purpose="marketing") == ["outside_hours"]


def test_a_policy_that_was_read_before_newer_hours_is_told_anew(installation, book):
    load_hours(installation, HOURS + "TX," + AT_NO_TIME)
    read = book.get("/policy")
    assert book.get("/policy", headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    load_hours(installation, HOURS.replace("guide", "newer guide") + "TX," + AT_NO_TIME)
    again = book.get("/policy", headers={"If-None-Match": read.headers["ETag"]})
    assert again.status_code == 200 and again.json()["state_hours"]["source"] == "a newer guide"


def test_hours_outlive_a_restart(installation):
    load_hours(installation, HOURS + "TX," + AT_NO_TIME)
    installation.serve()
    client = installation.client()
    assert client.get("/policy").json()["state_hours"] == {"source": "a guide", "as_of": "2026-11-01"}
    assert reasons(client, phone_id=somebody_in(client, "TX", NUMBER), purpose="marketing") == ["outside_hours"]


def test_hours_are_in_the_ledger(installation):
    load_hours(installation, HOURS + "TX," + AT_NO_TIME)
    (entry,) = [entry for line in installation.run("export", "audit").stdout.splitlines()
                if (entry := json.loads(line))["entity"] == "calling_hours"]
    assert entry["actor"] == "operator" and entry["changes"]["source"] == {"was": None, "is": "a guide"}
    assert installation.run("audit", "verify").returncode == 0


def test_hours_at_fault_are_refused_with_every_line(installation, book):
    texan = somebody_in(book, "TX", NUMBER)
    load_hours(installation, HOURS + "TX,08:00-20:00,08:00-20:00,08:00-20:00,08:00-20:00\n", "--source", "kept")
    assert may_market(book, texan)
    done = load_hours(installation, HOURS + "TX," + AT_NO_TIME + "Texas," + AT_NO_TIME + "tx," + AT_NO_TIME + "NY,8-20,none,none,none\n"
                      "NJ,20:00-08:00,none,none,none\nPA,none,none\nTX," + AT_NO_TIME + "ME,08:00-25:00,none,none,none\n", check=False)
    assert done.returncode == 1 and done.stdout == ""
    for line in range(5, 12):
        assert done.stderr.count(f"line {line} ") == 1, done.stderr
    assert "line 4 " not in done.stderr and "TX again" in done.stderr
    for content, words in ((HOURS, "at least one state"), (HOURS.replace("state,", "States,") + "TX," + AT_NO_TIME, "line 3 must be the header"),
                           (HOURS + "# only words\n", "at least one state"), (HOURS + f"TX,{'x' * 70_000},none,none,none\n", "64 KiB")):
        done = load_hours(installation, content, check=False)
        assert done.returncode == 1 and words in done.stderr, done
    for as_of in ("yesterday", "2026-02-30"):
        done = load_hours(installation, HOURS + "TX," + AT_NO_TIME, "--as-of", as_of, check=False)
        assert done.returncode == 1 and "as_of" in done.stderr
    assert may_market(book, texan) and book.get("/policy").json()["state_hours"]["source"] == "kept"


# Taking them out

@pytest.fixture
def decided(installation, book) -> list[dict]:
    """Decisions of many kinds, oldest first."""
    mine = entry_where_it_is(book, NOON, NUMBER, last_name='Roe, "Joe"')
    entry_where_it_is(book, NIGHT, OTHER, first_name="=SUM(1)")
    suppress(book, OTHER, "text")
    questions = [{"phone_id": mine}, {"number": NUMBER, "purpose": "marketing", "voice": "human"}, {"number": OTHER},
                 {"number": OTHER, "channel": "text"}, {"number": UNKNOWN, "purpose": "verification"},
                 {"phone_id": mine, "line_id": book.new_line()["id"]}]
    made = [decide(book, **question) for question in questions]
    assert [d["allowed"] for d in made] == [True, False, False, False, True, True]
    decide(book, phone_id=mine, at=text(now() + datetime.timedelta(hours=1)))  # a forecast is not kept
    other = installation.client(account="other")
    decide(other, number=NUMBER)
    return made


def exported(installation, *arguments) -> str:
    return installation.run("export", "decisions", "--account", "acme", *arguments).stdout


def test_exported_decisions_are_those_of_the_api(installation, book, decided, tmp_path):
    rows = [json.loads(line) for line in exported(installation, "--format", "ndjson").splitlines()]
    key = json.loads(installation.run("keys", "list", "--account", "acme", "--json").stdout)[0]
    assert {row.pop("actor") for row in rows} == {key["id"]} and all(row.pop("request_id").startswith("req_") for row in rows)
    assert rows == decided == book.walk("/decisions")[::-1]
    table = list(csv.DictReader(io.StringIO(exported(installation), newline="")))
    for row, told in zip(table, decided, strict=True):
        for name in ("id", "at", "channel", "purpose", "voice", "number"):
            assert row[name] == told[name]
        for name in ("phone_id", "line_id", "next_allowed_at", "valid_until", "timezone_source"):
            assert row[name] == (told[name] or "")
        assert row["allowed"] == ("true" if told["allowed"] else "false") and row["policy_version"] == str(told["policy_version"])
        assert row["reasons"].split() == codes(told) and row["messages"] == "; ".join(r["message"] for r in told["reasons"])
        assert row["timezones"].split() == told["timezones"] and row["local_times"].split() == told["local_times"]
        assert row["people"] == "; ".join(f"{p['type']} {p['id']} {p['name']}" for p in told["people"])
        assert row["actor"] == key["id"]
    beside = {format: exported(installation, "--format", format) for format in ("csv", "ndjson")}
    installation.server.stop()
    for format, text_beside in beside.items():
        assert exported(installation, "--format", format) == text_beside
        file = tmp_path / f"decisions.{format}"
        done = installation.run("export", "decisions", "--account", "acme", "--format", format, "--output", file)
        assert file.read_text() == text_beside and done.stdout == "" and "6 decisions" in done.stderr


def test_more_decisions_than_one_page_are_exported(installation, book):
    for _ in range(3):
        answer = book.post("/decisions/batch", {"decisions": [{"number": NUMBER, "channel": "call", "purpose": "verification"}] * 700})
        assert answer.status_code == 200
    ids = [json.loads(line)["id"] for line in exported(installation, "--format", "ndjson").splitlines()]
    assert len(ids) == 2100 and ids == sorted(set(ids))
    assert len(exported(installation).splitlines()) == 2101


def test_exports_that_cannot_be(installation):
    installation.create_key()
    for command in ("decisions", "reassigned-query"):
        done = installation.run("export", command, "--account", "nobody", check=False)
        assert done.returncode == 1 and "accounts list" in done.stderr and done.stdout == ""
        done = installation.run("export", command, "--account", "acme", "--output", installation.data / "master.key", check=False)
        assert done.returncode == 1 and "data directory" in done.stderr
    assert installation.run("export", "decisions", "--account", "acme", "--format", "xml", check=False).returncode == 2
    assert exported(installation, "--format", "ndjson") == "" and exported(installation).startswith("id,at,allowed,")


def reassigned_query(installation, account="acme") -> list[str]:
    return installation.run("export", "reassigned-query", "--account", account).stdout.splitlines()


@pytest.mark.parametrize("beside_a_server", [True, False], ids=["beside a server", "alone"])
def test_the_question_for_reassigned_numbers(installation, book, beside_a_server):
    days_ago = {days: day(days) for days in (3, 5, 9, 40)}
    patient = person_where_it_is(book, NOON)
    consented, revoked, shared, _ = (book.new_number(patient, f"585298440{n}")["id"] for n in (3, 4, 1, 0))
    verified, both = (book.new_number(person_where_it_is(book, NOON, first_name="Jane"), f"585298440{n}") for n in (2, 1))
    mark_verified(installation, verified)
    mark_verified(installation, both)
    for phone, days in ((consented, 9), (consented, 5), (both["id"], 40), (shared, 3)):
        consent(book, phone, at=f"{days_ago[days]}T08:00:00Z")
    consent(book, revoked, status="revoked", basis="verbal")
    today = {str(now().date())}
    if not beside_a_server:
        installation.server.stop()
    asked = reassigned_query(installation)
    today |= {str(now().date())}
    assert [row.partition(",")[0] for row in asked] == ["5852984401", "5852984402", "5852984403"]
    assert asked[2].endswith(f",{days_ago[5]}")
    for row in asked[:2]:
        assert row.partition(",")[2] in today
    take(installation, "reassigned", "".join(f"{row},no\n" for row in asked))
    installation.run("accounts", "create", "empty")
    assert reassigned_query(installation, "empty") == []


# Are they as they were taken?

DECISIONS = 9


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Installation:
    """Decisions of acme in seals of three, and one of another account's; stopped."""
    made = Installation(tmp_path_factory.mktemp("kept") / "data")
    made.serve()
    client, other = made.client(), made.client(account="other")
    decide(other, number=NUMBER, purpose="verification")
    for batch in range(0, DECISIONS, 3):
        questions = [{"number": f"58529844{n:02d}", "channel": "call", "purpose": "verification"} for n in range(batch, batch + 3)]
        assert client.post("/decisions/batch", {"decisions": questions}).status_code == 200
        heads(made)
    assert made.server.stop() == 0
    return made


@pytest.fixture
def sealed(kept, tmp_path) -> Installation:
    """A copy, for the test to alter."""
    shutil.copytree(kept.data, tmp_path / "data")
    return Installation(tmp_path / "data")


def heads(installation: Installation) -> str:
    """Seals all there is, too."""
    return installation.run("export", "audit", "--heads").stdout


def tamper(installation: Installation, *statements: str):
    """As somebody with the file and an SQL shell would."""
    with sqlite3.connect(installation.data / "linebook.db") as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'decision%'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert db.execute(statement).rowcount > 0, statement
    db.close()


def verify(installation: Installation, *arguments) -> list[tuple]:
    """What is found among the decisions; the ledger is sound."""
    done = installation.run("audit", "verify", "--account", "acme", "--json", *arguments, check=False)
    verdicts = {told["book"]: told for line in done.stdout.splitlines() if (told := json.loads(line))}
    assert verdicts["ledger"]["sound"]
    verdict = verdicts["decisions"]
    assert done.returncode == (0 if verdict["sound"] else 1) and verdict["sound"] == (verdict["findings"] == [])
    return [(f["fault"], f["first_sequence"], f["last_sequence"]) for f in verdict["findings"]]


def mine(where: str) -> str:
    return f"account_id = (SELECT id FROM accounts WHERE name = 'acme') AND {where}"


@pytest.mark.embedded
def test_sound_decisions(sealed, tmp_path):
    with sqlite3.connect(sealed.data / "linebook.db") as db:
        seals = db.execute(f"SELECT first_sequence, last_sequence FROM decision_seals WHERE {mine('1')}").fetchall()
    assert seals[0][0] == 1 and seals[-1][1] == DECISIONS and len(seals) >= 3
    assert all(last % 3 == 0 for _, last in seals[2:]) and {3, 6, 9} <= {last for _, last in seals}
    assert verify(sealed) == []
    told = sealed.run("audit", "verify").stdout
    assert f"acme, decisions: sound, {DECISIONS} entries looked at\n" in told and "other, decisions: sound, 1 entry looked at\n" in told
    (tmp_path / "heads").write_text(heads(sealed))
    assert verify(sealed, "--heads", tmp_path / "heads") == []


INSERT_LIKE = ("INSERT INTO decisions (account_id, sequence, id, at, number, channel, purpose, allowed, actor, request_id, document) "
               "SELECT account_id, {sequence}, 'dec_' || {sequence}, at, number, channel, purpose, allowed, actor, request_id, document "
               "FROM decisions WHERE " + mine("sequence = 5"))


@pytest.mark.embedded
@pytest.mark.parametrize("statements, finding", [
    (["UPDATE decisions SET allowed = 0 WHERE " + mine("sequence = 5")], ("altered", 5, 5)),
    (["UPDATE decisions SET at = at + 1 WHERE " + mine("sequence = 1")], ("altered", 1, 1)),
    (["UPDATE decisions SET number = '2125550100' WHERE " + mine("sequence IN (5, 6)")], ("altered", 5, 6)),
    (["UPDATE decisions SET purpose = 'emergency' WHERE " + mine("sequence = 9")], ("altered", 9, 9)),
    (["UPDATE decisions SET channel = 'text' WHERE " + mine("sequence = 2")], ("altered", 2, 2)),
    (["UPDATE decisions SET actor = 'key_else' WHERE " + mine("sequence = 2")], ("altered", 2, 2)),
    (["UPDATE decisions SET request_id = 'req_else' WHERE " + mine("sequence = 2")], ("altered", 2, 2)),
    (["UPDATE decisions SET id = 'dec_else' WHERE " + mine("sequence = 2")], ("altered", 2, 2)),
    (["UPDATE decisions SET document = replace(document, 'artificial', 'human') || ' ' WHERE " + mine("sequence = 4")], ("altered", 4, 4)),
    (["UPDATE decisions SET sequence = 100 WHERE " + mine("sequence = 7"), "UPDATE decisions SET sequence = 7 WHERE " + mine("sequence = 8"),
      "UPDATE decisions SET sequence = 8 WHERE " + mine("sequence = 100")], ("altered", 7, 8)),
    (["DELETE FROM decisions WHERE " + mine("sequence = 5")], ("removed", 5, 5)),
    (["DELETE FROM decisions WHERE " + mine("sequence <= 3")], ("removed", 1, 3)),
    (["DELETE FROM decisions WHERE " + mine("sequence = 9")], ("cut off", 9, 9)),
    (["DELETE FROM decisions WHERE " + mine("sequence > 6"), "DELETE FROM decision_seals WHERE " + mine("last_sequence > 6")],
     ("cut off", 7, 9)),
    ([INSERT_LIKE.format(sequence=0)], ("inserted", 0, 0)),
    (["UPDATE decision_seals SET chain = zeroblob(32) WHERE " + mine("first_sequence <= 4 AND last_sequence = 6")], ("seal altered", 6, 6)),
    (["DELETE FROM decision_seals WHERE " + mine("last_sequence BETWEEN 4 AND 6")], ("seal removed", 4, 6)),
    (["UPDATE decision_heads SET forgotten_up_to = 3 WHERE " + mine("1")], ("mark altered", 1, 3)),
    (["UPDATE decision_heads SET forgotten_up_to = 3, forgotten_mac = zeroblob(32) WHERE " + mine("1"),
      "DELETE FROM decisions WHERE " + mine("sequence <= 3")], ("mark altered", 1, 3)),
    (["UPDATE decision_heads SET forgotten_up_to = 3 WHERE " + mine("1"), "DELETE FROM decisions WHERE " + mine("sequence <= 3")],
     ("removed", 1, 3)),
], ids=["verdict", "time", "number of two", "purpose", "channel", "actor", "request", "id", "document", "swapped", "removed",
        "removed from the beginning", "cut off", "cut off with its seal", "slipped in before", "seal altered", "seal removed",
        "moved mark", "moved mark and removed", "removed under a moved mark"])
def test_tampering_is_found_and_named(sealed, statements, finding):
    tamper(sealed, *statements)
    found = verify(sealed)
    fault, first, last = finding
    assert any(fault == f and last == l and (first == a or fault == "seal altered" and a <= first) for f, a, l in found), found
    text_told = sealed.run("audit", "verify", check=False)
    assert text_told.returncode == 1 and "acme, decisions: NOT SOUND" in text_told.stdout and f": {fault}\n" in text_told.stdout
    assert "what was sealed is not what it was" in text_told.stderr
    assert "acme: sound" in text_told.stdout and "other, decisions: sound" in text_told.stdout


@pytest.mark.embedded
@pytest.mark.parametrize("statement, fault", [("DELETE FROM decisions WHERE ", "removed"), ("UPDATE decisions SET at = at + 1 WHERE ", "altered")],
                         ids=["removed", "altered"])
def test_what_is_wrong_in_two_seals_casts_no_doubt_on_those_behind_them(sealed, statement, fault):
    with sqlite3.connect(sealed.data / "linebook.db") as db:
        (end,) = db.execute(f"SELECT min(last_sequence) FROM decision_seals WHERE {mine('1')}").fetchone()
    tamper(sealed, statement + mine(f"sequence IN ({end}, {end + 1})"))
    assert verify(sealed) == [(fault, end, end + 1)]


@pytest.mark.embedded
def test_one_slipped_in_at_the_end_is_told_where_it_does_not_follow(sealed):
    tamper(sealed, INSERT_LIKE.format(sequence=11))
    assert ("removed", 10, 10) in verify(sealed)


@pytest.mark.embedded
def test_exported_heads_find_decisions_cut_off_with_all_that_tells_of_them(sealed, tmp_path):
    before = tmp_path / "heads"
    before.write_text(heads(sealed))
    tamper(sealed, "DELETE FROM decisions WHERE " + mine("sequence > 6"), "DELETE FROM decision_seals WHERE " + mine("last_sequence > 6"),
           "UPDATE decision_heads SET last_sequence = 6 WHERE " + mine("1"))
    assert verify(sealed) == [], "nothing in the database tells"
    assert verify(sealed, "--heads", before) == [("cut off", 7, 9)]


@pytest.mark.embedded
def test_exported_heads_find_that_all_decisions_are_gone(sealed, tmp_path):
    before = tmp_path / "heads"
    before.write_text(heads(sealed))
    tamper(sealed, *(f"DELETE FROM {table} WHERE " + mine("1") for table in ("decisions", "decision_seals", "decision_heads")))
    assert sealed.run("audit", "verify").returncode == 0, "nothing in the database tells"
    assert verify(sealed, "--heads", before) == [("cut off", 1, DECISIONS)]


@pytest.mark.embedded
def test_exported_heads_find_decisions_that_went_another_way(sealed, tmp_path):
    before = tmp_path / "heads"
    before.write_text(heads(sealed))
    tamper(sealed, "DELETE FROM decisions WHERE " + mine("sequence > 6"), "DELETE FROM decision_seals WHERE " + mine("last_sequence > 6"),
           "UPDATE decision_heads SET last_sequence = 6 WHERE " + mine("1"))
    sealed.serve()
    client = sealed.client()
    for n in range(3):
        decide(client, number=f"58529845{n:02d}", purpose="verification")
    heads(sealed)
    assert sealed.server.stop() == 0
    assert verify(sealed) == []
    assert verify(sealed, "--heads", before) == [("head mismatch", 9, 9)]


@pytest.mark.embedded
def test_altered_decisions_do_not_stop_the_server(sealed):
    """It answers with what it finds; verifying is what tells."""
    tamper(sealed, "DELETE FROM decisions WHERE " + mine("sequence = 5"))
    sealed.serve()
    client = sealed.client()
    decide(client, number=NUMBER, purpose="verification")
    assert len(client.walk("/decisions")) == DECISIONS
    assert ("removed", 5, 5) in verify(sealed)


# Triggers. On PostgreSQL, privileges do the same: docs/SCALING.md.

def refusal(installation: Installation, statement: str) -> str:
    """What the database itself says against it; nothing where it is done."""
    db = sqlite3.connect(installation.data / "linebook.db", timeout=30)
    try:
        with db:
            db.execute(statement)
    except sqlite3.IntegrityError as refused:
        return str(refused)
    finally:
        db.close()
    return ""


@pytest.mark.embedded
def test_young_decisions_and_seals_are_kept_by_the_database_itself(installation, book):
    decide(book, number=NUMBER, purpose="verification")
    heads(installation)
    for statement, words in (
            ("UPDATE decisions SET actor = 'somebody'", "never change"), ("DELETE FROM decisions", "five years"),
            ("UPDATE decision_seals SET last_sequence = 2", "never change"), ("DELETE FROM decision_seals", "never deleted"),
            ("INSERT OR REPLACE INTO decisions SELECT account_id, sequence, id, 0, number, channel, purpose, allowed, actor, request_id, "
             "document FROM decisions", "never overwritten"),
            ("INSERT OR REPLACE INTO decision_seals SELECT * FROM decision_seals", "never overwritten")):
        assert words in refusal(installation, statement), statement
    assert len(book.walk("/decisions")) == 1 and verify(installation) == []


@pytest.mark.embedded
def test_decisions_may_go_after_five_years_and_not_before(installation, book):
    decide(book, number=NUMBER, purpose="verification")
    for sequence, days in ((101, 1826), (102, 1828)):
        at = int(now().timestamp() * 1000) - days * 86_400_000
        assert refusal(installation, f"INSERT INTO decisions SELECT account_id, {sequence}, 'dec_00000000000000000000000{sequence}', {at}, "
                       "number, channel, purpose, allowed, actor, request_id, document FROM decisions WHERE sequence = 1") == ""
    assert "five years" in refusal(installation, "DELETE FROM decisions WHERE sequence > 100"), "one of them is young, so none may go"
    assert "five years" in refusal(installation, "DELETE FROM decisions WHERE sequence = 101")
    assert "never change" in refusal(installation, "UPDATE decisions SET at = 0 WHERE sequence = 102")
    assert refusal(installation, "DELETE FROM decisions WHERE sequence = 102") == ""
    assert len(book.walk("/decisions")) == 2
