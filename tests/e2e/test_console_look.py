"""How the console looks, and to whom: every page, dialog, menu and pane of a clinic's day and of an empty account, in both themes, at
1280 and 360 px and with everything twice as large. What axe-core finds is a fault, as is a control that is lost or a page that scrolls
sideways. The pictures are kept beside the reports of the tests."""
import pytest

from clinic import Clinic
from conftest import new_account_name
from console_browser import PICTURES, Browser
from furnished import Furnished
from webhook_receiver import reply

PARTS = 4  # so that several workers look, and none for minutes


@pytest.fixture(scope="session")
def furnished(hooked) -> Furnished:
    installation, receiver = hooked
    account = new_account_name("furnished")
    clinic = Clinic(installation.client(account=account), account)
    receiver.behave("/down", lambda _: reply(503))
    return Furnished(clinic, receiver.url("/scheduling"), receiver.url("/down"))


def look(browser: Browser, client, **what) -> dict:
    told = browser.ask(do="look", base=client.url, key=client.token, folder=str(PICTURES), **what)
    assert told["wrong"] == []
    return told


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_dialog_and_menu(browser, furnished, part):
    told = look(browser, furnished.client, found=furnished.found, part=part, parts=PARTS)
    assert told["pictures"] == 4 * told["views"] and told["views"] > 10


def test_a_new_account(browser, demo):
    told = look(browser, demo.client(account=new_account_name("empty")))
    assert told["pictures"] == 4 * told["views"]


def test_a_day_by_keyboard(browser, hooked):
    installation, _ = hooked
    account = new_account_name("keyboard")
    clinic = Clinic(installation.client(account=account), account)
    people = [clinic.person(first_name="Flora", last_name="Keys"), clinic.person(first_name="Theo", last_name="Taps")]
    number = people[0][1]
    clinic.phone_texts(number, "Is the office open?")
    persons = [{"type": "patient", "id": clinic.get(f"/api/v2/phone-numbers/{entry}")["linked_to"]["id"]} for entry, _ in people]
    clinic.post("/dial-lists", {"name": "Recall", "purpose": "care", "people": persons})
    told = browser.ask(do="keyboard", base=clinic.client.url, key=clinic.client.token, name="Flora Keys", digits=number[-4:],
                       number=f"({number[:3]}) {number[3:6]}-{number[6:]}", question="Is the office open?", answer="Until five.",
                       list="Recall")
    assert told["wrong"] == []
