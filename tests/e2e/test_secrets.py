"""Tokens and passwords are nowhere in the clear, whatever happens; names and numbers are not in the log."""
import itertools
import json

import pytest

from installation import Installation
from raw_http import Wire, request_bytes

pytestmark = pytest.mark.embedded

SIP_PASSWORD = "sip-Pa55word-4711-kestrel"
NEW_SIP_PASSWORD = "sip-Pa55word-0815-merlin"
REFUSED_SIP_PASSWORD = "sip-Pa55word-refused-harrier"
TWILIO_TOKEN = "f00dfacef00dfacef00dfacef00dface"
STRANGER_TOKEN = "lbk_" + "wrong" * 8 + "xyz"
FIRST_NAME, LAST_NAME, NEW_NAME = "Wilhelmina", "Osterhagen", "Quintilla"
CONTACT, CONTACT_NOW, LINE, POOL, FALLBACK = "5852984471", "5852984472", "+15852984473", "+13035550174", "+15852984475"
EMAIL = "w.osterhagen@example.org"


class Answers:
    """Calls, and keeps every byte that came back."""

    def __init__(self, port: int):
        self.port = port
        self.kept: list[bytes] = []

    def call(self, token, method, path, body=None, **headers):
        with Wire(self.port) as wire:
            wire.send(request_bytes(method, path, token, body, **headers))
            answer = wire.answer(method)
        self.kept.append(repr(answer.headers).encode() + answer.content)
        return answer


def call_everything(answers: Answers, token: str, narrow: str):
    """Well and badly, with the secrets in every place where a client might put them."""
    call = lambda *arguments, **headers: answers.call(token, *arguments, **headers)  # noqa: E731
    trunk = {"provider": "byo", "phone_number": LINE, "sip_termination_uri": "sip:trunk.example.com", "sip_username": "front",
             "sip_password": SIP_PASSWORD, "fallback_destination": {"type": "number", "number": FALLBACK}}
    line = call("POST", "/phone_numbers", trunk, Idempotency_Key="line-1")
    assert line.status_code == 201 and line.json()["has_sip_password"] is True
    assert call("POST", "/phone_numbers", trunk, Idempotency_Key="line-1").headers["Idempotent-Replayed"] == "true"
    path = f"/phone_numbers/{line.json()['id']}"
    assert call("PATCH", path, {"sip_username": "back", "sip_password": NEW_SIP_PASSWORD}).status_code == 200
    refused = {**trunk, "phone_number": "+15852984499", "sip_password": REFUSED_SIP_PASSWORD}
    for body, status in [({**refused, "sip_usrname": "x"}, 422), ({**refused, "phone_number": LINE}, 409), ({**refused, "sip_username": None}, 422),
                         ({**refused, "sip_password": REFUSED_SIP_PASSWORD * 100}, 422), ({**refused, "sip_password": [REFUSED_SIP_PASSWORD]}, 422),
                         ({"provider": REFUSED_SIP_PASSWORD}, 422), ({**refused, "fallback_destination": {"type": REFUSED_SIP_PASSWORD}}, 422)]:
        told = call("POST", "/phone_numbers", body, Idempotency_Key=f"refused {len(answers.kept)}")
        assert told.status_code == status, (body, told)
    broken = json.dumps(refused).encode()
    for text in (broken[:-1], broken + b"x", broken.replace(b'"byo"', b'"byo","provider":"byo"')):
        assert call("POST", "/phone_numbers", text).status_code == 400
    twilio = {"provider": "twilio", "twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": TWILIO_TOKEN, "phone_number": "+12125550177"}
    for body in (twilio, {**twilio, "phone_number": "x"}, {**twilio, "twilio_account_sid": TWILIO_TOKEN}):
        assert call("POST", "/phone_numbers", body).status_code == 422
    assert call("POST", "/phone_numbers", {"provider": "pia"}).json()["phone_number"] == POOL

    person = call("POST", "/api/v2/patients", {"first_name": FIRST_NAME, "last_name": LAST_NAME, "email": EMAIL}).json()["id"]
    number = call("POST", "/api/v2/phone-numbers", {"number": CONTACT, "phone_type": "cell", "patient_id": person}).json()["id"]
    assert call("PATCH", f"/api/v2/patients/{person}", {"first_name": NEW_NAME}).status_code == 200
    assert call("PATCH", f"/api/v2/phone-numbers/{number}", {"number": CONTACT_NOW}).status_code == 200
    assert call("POST", "/api/v2/phone-numbers", {"number": CONTACT_NOW, "phone_type": "cell", "patient_id": person}).status_code == 409
    for read in (path, f"{path}/history", "/phone_numbers", "/audit?page_size=100", "/requests", f"/api/v2/patients/{person}", "/api/v2/phone-numbers",
                 f"/api/v2/patients?q={LAST_NAME}", f"/api/v2/phone-numbers?q={CONTACT_NOW}", f"/routes/{LINE[1:]}?from={CONTACT_NOW}",
                 "/api/v2/phone-numbers/quality"):
        assert call("GET", read).status_code == 200, read
    for lost in (f"/phone_numbers?q={LAST_NAME}", f"/{CONTACT}", f"/api/v2/phone-numbers?q={CONTACT}&q={CONTACT}", f"/phone_numbers?phone_number={TWILIO_TOKEN}",
                 f"/api/v2/phone-numbers/phn_{CONTACT}", f"/api/v2/patients/{LAST_NAME}", f"/{token}", f"/audit?page_token={token}"):
        assert call("GET", lost).status_code in (200, 400, 404), lost
    assert call("DELETE", f"/api/v2/phone-numbers/{number}").status_code == 200
    assert answers.call(narrow, "POST", "/phone_numbers", refused).status_code == 403
    assert answers.call(STRANGER_TOKEN, "GET", "/phone_numbers").status_code == 401
    with Wire(answers.port) as wire:
        wire.send(f"GET /{LAST_NAME}{CONTACT} HTTP/3.7\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        answers.kept.append(wire.answer().content)


@pytest.fixture
def story(installation: Installation, tmp_path):
    """Everything that was written anywhere while every kind of call was made: by where it was found."""
    server = installation.serve("--log-level", "trace")
    installation.import_pool(POOL)
    made = [installation.run("keys", "create", "--account", "acme", "--name", name, *more)
            for name, more in (("all", ["--rate-limit", "0"]), ("narrow", ["--scopes", "contacts:read"]), ("gone", []))]
    tokens = [done.stdout.splitlines()[-1] for done in made]
    answers = Answers(server.port)
    call_everything(answers, tokens[0], tokens[1])
    (gone,) = [key["id"] for key in json.loads(installation.run("keys", "list", "--json").stdout) if key["name"] == "gone"]
    installation.run("keys", "revoke", gone)
    assert answers.call(tokens[2], "GET", "/phone_numbers").status_code == 401

    found = {"answers": b"\n".join(answers.kept), "metrics": server.metrics().encode()}
    for name, command in (("audit export", ["export", "audit"]), ("contacts export", ["export", "contacts", "--account", "acme"]),
                          ("keys list", ["keys", "list", "--json"]), ("pool list", ["pool", "list", "--json"])):
        done = installation.run(*command)
        found[name] = (done.stdout + done.stderr).encode()
    installation.run("backup", tmp_path / "copy.db")
    found["backup"] = (tmp_path / "copy.db").read_bytes()
    running = {file.name: file.read_bytes() for file in installation.data.iterdir() if file.is_file()}
    assert {"linebook.db", "linebook.db-wal", "requests.db"} <= set(running)
    found |= {f"{name} while running": held for name, held in running.items()}
    assert server.stop() == 0
    found |= {file.name: file.read_bytes() for file in installation.data.iterdir() if file.is_file()}
    found["log"] = "\n".join(server.log + [line for line in server.output]).encode()
    return tokens, found


def spellings(secret: str) -> list[bytes]:
    """As it is, and in the encodings in which it might lie somewhere unencrypted."""
    plain = secret.encode()
    return [plain, plain.hex().encode(), plain[::-1], secret.encode("utf-16-le"), json.dumps(secret)[1:-1].encode()]


def test_no_secret_is_in_the_clear_anywhere(story):
    tokens, found = story
    secrets = [*tokens, *(token.removeprefix("lbk_") for token in tokens), SIP_PASSWORD, NEW_SIP_PASSWORD, REFUSED_SIP_PASSWORD,
               TWILIO_TOKEN, STRANGER_TOKEN]
    for (place, held), secret in itertools.product(found.items(), secrets):
        for spelling in spellings(secret):
            assert spelling not in held, f"{secret} is in the clear in {place}: {held[max(0, held.find(spelling) - 80):][:200]!r}"


def test_no_number_and_no_name_is_in_log_or_metrics(story):
    tokens, found = story
    for place in ("log", "metrics", "requests.db", "requests.db while running"):
        held = found[place].decode("latin-1").lower()
        for number in (CONTACT, CONTACT_NOW, LINE, POOL, FALLBACK):
            assert number[-10:] not in held and number[-7:] not in held, (place, number)
        for name in (FIRST_NAME, LAST_NAME, NEW_NAME, EMAIL):
            assert name.lower() not in held, (place, name)


def test_what_must_be_told_is_told(story):
    """The search above is worth something only if it looks where things would be."""
    tokens, found = story
    assert b"has_sip_password" in found["answers"] and LINE.encode() in found["answers"]
    assert found["answers"].count(b'"sip_password":{"changed":true}') >= 2, "the line's history tells both changes"
    assert found["audit export"].count(b'"sip_password"') == 2 and NEW_NAME.encode() in found["audit export"]
    assert LAST_NAME.encode() in found["linebook.db"] and LAST_NAME.encode() in found["backup"]
    assert b'"event":"request"' in found["log"] and b"/phone_numbers/{id}" in found["log"]
