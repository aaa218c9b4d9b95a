"""Requests a minute, per key."""
import time

import pytest

from installation import Client
from refusals import refused


@pytest.fixture
def limited(shared_installation, request):
    """A key that may call three times a minute. Waits where the minute is about to end."""
    client = shared_installation.client(account=request.node.name, rate_limit=3)
    if time.time() % 60 > 55:
        time.sleep(61 - time.time() % 60)
    return client


def told(answer) -> tuple[int, int]:
    reset = int(answer.headers["X-RateLimit-Reset"])
    assert 0 < reset - time.time() <= 60
    return int(answer.headers["X-RateLimit-Limit"]), int(answer.headers["X-RateLimit-Remaining"])


def test_the_headers_count_down_and_then_429(limited):
    assert [told(limited.get("/phone_numbers")) for _ in range(3)] == [(3, 2), (3, 1), (3, 0)]
    answer = limited.get("/phone_numbers")
    refused(answer, 429, "too_many_requests")
    assert told(answer) == (3, 0)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_refusals_after_the_token_are_counted_too(limited):
    assert told(limited.get("/phone_numbers/pn_unknown")) == (3, 2)
    assert told(limited.post("/phone_numbers", {})) == (3, 1)
    assert told(limited.get("/phone_numbers", params={"colour": "red"})) == (3, 0)
    refused(limited.post("/phone_numbers", {}), 429, "too_many_requests")


def test_every_key_counts_for_itself(limited, shared_installation, request):
    for _ in range(4):
        limited.get("/phone_numbers")
    other = shared_installation.client(account=request.node.name, rate_limit=3)
    assert told(other.get("/phone_numbers")) == (3, 2)


def test_404_405_and_401_are_not_counted(limited):
    limited.get("/nowhere")
    limited.delete("/phone_numbers")
    Client(limited.url, "wrong").get("/phone_numbers")
    assert told(limited.get("/phone_numbers")) == (3, 2)


def test_routes_are_exempt(limited):
    for _ in range(5):
        answer = limited.get("/routes/5551234567")
        refused(answer, 404, "not_found")
        assert "X-RateLimit-Limit" not in answer.headers
    assert told(limited.get("/phone_numbers")) == (3, 2)


def test_no_limit_no_headers(account):
    for _ in range(5):
        assert not any(name.lower().startswith("x-ratelimit") for name in account.get("/phone_numbers").headers)


def test_a_thousand_unless_told(shared_installation):
    token = shared_installation.run("keys", "create", "--account", "default limit", "--name", "k").stdout.splitlines()[-1]
    assert Client(shared_installation.server.url, token).get("/phone_numbers").headers["X-RateLimit-Limit"] == "1000"


def test_an_answer_of_304_and_a_head_count(limited):
    agent = limited.put("/ai_agents/a", {"agent_name": "A"})
    assert told(limited.get("/ai_agents/a", headers={"If-None-Match": agent.headers["ETag"]})) == (3, 1)
    assert told(limited.head("/ai_agents/a")) == (3, 0)
