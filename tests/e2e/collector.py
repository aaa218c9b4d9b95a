"""A real OpenTelemetry Collector (tests/collector), and what it has understood of what it was sent."""
import json
import pathlib
import socket
import subprocess

import pytest

from waiting import eventually

BINARY = pathlib.Path(__file__).resolve().parents[1] / "collector/target/collector"
CONFIGURATION = """
receivers: {{otlp: {{protocols: {{http: {{endpoint: "127.0.0.1:{port}"}}}}}}}}
exporters: {{file: {{path: "{file}", flush_interval: 100ms}}}}
service:
  telemetry: {{metrics: {{level: none}}, logs: {{level: error}}}}
  pipelines: {{traces: {{receivers: [otlp], exporters: [file]}}}}
"""
KINDS = {1: "internal", 2: "server", 3: "client"}


class Span:
    def __init__(self, told: dict, resource: dict):
        self.name, self.kind = told["name"], KINDS[told["kind"]]
        self.trace, self.id, self.parent = told["traceId"], told["spanId"], told.get("parentSpanId", "")
        self.started, self.ended = int(told["startTimeUnixNano"]), int(told["endTimeUnixNano"])
        self.failed = told.get("status", {}).get("code") == 2
        self.notes = values(told)
        self.resource = values(resource)

    def __repr__(self):
        return f"{self.name} {self.trace}-{self.id} below {self.parent or 'nothing'} {self.notes}"


def values(of: dict) -> dict:
    return {a["key"]: int(a["value"]["intValue"]) if "intValue" in a["value"] else a["value"]["stringValue"] for a in of.get("attributes", [])}


class Collector:
    def __init__(self, folder: pathlib.Path):
        if not BINARY.exists():
            pytest.skip("the collector is not built: script/setup --tests, which needs Go")
        folder.mkdir()
        self.file = folder / "spans.json"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.configuration = folder / "collector.yaml"
        self.configuration.write_text(CONFIGURATION.format(port=self.port, file=self.file))
        self.start()

    def start(self):
        self.process = subprocess.Popen([BINARY, "--config", self.configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self.listens, 60, lambda: f"the collector did not start: {self.process.poll()}")

    def listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def text(self) -> str:
        """Everything it has written, whole lines."""
        text = self.file.read_text() if self.file.exists() else ""
        return text[:text.rfind("\n") + 1]

    def spans(self, trace: str | None = None) -> list[Span]:
        found = [Span(span, group["resource"]) for line in self.text().splitlines() for group in json.loads(line)["resourceSpans"]
                 for scope in group["scopeSpans"] for span in scope["spans"]]
        return [span for span in found if trace in (None, span.trace)]

    def wait_for(self, name: str, trace: str | None = None, count: int = 1, seconds=40.0) -> list[Span]:
        """At least so many of that name, in the order in which they came."""
        def look():
            found = [span for span in self.spans(trace) if span.name == name]
            return found if len(found) >= count else None
        return eventually(look, seconds, lambda: f"no {name} among {self.spans(trace)}")

    def close(self):
        self.process.kill()
        self.process.wait()
