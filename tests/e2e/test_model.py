"""Many writers at once; then what each was told, and the ledger, are held against the model."""
import collections
import json
import os
import random

import pytest

from books_model import Broken, demand
from busy_writers import Account, Attempt, Load
from history import History
from installation import Client, Installation
from load import scaled

WRITERS = 32
ACCOUNTS = ("acme", "globex")
POOL = [f"+1303555{n:04d}" for n in range(12)]
LINES = [f"+1646555{n:04d}" for n in range(16)]
OPERATIONS = int(os.environ.get("LINEBOOK_MODEL_OPERATIONS", scaled(20_000, 2_000)))


def digits() -> list[str]:
    """Few, so that writers meet; some share their beginning."""
    choice = random.Random(1)
    return [f"{choice.choice((2125550, 5852984, 3035557))}{choice.randrange(1000):03d}" for _ in range(30)]


def new_accounts(installation: Installation, patients=6) -> list[Account]:
    accounts = []
    for name in ACCOUNTS:
        client = installation.client(name)
        accounts.append(Account(name, client.token, [client.new_patient(last_name=f"P{n}") for n in range(patients)]))
    return accounts


def ledger(installation: Installation) -> dict[str, list[dict]]:
    """By account; the pool's is the installation's."""
    entries: dict[str, list[dict]] = {name: [] for name in ("(installation)", *ACCOUNTS)}
    for line in installation.run("export", "audit").stdout.splitlines():
        entry = json.loads(line)
        if entry["account"] in entries:
            entries[entry["account"]].append(entry)
    return entries


def shown_numbers(client: Client) -> dict[str, dict]:
    """All contact numbers of an account, each as its own page shows it."""
    found: dict[str, dict] = {}
    page = {"next_page": 1}
    while page["next_page"] is not None:
        answer = client.get(f"/api/v2/phone-numbers?limit=100&offset={len(found)}").json()
        page = answer["pagination"]
        for item in answer["data"]:
            found[item["id"]] = client.get(f"/api/v2/phone-numbers/{item['id']}").json()
    demand(len(found) == page["total_items"], "the list does not hold its total")
    return found


def check_books(history: History, accounts: list[Account], client_of):
    """The books are what the replayed ledgers come to."""
    for account in accounts:
        books = history.accounts[account.name].books
        client = client_of(account)
        numbers = {id: {"patient_id": shown["linked_to"]["id"], **{name: shown[name] for name in
                        ("number", "phone_type", "primary", "verified", "do_not_call")}}
                   for id, shown in shown_numbers(client).items()}
        demand(numbers == books.held["contact_number"], "contact numbers are not what the ledger tells", account.name)
        lines = {line["id"]: line["phone_number"] for line in client.walk("/phone_numbers", page_size=100)}
        demand(lines == {id: line["phone_number"] for id, line in books.held["line"].items()}, "lines", account.name)
        for id, patient in books.held["patient"].items():
            if id in account.patients:
                demand(client.get(f"/api/v2/patients/{id}").json()["first_name"] == patient["first_name"], "a name", id)


def check(installation: Installation, accounts: list[Account], attempts: list[Attempt],
          outdated: list[Broken] | None = None) -> History:
    history = History(ledger(installation), attempts, set(POOL))
    history.check(outdated)
    check_books(history, accounts, lambda account: Client(installation.server.url, account.token))
    installation.run("audit", "verify")
    return history


def told(attempts: list[Attempt]) -> dict:
    return dict(sorted(collections.Counter((attempt.method, attempt.status) for attempt in attempts).items(), key=str))


@pytest.mark.timeout(900)
def test_writers_on_one_node(installation: Installation):
    server = installation.serve("--pool-rest-days", 0)
    installation.import_pool(*POOL)
    accounts = new_accounts(installation)
    load = Load([server.port], accounts, OPERATIONS, digits(), LINES)
    load.run(WRITERS)
    history = check(installation, accounts, load.attempts)
    print(len(load.attempts), told(load.attempts))
    assert all(len(account.executed) > 100 for name, account in history.accounts.items() if name in ACCOUNTS)
