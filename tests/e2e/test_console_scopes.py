"""What the console shows to keys that may not do everything, and of one account to another, page by page."""
import re

import pytest

from clinic import Clinic, eventually, unused_number
from conftest import new_account_name

# All that may be done on a page without changing anything: everything else is for keys that may.
HARMLESS = re.compile("|".join((
    r"Choose .*|Whose|Order|Of this number|from|to|Of the thing with this id|The whole change, number \d+|A phone's number",
    r"Close|Clear|Export", r"Read again", r"Look again", r"Show more", r"Copy", r"Export (as CSV|for ViciDial)", r"Download them",
    r"More about .*", r"To [a-z ]+",
    r"\(\d{3}\) \d{3}-\d{4}", r"Unanswered|Numbers|Patients|Doctors|Type|Primary|Verified|Do not call", r"Search.*|Find.*|Name, or any part.*|Digits.*",
    r"All|Calls and texts|Changes|Call|Text|Care|Service|Marketing", r"direction|status|line",
    r"Decisions|Policy|Consents|Suppressed|Lists|Allowed|Refused|How|Number|.*digits.*",
    r"(Allowed|Refused) .*", r"How (it stands|they stand)|From where|Who answers",
    r"Of what|What was done|By whom|From|To|Since|Until|Of which|One thing|Id.*", r"[a-z]{2,5}_[0-9A-Z]{26}|\d{10}|nurse",
    r"\d+ (may be called now|on the phone|with a dialer|wait for their time|done|blocked for good)", r"The first rows.*", r"Ask about.*")))
NAMES = {"contacts:read": {"Home", "Contacts", "Import", "Quality"},
         "contacts:read,lines:read,reach:read,audit:read,events:read": {
             "Home", "Contacts", "Lines", "Agents", "Calls", "Messages", "Dial lists", "Compliance", "Import", "Quality", "Audit", "Simulator"}}
TABS = ["/console/", "/console/contacts", "/console/contacts?add=1", "/console/lines", "/console/agents", "/console/calls", "/console/messages",
        "/console/dial-lists", "/console/compliance", "/console/compliance?tab=policy", "/console/compliance?tab=suppressions",
        "/console/compliance?tab=consents", "/console/compliance?tab=lists", "/console/import",
        "/console/quality", "/console/audit", "/console/simulator", "/console/operate", "/console/operate?tab=keys"]


class Filled:
    """An account with one of everything, and the addresses of all that has one."""

    def __init__(self, installation, account: str):
        self.account = account
        clinic = Clinic(installation.client(account=account), account)
        client = self.client = clinic.client
        client.patch(f"/phone_numbers/{clinic.line['id']}", {"name": "Secret desk"})
        entry, number = clinic.person(first_name="Secret", last_name="Person", email="secret@example.com")
        patient = clinic.get(f"/api/v2/phone-numbers/{entry}")["linked_to"]["id"]
        doctor = client.post("/api/v2/doctors", {"first_name": "Secret", "last_name": "Doctor"}).json()["id"]
        client.post("/api/v2/phone-numbers", {"number": unused_number(), "phone_type": "cell", "doctor_id": doctor})
        call = clinic.call(number)
        clinic.text(number, "Secret words")
        client.post("/api/v2/suppressions", {"number": unused_number(), "channels": ["call"], "reason": "Secret reason"})
        client.post("/api/v2/consents", {"phone_id": entry, "channel": "call", "purpose": "marketing", "status": "granted", "basis": "written",
                                         "evidence": "Secret evidence"})
        dialed = clinic.post("/dial-lists", {"name": "Secret list", "purpose": "care", "people": [{"type": "patient", "id": patient}]})
        table = "number,first_name,last_name\n12,Secret,Row\n"
        upload = clinic.post("/imports", {"kind": "contacts", "name": "secret.csv", "size": len(table)})["id"]
        client.put(f"/imports/{upload}/file", data=table, headers={"Content-Type": "application/octet-stream"})
        client.post(f"/imports/{upload}/run", {"dry_run": True})
        eventually(lambda: client.get(f"/imports/{upload}").json()["status"] == "finished")
        hook = clinic.post("/webhooks", {"url": "https://127.0.0.1:9/secret", "types": ["policy.*"]})["id"]
        self.missed = {f"/console/contacts/patients/{patient}": "There is no such patient", f"/console/contacts/doctors/{doctor}": "There is no such doctor",
                       f"/console/lines/{clinic.line['id']}": "There is no such line", f"/console/calls/{call['id']}": "There is no such call",
                       f"/console/messages/{number}": "Nobody in the book", f"/console/dial-lists/{dialed['id']}": "There is no such list",
                       f"/console/dial-lists/{dialed['id']}/dial": "There is no such list", f"/console/import/{upload}": "This import is gone",
                       f"/console/operate/webhooks/{hook}": "There is no such webhook"}


@pytest.fixture(scope="module")
def filled(hooked) -> Filled:
    return Filled(hooked[0], new_account_name("filled"))


def seen_with(browser, key: str, filled: Filled, paths: list[str]) -> dict:
    return browser.ask(do="scopes", base=filled.client.url, key=key, paths=paths)


@pytest.mark.parametrize("scopes", NAMES)
def test_what_a_key_may_not_is_not_shown(browser, hooked, filled, scopes):
    key = hooked[0].create_key(account=filled.account, scopes=scopes)
    told = seen_with(browser, key, filled, TABS + list(filled.missed))
    assert {re.sub(r"\s[\d,]+$", "", page) for page in told["pages"]} == NAMES[scopes]
    wrong = [f"{path}: {each}" for path, page in told["seen"].items() for each in page["wrong"]]
    assert not wrong, "asked for what it may not: " + "\n".join(wrong)
    offered = [f"{path}: {name!r}" for path, page in told["seen"].items() for name in page["controls"] if not HARMLESS.fullmatch(name)]
    assert not offered, "\n".join(offered)
    for path in ("/console/operate", "/console/operate?tab=keys", *([] if "lines:read" in scopes else ["/console/lines", "/console/audit"])):
        assert told["seen"][path]["text"].startswith("Your key does not show this"), path


def test_another_account_is_told_of_nothing_by_its_address(browser, hooked, filled):
    told = seen_with(browser, hooked[0].create_key(account=new_account_name("stranger")), filled, TABS + list(filled.missed))
    for path, page in told["seen"].items():
        assert "secret" not in page["text"].lower(), path
        assert filled.missed.get(path, "") in page["text"], path
        besides = [each for each in page["wrong"] if "status of 404" not in each]
        assert not besides, (path, besides)
