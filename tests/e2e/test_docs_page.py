"""The API's documentation as a browser shows it: /docs, from this host alone."""
import json
import re
import shutil
import subprocess

import pytest
import requests

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def opened(url, profile) -> tuple[str, dict]:
    """What a browser makes of the page, and its log of every request. Any name but this host's does not resolve."""
    log = profile / "net-log.json"
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
         "--disable-features=OptimizationHints,MediaRouter,Translate", f"--user-data-dir={profile}", f"--log-net-log={log}",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--virtual-time-budget=20000", "--timeout=60000",
         "--dump-dom", url],
        capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, json.loads(log.read_text())


@pytest.fixture(scope="module")
def page(shared_installation, tmp_path_factory):
    return opened(shared_installation.server.url + "/docs", tmp_path_factory.mktemp("browser"))


def test_every_operation_of_both_books_is_shown(page, shared_installation):
    dom, _ = page
    shown = set(re.findall(r'data-path="([^"]+)"', dom))
    document = shared_installation.client(account="docs page").document()
    assert shown == set(document.content["paths"])
    assert dom.count('class="opblock-summary-method"') == len(document.operations)
    for text in ("/phone_numbers", "/api/v2/phone-numbers", "Acquire a phone number and link it to AI agents", "Look up a phone number"):
        assert text in dom


def test_no_request_leaves_the_host(page, shared_installation):
    """What the page asked for; the browser itself also calls home, for nobody ("not an origin")."""
    _, log = page
    own = shared_installation.server.url
    requests_of_page = [event["params"]["url"] for event in log["events"]
                        if event.get("params", {}).get("initiator", "").startswith("http")]
    assert {url.removeprefix(own) for url in requests_of_page} >= {"/openapi.json", "/docs/swagger-ui.css"}
    assert all(url.startswith(own + "/") for url in requests_of_page), requests_of_page


def test_the_pages_files_name_no_other_host(shared_installation):
    """Where the page itself would ask; words in swagger-ui's own code are another matter."""
    url = shared_installation.server.url
    page = requests.get(url + "/docs", timeout=10)
    assert page.headers["Content-Type"].startswith("text/html")
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert files and all(file.startswith(("/docs/", "/openapi.json", "data:")) for file in files)
    for file in files:
        if file.startswith("/docs/"):
            assert requests.get(url + file, timeout=10).status_code == 200


def test_the_page_has_the_consoles_origin_and_is_protected(shared_installation):
    for path in ("/docs", "/docs/start.js", "/docs/swagger-ui-bundle.js"):
        headers = requests.get(shared_installation.server.url + path, timeout=10).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        assert headers["X-Frame-Options"] == "DENY" and headers["X-Content-Type-Options"] == "nosniff"
