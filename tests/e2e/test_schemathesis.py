"""Schemathesis makes requests out of the OpenAPI document, good and bad, and holds every answer against it."""
import os
import pathlib
import re
import subprocess
import sys

import pytest

from load import scaled

HERE = pathlib.Path(__file__).resolve().parent
# Of each operation, beside one for each boundary of its schema. A sanitizer looks for what any of them does.
EXAMPLES = scaled(20, 5)


@pytest.mark.long
def test_all_checks_of_schemathesis(installation):
    server = installation.serve("--webhook-allow", "127.0.0.1")  # where nobody listens: schemathesis_hooks.py
    client = installation.client()
    # What the document's examples speak of, so that they mean something.
    client.put("/api/v2/patients/pat_67890", {"first_name": "John", "last_name": "Doe"})
    client.put("/api/v2/doctors/doc_24680", {"first_name": "Maria", "last_name": "Gomez"})
    client.new_agent("front-desk")
    phone = client.new_number("pat_67890", "5852984455")["id"]
    line = client.new_line("+13475550142", sip_termination_uri="sip:trunk.example.com")
    webhook = client.post("/webhooks", {"url": "https://127.0.0.1:9/hook", "types": ["*"]}).json()
    installation.import_pool(*(f"+1212555{i:04d}" for i in range(100, 200)))

    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("schemathesis"), "--no-color", "--config-file", "schemathesis.toml",
         "run", "--max-examples", str(EXAMPLES), server.url + "/openapi.json"],
        cwd=HERE, env={**os.environ, "LINEBOOK_TOKEN": client.token, "LINEBOOK_PHONE_ID": phone, "LINEBOOK_LINE_ID": line["id"],
                       "LINEBOOK_LINE_NUMBER": line["phone_number"], "LINEBOOK_WEBHOOK_ID": webhook["id"],
                       "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    tested = int(re.search(r"Tested: (\d+)", done.stdout)[1])
    assert tested == len(client.document().operations) - 1, "all but the document's own address, which it only reads"
    assert "❌" not in done.stdout and "⏭" not in done.stdout, "every phase ran"

    statuses = {line["status"] for line in server.log_lines() if line.get("event") == "request"}
    assert {200, 201, 400, 404, 409, 412, 422} <= statuses
    assert not [status for status in statuses if status >= 500]
    assert [line for line in server.complaints() if line["level"] == "error"] == []
    assert server.stop() == 0
    installation.run("audit", "verify", "--books")
