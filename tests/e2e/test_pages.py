"""Walks by page token: lines, agents, histories, audit trail, request history."""
import base64
import re

import pytest

from installation import clock_ahead
from refusals import refused



@pytest.fixture
def three_lines(account):
    return [account.new_line()["id"] for _ in range(3)]


def first_token(client, path="/phone_numbers", **query) -> str:
    token = client.get(path, params={"page_size": 1, **query}).json()["next_page_token"]
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", token)
    return token


def test_a_walk_shows_every_line_newest_first(account, three_lines):
    for page_size in (1, 2, 3, 100):
        assert [line["id"] for line in account.walk("/phone_numbers", page_size=page_size)] == three_lines[::-1]


def test_a_walk_under_inserts_and_deletes_shows_every_surviving_line_once(account):
    there = [account.new_line()["id"] for _ in range(12)]
    kept, seen, token = set(there), [], None
    while True:
        page = account.get("/phone_numbers", params={"page_size": 2, "page_token": token}).json()
        seen += [line["id"] for line in page["phone_numbers"]]
        token = page["next_page_token"]
        if token is None:
            break
        account.new_line()
        for gone in (seen[-1], there[0]):  # the one that the token points behind, and one still ahead
            if gone in kept:
                account.delete(f"/phone_numbers/{gone}")
                kept.discard(gone)
        there = [id for id in there if id in kept] or there
    assert len(seen) == len(set(seen))
    assert kept <= set(seen)


@pytest.mark.parametrize("query, wanted", [
    ({"provider": "byo"}, [2, 1, 0]), ({"provider": "pia"}, []), ({"status": "active"}, [2, 1, 0]), ({"status": "error"}, []),
    ({"ai_agent_id": "desk"}, [1]), ({"ai_agent_id": "nobody"}, []), ({"ai_agent_id": "desk", "provider": "byo"}, [1])])
def test_the_lists_filters(account, query, wanted):
    account.new_agent("desk")
    ids = [account.new_line(ai_agent_id=agent)["id"] for agent in (None, "desk", None)]
    assert [line["id"] for line in account.walk("/phone_numbers", page_size=1, **query)] == [ids[i] for i in wanted]


def test_the_filter_by_number(account):
    line = account.new_line()
    account.new_line()
    number = line["phone_number"]
    for written in (number, " " + number[1:]):  # a plus that was not escaped arrives as a space
        assert account.get("/phone_numbers", params={"phone_number": written}).json()["phone_numbers"] == [line]
    assert account.get("/phone_numbers", params={"phone_number": number[:-1]}).json()["phone_numbers"] == []


@pytest.mark.parametrize("query, at_fault", [
    ({"provider": "acme"}, ["provider"]), ({"phone_number": "0.5"}, ["phone_number"]), ({"ai_agent_id": "a b"}, ["ai_agent_id"]), ({"status": "sleeping"}, ["status"]), ({"ai_agent_id": ""}, ["ai_agent_id"]),
    ({"provider": ["byo", "byo"]}, ["provider"]), ({"limit": 5}, ["limit"]),
    ({"page_size": 1000, "provider": "x", "colour": "red"}, ["page_size", "provider", "colour"])])
def test_bad_parameters_are_named(account, query, at_fault):
    refused(account.get("/phone_numbers", params=query), 400, "invalid_parameter", *at_fault)


def forgeries(token: str) -> dict[str, str]:
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    flipped = raw[:-1] + bytes([raw[-1] ^ 1])
    return {"words": "not-a-token", "cut": token[:-4], "longer": token + "AAAA", "other alphabet": token[:-1] + "~",
            "one bit": base64.urlsafe_b64encode(flipped).rstrip(b"=").decode(), "padded": token + "=",
            "spaces": f" {token}", "much": "A" * 2000, "nothing in it": "AAAA"}


@pytest.mark.parametrize("how", forgeries("AAAA"))
def test_a_forged_token(account, three_lines, how):
    forged = forgeries(first_token(account))[how]
    refused(account.get("/phone_numbers", params={"page_token": forged}), 400, "invalid_page_token", "page_token")


def test_an_empty_token(account):
    refused(account.get("/phone_numbers", params={"page_token": ""}), 400, "invalid_parameter", "page_token")


def test_another_accounts_token(account, three_lines, shared_installation):
    other = shared_installation.client(account="a thief of tokens")
    refused(other.get("/phone_numbers", params={"page_token": first_token(account)}), 400, "invalid_page_token", "page_token")


def test_a_token_belongs_to_its_query(account, three_lines):
    token = first_token(account, provider="byo")
    for query in ({}, {"provider": "pia"}, {"provider": "byo", "status": "active"}):
        refused(account.get("/phone_numbers", params={**query, "page_token": token}), 400, "invalid_page_token", "page_token")
    account.new_agent("a")
    account.new_agent("b")
    refused(account.get("/ai_agents", params={"page_token": token}), 400, "invalid_page_token", "page_token")
    refused(account.get("/phone_numbers", params={"page_token": first_token(account, "/ai_agents")}), 400, "invalid_page_token")
    assert account.get("/phone_numbers", params={"page_size": 2, "provider": "byo", "page_token": token}).status_code == 200


def test_a_history_token_belongs_to_its_line(account, three_lines):
    for line in three_lines:
        account.patch(f"/phone_numbers/{line}", {"name": "Desk"})
    token = first_token(account, f"/phone_numbers/{three_lines[0]}/history")
    other = f"/phone_numbers/{three_lines[1]}/history"
    refused(account.get(other, params={"page_token": token}), 400, "invalid_page_token", "page_token")


def test_tokens_survive_a_restart(installation):
    installation.serve()
    client = installation.client()
    ids = [client.new_line()["id"] for _ in range(2)]
    token = first_token(client)
    installation.server.kill()
    installation.serve()
    client.url = installation.server.url
    assert client.get("/phone_numbers", params={"page_token": token}).json()["phone_numbers"][0]["id"] == ids[0]


@pytest.mark.parametrize("later, status", [("29d", 200), ("31d", 410)])
def test_a_token_expires_after_30_days(installation, later, status):
    installation.serve()
    client = installation.client()
    for _ in range(2):
        client.new_line()
    token = first_token(client)
    installation.server.stop()
    installation.serve(env=clock_ahead(later))
    client.url = installation.server.url
    answer = client.get("/phone_numbers", params={"page_token": token})
    assert answer.status_code == status
    if status == 410:
        refused(answer, 410, "expired", "page_token")
