"""Keys that an account's own admin makes and revokes over HTTP: never more than the key that asks, shown once, told of in the ledger."""
import re

import pytest

from installation import Client
from refusals import refused
from test_sessions import WITHIN
from waiting import eventually

TOKEN = re.compile(r"lbk_[A-Za-z0-9_-]{43}")
EVERYTHING = ["lines:read", "lines:write", "contacts:read", "contacts:write", "events:read", "audit:read", "admin", "reach:read", "reach:write"]


@pytest.fixture
def admin(account) -> Client:
    return account


def made(client: Client, **fields) -> dict:
    answer = client.post("/keys", {"name": "scheduling", "scopes": ["contacts:read"], **fields})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/keys/{answer.json()['id']}" and answer.headers["Cache-Control"] == "no-store"
    return answer.json()


def test_a_key_is_made_used_and_revoked(admin):
    key = made(admin)
    assert TOKEN.fullmatch(key["token"]) and key["status"] == "active" and key["scopes"] == ["contacts:read"]
    client = Client(admin.url, key["token"])
    assert client.get("/api/v2/phone-numbers").status_code == 200
    refused(client.get("/phone_numbers"), 403, "forbidden")
    shown = admin.get(f"/keys/{key['id']}").json()
    assert {**shown, "last_used_at": None} == {name: value for name, value in key.items() if name != "token"}
    for _ in range(2):
        assert admin.delete(f"/keys/{key['id']}").json() == {"id": key["id"], "deleted": True, "message": "API key revoked"}
    refused(client.get("/api/v2/phone-numbers"), 401, "unauthorized")
    revoked = admin.get(f"/keys/{key['id']}").json()
    assert revoked["status"] == "revoked" and revoked["revoked_at"]


def test_the_ledger_tells_who_made_and_revoked_it_and_no_token(admin):
    key = made(admin)
    admin.delete(f"/keys/{key['id']}")
    answer = admin.get("/audit?entity=api_key")
    revoked, created = [entry for entry in answer.json()["entries"] if entry["entity_id"] == key["id"]]
    assert (created["action"], revoked["action"]) == ("created", "revoked")
    assert created["actor"] == revoked["actor"] and created["actor"].startswith("key_") and created["actor"] != key["id"]
    assert key["token"] not in answer.text and key["token"] not in admin.get("/keys").text


def test_the_token_is_told_once(admin):
    body = {"name": "once", "scopes": ["contacts:read"]}
    first, repeat = (admin.post("/keys", body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json()["token"] and repeat.json() == {**first.json(), "token": None}
    assert repeat.headers["Idempotent-Replayed"] == "true"
    assert len([key for key in admin.get("/keys").json()["keys"] if key["name"] == "once"]) == 1


def test_nothing_that_the_maker_has_not(shared_installation):
    url = shared_installation.server.url
    admin = Client(url, shared_installation.create_key(account="never more", rate_limit=50, expires="30d"))
    own = admin.get("/keys").json()["keys"][0]
    assert own["rate_limit"] == 50 and own["scopes"] == EVERYTHING
    refused(admin.post("/keys", {"name": "a", "scopes": ["contacts:read", "reach:emergency"]}), 403, "forbidden")
    for limit in (0, 51):
        refused(admin.post("/keys", {"name": "a", "scopes": ["contacts:read"], "rate_limit": limit}), 422, "validation_error", "rate_limit")
    refused(admin.post("/keys", {"name": "a", "scopes": ["contacts:read"], "expires_at": "2999-01-01T00:00:00Z"}), 422, "validation_error", "expires_at")
    for fields in ({}, {"expires_at": None}):
        key = made(admin, scopes=["admin"], **fields)
        assert (key["rate_limit"], key["expires_at"]) == (50, own["expires_at"]), "left out: the maker's own"
    # What it has made cannot do more, either.
    less = Client(url, made(admin, scopes=["admin"], rate_limit=20)["token"])
    refused(less.post("/keys", {"name": "a", "scopes": ["admin"], "rate_limit": 50}), 422, "validation_error", "rate_limit")
    named = Client(url, shared_installation.create_key(account="never more", scopes="admin,reach:emergency"))
    assert made(named, scopes=["reach:emergency"])["scopes"] == ["reach:emergency"]


def test_the_usual_limit_where_the_maker_has_none(admin):
    assert made(admin)["rate_limit"] == 1000 and made(admin, rate_limit=0)["rate_limit"] == 0
    assert made(admin, expires_at="2999-01-01T00:00:00Z")["expires_at"] == "2999-01-01T00:00:00Z"


@pytest.mark.parametrize("body, fields", [
    ({}, ["name", "scopes"]), ({"name": " a", "scopes": ["admin"]}, ["name"]), ({"name": "a" * 65, "scopes": []}, ["name", "scopes"]),
    ({"name": "a\nb", "scopes": "admin"}, ["name", "scopes"]), ({"name": "a", "scopes": ["root"]}, ["scopes[0]"]),
    ({"name": "a", "scopes": ["admin", "admin"]}, ["scopes[1]"]), ({"name": "a", "scopes": ["admin"], "rate_limit": -1}, ["rate_limit"]),
    ({"name": "a", "scopes": ["admin"], "rate_limit": 1_000_001}, ["rate_limit"]),
    ({"name": "a", "scopes": ["admin"], "expires_at": "2020-01-01T00:00:00Z"}, ["expires_at"]),
    ({"name": "a", "scopes": ["admin"], "expires_at": "soon"}, ["expires_at"]), ({"name": "a", "scopes": ["admin"], "token": "lbk_mine"}, ["token"])])
def test_what_is_no_key(admin, body, fields):
    refused(admin.post("/keys", body), 422, "validation_error", *fields)


def test_for_admins_alone(shared_installation):
    client = shared_installation.client(account="no admin", scopes="lines:read,lines:write,contacts:read,contacts:write,audit:read,reach:write")
    for answer in (client.get("/keys"), client.post("/keys", {"name": "a", "scopes": ["lines:read"]}), client.get("/keys/key_1"), client.delete("/keys/key_1")):
        refused(answer, 403, "forbidden")


def test_another_account_sees_nothing_of_them(admin, shared_installation):
    key = made(admin)
    stranger = shared_installation.client(account="stranger to keys")
    assert [shown["name"] for shown in stranger.get("/keys").json()["keys"]] == ["test"]
    for answer in (stranger.get(f"/keys/{key['id']}"), stranger.delete(f"/keys/{key['id']}")):
        refused(answer, 404, "not_found")
    assert Client(admin.url, key["token"]).get("/api/v2/phone-numbers").status_code == 200


def test_the_list_is_walked_newest_first(admin):
    made_ones = [made(admin, name=f"key {n}")["id"] for n in range(7)]
    walked, token = [], ""
    while token is not None:
        page = admin.get("/keys?page_size=3" + (f"&page_token={token}" if token else "")).json()
        walked += [key["id"] for key in page["keys"]]
        token = page["next_page_token"]
    assert len(walked) == len(set(walked)) == 8 and walked[:7] == made_ones[::-1]
    refused(admin.get("/keys?colour=red"), 400, "invalid_parameter", "colour")


def test_a_key_may_revoke_itself(admin):
    key = made(admin, scopes=["admin"])
    client = Client(admin.url, key["token"])
    assert client.delete(f"/keys/{key['id']}").status_code == 200
    refused(client.get("/keys"), 401, "unauthorized")


def test_a_revoked_key_is_over_on_every_node_with_what_it_signed_in(nodes):
    admin = nodes[0].client()
    key = made(admin)
    browser = Client(nodes[1].server.url, None)
    assert browser.post("/session", {"key": key["token"]}).status_code == 201
    assert browser.get("/session").json()["demo"] is False
    admin.delete(f"/keys/{key['id']}")
    eventually(lambda: browser.get("/session").status_code == 401, WITHIN)
    eventually(lambda: Client(nodes[1].server.url, key["token"]).get("/api/v2/phone-numbers").status_code == 401, WITHIN)
