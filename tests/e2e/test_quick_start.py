"""`serve --demo`: what a newcomer sees, pastes and gets."""
import json
import re
import subprocess

import pytest

from installation import Client, Installation, Server
from refusals import refused

KEY = re.compile(r"lbk_[A-Za-z0-9_-]{43}")


def greeting(server: Server) -> list[str]:
    """Everything on stdout; the last line of the greeting is the last curl."""
    while sum(line.startswith("  curl ") for line in server.output) < 5:
        assert server.process.poll() is None
    return list(server.output)


def key_in(lines: list[str]) -> str:
    (key,) = {key for line in lines for key in KEY.findall(line)}
    return key


def is_curl(line: str) -> bool:
    """One whose answer ends."""
    return line.startswith("  curl -s ")


def pasted(line: str) -> dict:
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done
    return json.loads(done.stdout)


@pytest.fixture
def demo(installation: Installation) -> Server:
    return installation.serve("--demo")


def test_greeting_names_url_and_key_and_four_lines_that_work(demo):
    lines = greeting(demo)
    assert any(demo.url in line and "/docs" in line for line in lines)
    assert any(line.endswith(key_in(lines)) for line in lines), "the key stands at the end of a line of its own"
    found, taken, route, decision = [pasted(line) for line in lines if is_curl(line)]
    assert found["pagination"]["total_items"] == 1
    assert found["data"][0]["linked_to"] == {"type": "patient", "id": "pat_67890", "name": "John Doe"}
    assert taken["provider"] == "pia" and taken["phone_number"].startswith("+121255501") and taken["ai_agent_id"] == "agent_demo"
    assert route["action"] == "agent" and route["ai_agent"]["agent_id"] == "agent_demo"
    assert [caller["name"] for caller in route["callers"]] == ["John Doe"]
    assert not decision["allowed"] and decision["reasons"][0]["code"] == "do_not_call"
    assert [person["name"] for person in decision["people"]] == ["Mary Major"]


def test_greeting_names_a_link_that_signs_in_once(demo):
    (link,) = [re.search(r"(http://\S+)/console/sign-in#token=(\S+)", line) for line in greeting(demo) if "#token=" in line]
    assert link[1] == demo.url
    entered = Client(demo.url, None).post("/session/link", {"token": link[2]})
    assert entered.status_code == 201 and entered.json()["account"]["name"] == "demo"
    refused(Client(demo.url, None).post("/session/link", {"token": link[2]}), 410, "expired")


def test_greeting_names_a_line_that_follows_what_happens(demo):
    lines = greeting(demo)
    (follow,) = [line for line in lines if line.startswith("  curl -sN ")]
    following = subprocess.Popen(["bash", "-c", "exec " + follow.strip()], stdout=subprocess.PIPE, text=True)
    try:
        assert following.stdout.readline() == "retry: 2000\n"
        Client(demo.url, key_in(lines)).patch("/api/v2/patients/pat_67890", {"first_name": "Jon"})
        assert "event: patient.updated\n" in [following.stdout.readline() for _ in range(4)]
    finally:
        following.kill()
        following.wait(30)


def test_seed_example_answers_201_on_first_run(demo):
    client = Client(demo.url, key_in(greeting(demo)))
    body = {"number": "5551234567", "phone_type": "cell", "patient_id": "pat_67890"}
    added = client.post("/api/v2/phone-numbers", body)
    assert added.status_code == 201
    assert added.json()["linked_to"] == {"type": "patient", "id": "pat_67890", "name": "John Doe"}
    refused(client.post("/api/v2/phone-numbers", body), 409, "duplicate_number")


def test_demo_account_holds_people_an_agent_and_a_pool(demo, installation):
    client = Client(demo.url, key_in(greeting(demo)))
    assert client.get("/api/v2/patients").json()["pagination"]["total_items"] >= 1
    assert client.get("/api/v2/doctors").json()["pagination"]["total_items"] >= 1
    assert [agent["agent_id"] for agent in client.walk("/ai_agents")] == ["agent_demo"]
    pool = json.loads(installation.run("pool", "list", "--json").stdout)
    assert len({number["area_code"] for number in pool}) >= 3
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number["phone_number"]) for number in pool), "fictional numbers only"


def test_second_start_revokes_the_old_key_and_keeps_the_rest(installation):
    first = installation.serve("--demo")
    old = key_in(greeting(first))
    client = Client(first.url, old)
    patient = client.new_patient()
    people = client.get("/api/v2/patients").json()["pagination"]["total_items"]
    own = installation.client(account="demo", name="my own")
    assert first.stop() == 0

    second = installation.serve("--demo")
    new = key_in(greeting(second))
    assert new != old
    refused(Client(second.url, old).get("/api/v2/patients"), 401, "unauthorized")
    again = Client(second.url, new)
    assert again.get(f"/api/v2/patients/{patient}").status_code == 200
    assert again.get("/api/v2/patients").json()["pagination"]["total_items"] == people, "the demo data is loaded once"
    own.url = second.url
    assert own.get("/api/v2/patients").status_code == 200, "only the demo's own key is revoked"
    for line in greeting(second):
        if is_curl(line):
            assert "error" not in pasted(line)


def test_public_url_is_what_the_greeting_shows(installation):
    server = installation.serve("--demo", "--public-url", "https://numbers.example.com/")
    lines = greeting(server)
    assert sum("https://numbers.example.com/" in line for line in lines) >= 4
    assert not any("example.com//" in line for line in lines)


def test_killed_at_first_start_the_demo_is_whole_or_absent(installation):
    """Its data is one transaction, so the next start finds all of it or makes it."""
    for _ in range(3):
        server = installation.serve("--demo")
        server.kill()
    client = Client(installation.serve("--demo").url, key_in(greeting(installation.server)))
    assert client.get("/api/v2/patients/pat_67890").status_code == 200
    assert len(json.loads(installation.run("pool", "list", "--json").stdout)) == 100
