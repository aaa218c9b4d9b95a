"""A FHIR server that is not ours (tests/fhir_server: HAPI FHIR's RestfulServer), and what a test does with it."""
import json
import pathlib
import subprocess

import requests

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TARGET = PROJECT / "tests/fhir_server/target"
TOKEN = "token-of-the-fhir-server"
# A short life: the quick compiler is enough, and one collector thread.
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx2g"]


class FhirServer:
    """Requests of the test's own, with X-Tester, are neither remembered nor failed."""

    def __init__(self, *arguments):
        assert (TARGET / "classes/FhirServer.class").exists(), "the FHIR server is not built: script/setup --tests"
        self.process = subprocess.Popen([*JAVA, "-cp", f"{TARGET}/classes:{TARGET}/lib/*", "FhirServer", "--token", TOKEN,
                                         *map(str, arguments)], stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().strip()
        assert port, f"the FHIR server exited {self.process.wait()}"
        self.url = f"http://127.0.0.1:{port}/fhir"
        self.control = f"http://127.0.0.1:{port}/test"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Tester"] = "1"

    def _send(self, method, url, **arguments) -> requests.Response:
        answer = self.session.request(method, url, timeout=60, **arguments)
        assert answer.ok, answer.text
        return answer

    def put(self, resource: dict) -> dict:
        """Creates or changes it, whatever its version."""
        return self.put_text(resource["resourceType"], resource["id"], json.dumps(resource))

    def put_text(self, kind: str, id: str, text: str) -> dict:
        return self._send("PUT", f"{self.url}/{kind}/{id}", data=text, headers={"Content-Type": "application/fhir+json"}).json()

    def get(self, kind: str, id: str) -> dict:
        return json.loads(self.get_text(kind, id))

    def get_text(self, kind: str, id: str) -> str:
        return self._send("GET", f"{self.url}/{kind}/{id}", headers={"Accept": "application/fhir+json"}).text

    def delete(self, kind: str, id: str):
        self._send("DELETE", f"{self.url}/{kind}/{id}")

    def all(self, kind: str) -> dict[str, dict]:
        """Every resource of a kind, by its id."""
        found, url = {}, f"{self.url}/{kind}?_count=1000"
        while url:
            page = self._send("GET", url, headers={"Accept": "application/fhir+json"}).json()
            found |= {entry["resource"]["id"]: entry["resource"] for entry in page.get("entry", [])}
            url = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
        return found

    def requests(self, method: str | None = None) -> list[dict]:
        """What was asked of it, in order: method, path, query, if_match, status, body."""
        asked = self._send("GET", f"{self.control}/requests").json()
        return [one for one in asked if method in (None, one["method"])]

    def forget_requests(self):
        self._send("DELETE", f"{self.control}/requests")

    def fail(self, kind="status", **fault):
        """From now on: kind is status, cut, delay or race; method, path, status, skip, times, delay_ms, retry_after."""
        self._send("POST", f"{self.control}/faults", json={"kind": kind, **fault})

    def recover(self):
        self._send("DELETE", f"{self.control}/faults")

    def reset(self):
        """As if it had just been started: a start takes seconds."""
        self._send("DELETE", f"{self.control}/everything")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()
