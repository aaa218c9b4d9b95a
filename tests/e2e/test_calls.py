"""Calls from Twilio reach the agent, and their records tell how they went."""
import itertools
import time

import pytest
import requests

from conftest import new_account_name
from installation import Client, Installation, unused_e164
from refusals import refused
from twilio_stand_in import PUBLIC_URL, json_signature, signature

VOICE, STATUS = "/carriers/twilio/voice", "/carriers/twilio/status"
_calls = itertools.count(1)


class Owner:
    """Somebody with a Twilio account, and a line of it."""

    def __init__(self, service, twilio, name):
        self.client: Client = service.client(account=name)
        self.url = service.server.url
        self.sid, self.token = twilio.new_account()
        self.number = unused_e164()
        twilio.own(self.sid, self.number)
        self.client.new_agent("desk")
        answer = self.client.post("/phone_numbers", {
            "provider": "twilio", "twilio_account_sid": self.sid, "twilio_auth_token": self.token,
            "phone_number": self.number, "ai_agent_id": "desk"})
        assert answer.json()["status"] == "active", answer.text
        self.line = answer.json()

    def edit(self, **fields):
        assert self.client.patch(f"/phone_numbers/{self.line['id']}", fields).status_code == 200

    def fields(self, **more) -> dict:
        return {"CallSid": f"CA{next(_calls):032x}", "AccountSid": self.sid, "From": "+15852984455", "To": self.number,
                "CallStatus": "ringing", "Direction": "inbound", "ApiVersion": "2010-04-01", "Caller Name": "A & B=ü", **more}

    def tell(self, path=VOICE, signed_url=None, token=None, signed=None, **more) -> requests.Response:
        fields = self.fields(**more)
        made = signed or signature(token or self.token, signed_url or PUBLIC_URL + path, fields)
        anonymous = Client(self.url, None)
        return anonymous.request("POST", path, data=fields, headers={"X-Twilio-Signature": made})

    def calls(self, **query) -> list[dict]:
        return self.client.get("/calls", params=query).json()["calls"]

    def call(self, sid, seconds=10) -> dict:
        """Its record; what a question leaves is written behind its answer."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for call in self.calls():
                if call["carrier_sid"] == sid:
                    return call
            time.sleep(0.02)
        raise AssertionError(f"no record of {sid}")


@pytest.fixture
def owner(service, twilio, request) -> Owner:
    return Owner(service, twilio, new_account_name(request.node.name))


def twiml(verbs: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{verbs}</Response>'


def test_a_stream_to_the_agent_with_who_is_calling(owner):
    expected = f'<Connect><Stream url="wss://agents.example.com/1"><Parameter name="line_id" value="{owner.line["id"]}"/>%s</Stream></Connect>'
    answer = owner.tell()
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.text == twiml(expected % "")
    john = owner.client.new_patient(first_name="John \"O'", last_name="<Doe> & Söhne")
    owner.client.new_number(john, "5852984455")
    assert owner.tell().text == twiml(expected % (
        f'<Parameter name="caller_id" value="{john}"/><Parameter name="caller_type" value="patient"/>'
        '<Parameter name="caller_name" value="John &quot;O&apos; &lt;Doe&gt; &amp; Söhne"/>'))
    owner.client.new_number(owner.client.new_patient(), "5852984455")
    assert owner.tell().text == twiml(expected % ""), "of two people nobody knows which is calling"
    for stranger in ("anonymous", "+495852984455", "sip:a@b.example", ""):
        assert owner.tell(From=stranger).text == twiml(expected % "")


@pytest.mark.parametrize("answer, verbs", [
    ({"type": "sip", "sip_uri": "sip:a@b.example;transport=tls?X-A=1&X-B=2"}, "<Dial><Sip>sip:a@b.example;transport=tls?X-A=1&amp;X-B=2</Sip></Dial>"),
    ({"type": "webhook", "url": "https://b.example/?a=1&b=2"}, '<Redirect method="POST">https://b.example/?a=1&amp;b=2</Redirect>')])
def test_other_ways_to_answer(owner, answer, verbs):
    owner.client.put("/ai_agents/desk", {"agent_name": "Desk", "answer": answer})
    assert owner.tell().text == twiml(verbs)


@pytest.mark.parametrize("fallback, verbs", [
    ({"type": "number", "number": "+12125550142"}, "<Dial><Number>+12125550142</Number></Dial>"),
    ({"type": "sip", "sip_uri": "sip:desk@pbx.example.com"}, "<Dial><Sip>sip:desk@pbx.example.com</Sip></Dial>"),
    (None, '<Reject reason="busy"/>')])
def test_without_an_agent(owner, fallback, verbs):
    owner.edit(ai_agent_id=None, fallback_destination=fallback)
    assert owner.tell().text == twiml(verbs)


def test_another_agent_takes_the_next_call_without_asking_the_carrier(owner, twilio):
    asked = len(twilio.requests)
    owner.client.new_agent("night", url="wss://agents.example.com/night")
    owner.edit(ai_agent_id="night")
    assert "wss://agents.example.com/night" in owner.tell().text and len(twilio.requests) == asked


@pytest.mark.parametrize("url, status", [
    (PUBLIC_URL + VOICE, 200), ("https://linebook.example.com" + VOICE, 200), ("http://linebook.example.com:8443" + VOICE, 403),
    ("https://linebook.example.com:443" + VOICE, 403), ("https://other.example.com:8443" + VOICE, 403), (PUBLIC_URL + STATUS, 403),
    (PUBLIC_URL + VOICE + "?a=b", 403)])
def test_the_signature_is_over_the_exact_url(owner, url, status):
    assert owner.tell(signed_url=url).status_code == status


def test_what_is_not_signed_is_refused(owner, service, twilio):
    other = Owner(service, twilio, f"other {owner.number}")
    good = owner.tell()
    assert good.status_code == 200
    refused(owner.tell(token="0" * 32), 403, "forbidden")
    refused(owner.tell(signed="x"), 403, "forbidden")
    refused(owner.tell(token=other.token), 403, "forbidden")
    refused(owner.tell(To=other.number), 403, "forbidden")
    refused(owner.tell(AccountSid=other.sid), 403, "forbidden")
    refused(owner.tell(To=unused_e164()), 403, "forbidden")
    refused(owner.tell(To=""), 403, "forbidden")
    anonymous = Client(owner.url, None)
    refused(anonymous.request("POST", VOICE), 403, "forbidden")
    refused(anonymous.request("POST", VOICE, data=owner.fields()), 403, "forbidden")
    tampered = owner.fields()
    made = signature(owner.token, PUBLIC_URL + VOICE, tampered)
    tampered["From"] = "+15852984456"
    refused(anonymous.request("POST", VOICE, data=tampered, headers={"X-Twilio-Signature": made}), 403, "forbidden")
    refused(anonymous.request("POST", VOICE, data="To=%zz", headers={"Content-Type": "application/x-www-form-urlencoded"}), 400, "invalid_request")
    refused(anonymous.request("POST", VOICE, data=b"x", headers={"Content-Type": "text/plain"}), 415, "unsupported_media_type")
    assert other.calls() == []


def test_a_json_body_is_signed_by_its_hash(owner):
    anonymous = Client(owner.url, None)
    body = requests.models.complexjson.dumps(owner.fields()).encode()
    url, made = json_signature(owner.token, PUBLIC_URL + VOICE, body)
    headers = {"X-Twilio-Signature": made, "Content-Type": "application/json"}
    path = url.removeprefix(PUBLIC_URL)
    assert anonymous.request("POST", path, data=body, headers=headers).status_code == 200
    refused(anonymous.request("POST", path, data=body.replace(b"ringing", b"Ringing"), headers=headers), 403, "forbidden")
    refused(anonymous.request("POST", VOICE, data=body, headers=headers), 403, "forbidden")


def test_a_private_identifier_that_reads_like_a_number_takes_no_carrier_call(owner, service, twilio):
    """It is its account's own: a carrier's call to that number belongs to whoever has it in service, or to nobody."""
    stranger = service.client(account=f"private {owner.number}")
    stranger.new_agent("theirs", url="wss://theirs.example.com/")
    stranger.new_line(owner.number, e164_check=False, ai_agent_id="theirs")
    assert "wss://agents.example.com/1" in owner.tell().text
    number = unused_e164()
    stranger.new_line(number, e164_check=False, ai_agent_id="theirs")
    refused(owner.tell(To=number), 403, "forbidden")


def test_a_call_from_ringing_to_its_end(owner):
    fields = {"CallSid": f"CA{next(_calls):032x}"}
    assert owner.tell(**fields).status_code == 200
    call = owner.call(fields["CallSid"])
    assert {name: call[name] for name in ("line_id", "from", "to", "status", "action", "ai_agent_id", "duration_seconds", "ended_at")} == {
        "line_id": owner.line["id"], "from": "+15852984455", "to": owner.number, "status": "ringing", "action": "agent",
        "ai_agent_id": "desk", "duration_seconds": None, "ended_at": None}
    assert owner.tell(STATUS, **fields, CallStatus="in-progress").status_code == 204
    assert owner.call(fields["CallSid"])["status"] == "in-progress"
    assert owner.tell(STATUS, **fields, CallStatus="completed", CallDuration="61").status_code == 204
    ended = owner.client.get(f"/calls/{call['id']}")
    assert (ended.json()["status"], ended.json()["duration_seconds"]) == ("completed", 61) and ended.json()["ended_at"]
    assert owner.client.get(f"/calls/{call['id']}", headers={"If-None-Match": ended.headers["ETag"]}).status_code == 304
    entries = owner.client.walk("/audit", entity="call")
    assert [(e["action"], e["actor"], e["changes"]["status"]["is"]) for e in reversed(entries)] == [
        ("created", "twilio", "ringing"), ("updated", "twilio", "in-progress"), ("updated", "twilio", "completed")]


def test_notices_come_twice_and_in_any_order(owner):
    """Whatever the order, the record ends the same, and each notice counts once."""
    story = [(VOICE, {}), (STATUS, {"CallStatus": "in-progress"}), (STATUS, {"CallStatus": "completed", "CallDuration": "7"})]
    for order in itertools.permutations(story):
        sid = f"CA{next(_calls):032x}"
        for path, more in [notice for notice in order for _ in range(2)]:
            assert owner.tell(path, CallSid=sid, **more).status_code in (200, 204)
        deadline = time.monotonic() + 10
        while (call := owner.call(sid))["action"] is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (call["status"], call["action"], call["ai_agent_id"], call["duration_seconds"]) == ("completed", "agent", "desk", 7), order
        assert sum(1 for other in owner.client.walk("/calls") if other["carrier_sid"] == sid) == 1
    late = owner.tell(STATUS, CallSid=sid, CallStatus="failed")
    assert late.status_code == 204 and owner.call(sid)["status"] == "completed"


@pytest.mark.parametrize("fields", [{"CallStatus": "dreaming"}, {"CallStatus": ""}, {"CallSid": ""}])
def test_a_status_that_says_nothing(owner, fields):
    refused(owner.tell(STATUS, **fields), 400, "invalid_request")


def test_the_list_of_calls(owner, service, twilio):
    other = Owner(service, twilio, f"another {owner.number}")
    other.tell(STATUS, CallStatus="completed")
    sids = []
    for caller, status in (("+15550001111", "completed"), ("+15550001111", "busy"), ("anonymous", "completed")):
        sids.append(f"CA{next(_calls):032x}")
        assert owner.tell(STATUS, CallSid=sids[-1], From=caller, CallStatus=status).status_code == 204

    def found(**query):
        return [sids.index(call["carrier_sid"]) for call in owner.client.walk("/calls", **query)]

    assert found() == found(page_size=1) == found(line=owner.line["id"]) == [2, 1, 0]
    assert found(**{"from": "+15550001111"}) == found(**{"from": "+15550001111", "page_size": 1}) == [1, 0]
    assert found(**{"from": "anonymous"}) == [2] and found(status="completed") == [2, 0]
    assert found(line="pn_nobody") == found(since="2100-01-01T00:00:00Z") == found(until="2000-01-01T00:00:00Z") == []
    assert found(since="2000-01-01T00:00:00Z", status="busy") == [1]
    refused(owner.client.get("/calls", params={"status": "gone"}), 400, "invalid_parameter", "status")
    refused(owner.client.get("/calls", params={"caller": "x"}), 400, "invalid_parameter", "caller")
    (theirs,) = other.calls()
    refused(owner.client.get(f"/calls/{theirs['id']}"), 404, "not_found")


@pytest.mark.alone
def test_an_answer_takes_less_than_five_milliseconds(owner):
    with requests.Session() as session:
        fields = owner.fields()
        headers = {"X-Twilio-Signature": signature(owner.token, PUBLIC_URL + VOICE, fields)}
        times = []
        for _ in range(200):
            started = time.perf_counter()
            assert session.post(owner.url + VOICE, data=fields, headers=headers, timeout=10).status_code == 200
            times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.005, "the median, the client's own time included"
