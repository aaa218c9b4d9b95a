"""Traces, as a real collector understands them, and what happens where there is none."""
import re
import secrets
import socket
import threading
import time

import pytest

from collector import Collector, Span
from installation import Installation, unused_e164
from raw_http import Caller
from test_observability import Metrics
from twilio_stand_in import PUBLIC_URL
from waiting import eventually
from webhook_receiver import Authority, Receiver, reply, tls
from webhooks import LOOPBACK, new_hook


@pytest.fixture
def collector(tmp_path):
    made = Collector(tmp_path / "collector")
    yield made
    made.close()


def new_trace(sampled=True) -> tuple[str, str, str]:
    """Trace, the caller's span, and the header that tells them."""
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    return trace, span, f"00-{trace}-{span}-{'01' if sampled else '00'}"


def children(spans: list[Span], of: Span) -> list[Span]:
    return [span for span in spans if span.parent == of.id]


def test_a_request_its_transaction_and_statements_are_one_trace(installation: Installation, collector):
    server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 0)
    caller = Caller(server.port, installation.create_key())
    trace, above, told = new_trace()
    answer = caller.call("POST", "/api/v2/patients", body={"first_name": "Wilhelmina", "last_name": "Osterhagen"}, traceparent=told,
                         X_Request_Id="mine-17")
    assert answer.status_code == 201
    patient = answer.json()["id"]
    (request,) = collector.wait_for("POST /api/v2/patients", trace)
    assert request.kind == "server" and request.parent == above and not request.failed
    assert {"http.request.method": "POST", "http.route": "/api/v2/patients", "http.response.status_code": 201, "linebook.account": 1,
            "linebook.request_id": "mine-17"}.items() <= request.notes.items()
    assert request.resource["service.name"] == "linebook" and request.resource["service.instance.id"].startswith("node_")
    assert abs(request.started / 1e9 - time.time()) < 600
    (transaction,) = collector.wait_for("transaction", trace)
    (queue,) = collector.wait_for("queue", trace)
    spans = collector.spans(trace)
    assert transaction.parent == queue.parent == request.id and queue.ended <= transaction.started + 1_000_000
    statements = children(spans, transaction)
    assert {"insert_person", "commit_batch"} <= {span.name for span in statements}
    assert all(span.kind == "client" and re.fullmatch(r"[a-z0-9_]+", span.name) and not span.notes for span in statements)
    assert all(request.started <= span.started <= span.ended <= request.ended for span in statements)

    for path in (f"/api/v2/patients/{patient}", "/api/v2/patients?q=osterhagen"):
        trace, above, told = new_trace()
        assert caller.call("GET", path, traceparent=told).status_code == 200
        (transaction,) = collector.wait_for("transaction", trace)
        (request,) = eventually(lambda: [span for span in collector.spans(trace) if span.kind == "server"])
        assert transaction.parent == request.id and request.notes["http.route"] in ("/api/v2/patients/{id}", "/api/v2/patients")
        assert children(collector.spans(trace), transaction)
    assert not re.search("osterhagen|wilhelmina", collector.text(), re.I), "no names"
    assert caller.token not in collector.text()
    assert server.stop() == 0


def test_what_a_request_fails_with_and_what_no_route_takes(installation: Installation, collector):
    server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 0)
    caller = Caller(server.port, installation.create_key())
    number = "5852984455"
    trace, _, told = new_trace()
    assert caller.call("GET", f"/nowhere/{number}", traceparent=told).status_code == 404
    assert caller.call("BREW", f"/nowhere/{number}", traceparent=told).status_code in (404, 405)
    found = collector.wait_for("_OTHER unmatched", trace, 2)
    assert {span.notes["http.response.status_code"] for span in found} <= {404, 405}
    patient = caller.call("POST", "/api/v2/patients", body={"first_name": "A", "last_name": "B"}).json()["id"]
    trace, _, told = new_trace()
    wanted = {"number": number, "phone_type": "cell", "patient_id": patient}
    assert caller.call("POST", "/api/v2/phone-numbers", body=wanted, traceparent=told).status_code == 201
    assert caller.call("POST", "/api/v2/phone-numbers", body=wanted, traceparent=told).status_code == 409
    collector.wait_for("POST /api/v2/phone-numbers", trace, 2)
    assert number not in collector.text() and "BREW" not in collector.text()


def test_the_caller_decides_and_else_the_ratio(installation: Installation, collector):
    server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 0)
    caller = Caller(server.port, installation.create_key())
    refused, _, told = new_trace(sampled=False)
    wanted, _, told_last = new_trace()
    for _ in range(50):
        assert caller.call("GET", "/api/v2/patients").status_code == 200
        assert caller.call("GET", "/api/v2/patients", traceparent=told).status_code == 200
    assert caller.call("GET", "/api/v2/patients", traceparent=told_last).status_code == 200
    collector.wait_for("GET /api/v2/patients", wanted)
    assert {span.trace for span in collector.spans()} == {wanted}
    server.stop()
    server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 0.5)
    caller = Caller(server.port, installation.create_key())
    for _ in range(400):
        assert caller.call("GET", "/api/v2/patients").status_code == 200
    assert caller.call("GET", "/api/v2/patients", traceparent=told).status_code == 200
    assert server.stop() == 0, "what waits is sent at the end"
    requests = eventually(lambda: [s for s in collector.spans() if s.kind == "server" and s.trace != wanted and s.name == "GET /api/v2/patients"])
    assert 100 < len(requests) < 300 and len({span.trace for span in requests}) == len(requests)
    assert refused not in {span.trace for span in requests}


def test_a_webhook_is_part_of_the_trace_of_what_it_tells(installation: Installation, collector, tmp_path):
    authority = Authority(tmp_path / "ca")
    receiver = Receiver(tls(authority.certificate("receiver")))
    try:
        server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 0, *LOOPBACK, "--webhook-ca", authority.file)
        client = installation.client()
        hook = new_hook(client, receiver, "/hook")
        caller = Caller(server.port, client.token)
        trace, _, told = new_trace()
        request_id = caller.call("POST", "/api/v2/patients", body={"first_name": "A", "last_name": "B"}, traceparent=told).headers["X-Request-Id"]
        delivered = receiver.wait_until("/hook", lambda d: d.event["request_id"] == request_id)
        (span,) = collector.wait_for("webhook.delivery", trace)
        (request,) = collector.wait_for("POST /api/v2/patients", trace)
        assert delivered.headers["traceparent"] == f"00-{trace}-{span.id}-01"
        assert span.parent == request.id and span.kind == "client" and not span.failed
        assert span.notes == {"linebook.account": 1, "linebook.webhook": hook.id, "linebook.event": delivered.id,
                              "http.response.status_code": 204}
        unsampled, above, told = new_trace(sampled=False)
        request_id = caller.call("POST", "/api/v2/patients", body={"first_name": "C", "last_name": "D"}, traceparent=told).headers["X-Request-Id"]
        passed_on = receiver.wait_until("/hook", lambda d: d.event["request_id"] == request_id)
        assert passed_on.headers["traceparent"] == f"00-{unsampled}-{above}-00", "who decided against it is told on"
        assert collector.spans(unsampled) == [] and "127.0.0.1" not in collector.text()
    finally:
        receiver.close()


def test_a_carrier_is_told_the_trace_of_the_request(installation: Installation, collector, twilio):
    told_to_carrier: list[tuple[str, str]] = []
    route = twilio.route

    def listening(method, path, query, form, headers):
        told_to_carrier.append((path, headers.get("traceparent")))
        return route(method, path, query, form, headers)

    twilio.route = listening
    try:
        server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 0, "--twilio-api-url", twilio.url, "--public-url", PUBLIC_URL)
        client = installation.client()
        sid, token = twilio.new_account()
        number = unused_e164()
        twilio.own(sid, number)
        trace, _, told = new_trace()
        answer = Caller(server.port, client.token).call(
            "POST", "/phone_numbers", body={"provider": "twilio", "phone_number": number, "twilio_account_sid": sid, "twilio_auth_token": token},
            traceparent=told)
        assert answer.status_code == 201, answer.text
        (span,) = collector.wait_for("carrier.look_up_number", trace)
        (request,) = collector.wait_for("POST /phone_numbers", trace)
        assert span.parent == request.id and span.notes == {"linebook.account": 1, "linebook.line": answer.json()["id"]}
        assert f"00-{trace}-{span.id}-01" in [header for _, header in told_to_carrier]
        for secret in (token, sid, number, number.removeprefix("+1")):
            assert secret not in collector.text()
    finally:
        twilio.route = route


def test_a_fhir_server_is_told_the_trace_of_the_run(installation: Installation, collector, tmp_path):
    authority = Authority(tmp_path / "ca")
    receiver = Receiver(tls(authority.certificate("receiver")))
    try:
        for path in ("/fhir/metadata", "/fhir/Patient", "/fhir/Practitioner"):
            receiver.behave(path, lambda _: reply(404))
        server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 1, *LOOPBACK, "--webhook-ca", authority.file)
        client = installation.client()
        answer = client.post("/fhir-sources", {"name": "hospital", "url": receiver.url("/fhir"), "token": "secret-of-the-hospital"})
        assert answer.status_code == 201, answer.text
        assert client.post(f"/fhir-sources/{answer.json()['id']}/sync").status_code == 202
        (run,) = collector.wait_for("fhir.sync")[:1]
        asked = collector.wait_for("fhir.request", run.trace)
        assert run.kind == "internal" and run.failed and run.notes == {"linebook.account": 1, "linebook.fhir_source": answer.json()["id"]}
        assert all(span.parent == run.id and "http.response.status_code" in span.notes for span in asked)
        headers = {d.headers.get("traceparent") for d in receiver.delivered("/fhir/metadata")}
        assert headers & {f"00-{run.trace}-{span.id}-01" for span in asked}
        assert "secret-of-the-hospital" not in collector.text()
    finally:
        receiver.close()


class Silent:
    """Takes connections and never says a word."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def close(self):
        self.socket.close()


@pytest.mark.parametrize("kind", ["dead", "silent"])
def test_a_collector_that_is_away_is_nobodys_trouble(installation: Installation, kind):
    silent = Silent()
    if kind == "dead":
        silent.close()
    try:
        server = installation.serve("--otlp-url", silent.url, "--otlp-sample", 1)
        client = installation.client()
        for _ in range(3500):  # three spans each at least: more than the queue holds
            assert client.get("/api/v2/patients").status_code == 200
        dropped = lambda: Metrics(server.metrics()).value("linebook_trace_spans_dropped_total") > 0
        eventually(dropped, 60)
        metrics = Metrics(server.metrics())
        assert metrics.value("linebook_trace_spans_waiting") <= 8192 and metrics.value("linebook_trace_spans_exported_total") == 0
        if kind == "dead":
            assert metrics.value("linebook_trace_export_failures_total") > 0
        assert client.get("/readyz").status_code == 200
        assert server.stop() == 0
        told = [line for line in server.log_lines() if line["event"] == "traces"]
        assert len(told) <= 1 and all(line["level"] == "warn" and "cannot be sent" in line["message"] for line in told)
    finally:
        silent.close()


def test_a_collector_that_comes_back_gets_what_waits(installation: Installation, collector):
    server = installation.serve("--otlp-url", collector.url, "--otlp-sample", 0)
    caller = Caller(server.port, installation.create_key())
    collector.process.kill()
    collector.process.wait()
    trace, _, told = new_trace()
    assert caller.call("GET", "/api/v2/patients", traceparent=told).status_code == 200
    eventually(lambda: Metrics(server.metrics()).value("linebook_trace_export_failures_total") > 0)
    collector.start()
    collector.wait_for("GET /api/v2/patients", trace)
    eventually(lambda: any("again" in line["message"] for line in server.log_lines() if line["event"] == "traces"))


def test_headers_for_the_collector_stay_secret(installation: Installation, tmp_path):
    headers = tmp_path / "headers"
    headers.write_text("# for the collector\nAuthorization: Bearer secret-of-the-collector\n")
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def take():
        connection, _ = listener.accept()
        with connection:
            while not heard or b"\r\n\r\n" not in b"".join(heard):
                heard.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    server = installation.serve("--otlp-url", url, "--otlp-headers", headers, "--otlp-sample", 1)
    installation.client().get("/api/v2/patients")
    taker.join(30)
    head = b"".join(heard).decode()
    assert head.startswith("POST /v1/traces HTTP/1.1\r\n")
    assert "Authorization: Bearer secret-of-the-collector\r\n" in head and "Content-Type: application/json\r\n" in head
    eventually(lambda: any("HTTP 401" in line["message"] for line in server.log_lines() if line["event"] == "traces"))
    listener.close()
    server.stop()
    assert "secret-of" not in "\n".join(server.log + server.output)
    shown = installation.run("serve", "--check-config", "--otlp-url", url, "--otlp-headers", headers)
    assert str(headers) in shown.stdout and "secret-of" not in shown.stdout

    headers.write_text("Authorization: a\nsecret-without-a-colon\n")
    refused = installation.run("serve", "--listen", "127.0.0.1:0", "--otlp-url", url, "--otlp-headers", headers, check=False)
    assert refused.returncode != 0 and "line 2 of" in refused.stderr and "secret-without" not in refused.stderr


@pytest.mark.parametrize("arguments, says", [
    (("--otlp-url", "http://collector.example.com", "--otlp-headers", "x"), "must be https"),
    (("--otlp-headers", "x"), "required with otlp-headers"),
    (("--otlp-url", "http://user:secret-word@127.0.0.1"), "must hold no user or password"),
    (("--otlp-url", "collector:4318"), "must be an http:// or https:// URL"),
    (("--otlp-sample", "1.5"), "must be a number from 0 to 1"),
    (("--otlp-sample", "nan"), "must be a number from 0 to 1"),
])
def test_settings_that_make_no_sense(installation: Installation, arguments, says):
    done = installation.run("serve", "--check-config", *arguments, check=False)
    assert done.returncode != 0 and says in done.stderr + done.stdout and "secret-word" not in done.stderr + done.stdout
