"""What the operator sees: metrics on a listener of their own, and one JSON line for each request."""
import os
import re
import subprocess
import time

import pytest
import requests

from installation import BINARY, DATABASE, STOP_TIMEOUT, Client, Installation, Server
from postgres_server import PostgresServer
from raw_http import Caller, Wire, request_bytes
from refusals import refused

LABEL_VALUE = r'"((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*=' + LABEL_VALUE + r',?)*)\})? (NaN|[-+]?Inf|[-+]?[\d.]+(?:e[-+]?\d+)?)')
WANTED = {
    "linebook_http_requests_total": "counter", "linebook_http_request_duration_seconds": "histogram",
    "linebook_store_commits_total": "counter", "linebook_store_batch_size": "histogram",
    "linebook_store_write_queue_depth": "gauge", "linebook_store_read_queue_depth": "gauge", "linebook_ledger_sequence": "gauge",
}


class Metrics:
    """The text format, read strictly: HELP and TYPE before the samples of each family, no sample twice."""

    def __init__(self, text: str):
        self.types: dict[str, str] = {}
        self.samples: dict[tuple[str, tuple], float] = {}
        helped = set()
        assert text.endswith("\n")
        for line in text.splitlines():
            if line.startswith("# HELP "):
                helped.add(line.split(" ")[2])
            elif line.startswith("# TYPE "):
                _, _, name, type = line.split(" ")
                assert name in helped and name not in self.types
                self.types[name] = type
            else:
                found = SAMPLE.fullmatch(line)
                assert found, line
                labels = tuple(re.findall(r"(\w+)=" + LABEL_VALUE, found[2] or ""))
                assert self.family(found[1]) in self.types and (found[1], labels) not in self.samples, line
                self.samples[found[1], labels] = float(found[4])

    def family(self, name: str) -> str:
        return name if name in self.types else re.sub("_(bucket|sum|count)$", "", name)

    def value(self, name: str, **labels) -> float:
        return self.samples.get((name, tuple(labels.items())), 0)

    def histograms_are_cumulative(self) -> bool:
        series: dict[tuple, list[float]] = {}
        for (name, labels), value in self.samples.items():
            if name.endswith("_bucket"):
                series.setdefault((name, labels[:-1]), []).append(value)
        counts = [(values, self.samples[name.removesuffix("_bucket") + "_count", labels]) for (name, labels), values in series.items()]
        return bool(counts) and all(values == sorted(values) and values[-1] == count for values, count in counts)


@pytest.fixture
def busy(server: Server, client: Client) -> Client:
    """Has called every kind of route, well and badly."""
    client.new_agent("agent_front")
    patient = client.new_patient("Wilhelmina", "Osterhagen")
    number = client.new_number(patient, "5852984455")
    line = client.new_line("+15852984466", ai_agent_id="agent_front")
    for path in (f"/api/v2/phone-numbers/{number['id']}", f"/api/v2/patients/{patient}", f"/phone_numbers/{line['id']}",
                 "/routes/%2B15852984466?from=5852984455", "/api/v2/phone-numbers?q=5852984455", "/api/v2/patients?q=osterhagen",
                 "/audit", "/requests", f"/phone_numbers/{line['id']}/history"):
        assert client.get(path).status_code == 200, path
    client.get("/api/v2/phone-numbers/phn_5852984455")
    client.get("/nowhere/5852984455")
    client.post("/phone_numbers", {"provider": "byo", "phone_number": "+15852984466"})
    client.post("/api/v2/phone-numbers", {"number": "585298445", "phone_type": "cell", "patient_id": patient})
    with Wire(server.port) as wire:
        wire.send(b"GET /5852984455 HTTP/7.1\r\nHost: a\r\n\r\n")
        refused(wire.answer(), 400, "invalid_request")
    return client


def test_metrics_are_on_their_own_listener_only(server, client):
    refused(client.get("/metrics"), 404, "not_found")
    answer = requests.get(server.metrics_url, timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    root = server.metrics_url.removesuffix("/metrics")
    for path in ("/", "/healthz", "/api/v2/patients", "/metrics/x"):
        other = requests.get(root + path, timeout=10, headers={"Authorization": f"Bearer {client.token}"})
        assert other.status_code == 404 and other.json()["error"]["code"] == "not_found"
    wrong = requests.post(server.metrics_url, timeout=10)
    assert wrong.status_code == 405 and "GET" in wrong.headers["Allow"]


def test_metrics_parse_and_name_what_an_operator_watches(server, busy):
    metrics = Metrics(server.metrics())
    assert WANTED.items() <= metrics.types.items()
    assert metrics.histograms_are_cumulative()
    assert metrics.value("linebook_http_requests_total", route="POST /api/v2/phone-numbers", status="201") == 1
    assert metrics.value("linebook_http_requests_total", route="POST /api/v2/phone-numbers", status="422") == 1
    assert metrics.value("linebook_http_requests_total", route="POST /phone_numbers", status="409") == 1
    assert metrics.value("linebook_http_requests_total", route="unmatched", status="404") == 1
    assert metrics.value("linebook_store_commits_total") > 0 and metrics.value("linebook_store_ready") == 1
    last = busy.get("/audit?page_size=1").json()["entries"][0]["sequence"]
    assert metrics.value("linebook_ledger_sequence") >= last


def test_ledger_metric_does_not_start_over(installation: Installation):
    server = installation.serve()
    client = installation.client()
    for _ in range(5):
        client.new_patient()
    before = Metrics(server.metrics()).value("linebook_ledger_sequence")
    server.stop()
    assert before >= 5
    assert Metrics(installation.serve().metrics()).value("linebook_ledger_sequence") == before


def test_no_label_names_a_number_an_id_or_a_person(server, busy):
    text = server.metrics()
    for (name, labels) in Metrics(text).samples:
        for label, value in labels:
            if label in ("le", "status"):
                continue
            pattern = re.sub(r"\{\w+\}", "{}", value)  # a route's own words for what is in its path
            assert label in ("route", "statement") and not re.search(r"\d{3}|(phn|pn|pat|doc|agent|key|req|evt)_[0-9A-Z]", pattern), (name, labels)
    assert "osterhagen" not in text.lower()


def logged(server: Server, count: int, **wanted) -> list[dict]:
    """The log is written by a thread of its own: waits until so many lines tell this."""
    deadline = time.monotonic() + 20
    while True:
        found = [line for line in server.log_lines() if wanted.items() <= line.items()]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, (wanted, server.log)
        time.sleep(0.02)


def test_every_request_is_one_line_of_json(server, busy):
    logged(server, 1, event="request", status=400)
    lines = server.log_lines()
    assert len(lines) == len(server.log), "every line is JSON"
    requests_told = [line for line in lines if line["event"] == "request"]
    for line in requests_told:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"]) and line["level"] == "info"
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", line["request_id"]), line
        assert isinstance(line["us"], int) and isinstance(line["status"], int) and isinstance(line["bytes"], int)
        if line["route"].startswith(("/api", "/phone_numbers", "/routes", "/audit", "/requests", "/ai_agents")):
            assert line["account"] >= 1 and line["key"].startswith("key_")
    assert {"/phone_numbers/{id}", "/routes/{number}", "/api/v2/patients", "unmatched"} <= {line["route"] for line in requests_told}


def test_request_id_and_traceparent_are_taken_up(server, client):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    caller = Caller(server.port, client.token)
    answer = caller.call("GET", "/api/v2/patients", X_Request_Id="mine-1", traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    assert answer.headers["X-Request-Id"] == "mine-1"
    (line,) = logged(server, 1, request_id="mine-1")
    assert line["trace_id"] == trace
    for nonsense in ("", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", f"ff-{trace}-00f067aa0ba902b7-01", f"00-{trace}", trace.upper(), "x" * 5000):
        own = caller.call("GET", "/api/v2/patients", traceparent=nonsense).headers["X-Request-Id"]
        assert own.startswith("req_") and "trace_id" not in logged(server, 1, request_id=own)[0], nonsense
    for insane in ("a" * 65, "a b", 'a"b', "\\", "{}"):
        assert caller.call("GET", "/healthz", X_Request_Id=insane).headers["X-Request-Id"].startswith("req_"), insane


def test_refusals_of_the_transport_are_found_in_the_log_by_their_id(server):
    with Wire(server.port) as wire:
        wire.send(b"GET /healthz HTTP/7.1\r\nHost: a\r\n\r\n")
        refusal = wire.answer()
    id = refusal.json()["error"]["request_id"]
    assert id == refusal.headers["X-Request-Id"]
    (line,) = logged(server, 1, request_id=id)
    assert line["status"] == 400
    with Wire(server.port) as wire:
        wire.send(request_bytes("POST", "/phone_numbers", None, host="a", X_Request_Id="mine-2")[:-2] + b"Content-Length: x\r\n\r\n")
        assert wire.answer().headers["X-Request-Id"] == "mine-2", "one's own id is kept where it could be read"


def test_log_level_and_silence(installation: Installation):
    server = installation.serve("--log-level", "warn", "--slow-statement-ms", 0)
    assert installation.client().get("/api/v2/patients").status_code == 200
    assert server.stop() == 0 and server.log == []


def test_log_as_text(installation: Installation):
    server = installation.serve("--log-format", "text", "--slow-statement-ms", 0)
    client = installation.client()
    assert client.get("/api/v2/patients").status_code == 200
    client.post("/phone_numbers", {"provider": "byo", "phone_number": "+15852984466"})
    assert server.stop() == 0
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (debug|info|warn|error) [a-z_]+(: | \S)", line) for line in server.log), server.log
    (line,) = [line for line in server.log if "route=/api/v2/patients" in line]
    assert re.search(r" info request request_id=req_\S+ account=1 key=key_\S+ method=GET route=/api/v2/patients status=200 us=\d+ bytes=\d+ client=127\.0\.0\.1$", line)
    assert "2984466" not in "".join(server.log)


def test_log_for_the_journal(installation: Installation):
    server = installation.serve("--log-format", "journal", "--slow-statement-ms", 1)
    client = installation.client()
    for _ in range(400):  # some commit takes that long
        client.new_patient()
        if any(line.startswith("<4>warn slow_statement: ") for line in server.log):
            break
    assert server.stop() == 0
    assert all(re.match(r"<[3467]>(debug|info|warn|error) ", line) for line in server.log)
    assert any(line.startswith("<6>info started: http://") for line in server.log)
    slow = [line for line in server.log if " slow_statement" in line]
    assert slow and all(re.fullmatch(r"<4>warn slow_statement: [a-z0-9_]+(, [a-z0-9_]+)* took \d+ ms", line) for line in slow)


def test_the_journal_is_recognised(installation: Installation, tmp_path):
    """By device and inode, as systemd tells them: what is inherited from a service further up is none."""
    for told, priorities in (("{}:{}", True), ("1{}:{}", False)):
        read, write = os.pipe()
        stream = os.fstat(write)
        process = subprocess.Popen([BINARY, "serve", "--data", installation.data, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"],
                                   stdout=subprocess.PIPE, stderr=write, text=True,
                                   env={**os.environ, **installation.env, "JOURNAL_STREAM": told.format(stream.st_dev, stream.st_ino)})
        os.close(write)
        try:
            assert process.stdout.readline().startswith("listening on ")
            process.terminate()
            with open(read) as log:
                lines = log.read().splitlines()
            assert process.wait(STOP_TIMEOUT) == 0
        finally:
            process.kill()
        assert lines and all(line.startswith("<6>{" if priorities else "{") for line in lines if '"info"' in line), lines


@pytest.mark.parametrize("wanted, least, most", [("all", 200, 200), ("errors", 0, 0), ("0.5", 50, 150), ("0", 0, 0)])
def test_requests_are_logged_as_far_as_asked_for(installation: Installation, wanted, least, most):
    server = installation.serve("--log-requests", wanted)
    caller = Caller(server.port, installation.create_key())
    for _ in range(200):
        assert caller.call("GET", "/api/v2/patients").status_code == 200
    assert server.stop() == 0
    assert least <= len([line for line in server.log_lines() if line.get("route") == "/api/v2/patients"]) <= most


def test_what_fails_on_our_side_is_logged_whatever_is_asked_for(tmp_path):
    own = PostgresServer()
    node = Installation(tmp_path / "data", own.new_database())
    try:
        server = node.serve("--log-requests", "errors", "--log-level", "warning")
        client = node.client()
        assert client.get("/api/v2/patients").status_code == 200
        own.stop()
        answer = client.get("/api/v2/patients")
        assert answer.status_code == 503
        (line,) = logged(server, 1, event="request", request_id=answer.headers["X-Request-Id"])
        assert line["level"] == "warn" and line["status"] == 503
        assert all(line["level"] in ("warn", "error") for line in server.log_lines())
    finally:
        node.close()
        own.close()


def test_a_node_tells_its_operator_how_much_room_there_is(installation: Installation, client):
    node = client.get("/node").json()
    assert node["database"]["ready"] and node["database"]["kind"] == ("postgresql" if DATABASE == "postgres" else "embedded")
    assert (node["database"]["bytes"] is None) == (DATABASE == "postgres") == (node["database"]["connections"] is not None)
    assert 0 < node["disk"]["free_bytes"] < node["disk"]["bytes"]
    assert installation.client(scopes="audit:read").get("/node").status_code == 403
