"""Where webhooks may connect: addresses and spellings that lead to what is not public, and names that change their mind."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

from load import scaled

HERE = pathlib.Path(__file__).resolve().parent
PUBLIC = "93.184.215.14"

# As far as URLs may be made by somebody who knows every trick.
URLS = [
    # loopback
    "https://127.0.0.1/hook", "https://127.0.0.1:443/hook", "https://127.1.2.3/hook", "https://2130706433/hook", "https://0x7f000001/hook",
    "https://0x7F.0x0.0x0.0x1/hook", "https://0177.0.0.1/hook", "https://017700000001/hook", "https://127.1/hook", "https://127.0.1/hook",
    "https://0/hook", "https://0.0.0.0/hook", "https://127.0.0.1./hook", "https://00000177.1/hook", "https://4294967295/hook",
    # IPv6, and IPv4 within
    "https://[::1]/hook", "https://[0:0:0:0:0:0:0:1]/hook", "https://[::]/hook", "https://[::ffff:127.0.0.1]/hook", "https://[::ffff:7f00:1]/hook",
    "https://[::127.0.0.1]/hook", "https://[64:ff9b::127.0.0.1]/hook", "https://[64:ff9b::7f00:1]/hook", "https://[2002:7f00:1::1]/hook",
    "https://[2001::1]/hook", "https://[100::1]/hook", "https://[fe80::1%25lo]/hook", "https://[fe80::1]/hook", "https://[fc00::1]/hook",
    "https://[fd00:ec2::254]/hook", "https://[ff02::1]/hook", "https://[2001:db8::1]/hook", "https://[::ffff:169.254.169.254]/hook",
    # private, shared, documentation, metadata
    "https://10.0.0.1/hook", "https://172.16.0.1/hook", "https://192.168.1.1/hook", "https://167772161/hook", "https://100.64.0.1/hook",
    "https://169.254.169.254/latest/meta-data/", "https://0xa9fea9fe/hook", "https://2852039166/hook", "https://168.63.129.16/hook",
    "https://192.0.2.1/hook", "https://198.51.100.1/hook", "https://203.0.113.1/hook", "https://198.18.0.1/hook",
    "https://224.0.0.1/hook", "https://255.255.255.255/hook", "https://240.0.0.1/hook",
    # names
    "https://localhost/hook", "https://LOCALHOST/hook", "https://localhost./hook", "https://localhost.localdomain/hook", "https://ip6-localhost/hook",
    "https://metadata.google.internal/hook", "https://127.0.0.1.nip.io/hook", "https://internal.example.com/hook", "https://mapped.example.com/hook",
    # who parses what
    f"https://{PUBLIC}@127.0.0.1/hook", f"https://127.0.0.1@{PUBLIC}/hook", f"https://{PUBLIC}:443@127.0.0.1/hook", f"https://{PUBLIC}#@127.0.0.1/hook",
    f"https://{PUBLIC}\\@127.0.0.1/hook", "https://127.0.0.1\\.example.com/hook", "https:127.0.0.1/hook", "https:///127.0.0.1/hook", "//127.0.0.1/hook",
    "https://①②⑦.⓪.⓪.①/hook", "https://127。0。0。1/hook", "https://１２７.0.0.1/hook", "https://127.0.0.1%2f/hook", "https://%31%32%37.0.0.1/hook",
    "https://127.0.0.1\t/hook", " https://127.0.0.1/hook", "https://127.0.0.1\r\nHost: x/hook", "https://127.0.0.1:0/hook", "https://127.0.0.1:65536/hook",
    # schemes
    "http://127.0.0.1/hook", f"http://{PUBLIC}/hook", "file:///etc/passwd", "gopher://127.0.0.1:443/_x", "ftp://127.0.0.1/hook", "HTTP://127.0.0.1/hook",
]


def tried(what: str, folder: pathlib.Path, told: str = "") -> dict:
    """In a network and with names of its own."""
    apart = ["unshare", "--mount", "--net"] + (["--map-root-user"] if os.geteuid() != 0 else [])
    done = subprocess.run([*apart, sys.executable, HERE / "webhook_address_trial.py", what, folder], input=told, capture_output=True, text=True,
                          timeout=280, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "LINEBOOK_TEST_DATABASE": "embedded"})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> dict[str, dict]:
    urls = [*URLS, f"https://{PUBLIC}/hook", "https://hooks.example.com/hook"]
    found = tried("table", tmp_path_factory.mktemp("addresses"), json.dumps(urls))
    assert found["caught"] == [] and found["came"] == 2
    return {row["url"]: row for row in found["told"]}


@pytest.mark.embedded
@pytest.mark.timeout(300)
@pytest.mark.parametrize("url", URLS)
def test_nothing_goes_there(table, url):
    row = table[url]
    assert row["caught"] == []
    if row["post"] != 201:
        assert row["post"] == 422 and [detail["field"] for detail in row["told"]["details"]] == ["url"], row
        return
    assert row["ping"]["delivered"] is False and row["ping"]["status"] is None and row["ping"]["answer"] is None
    assert "special" in row["ping"]["error"] or "resolve" in row["ping"]["error"], row["ping"]


@pytest.mark.embedded
@pytest.mark.timeout(300)
@pytest.mark.parametrize("url", [f"https://{PUBLIC}/hook", "https://hooks.example.com/hook"])
def test_what_is_public_is_delivered_to(table, url):
    assert table[url]["post"] == 201 and table[url]["ping"]["delivered"] is True, table[url]


@pytest.mark.embedded
@pytest.mark.timeout(300)
def test_a_name_server_that_is_silent_delays_no_other_endpoint(tmp_path):
    found = tried("silence", tmp_path)
    told = found["told"]
    assert told["ping"]["delivered"] is False and "looked up" in told["ping"]["error"]
    assert told["threads"] <= 30, "a look-up that was given up is not begun again at once"
    assert max(told["took"]) < scaled(3, 10), told["took"]
    assert told["stopped_with"] == 0 and told["stopped_in"] < scaled(4, 15), "nor the end of the service"


@pytest.mark.long
@pytest.mark.embedded
@pytest.mark.timeout(300)
def test_a_name_that_led_to_a_public_address_and_then_inside(tmp_path):
    found = tried("names", tmp_path)
    told = found["told"]
    assert found["caught"] == []
    assert told["first"]["delivered"] is True
    assert told["both"]["delivered"] is True, "of two addresses the public one is asked"
    for private, ping in told["after"].items():
        assert ping["delivered"] is False and "special" in ping["error"], private
    assert told["delivery"]["status"] is None and "special" in told["delivery"]["error"] and told["delivery"]["state"] == "pending"
