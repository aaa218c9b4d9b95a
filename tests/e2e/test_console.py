"""What people come to the console for, in Debian's Chromium, from Home to the result. Each flow is held to so many clicks and keys;
nothing may go wrong in the page, no request may leave the host, and another account may see nothing of what was done."""
import os
import re
import socket
import subprocess
import threading

import pytest
import requests

from clinic import Clinic, new_twilio_line
from conftest import new_account_name, serve_demo
from console_browser import CONSOLE, PATIENCE
from installation import BINARY, Installation
from load import IS_SANITIZED
from reach import NIGHT
from waiting import eventually


# What a sanitizer finds in a store, the tests of the store show.
@pytest.fixture(scope="session", params=["embedded"] if IS_SANITIZED else ["embedded", "PostgreSQL"])
def demo(request, tmp_path_factory) -> Installation:
    """One demo installation on each store."""
    database = request.getfixturevalue("postgres").new_database() if request.param == "PostgreSQL" else None
    made = serve_demo(Installation(tmp_path_factory.mktemp("demo") / "data", database))
    yield made
    made.close()


@pytest.fixture
def clinic(demo, request) -> Clinic:
    account = new_account_name(request.node.name)
    made = Clinic(demo.client(account=account), account)
    made.client.patch(f"/phone_numbers/{made.line['id']}", {"name": "Front desk"})
    return made


@pytest.fixture
def stranger(demo, request) -> str:
    return demo.create_key(account=new_account_name(f"stranger to {request.node.name}"))


@pytest.fixture
def do(browser, clinic, stranger):
    def run(flow: str, *, clicks: int, keys: int, secrets: list[str], lists=(), link=None, refused="", **given):
        """`refused`: the end of a path whose refusal is part of the flow; browsers log it."""
        told = browser.ask(do="flow", name=flow, base=clinic.client.url, key=clinic.client.token, stranger=stranger, link=link,
                           given=given, secrets=secrets, lists=[f"/console/{each}" for each in lists])
        assert [each for each in told["wrong"] if not (refused and each.endswith(refused))] == [], "in the page"
        assert told["seen"] == [], "by another account"
        assert told["clicks"] <= clicks and told["keys"] <= keys, told

    return run


_names = iter(range(1000, 10_000))


def somebody(clinic: Clinic, **fields) -> tuple[str, str, str]:
    """Who can be called now, unless the fields say otherwise: the entry of the book, its number, and their name."""
    last = f"Flow{next(_names)}"
    entry, number = clinic.person(**{"first_name": "Flora", "last_name": last, **fields})
    return entry, number, f"Flora {last}"


def test_signing_in_by_the_printed_link(do, demo, clinic):
    link = demo.run("console-link", "--account", clinic.account).stdout.strip()
    do("signing_in", clicks=0, keys=0, secrets=["Front desk"], link=link)


def test_whose_number_it_is_in_three_keystrokes(do, clinic):
    _, number, name = somebody(clinic)
    # "/" and Enter beside them.
    do("whose_number", clicks=0, keys=5, secrets=[name], lists=["contacts"], digits=number[-3:], name=name)


def test_may_i_call_and_why_not(do, clinic):
    _, number, name = somebody(clinic, hour=NIGHT)
    do("may_i_call", clicks=0, keys=5, secrets=[name], digits=number[-3:], name=name)


def test_verifying_a_number(do, clinic):
    _, number, name = somebody(clinic)
    do("verifying", clicks=2, keys=5, secrets=[name], lists=["messages"], digits=number[-3:], name=name, phone=number,
       refused="/verification/check")
    assert clinic.client.get("/api/v2/phone-numbers?verified=true").json()["pagination"]["total_items"] == 1


def test_importing_a_spreadsheet_with_faults(do, clinic):
    faulty = "Rufnummer;first_name;last_name\n5855558001;Import;Whole\n12;Import;Faulty\n"
    mended = "number,first_name,last_name\n5855558001,Import,Whole\n5855558002,Import,Faulty\n"
    do("importing", clicks=8, keys=0, secrets=["reception.csv", "mended.csv", "Faulty"], lists=["import", "contacts"],
       faulty=faulty, mended=mended)
    assert clinic.client.get("/api/v2/phone-numbers").json()["pagination"]["total_items"] == 2


def test_answering_a_text(do, clinic):
    _, number, name = somebody(clinic)
    clinic.phone_texts(number, "When is my appointment?")
    eventually(lambda: clinic.get("/messages")["messages"])
    answer = "Tomorrow at ten."
    do("answering", clicks=3, keys=len(answer) + 1, secrets=[name, "When is my", answer], lists=["messages"], name=name,
       question="When is my appointment?", answer=answer)
    assert eventually(lambda: [item for item in clinic.inbox(number, "text") if answer in item["text"]])


def test_dialing_a_list_by_hand(do, clinic):
    names = [somebody(clinic)[2] for _ in range(2)]
    do("dialing", clicks=5, keys=len("Recall") + 2, secrets=["Recall", *names], lists=["dial-lists"], list="Recall", names=names)


def test_who_changed_a_number_and_when(do, clinic):
    entry, number, name = somebody(clinic)
    changed = number[:-4] + f"{int(number[-4:]) + 4000:04d}"
    assert clinic.client.patch(f"/api/v2/phone-numbers/{entry}", {"number": changed}).status_code == 200
    do("who_changed_it", clicks=1, keys=5, secrets=[name], lists=["audit"], digits=changed[-3:], name=name, number=changed, by="by you")


def test_giving_a_line_another_agent(do, clinic):
    clinic.client.new_agent("night-desk")
    do("another_agent", clicks=3, keys=0, secrets=["Front desk", "night-desk"], lists=["lines", "agents"], line="Front desk", agent="night-desk")
    assert clinic.get(f"/phone_numbers/{clinic.line['id']}")["ai_agent_id"] == "night-desk"


def test_calling_from_a_lines_page(do, clinic):
    _, number, name = somebody(clinic)
    do("calling_from_a_line", clicks=3, keys=12, secrets=[name, "Front desk"], lists=["lines", "calls"], line="Front desk", digits=number, name=name,
       number=number)
    assert eventually(lambda: clinic.inbox(number, "call"))


def test_mending_a_line_that_drifted_apart_from_twilio(browser, service, twilio, request):
    client, stranger = (service.client(account=new_account_name(f"{who} {request.node.name}")) for who in ("owner", "stranger"))
    client.new_agent("nurse")
    owner = twilio.new_account()
    line = client.get(f"/phone_numbers/{new_twilio_line(client, twilio, owner)}").json()
    client.patch(f"/phone_numbers/{line['id']}", {"name": "Night desk"})
    kept = twilio.owned[line["twilio_phone_number_sid"]]
    kept["voice_url"] = "https://other.example.com/"
    told = browser.ask(do="flow", name="mending_a_line", base=client.url, key=client.token, stranger=stranger.token, secrets=["Night desk"],
                       lists=["/console/lines"], given={"line": "Night desk"})
    assert told["wrong"] == [] and told["seen"] == [] and told["clicks"] <= 4
    assert kept["voice_url"] != "https://other.example.com/" and client.get(f"/phone_numbers/{line['id']}").json()["status"] == "active"


def test_what_was_changed_meanwhile_is_told_with_by_whom(do, clinic):
    entry, number, name = somebody(clinic)
    who = clinic.get(f"/api/v2/phone-numbers/{entry}")["linked_to"]
    path = f"/api/v2/{who['type']}s/{who['id']}"
    do("changed_meanwhile", clicks=3, keys=5, secrets=[name, "mine@example.com"], digits=number[-3:], name=name, path=path,
       theirs="theirs@example.com", mine="mine@example.com", refused=path)
    assert clinic.get(path)["email"] == "mine@example.com"


def test_a_text_that_is_refused_says_why_and_when_it_may_leave(do, clinic):
    _, number, name = somebody(clinic, hour=NIGHT)
    words = "Good night."
    do("refused_text", clicks=4, keys=len(words) + 7, secrets=[name, words], lists=["messages"], digits=number[-4:], name=name, words=words,
       refused="/messages")


def test_proving_what_was_decided(do, clinic):
    entry, number, name = somebody(clinic)
    clinic.text(number)
    clinic.post("/api/v2/consents", {"phone_id": entry, "channel": "text", "purpose": "marketing", "status": "granted", "basis": "written",
                                     "evidence": "form of 12 November"})
    do("proving", clicks=5, keys=0, secrets=[name, "form of 12"], lists=["compliance", "compliance?tab=consents"], number=number)


def test_making_a_key(do, clinic):
    do("making_a_key", clicks=4, keys=len("Scheduling") + 1, secrets=["Scheduling"], lists=["operate?tab=keys"], name="Scheduling")


def test_saving_a_list_and_working_it_off(do, clinic):
    names = sorted(somebody(clinic)[2] for _ in range(2))
    do("saving_a_list", clicks=15, keys=len("To verify") + len("To v") + len("Verify them") + 5, secrets=["To verify", "Verified so far", *names],
       lists=["contacts", "contacts?verified=no", "dial-lists"], list="To verify", renamed="Verified so far", dialed="Verify them", names=names)
    assert clinic.get("/saved-lists")["saved_lists"] == []
    assert clinic.client.get("/api/v2/phone-numbers?do_not_call=true").json()["pagination"]["total_items"] == 2
    (made,) = clinic.get("/dial-lists")["dial_lists"]
    assert (made["name"], made["entries"]) == ("Verify them", 2)


def test_making_a_webhook_and_watching_its_deliveries(browser, hooked):
    installation, receiver = hooked
    url = receiver.url("/told-to")
    told = browser.ask(do="flow", name="webhook", base=installation.server.url, key=installation.create_key(account="hooked"),
                       stranger=installation.create_key(account="not hooked"), secrets=["/told-to"], lists=["/console/operate"],
                       given={"url": url, "trigger": {"first_name": "Told", "last_name": "Of"}})
    assert told["wrong"] == [] and told["seen"] == [] and told["clicks"] <= 8, "5 to make and watch it, 3 to have all delivered again"
    # As it happened, by Again, and with everything from the beginning on.
    eventually(lambda: [one.id for one in receiver.delivered("/told-to")].count(told["result"]) == 3)
    receiver.wait_for_event("/told-to", 1)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_the_console_is_edited_in_front_of_a_service_of_its_own(tmp_path):
    """What `script/server --console-dev` runs once all is built: one command, and a link that signs in where the page reloads."""
    port = free_port()
    command = ["node", CONSOLE / "dev_server.js", BINARY, "serve", "--demo", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0",
               "--data", tmp_path / "data"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "CONSOLE_PORT": str(port)})
    try:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        link = next(found for line in process.stdout if (found := re.search(r"http://\S+/console/sign-in#token=(\S+)", line)))
        assert link[0].startswith(f"http://127.0.0.1:{port}/")
        page = requests.get(f"http://127.0.0.1:{port}/console/").text
        assert "/@vite/client" in page, "it reloads"
        assert requests.get(f"http://127.0.0.1:{port}/healthz").json()["status"] == "ok"
        entered = requests.post(f"http://127.0.0.1:{port}/session/link", json={"token": link[1]})
        assert entered.status_code == 201 and entered.json()["account"]["name"] == "demo"
    finally:
        watchdog.cancel()
        process.terminate()
        process.wait(PATIENCE)
    assert not (tmp_path / "data/linebook.sock").exists(), "the service ended with it"
