"""The calls of dialers at the gate, message by message: what is asked, what reaches the trunk, and what cannot get past."""
import itertools
import json
import pathlib
import re
import socket
import time
import urllib.parse

import pytest

from installation import unused_e164
from sip_gate import (CHALLENGE, RELAY, TIMEOUT, Dialer, challenge, dialled, many_calls, proves_the_password,
                      stage_for, way_back)
from sip_network import (ACKNOWLEDGED, ANSWER, ANSWER_IN_CALL, ANSWERED, ANSWERS, HANGS_UP, RINGS, TAKES_A_CALL_AT_ONCE, call,
                         free_port, header, place_call, refused)
from waiting import eventually


@pytest.fixture
def stage(tmp_path):
    with stage_for(tmp_path, CHALLENGE + TAKES_A_CALL_AT_ONCE) as made:
        yield made


@pytest.mark.parametrize("status, body", [
    (500, "{}"), (404, "{}"), (401, "{}"), (429, "{}"), (302, json.dumps(RELAY)), (204, ""),
    (200, ""), (200, "relay"), (200, "[]"),
    (200, json.dumps(RELAY | {"action": "RELAY"})), (200, json.dumps({**RELAY, "decision_id": None})),
    (200, json.dumps(RELAY)), (200, json.dumps(RELAY | {"trunk": {"sip_termination_uri": None, "sip_username": None}})),
    (200, json.dumps(RELAY | {"trunk": {"sip_termination_uri": "a\r\nb", "sip_username": None}})),
])
def test_an_answer_that_is_not_understood_lets_nothing_through(tmp_path, stage, status, body):
    stage.linebook.status, stage.linebook.body = status, body
    place_call(tmp_path, stage.gate, "+15852984455", call(refused(503)))
    assert len(stage.linebook.questions) == 1 and not stage.trunk.received()


def test_an_answer_with_another_caller_than_a_number_lets_nothing_through(tmp_path, stage):
    stage.linebook.body = stage.linebook.body.replace("+15850000000", "+1585>;x=")
    place_call(tmp_path, stage.gate, "+15852984455", call(refused(503)))
    assert not stage.trunk.received()


def test_only_numbers_are_asked_about(tmp_path, stage):
    for written in ("no-number", "911", "%2B15852984455", "+15852984455;ext=12125550100", "+15852984455,12125550100",
                    "+442079460000", "15852984455x9", "+1585298445"):
        place_call(tmp_path, stage.gate, written, call(refused(484)))
    assert not stage.linebook.questions and not stage.trunk.received()


def test_the_question_names_the_line_that_calls(tmp_path, stage):
    place_call(tmp_path, stage.gate, "5852984455", call(ANSWERED, "+16465550100"))
    place_call(tmp_path, stage.gate, "5852984455", call(ANSWERED, "anonymous", "P-Asserted-Identity: <sip:+16465550101@x>\n"))
    for nobody in ("anonymous", "+16465550100&purpose=verification", "1234567890123456"):
        place_call(tmp_path, stage.gate, "5852984455", call(refused(403), nobody))
    asked = [urllib.parse.urlsplit(question) for question in stage.linebook.questions]
    assert [urllib.parse.unquote(question.path) for question in asked] == ["/routes/outbound/+15852984455"] * 2
    assert [urllib.parse.parse_qs(question.query)["from"] for question in asked] == [
        ["+16465550100"], ["+16465550101"]]
    assert [urllib.parse.parse_qs(question.query)["purpose"] for question in asked] == [["care"]] * 2


def test_reasons_are_codes_and_times_and_never_too_many(tmp_path, stage):
    reasons = [{"code": "outside_hours", "message": 'it is 21:40 for "John Doe"', "until": "2026-11-26T13:00:00Z"},
               {"code": 'bad"\r\nX: y', "message": "", "until": None},
               {"code": "do_not_call", "message": "", "until": 'x"\r\nX: y'}]
    for given, text in ((reasons, "outside_hours until 2026-11-26T13:00:00Z, do_not_call"), ([], ""),
                        (reasons * 200, "outside_hours until 2026-11-26T13:00:00Z, do_not_call, ")):
        stage.linebook.body = json.dumps({"action": "reject", "decision_id": "dec_1", "sip_status": 603, "reasons": given})
        dialer = Dialer(stage.gate, "+15852984455")
        dialer.send("INVITE", 1)
        told_so = header(dialer.told(603), "Reason")
        assert told_so.startswith(f'SIP;cause=603;text="{text}') and told_so.endswith('"') and len(told_so) < 350
        assert told_so.count('"') == 2 and (len(given) > 3 or told_so == f'SIP;cause=603;text="{text}"')
    assert not stage.trunk.received()


@pytest.mark.parametrize("status, asks, proves", [
    ("401 Unauthorized", "WWW-Authenticate", "Authorization"),
    ("407 Proxy Authentication Required", "Proxy-Authenticate", "Proxy-Authorization")])
def test_either_challenge_is_answered(tmp_path, status, asks, proves):
    with stage_for(tmp_path, challenge(status, asks) + TAKES_A_CALL_AT_ONCE) as stage:
        place_call(tmp_path, stage.gate, "+15852984455", call(ANSWERED, headers='Authorization: Digest username="x"\n'))
        first, second = stage.trunk.received("INVITE")
        assert proves_the_password(second, proves) and header(first, proves) is None
        # Which of an ACK and a BYE that leave at once arrives first is for UDP, and the gate's processes, to say.
        others = [header(request, "CSeq") for request in stage.trunk.received() if not request.startswith("INVITE")]
        assert others[0] == "1 ACK" and sorted(others[1:]) == ["2 ACK", "3 BYE"]


def test_a_trunk_that_knows_us_by_address_asks_nothing(tmp_path):
    with stage_for(tmp_path, TAKES_A_CALL_AT_ONCE) as stage:
        place_call(tmp_path, stage.gate, "+15852984455", call(ANSWERED))
        assert len(stage.trunk.received("INVITE")) == 1


def test_credentials_that_the_trunk_does_not_take_are_not_asked_of_the_dialer(tmp_path):
    with stage_for(tmp_path, CHALLENGE + CHALLENGE) as stage:
        place_call(tmp_path, stage.gate, "+15852984455", call(refused(502)))
        assert len(stage.trunk.received("INVITE")) == 2
    with stage_for(tmp_path / "unknown", CHALLENGE, password="") as stage:
        place_call(tmp_path, stage.gate, "+15852984455", call(refused(502)))
        assert len(stage.trunk.received("INVITE")) == 1


def test_what_the_trunk_says_comes_back(tmp_path):
    busy = '<recv request="INVITE"/>' + ANSWER % ("", "486 Busy Here", "") + '<recv request="ACK"/>'
    with stage_for(tmp_path, CHALLENGE + busy) as stage:
        place_call(tmp_path, stage.gate, "+15852984455", call(refused(486)))
        eventually(lambda: len(stage.trunk.received("ACK")) == 2)
        invite, ack = stage.trunk.received("INVITE")[1], stage.trunk.received("ACK")[1]
        assert header(ack, "CSeq") == "2 ACK" and header(ack, "Via") == header(invite, "Via")


def test_a_call_that_is_sent_again_is_asked_about_once(stage):
    stage.linebook.delay = 1
    dialer = Dialer(stage.gate, "+15852984455")
    for _ in range(4):
        dialer.send("INVITE", 1)
        time.sleep(0.1)
    dialer.told(200)
    assert len(stage.linebook.questions) == 1 and len(stage.trunk.received("INVITE")) == 2


@pytest.mark.alone
def test_a_caller_who_hangs_up_before_the_answer_calls_nobody(stage):
    stage.linebook.delay = 0.9 * TIMEOUT
    dialer = Dialer(stage.gate, "+15852984455")
    dialer.send("INVITE", 1)
    eventually(lambda: stage.linebook.questions)
    began = time.monotonic()
    dialer.send("CANCEL", 1)
    dialer.told(200, "CANCEL")
    dialer.told(487)
    assert time.monotonic() - began < TIMEOUT / 2
    dialer.send("ACK", 1)
    time.sleep(TIMEOUT)
    assert not stage.trunk.received()


def test_a_caller_who_hangs_up_while_it_rings_is_heard_by_the_trunk(tmp_path):
    rings = '<recv request="INVITE"/>' + RINGS + '<recv request="CANCEL"/>' + ANSWER_IN_CALL
    with stage_for(tmp_path, CHALLENGE + rings) as stage:
        dialer = Dialer(stage.gate, "+15852984455")
        dialer.send("INVITE", 1)
        dialer.told(180)
        dialer.send("CANCEL", 1)
        eventually(lambda: stage.trunk.received("CANCEL"))
        invite, cancel = stage.trunk.received("INVITE")[1], stage.trunk.received("CANCEL")[0]
        assert header(cancel, "CSeq") == "2 CANCEL" and header(cancel, "Via") == header(invite, "Via")


def test_a_call_goes_on_without_being_asked_about_again(tmp_path):
    within = ('<recv request="INVITE" crlf="true"/>' + ANSWERS + '<recv request="ACK"/><recv request="INVITE"/>'
              + ANSWER_IN_CALL + '<recv request="ACK"/><recv request="BYE"/>' + ANSWER_IN_CALL)
    changes = ((HANGS_UP % 2).replace("BYE", "INVITE").replace("Max", "Contact: sip:caller@[local_ip]:[local_port]\nMax")
               .replace('<recv response="200"/>', '<recv response="100" optional="true"/>'))
    with stage_for(tmp_path, CHALLENGE + within) as stage:
        place_call(tmp_path, stage.gate, "+15852984455", call(
            ACKNOWLEDGED % 1 + changes + (ACKNOWLEDGED % 2).replace('rrs="true"', "") + HANGS_UP % 3))
        assert len(stage.linebook.questions) == 1
        assert [header(request, "CSeq") for request in stage.trunk.received()] == [
            "1 INVITE", "1 ACK", "2 INVITE", "2 ACK", "3 INVITE", "3 ACK", "4 BYE"]


def test_the_trunk_may_change_a_call_too(stage):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trunk:
        trunk.bind(("127.0.0.1", 0))
        trunk.settimeout(10)
        here = "127.0.0.1:%d" % trunk.getsockname()[1]
        stage.linebook.body = stage.linebook.body.replace(f"127.0.0.1:{stage.trunk.port}", here)
        dialer = Dialer(stage.gate, "+15852984455")
        dialer.send("INVITE", 1)
        invite = trunk.recv(65536).decode().replace("\r", "")
        kept = re.findall(r"^(?:Via|Record-Route|From|Call-ID|CSeq):.*$", invite, re.M)
        to = f"To: {header(invite, 'To')};tag=trunk"
        trunk.sendto("\r\n".join(["SIP/2.0 200 OK", *kept, to, f"Contact: <sip:{here}>", "Content-Length: 0", "", ""]).encode(),
                     ("127.0.0.1", stage.gate.trunk_side))
        callee, way = dialer.acknowledges(dialer.told(200))
        assert callee == f"sip:{here}" and trunk.recv(65536).startswith(b"ACK ")
        again = (f"INVITE sip:+12125550100@{here} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bKtrunk\r\n{way_back(invite)}"
                 f"From{to[2:]}\r\nTo: {header(invite, 'From')}\r\nCall-ID: {dialer.id}\r\nCSeq: 1 INVITE\r\n"
                 f"Contact: <sip:{here}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
        trunk.sendto(again.encode(), ("127.0.0.1", stage.gate.trunk_side))
        assert dialer.socket.recv(65536).decode().startswith("INVITE sip:dialer@%s:%d SIP/2.0\r\n" % dialer.socket.getsockname())
    assert len(stage.linebook.questions) == 1


def test_no_second_call_hides_in_the_first(stage):
    dialer = Dialer(stage.gate, "+15852984455")
    dialer.send("INVITE", 1)
    callee, way = dialer.acknowledges(dialer.told(200))
    came = len(stage.trunk.received("INVITE"))
    elsewhere = free_port()
    # Another call's number: it is the first call that hears it.
    dialer.send("INVITE", 2, f"sip:+12125550100@127.0.0.1:{stage.trunk.port}", way)
    eventually(lambda: len(stage.trunk.received("INVITE")) > came)
    assert stage.trunk.received("INVITE")[-1].startswith(f"INVITE {callee} ")
    dialer.send("INVITE", 3, callee, way + f"Route: <sip:127.0.0.1:{elsewhere};lr>\r\n")
    dialer.told(403)
    dialer.send("REFER", 4, callee, way + f"Refer-To: <sip:+12125550100@127.0.0.1:{stage.trunk.port}>\r\n")
    dialer.told(405, "REFER")
    # The other side's door.
    dialer.send("INVITE", 5, f"sip:+12125550100@127.0.0.1:{stage.trunk.port}", way, port=stage.gate.trunk_side)
    dialer.told(403)
    # A call that there never was.
    forger = Dialer(stage.gate, "+12125550100")
    forger.to_tag = ";tag=forged"
    for headers in ("", way, f"Route: <sip:127.0.0.1:{stage.gate.port};lr>\r\n"):
        for method, door in itertools.product(("INVITE", "UPDATE"), (stage.gate.port, stage.gate.trunk_side)):
            forger.send(method, 1, f"sip:+12125550100@127.0.0.1:{stage.trunk.port}", headers, door)
            answer = forger.socket.recv(65536).decode()
            assert answer.startswith(("SIP/2.0 481 ", "SIP/2.0 404 ")), answer
    stranger = Dialer(stage.gate, "+12125550100")
    stranger.send("INVITE", 1, port=stage.gate.trunk_side)
    stranger.told(403)
    assert "+12125550100" not in "".join(stage.trunk.received()) and len(stage.linebook.questions) == 1


def test_a_way_round_the_gate_that_a_new_call_names_is_not_taken(tmp_path, stage):
    place_call(tmp_path, stage.gate, "+15852984455",
               call(ANSWERED, headers=f"Route: <sip:127.0.0.1:{free_port()};lr>\nReplaces: 1@x;to-tag=1;from-tag=2\n"))
    assert all("Replaces" not in invite and header(invite, "Route") is None for invite in stage.trunk.received("INVITE"))


@pytest.mark.alone
@pytest.mark.parametrize("delay", [0.75 * TIMEOUT, 3 * TIMEOUT])
def test_a_slow_linebook_costs_each_call_its_time_and_no_more(tmp_path, stage, delay):
    stage.linebook.delay = delay
    numbers = [unused_e164() for _ in range(200)]
    answers = many_calls(tmp_path, stage.gate, numbers, 100, "+16465550100")
    through = {number for number, answered in answers.items() if answered}
    # An answer that came too late opened nothing.
    assert set(dialled(stage.trunk)) == through and bool(through) == (delay < TIMEOUT)
    assert len(stage.linebook.questions) < len(numbers)
    stage.linebook.delay = 0
    eventually(lambda: goes_through(tmp_path, stage), 3 * TIMEOUT)


def goes_through(folder: pathlib.Path, stage) -> bool:
    return many_calls(folder, stage.gate, ["+15852984455"], 1, "+16465550100")["+15852984455"]
