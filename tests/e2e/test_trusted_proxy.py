"""--trusted-proxy: whose word about the client is taken, and networks that are checked before anything starts."""
import subprocess
import time

import pytest

from installation import BINARY, Installation, Server
from raw_http import Wire, request_bytes


def check_config(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, "serve", "--check-config", *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("network", ["nonsense", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1", "fd00::/129", "10.0.0", "300.0.0.1",
                                     "10.0.0.0/8/8", "proxy.example.com", "10.0.0.0/8,nonsense", "[::1]"])
def test_what_is_no_network_is_named(network):
    done = check_config("--trusted-proxy", network)
    assert done.returncode == 2 and done.stdout == ""
    assert network.rsplit(",", 1)[-1] in done.stderr and "10.0.0.0/8" in done.stderr


def test_networks_and_single_addresses_are_taken():
    done = check_config("--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "fd00::/8")
    assert done.returncode == 0, done.stderr
    assert 'trusted_proxy = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]' in done.stdout.splitlines()


FORWARDED = {  # what is sent, and the client that a trusted proxy's word makes of it
    "203.0.113.7": "203.0.113.7",
    "198.51.100.9, 203.0.113.7": "203.0.113.7",
    "203.0.113.7, 127.0.0.3": "203.0.113.7",
    "127.0.0.3": "127.0.0.3",
    "203.0.113.7:4711": "203.0.113.7",
    "2001:db8::1": "2001:db8::1",
    "[2001:db8::2]:443": "2001:db8::2",
    "::ffff:203.0.113.7": "203.0.113.7",
    "": "127.0.0.1",
    ",,,": "127.0.0.1",
    "unknown": "127.0.0.1",
    "203.0.113.7, <script>": "127.0.0.1",
    "[::1, [": "127.0.0.1",
    "198.51.100.9, " * 500 + "203.0.113.7": "203.0.113.7",
    "\xff\xfe": "127.0.0.1",
}


def client_told(server: Server, request_id: str) -> str:
    deadline = time.monotonic() + 20
    while True:
        found = [line["client"] for line in server.log_lines() if line.get("request_id") == request_id]
        if found:
            return found[0]
        assert time.monotonic() < deadline, server.log
        time.sleep(0.02)


@pytest.mark.parametrize("trusted", [True, False])
def test_the_client_in_the_log(installation: Installation, trusted):
    """A client that is no trusted proxy is itself, whatever it forwards. The rate limit is the key's either way."""
    server = installation.serve(*(["--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "::1"] if trusted else []))
    token = installation.create_key(rate_limit=100)
    with Wire(server.port) as wire:
        for place, (value, client) in enumerate(FORWARDED.items()):
            request = request_bytes("GET", "/api/v2/patients", token, X_Request_Id=f"r{place}", X_Forwarded_Proto="https, http")
            wire.send(request[:-2] + f"X-Forwarded-For: {value}\r\n\r\n".encode("latin-1"))
            answer = wire.answer()
            assert answer.status_code == 200, answer
            assert answer.headers["X-RateLimit-Remaining"] == str(99 - place)
            assert client_told(server, f"r{place}") == (client if trusted else "127.0.0.1"), value
