"""The request history on disk: it outlives the server, and the server outlives it."""
import time

import pytest

from installation import Client, Installation

SHOWN = 20  # seconds; two are promised, a sanitizer build on a busy machine takes longer


def routes_told(client: Client) -> list[str]:
    return [record["route"] for record in client.walk("/requests", page_size=100)]


def wait_for(client: Client, route: str):
    deadline = time.monotonic() + SHOWN
    while route not in routes_told(client):
        assert time.monotonic() < deadline, f"{route} never shows"
        time.sleep(0.1)


def go_on(installation: Installation, client: Client) -> Client:
    client.url = installation.serve().url
    return client


def test_history_outlives_a_stop(installation: Installation):
    installation.serve()
    client = installation.client()
    client.get("/api/v2/doctors")
    assert installation.server.stop() == 0  # before the two seconds are over
    go_on(installation, client)
    assert "/api/v2/doctors" in routes_told(client)


def test_history_outlives_a_kill_once_shown(installation: Installation):
    installation.serve()
    client = installation.client()
    client.get("/api/v2/doctors")
    wait_for(client, "/api/v2/doctors")
    installation.server.kill()
    go_on(installation, client)
    assert "/api/v2/doctors" in routes_told(client)


def history_files(installation: Installation):
    return sorted(installation.data.glob("requests.db*"))


@pytest.mark.parametrize("harm", ["deleted", "emptied", "damaged", "cut short", "without its log"])
def test_harm_to_the_file_costs_only_the_history(installation: Installation, harm):
    installation.serve()
    client = installation.client()
    patient = client.new_patient()
    wait_for(client, "/api/v2/patients")
    installation.server.kill() if harm == "without its log" else installation.server.stop()
    files = history_files(installation)
    assert files
    for file in files:
        if harm == "deleted" or (harm == "without its log" and file.name != "requests.db"):
            file.unlink()
        elif harm == "emptied":
            file.write_bytes(b"")
        elif harm == "damaged":
            file.write_bytes(b"\x5a" * max(file.stat().st_size, 8192))
        elif harm == "cut short":
            file.write_bytes(file.read_bytes()[:file.stat().st_size // 2])
    go_on(installation, client)
    assert client.get(f"/api/v2/patients/{patient}").status_code == 200
    assert client.get("/requests").status_code == 200
    client.get("/api/v2/doctors")
    wait_for(client, "/api/v2/doctors")
    assert installation.server.stop() == 0


def test_deleted_beneath_a_running_server(installation: Installation):
    installation.serve()
    client = installation.client()
    client.get("/api/v2/patients")
    wait_for(client, "/api/v2/patients")
    for file in history_files(installation):
        file.unlink()
    client.get("/api/v2/doctors")
    wait_for(client, "/api/v2/doctors")
    assert client.new_patient()
    assert installation.server.stop() == 0


def test_no_number_or_name_is_in_the_history(installation: Installation):
    installation.serve()
    client = installation.client()
    client.get("/api/v2/phone-numbers?q=5852984455")
    client.get("/routes/5852984455")
    client.get("/5852984455")
    client.get("/api/v2/patients?q=osterhagen")
    wait_for(client, "/api/v2/patients")
    installation.server.stop()
    held = b"".join(file.read_bytes() for file in history_files(installation))
    assert b"5852984455" not in held and b"osterhagen" not in held
