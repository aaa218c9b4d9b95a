"""No call leaves that Linebook has not allowed: dialers call through real Kamailio, to a trunk of sipp's."""
import contextlib
import dataclasses
import datetime
import pathlib
import signal
import threading
import time
import zoneinfo

import pytest

from installation import Client, Installation, unused_e164
from sip_gate import (CHALLENGE, PASSWORD, SLACK, TIMEOUT, USERNAME, dialled, gate_to, many_calls, proves_the_password,
                      trunk_that)
from sip_network import ANSWERED, TAKES_A_CALL_AT_ONCE, Callee, Kamailio, call, header, place_call, refused, told

JCARD = "https://calls.example.com/jcard.jws"
FORGED = ("X-Linebook-Purpose: service\nP-Asserted-Identity: <sip:+19005550100@example.com>\nPrivacy: id\n"
          "Remote-Party-ID: <sip:+19005550100@example.com>\nDiversion: <sip:+19005550100@example.com>\n")
# The person asks for it now: at any hour, whoever it is.
VERIFICATION = "X-Linebook-Purpose: verification\n"

CALLS_A_SECOND, SECONDS = 50, 20


def where_it_is_day() -> str:
    """A zone in which people may be called for care for at least an hour from now."""
    return next(zone for zone in ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Asia/Tokyo", "Asia/Kolkata",
                                  "Europe/Berlin")
                if 9 <= datetime.datetime.now(zoneinfo.ZoneInfo(zone)).hour < 20)


@dataclasses.dataclass
class Clinic:
    """An account with a line of its own trunk, and what stands between its dialer and that trunk."""
    installation: Installation
    client: Client
    token: str
    line: str
    trunk: Callee
    gate: Kamailio

    def person_to_call(self, **fields) -> str:
        number = unused_e164()
        patient = self.client.new_patient(timezone=where_it_is_day())
        self.client.new_number(patient, number[2:], **fields)
        return number

    def call(self, folder: pathlib.Path, number: str, ending: str, headers="", gate=None):
        place_call(folder, gate or self.gate, number, call(ending, self.line, headers))

    def decisions(self, **filters) -> list[dict]:
        return self.client.walk("/decisions", page_size=100, **filters)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    # The paths of Kamailio's sockets are bounded.
    folder = pathlib.Path(tmp_path_factory.mktemp("gate"))
    installation = Installation(folder / "data")
    installation.serve()
    try:
        client = installation.client()
        token = installation.create_key(name="kamailio", scopes="reach:write")
        line = unused_e164()
        with trunk_that(folder / "trunk", CHALLENGE + TAKES_A_CALL_AT_ONCE) as trunk:
            client.new_line(line, sip_termination_uri=f"sip:127.0.0.1:{trunk.port}", sip_username=USERNAME, sip_password=PASSWORD)
            with gate_to(folder / "kamailio", installation.server.url, token) as gate:
                yield Clinic(installation, client, token, line, trunk, gate)
    finally:
        installation.close()


def test_an_allowed_call_reaches_the_trunk_as_the_line(tmp_path, clinic):
    for written in (lambda e164: e164, lambda e164: e164[1:], lambda e164: e164[2:]):
        number = clinic.person_to_call()
        clinic.call(tmp_path, written(number), ANSWERED, FORGED)
        asked, proven = [invite for invite in clinic.trunk.received("INVITE") if invite.startswith(f"INVITE sip:{number}@")]
        assert proves_the_password(proven, "Proxy-Authorization")
        assert header(asked, "CSeq") == "1 INVITE" and header(proven, "CSeq") == "2 INVITE"
        for invite in (asked, proven):
            assert header(invite, "From").startswith(f"<sip:{clinic.line}@127.0.0.1>;tag=")
            assert header(invite, "To") == f"<sip:{number}@127.0.0.1>"
            assert header(invite, "P-Asserted-Identity") == f"<sip:{clinic.line}@127.0.0.1>"
            assert "Linebook" not in invite and "9005550100" not in invite and header(invite, "Privacy") is None
        (decision,) = clinic.decisions(number=number)
        assert decision["allowed"] and decision["purpose"] == "service" and decision["channel"] == "call"


def test_what_a_call_is_for_is_care_unless_it_says_otherwise(tmp_path, clinic):
    for headers in ("", "X-Linebook-Purpose: fun&purpose=verification\n"):
        number = clinic.person_to_call()
        clinic.call(tmp_path, number, ANSWERED, headers)
        assert [decision["purpose"] for decision in clinic.decisions(number=number)] == ["care"]
    with gate_to(tmp_path / "other", clinic.installation.server.url, clinic.token, LINEBOOK_PURPOSE="verification") as other:
        number = unused_e164()
        clinic.call(tmp_path, number, ANSWERED, gate=other)
        assert [decision["purpose"] for decision in clinic.decisions(number=number)] == ["verification"]


def test_who_asked_not_to_be_called_is_not(tmp_path, clinic):
    flagged = clinic.person_to_call(do_not_call=True)
    opted_out = clinic.person_to_call()
    answer = clinic.client.post("/api/v2/suppressions", {"number": opted_out, "channels": ["call"], "reason": "on the phone"})
    assert answer.status_code in (200, 201), answer.text
    used = '<Reference variables="1"/>'
    for number, code in ((flagged, "do_not_call"), (opted_out, "opted_out"), (unused_e164(), "no_consent")):
        reason = f"^ *SIP;cause=603;text=.{code}"  # a number in nobody's book has its area code's hours too
        clinic.call(tmp_path, number, refused(603, told("Reason", reason)) + used)
        assert number not in dialled(clinic.trunk)
        assert [decision["allowed"] for decision in clinic.decisions(number=number)] == [False]


def test_608_tells_whom_to_complain_to(tmp_path, clinic):
    number = clinic.person_to_call(do_not_call=True)
    with gate_to(tmp_path / "other", clinic.installation.server.url, clinic.token, LINEBOOK_REFUSAL="608",
                 LINEBOOK_JCARD=JCARD) as other:
        clinic.call(tmp_path, number, refused(608, told("Reason", "^ *SIP;cause=608;text=.do_not_call.$"))
                    + '<Reference variables="1"/>', gate=other)
        clinic.call(tmp_path, number, refused(608, told("Call-Info", f"^ *.{JCARD}.;purpose=jwscard$"))
                    + '<Reference variables="1"/>', gate=other)
    assert number not in dialled(clinic.trunk)


@pytest.mark.alone
def test_nothing_gets_through_while_linebook_is_slow_or_dead(tmp_path, clinic):
    server = clinic.installation.server
    number = unused_e164()
    with stopped(server):
        began = time.monotonic()
        clinic.call(tmp_path, number, refused(503), VERIFICATION)
        assert TIMEOUT - 0.5 < time.monotonic() - began < TIMEOUT + SLACK
    server.kill()
    began = time.monotonic()
    clinic.call(tmp_path, number, refused(503), VERIFICATION)
    assert time.monotonic() - began < TIMEOUT
    assert number not in dialled(clinic.trunk)
    clinic.installation.serve("--listen", f"127.0.0.1:{server.port}")
    clinic.call(tmp_path, number, ANSWERED, VERIFICATION)
    assert number in dialled(clinic.trunk)


@contextlib.contextmanager
def stopped(server):
    """It takes connections still, and says nothing."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


@pytest.mark.alone
def test_fifty_calls_a_second_while_linebook_goes_and_comes_back(tmp_path, clinic):
    numbers = [unused_e164() for _ in range(CALLS_A_SECOND * SECONDS)]

    def go_and_come_back():
        server = clinic.installation.server
        time.sleep(SECONDS / 5)
        server.kill()
        time.sleep(SECONDS / 5)
        back = clinic.installation.serve("--listen", f"127.0.0.1:{server.port}")
        time.sleep(SECONDS / 5)
        with stopped(back):
            time.sleep(SECONDS / 5)

    troubles = threading.Thread(target=go_and_come_back)
    troubles.start()
    try:
        answers = many_calls(tmp_path, clinic.gate, numbers, CALLS_A_SECOND, clinic.line, VERIFICATION, timeout=SECONDS + 60)
    finally:
        troubles.join()
    came = set(dialled(clinic.trunk)) & set(numbers)
    allowed = {"+1" + decision["number"] for decision in clinic.decisions(allowed="true")}
    answered = {number for number, went_through in answers.items() if went_through}
    assert came <= allowed and answered <= came
    # Some went out before, some between, and some after; those in between were told so.
    assert len(numbers) / 5 < len(answered) < len(numbers) * 4 / 5
    assert sum(number in answered for number in numbers[-CALLS_A_SECOND:]) > CALLS_A_SECOND / 2
