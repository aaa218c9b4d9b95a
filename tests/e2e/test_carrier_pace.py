"""Carriers that are slow, or say to come back later: whom that delays, and whom not."""
import time

import pytest

from clinic import new_twilio_line, unused_number
from reach import NOON, zone_where_it_is
from twilio_stand_in import PUBLIC_URL, TwilioStandIn
from waiting import eventually

FOR_CARRIER_SECONDS = 6
MANY, FEW = 40, 10


@pytest.fixture
def two_lines(installation):
    """A client, the stand-in, and two of its accounts, each with a line."""
    twilio = TwilioStandIn()
    twilio.deliver_to = installation.serve("--public-url", PUBLIC_URL, "--twilio-api-url", twilio.url).url
    client = installation.client()
    client.new_agent("nurse")
    owners = [twilio.new_account() for _ in range(2)]
    try:
        yield client, twilio, [(owner[0], new_twilio_line(client, twilio, owner)) for owner in owners]
    finally:
        twilio.close()


def text(client, line: str, count: int):
    for _ in range(count):
        number = unused_number()
        client.new_patient(timezone=zone_where_it_is(NOON), phone_numbers=[{"number": number, "phone_type": "cell"}])
        answer = client.post("/messages", {"line_id": line, "to": number, "text": "Your glasses are here.", "purpose": "care"})
        assert answer.status_code == 201, answer.text


def test_one_slow_account_delays_no_other(two_lines):
    client, twilio, ((slow, slow_line), (quick, quick_line)) = two_lines
    twilio.fault("send", "late", times=MANY, seconds=FOR_CARRIER_SECONDS, account=slow)
    text(client, slow_line, MANY)
    began = time.monotonic()
    text(client, quick_line, FEW)
    eventually(lambda: len(twilio.sent(quick)) == FEW, FOR_CARRIER_SECONDS)
    assert time.monotonic() - began < FOR_CARRIER_SECONDS
    eventually(lambda: len(twilio.sent(slow)) == MANY, 60)


def test_an_account_that_says_later_is_asked_later(two_lines):
    client, twilio, ((busy, busy_line), (other, other_line)) = two_lines
    twilio.fault("send", "429", times=1, seconds=3, account=busy)
    text(client, busy_line, 1)
    began = time.monotonic()
    eventually(lambda: twilio.count("send"))
    text(client, other_line, 1)
    eventually(lambda: twilio.sent(other), 2.5)
    assert twilio.sent(busy) == []
    eventually(lambda: twilio.sent(busy))
    assert time.monotonic() - began > 2.5
    assert len(twilio.sent(busy)) == 1
