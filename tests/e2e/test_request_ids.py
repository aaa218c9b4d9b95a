"""X-Request-Id on every answer, and traceparent in the logs."""
import re
import time

import pytest

from installation import Client
from raw_http import Wire

OURS = "req_"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("sent", ["abc", "req_01JMEF2S9A7Q5V0X3C8R4T6Y1Z", "A.b-c_9", "x" * 64])
def test_a_sane_id_is_kept(account, sent):
    for path in ("/phone_numbers", "/phone_numbers/pn_unknown", "/nowhere", "/healthz"):
        answer = account.get(path, headers={"X-Request-Id": sent})
        assert answer.headers["X-Request-Id"] == sent
        if answer.status_code == 404:
            assert answer.json()["error"]["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "two words", "x" * 65, "a/b", "a\"b", "ü", "a,b"])
def test_any_other_is_replaced_by_one_of_ours(account, sent):
    answer = account.get("/phone_numbers", headers={"X-Request-Id": sent.encode()})
    assert answer.headers["X-Request-Id"].startswith(OURS) and answer.headers["X-Request-Id"] != sent


def test_every_request_has_an_id_of_its_own(account):
    ids = [account.get("/phone_numbers").headers["X-Request-Id"] for _ in range(5)]
    assert len(set(ids)) == 5 and all(id.startswith(OURS) for id in ids)
    assert ids == sorted(ids), "sortable by creation"


def test_errors_before_there_is_a_request_have_one_too(account, shared_installation):
    with Wire(shared_installation.server.port) as wire:
        wire.send(b"NONSENSE\r\n\r\n")
        answer = wire.answer()
    account.document().check("GET", "/", answer.status_code, answer.headers, answer.content)
    assert answer.status_code == 400 and answer.headers["X-Request-Id"].startswith(OURS)


def logged(server, request_id) -> dict:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for line in server.log_lines():
            if line.get("request_id") == request_id:
                return line
        time.sleep(0.01)
    raise AssertionError(f"{request_id} is not in the log")


@pytest.mark.parametrize("traceparent, taken_up", [
    (f"00-{TRACE}-00f067aa0ba902b7-01", True), (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", False), ("nonsense", False),
    (f"00-{'0' * 32}-00f067aa0ba902b7-01", False), (f"00-{TRACE}-{'0' * 16}-01", False), (f"ff-{TRACE}-00f067aa0ba902b7-01", False),
    (f"00-{TRACE}-00f067aa0ba902b7-01-more", False), (f"00-{TRACE}-00f067aa0ba902bZ-01", False)])
def test_traceparent_is_taken_up_in_the_log(account, shared_installation, traceparent, taken_up):
    answer = account.get("/ai_agents", headers={"traceparent": traceparent})
    line = logged(shared_installation.server, answer.headers["X-Request-Id"])
    assert line.get("trace_id") == (TRACE if taken_up else None)


def test_what_a_log_line_tells_and_what_it_does_not(account, shared_installation):
    account.put("/api/v2/patients/pat_secret", {"first_name": "Hortensia", "last_name": "Quux"})
    account.new_number("pat_secret", "5852984466")
    answer = account.get("/api/v2/phone-numbers", params={"q": "5852984466"})
    line = logged(shared_installation.server, answer.headers["X-Request-Id"])
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v2/phone-numbers", 200)
    log = "\n".join(shared_installation.server.log)
    for secret in ("5852984466", "Hortensia", "Quux", account.token):
        assert secret not in log


def test_healthz_needs_no_token(account):
    health = Client(account.url, None).get("/healthz").json()
    assert re.fullmatch(r"20\d\d[a-z]", health["detail"].pop("tz_database"))
    assert health == {"status": "ok", "detail": {}}
    assert Client(account.url, None).get("/readyz").json()["status"] == "ready"
