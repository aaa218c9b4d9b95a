"""Words of texts, and codes, are nowhere in the clear: not in any file, log, answer that is kept, or dump of memory; and they
go after the policy's days, where the fact stays."""
import base64
import json
import os
import re
import subprocess

import pytest

from clinic import Clinic, new_twilio_line
from event_reader import EventStream
from installation import BINARY, Installation, clock_ahead
from reach import put_policy
from test_secrets import spellings
from test_twilio_crash import backed_up
from test_verification import CODE, path
from twilio_stand_in import PUBLIC_URL, TwilioStandIn
from waiting import eventually

POOL = "+13035550181"
OUT = "Marzipan kestrel: your biopsy is on Thursday."
REPEATED = "Marzipan osprey: your insulin is ready."
LATER = "Marzipan falcon: come fasting in a month."
NOT_ALLOWED = "Marzipan condor: you are not to read this."
REFUSED = "Marzipan petrel: this one is refused for its field."
IN = "Marzipan plover: it is my husband who has the rash."
BY_TWILIO = "Marzipan dunlin: the smear was normal."
LOST = "Marzipan avocet: the lost answer's result."
FAILED = "Marzipan bittern: which never arrives."
FROM_TWILIO = "Marzipan godwit: my medicine makes me dizzy."
MARKED_STOP = "STOP."
WORDS = [OUT, REPEATED, LATER, NOT_ALLOWED, REFUSED, IN, BY_TWILIO, LOST, FAILED, FROM_TWILIO]
HALF = "Marzipan"  # of every one of them: also pieces are not to be found


@pytest.fixture
def twilio():
    stand_in = TwilioStandIn()
    yield stand_in
    stand_in.close()


def texts_of_all_kinds(clinic: Clinic):
    """To simulated phones and from them: delivered, repeated, for later, failed, refused."""
    client = clinic.client
    entry, number = clinic.person()
    clinic.ended_text(clinic.text(entry, OUT)["id"])
    body = {"line_id": clinic.line["id"], "to": entry, "purpose": "care"}
    for _ in range(2):
        assert client.post("/messages", {**body, "text": REPEATED}, headers={"Idempotency-Key": "again"}).status_code == 201
    assert client.post("/messages", {**body, "text": LATER, "send_at": "2099-01-01T00:00:00Z"}).status_code == 422
    for place, wrong in enumerate(({"typo": 1}, {"purpose": REFUSED}, {"to": REFUSED}, {"text": [REFUSED]})):
        assert client.post("/messages", {**body, "text": REFUSED, **wrong}, headers={"Idempotency-Key": f"wrong {place}"}).status_code == 422
    flagged, _ = clinic.person()
    client.patch(f"/api/v2/phone-numbers/{flagged}", {"do_not_call": True})
    assert client.post("/messages", {**body, "to": flagged, "text": NOT_ALLOWED}).status_code == 409
    clinic.behave(number, text="fail", error_code=30003)
    clinic.ended_text(clinic.text(entry, FAILED)["id"])
    clinic.phone_texts(number, IN)
    eventually(lambda: [m for m in clinic.get("/messages?direction=inbound")["messages"] if m["text"] == IN])
    clinic.phone_texts(number, MARKED_STOP)
    clinic.phone_texts(number, "HELP")


def texts_by_twilio(clinic: Clinic, twilio: TwilioStandIn):
    owner = twilio.new_account()
    line = new_twilio_line(clinic.client, twilio, owner)
    entry, number = clinic.person()
    clinic.ended_text(clinic.text(entry, BY_TWILIO, line_id=line)["id"])
    twilio.fault("send", "lost")
    clinic.ended_text(clinic.text(entry, LOST, line_id=line)["id"])
    to = clinic.get(f"/phone_numbers/{line}")["phone_number"]
    fields = {"MessageSid": "SM" + "f" * 32, "AccountSid": owner[0], "From": "+1" + number, "To": to, "Body": FROM_TWILIO}
    for _ in range(2):
        assert twilio.post_signed(owner[0], PUBLIC_URL + "/carriers/twilio/message", fields)[0] == 200
    assert [text["body"] for text in twilio.sent(owner[0])] == [BY_TWILIO, LOST]


def codes_of_both_kinds(clinic: Clinic) -> list[tuple[str, str]]:
    """Each code, and the sentence that it came in."""
    texted, called = clinic.person(), clinic.person()
    clinic.post(path(texted[0]), {"channel": "text", "line_id": clinic.line["id"]}, 202)
    clinic.post(path(called[0]), {"channel": "call", "line_id": clinic.line["id"]}, 202)
    sentence = eventually(lambda: clinic.inbox(texted[1], "text"))[0]["text"]
    spoken = " ".join(eventually(lambda: clinic.inbox(called[1], "call"))[0]["heard"])
    digits = re.search(r"(?:\d, ){5}\d", spoken)[0]
    found = [(CODE.search(sentence)[1], sentence), (digits.replace(", ", ""), digits)]
    for (code, _), (entry, _) in zip(found, (texted, called)):
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        assert clinic.client.post(path(entry, "/check"), {"code": wrong}).status_code == 422
        clinic.post(path(entry, "/check"), {"code": code}, 200)
    return found


@pytest.fixture
def story(installation, twilio, tmp_path):
    """The codes, and everything that was written anywhere: by where it was found."""
    arguments = ("--demo", "--log-level", "trace", "--public-url", PUBLIC_URL, "--twilio-api-url", twilio.url)
    server = installation.serve(*arguments)
    installation.import_pool(POOL)
    twilio.deliver_to = server.url
    clinic = Clinic(installation.client())
    events = EventStream(server.port, clinic.client.token, "after=0")
    put_policy(clinic.client, help_text="Call 585-298-4455.")
    texts_of_all_kinds(clinic)
    texts_by_twilio(clinic, twilio)
    codes = codes_of_both_kinds(clinic)
    told = {message["text"] for message in clinic.client.walk("/messages")}
    assert told >= {OUT, REPEATED, FAILED, IN, BY_TWILIO, LOST, FROM_TWILIO}, "GET alone tells them"
    eventually(lambda: "/verification/check" in repr(clinic.client.walk("/requests", page_size=100)))
    found = {"metrics": server.metrics().encode()}
    for read in ("/audit", "/requests", "/calls", "/decisions"):
        found[read] = repr(clinic.client.walk(read, page_size=100)).encode()
    found["/events, again"] = clinic.client.get("/events?after=0&limit=1000").content
    with events:
        found["/events, live"] = json.dumps(events.until(json.loads(found["/events, again"])["next_after"])).encode()
    installation.run("secrets", "rotate")
    assert OUT in {message["text"] for message in clinic.client.walk("/messages")}
    for name, command in {"export audit": ["export", "audit"], "export decisions": ["export", "decisions", "--account", "acme"],
                          "heads": ["export", "audit", "--heads"]}.items():
        done = installation.run(*command)
        found[name] = (done.stdout + done.stderr).encode()
    found["backup"] = backed_up(installation, tmp_path / "backup").read_bytes()

    def files(when: str) -> dict[str, bytes]:
        return {f"{file.name} {when}": file.read_bytes() for file in installation.data.rglob("*") if file.is_file()}

    found |= files("while it serves")
    server.kill()
    found |= files("after its sudden end")
    found["log"] = "\n".join(server.log).encode()
    found["output"] = "\n".join(server.output).encode()
    return codes, found


def code_spellings(code: str, sentence: str) -> list[re.Pattern]:
    """Six digits come about by chance: they count where they stand as a word, a value, or in their sentence."""
    spaced = ", ".join(code)
    exact = [spelling for said in (sentence, spaced) for spelling in [*spellings(said), base64.b64encode(said.encode())]]
    exact += [f"{quote}{code}{quote}".encode() for quote in ("\"", "'", "\\\"")] + [f"code={code}".encode(), f" {code} is".encode()]
    return [re.compile(re.escape(spelling)) for spelling in exact]


def test_no_word_and_no_code_is_in_the_clear_anywhere(story):
    codes, found = story
    needles = [re.compile(re.escape(spelling)) for words in (*WORDS, HALF) for spelling in spellings(words)]
    # Of base64, what does not depend on where it begins.
    needles += [re.compile(re.escape(base64.b64encode((" " * shift + HALF).encode())[4 if shift else 0:-4])) for shift in range(3)]
    needles += [needle for code, sentence in codes for needle in code_spellings(code, sentence)]
    for place, held in found.items():
        for needle in needles:
            if at := needle.search(held):
                raise AssertionError(f"{needle.pattern} is in the clear in {place}: {held[max(0, at.start() - 100):][:240]!r}")
    # It is worth something only if it looks where things would be.
    assert b"/messages" in found["log"] and b'"event":"request"' in found["log"]
    assert b"'entity': 'message'" in found["/audit"] and b"msg_" in found["backup"]
    assert b"/verification/check" in found["/requests"]
    assert all(b'message.updated"' in found[place] for place in ("/events, again", "/events, live"))


def test_words_go_after_their_days_and_the_fact_stays(installation):
    arguments = ("--demo",)
    installation.serve(*arguments)
    installation.import_pool(POOL)
    clinic = Clinic(installation.client())
    put_policy(clinic.client, texts_kept_days=1)
    entry, number = clinic.person()
    sent = clinic.ended_text(clinic.text(entry, OUT)["id"])
    clinic.phone_texts(number, IN)
    eventually(lambda: len(clinic.get("/messages")["messages"]) == 2)
    installation.server.stop()
    installation.serve(*arguments, env=clock_ahead("23h"))
    clinic.client.url = installation.server.url
    assert clinic.get(f"/messages/{sent['id']}")["text"] == OUT
    installation.server.stop()
    installation.serve(*arguments, env=clock_ahead("25h"))
    clinic.client.url = installation.server.url
    gone = eventually(lambda: (now := clinic.get(f"/messages/{sent['id']}"))["text"] is None and now)
    for name in ("id", "status", "to", "from", "carrier_sid", "decision_id", "ended_at", "events"):
        assert gone[name] == sent[name], name
    assert {message["text"] for message in clinic.get("/messages")["messages"]} == {None}
    assert clinic.get(f"/api/v2/phone-numbers/{entry}/delivery")["delivered"] == 1


# Memory. Root may read everything: without its capabilities it is a user like others, whose processes see each other.
AS_OF_ITS_OWN = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []


def memory_is_open(pid: int) -> bool:
    return subprocess.run([*AS_OF_ITS_OWN, "cat", f"/proc/{pid}/environ"], capture_output=True).returncode == 0


@pytest.mark.parametrize("flags, open_", [([], False), (["--dumpable"], True)])
def test_memory_is_not_dumped_unless_the_operator_wants_it(tmp_path, flags, open_):
    process = subprocess.Popen(
        [*AS_OF_ITS_OWN, BINARY, "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", *flags],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert any("listening on" in line for line in process.stdout)
        assert memory_is_open(process.pid) == open_
    finally:
        process.kill()
        process.wait(30)
        process.stdout.close()
