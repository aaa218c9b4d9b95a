"""kill -9 in the middle of acquiring and releasing Twilio numbers: bought once, never forgotten, told by the ledger.

The same steps are killed between any two commits, many more times, by tests/contract/carrier_saga_contract.cc.
LINEBOOK_TWILIO_KILLS sets how often the process is killed here.
"""
import base64
import os
import pathlib
import random
import subprocess
import threading
import time

import requests

from installation import Client, Installation, unused_e164
from postgres_server import programs
from test_secrets import spellings
from twilio_stand_in import TwilioStandIn

PUBLIC_URL = "https://linebook.example.com"
LEASE = 60  # seconds: what a killed node was about to do, others take up after that
KILLS = int(os.environ.get("LINEBOOK_TWILIO_KILLS", 12))
FAULTS = [("list", "lost"), ("buy", "lost"), ("buy", "done-500"), ("buy", "500"), ("buy", "slow"), ("update", "lost"), ("update", "slow"),
          ("release", "lost"), ("release", "slow"), ("get", "500")]


def in_background(client, method, path, **arguments):
    def work():
        try:
            client.session.request(method, client.url + path, timeout=30, **arguments)
        except requests.RequestException:
            pass  # the server was killed
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_killed_at_any_moment(installation):
    twilio = TwilioStandIn()
    chance = random.Random(int(os.environ.get("LINEBOOK_TWILIO_SEED", 11)))
    owner = twilio.new_account()
    arguments = ("--public-url", PUBLIC_URL, "--twilio-api-url", twilio.url)
    installation.serve(*arguments)
    token = installation.create_key()
    client = Client(installation.server.url, token)
    orders: dict[str, dict] = {}  # by Idempotency-Key
    try:
        for turn in range(KILLS):
            number = unused_e164()
            twilio.stock.add(number)
            orders[f"order {turn}"] = {"provider": "twilio", "twilio_account_sid": owner[0], "twilio_auth_token": owner[1],
                                       "phone_number": number, "purchase": True}
            if chance.random() < 0.7:
                operation, kind = chance.choice(FAULTS)
                twilio.fault(operation, kind, seconds=chance.uniform(0.05, 0.3))
            running = [in_background(client, "POST", "/phone_numbers", json=orders[f"order {turn}"],
                                     headers={"Idempotency-Key": f"order {turn}"})]
            lines = client.get("/phone_numbers", params={"status": "active"}).json()["phone_numbers"]
            if lines and chance.random() < 0.5:
                release = chance.choice(["true", "false"])
                running.append(in_background(client, "DELETE", f"/phone_numbers/{chance.choice(lines)['id']}", params={"release": release}))
            time.sleep(chance.uniform(0, 0.12))
            installation.server.kill()
            for thread in running:
                thread.join(30)
            installation.serve(*arguments)
            client.url = installation.server.url
        twilio.faults.clear()
        for key, order in orders.items():  # whoever got no answer asks again
            answer = client.post("/phone_numbers", order, headers={"Idempotency-Key": key})
            assert answer.status_code == 201, answer.text
        expect_nothing_forgotten(client, twilio, owner)
    finally:
        twilio.close()


def expect_nothing_forgotten(client, twilio, owner):
    deadline = time.monotonic() + 2 * LEASE
    while unsettled := [line for line in client.walk("/phone_numbers") if line["status"] != "active"]:
        assert time.monotonic() < deadline, unsettled
        time.sleep(0.2)
    lines = {line["phone_number"]: line for line in client.walk("/phone_numbers")}
    owned = twilio.numbers_of(owner[0])
    assert max(twilio.sold.values()) == 1, "nothing is bought twice"
    for number, held in owned.items():
        ours = held["voice_url"].startswith(PUBLIC_URL)
        assert ours == (number in lines), f"{number} is held for nobody, or a line lost its calls"
        assert not ours or lines[number]["twilio_phone_number_sid"] == held["sid"]
    assert set(lines) <= set(owned)
    for entry in client.walk("/audit", entity="line"):
        if entry["action"] == "created":
            story = client.walk(f"/phone_numbers/{entry['entity_id']}/history")
            assert (story[0]["action"] == "deleted") == (entry["entity_id"] not in {line["id"] for line in lines.values()})


def backed_up(installation: Installation, copy: pathlib.Path) -> pathlib.Path:
    """All of the books as an operator would keep them."""
    if installation.database:
        subprocess.run([programs() / "pg_dump", "-f", copy, installation.database], check=True)
    else:
        installation.run("backup", copy)
    return copy


def test_no_token_is_in_the_clear_anywhere(installation, tmp_path):
    """After everything that a token goes through: bought, refused, failed, synced, rotated, backed up, deleted."""
    twilio = TwilioStandIn()
    owner = twilio.new_account()
    wrong = "deadbeef" * 4
    server = installation.serve("--log-level", "trace", "--public-url", PUBLIC_URL, "--twilio-api-url", twilio.url)
    client = installation.client()
    kept = []

    def call(method, path, **arguments):
        answer = client.request(method, path, **arguments)
        kept.append(repr(answer.headers).encode() + answer.content)
        return answer

    body = {"provider": "twilio", "twilio_account_sid": owner[0], "twilio_auth_token": owner[1], "purchase": True}
    try:
        for fault in ("lost", "500"):
            number = unused_e164()
            twilio.stock.add(number)
            twilio.fault("buy", fault)
            line = call("POST", "/phone_numbers", json={**body, "phone_number": number}, headers={"Idempotency-Key": fault}).json()
            assert line["status"] == "active"
        assert call("POST", "/phone_numbers", json={**body, "phone_number": unused_e164(), "twilio_auth_token": wrong}).status_code == 422
        path = f"/phone_numbers/{line['id']}"
        assert call("PATCH", path, json={"twilio_auth_token": wrong}).status_code == 200
        assert call("POST", f"{path}/sync").json()["status"] == "error"
        for read in (path, f"{path}/history", "/audit?page_size=100", "/requests", "/phone_numbers"):
            call("GET", read)
        rotated = installation.run("secrets", "rotate")
        backup = backed_up(installation, tmp_path / "backup")
        assert call("DELETE", path).status_code == 422
        found = {"answers": b"".join(kept), "backup": backup.read_bytes(), "rotate": (rotated.stdout + rotated.stderr).encode(),
                 "audit": installation.run("export", "audit").stdout.encode(), "metrics": server.metrics().encode()}
        found |= {f"{file.name} running": file.read_bytes() for file in installation.data.iterdir() if file.is_file()}
        # A core would hold what memory holds: none of it is written.
        with open(f"/proc/{server.process.pid}/coredump_filter") as filter_:
            assert int(filter_.read(), 16) == 0
        assert server.stop() == 0
        found |= {file.name: file.read_bytes() for file in installation.data.iterdir() if file.is_file()}
        found["log"] = "\n".join(server.log + server.output).encode()
    finally:
        twilio.close()
    for token in (owner[1], wrong):
        basic = base64.b64encode(f"{owner[0]}:{token}".encode())
        for place, held in found.items():
            for spelling in [*spellings(token), basic]:
                assert spelling not in held, f"{token} is in the clear in {place}"
