"""The console follows what happens elsewhere: on every page, in a burst, after its stream was cut, and after it slept. Long lists are
scrolled to their ends."""
import pytest

from clinic import Clinic, unused_number
from conftest import new_account_name
from installation import Installation

PEOPLE = "/api/v2/patients"
BOOK = 4_000  # people of the long list, each with one number
BURST = 2_000
BUSY = 5  # seconds of processor that the page's main thread may take for it
ELEMENTS = 3_000  # that a page holds at most, however long its lists


@pytest.fixture
def page(browser):
    class Page:
        key = ""

        def stand(self, client, path):
            browser.ask(do="stand", base=client.url, key=client.token, path=f"/console{path}")

        def sees(self, what, where="main", gone=False):
            browser.ask(do="sees", where=where, what=what, gone=gone)

        def __getattr__(self, name):
            return lambda **given: browser.ask(do=name, **given)

    made = Page()
    yield made
    browser.ask(do="away")


def new_person(client, last: str) -> str:
    answer = client.post(PEOPLE, {"first_name": "Nova", "last_name": last,
                                  "phone_numbers": [{"number": unused_number(), "phone_type": "cell", "primary": True}]})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def changed(answer):
    assert answer.status_code in (200, 201), answer.text


def test_every_page_shows_what_changes_elsewhere(page, demo, request):
    account = new_account_name(request.node.name)
    client = demo.client(account=account)
    clinic = Clinic(client, account)
    _, number = clinic.person(first_name="Flora", last_name="Called")
    _, texted = clinic.person(first_name="Flora", last_name="Texted")
    who = new_person(client, "Before")
    line = f"/phone_numbers/{clinic.line['id']}"

    page.stand(client, "/contacts")
    new_person(client, "Incontacts")
    page.sees("Nova Incontacts")
    page.stand(client, f"/contacts/patients/{who}")
    changed(client.patch(f"{PEOPLE}/{who}", {"last_name": "Renamed"}))
    page.sees("Nova Renamed", "h1")
    page.stand(client, "/lines")
    changed(client.patch(line, {"name": "Night desk"}))
    page.sees("Night desk")
    page.stand(client, "/agents")
    client.new_agent("newcomer")
    page.sees("newcomer")
    page.stand(client, "/calls")
    clinic.call(number)
    page.sees(f"({number[:3]}) {number[3:6]}-{number[6:]}")
    page.stand(client, "/messages")
    clinic.text(texted)
    page.sees("Flora Texted")
    page.stand(client, "/dial-lists")
    clinic.post("/dial-lists", {"name": "Recall", "purpose": "care", "people": [{"type": "patient", "id": who}]})
    page.sees("Recall")
    page.stand(client, "/compliance?tab=suppressions")
    changed(client.post("/api/v2/suppressions", {"number": "5855550199", "channels": ["call"], "reason": "asked for it"}))
    page.sees("(585) 555-0199")
    page.stand(client, "/compliance?tab=policy")
    policy = client.get("/policy").json()
    policy["attempts"]["care"] = [{"max": 7, "hours": 48}]
    changed(client.put("/policy", {name: policy[name] for name in ("hours", "attempts", "state_rules", "holidays", "require_list",
                                                                   "help_text", "texts_kept_days")}))
    page.sees("at most 7 in 48 hours")
    page.stand(client, "/quality")
    page.sees("1 arrived")
    clinic.text(texted)
    page.sees("2 arrived")
    page.stand(client, "/audit")
    changed(client.patch(line, {"name": "In the ledger"}))
    page.sees("In the ledger", "[data-at='0']")
    page.stand(client, "/operate")
    changed(client.post("/webhooks", {"url": "https://hooks.example.com/told", "types": ["*"]}))
    page.sees("hooks.example.com/told")
    page.stand(client, "/")
    new_person(client, "Athome")
    page.sees("Nova Athome", ".feed")
    assert page.watched()["wrong"] == []


def table_of(people: int, first_number: int) -> str:
    rows = (f"{first_number + each},cell,b{first_number + each},Nova,Row{each:05d}\n" for each in range(people))
    return "number,phone_type,patient_id,first_name,last_name\n" + "".join(rows)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Installation:
    """A demo installation of the module's own, with a book that is long enough to scroll."""
    folder = tmp_path_factory.mktemp("book")
    made = Installation(folder / "data")
    made.serve("--demo")
    made.create_key(account="long")
    (folder / "book.csv").write_text(table_of(BOOK, 5_853_000_000 - 10 * BOOK))
    (folder / "burst.csv").write_text(table_of(BURST, 5_854_000_000))
    made.run("import", "contacts", folder / "book.csv", "--account", "long", "--results", folder / "book.results.csv")
    yield made
    made.close()


def test_long_lists_scroll_to_their_end_and_back(page, book):
    client = book.client(account="long")
    page.stand(client, "/contacts")
    last = page.scroll(list="Numbers", to=1)
    assert last["at"] == BOOK and "Nova Row" in last["text"] and last["rows"] < 60
    first = page.scroll(list="Numbers", to=0)
    assert first["at"] == 1 and first["rows"] < 60
    page.stand(client, "/audit")
    oldest = page.scroll(list="Changes", to=1)
    assert "#1" in oldest["text"].split() and oldest["rows"] < 60
    newest = page.scroll(list="Changes", to=0)
    assert int(newest["text"].split("#")[-1]) > 2 * BOOK and newest["rows"] < 60
    told = page.watched()
    assert told["wrong"] == [] and told["busy"] < BUSY and told["elements"] < ELEMENTS, told


@pytest.mark.parametrize("path", ["/contacts", "/", "/audit"])
def test_a_burst_does_not_freeze_a_page(page, book, path):
    account = f"burst at {path}".replace("/", "x").replace(" ", "-")
    client = book.client(account=account)
    page.stand(client, path)
    page.watched()
    burst = book.data.parent / "burst.csv"
    book.run("import", "contacts", burst, "--account", account, "--results", burst.with_suffix(".results.csv"))
    # In the navigation, of every page.
    page.sees(f"{BURST:,}", "nav")
    page.sees("Nova Row" if path != "/audit" else "Import finished")
    told = page.watched()
    assert told["wrong"] == [] and told["busy"] < BUSY and told["elements"] < ELEMENTS, told


@pytest.fixture
def own(installation):
    """A server at a port that it comes back to."""
    installation.serve("--demo")
    port = installation.server.port

    def again():
        installation.server.kill()
        yield
        installation.serve("--demo", "--listen", f"127.0.0.1:{port}")

    installation.restart = again
    yield installation
    installation.close()


def test_a_stream_that_was_cut_resumes_and_has_missed_nothing(page, own):
    client = own.client()
    page.stand(client, "/")
    down = own.restart()
    next(down)
    page.sees("Not connected", "[role=status] p")
    next(down, None)
    # At once, before the page has come back.
    for each in range(3):
        new_person(client, f"Missed{each}")
    for each in range(3):
        page.sees(f"Nova Missed{each}", ".feed")
    page.sees("Not connected", "[role=status] p", gone=True)
    assert [each for each in page.watched()["wrong"] if "net::ERR_" not in each] == [], "more than that nobody answered"


def test_a_page_that_slept_for_an_hour_catches_up(page, own):
    client = own.client()
    page.stand(client, "/contacts")
    page.freeze()
    down = own.restart()
    next(down)
    next(down, None)
    new_person(client, "Meanwhile")
    page.wake(after=3_600_000)
    page.sees("Nova Meanwhile")


def test_what_is_not_kept_any_more_is_read_anew(page, own):
    client = own.client()
    page.stand(client, "/contacts")
    page.freeze()
    page.refuse(path="/events?after=", status=410)
    down = own.restart()
    next(down)
    next(down, None)
    new_person(client, "Forgotten")
    page.wake(after=3_600_000)
    page.sees("Nova Forgotten")
    new_person(client, "Goes-on")
    page.sees("Nova Goes-on")
