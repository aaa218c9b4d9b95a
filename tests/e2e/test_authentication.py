"""Bearer tokens, what they may do, and when they stop working."""
import json

import pytest

from installation import Client, clock_ahead
from refusals import refused

SCOPES = ["lines:read", "lines:write", "contacts:read", "contacts:write", "events:read", "audit:read", "reach:read",
          "reach:write"]


def unauthorized(answer):
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert not any(name.lower().startswith("x-ratelimit") for name in answer.headers)
    return refused(answer, 401, "unauthorized")


@pytest.mark.parametrize("header", [
    None, "", "Bearer", "Bearer ", "Bearer x", "Basic dTpw", "bearer: {token}", "{token}", "Bearer {token}x", "Bearer {cut}",
    "Bearer {upper}", "Token {token}", "Bearer {token} {token}", "Bearer \"{token}\""])
def test_a_bad_token_is_401(account, header):
    sent = header and header.format(token=account.token, cut=account.token[:-1], upper=account.token.upper())
    anonymous = Client(account.url, None)
    unauthorized(anonymous.get("/phone_numbers", headers={} if sent is None else {"Authorization": sent}))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_schemes_case_does_not_matter(account, scheme):
    assert Client(account.url, None).get("/phone_numbers", headers={"Authorization": f"{scheme} {account.token}"}).status_code == 200


def test_a_token_in_the_query_is_no_token(account):
    unauthorized(Client(account.url, None).get("/phone_numbers", params={"access_token": account.token}))


def test_every_operation_asks_for_a_token_or_a_signature_or_is_public(account):
    document = account.document()
    anonymous = Client(account.url, None)
    for operation in document.operations:
        answer = anonymous.request(operation.method, operation.example_path(document))
        if operation.signs_in:
            refused(answer, 400, "malformed_json")
        elif operation.is_public:
            assert answer.status_code == 200, operation.id
        elif operation.is_carriers:
            assert "signature" in refused(answer, 403, "forbidden")["message"], operation.id
        else:
            unauthorized(answer)


def test_every_operation_asks_for_its_scopes(shared_installation):
    """A key with every scope but those the document asks for is 403; one with just those is let through."""
    document = shared_installation.client(account="scopes").document()
    clients = {}

    def with_scopes(scopes):
        if scopes not in clients:
            clients[scopes] = shared_installation.client(account="scopes", scopes=",".join(scopes))
        return clients[scopes]

    for operation in document.operations:
        if operation.is_public or operation.is_of_cookies or operation.is_carriers:
            continue
        assert operation.scopes and set(operation.scopes) <= {*SCOPES, "admin"}, operation.id
        path = operation.example_path(document)
        query = operation.example_query(document)
        sent = {"json": {}} if operation.method in ("POST", "PUT", "PATCH") else {"headers": operation.example_headers}
        if operation.takes_bytes:
            sent = {"data": b"a piece", "headers": {"Content-Type": "application/octet-stream"}}
        others = tuple(scope for scope in SCOPES if scope not in operation.scopes)
        error = refused(with_scopes(others).request(operation.method, path, params=query, **sent), 403, "forbidden")
        assert operation.scopes[0] in json.dumps(error)  # FHIR's errors have a form of their own
        for scopes in (tuple(operation.scopes), ("admin",)):
            answer = with_scopes(scopes).request(operation.method, path, params=query, **sent)
            assert answer.status_code in (200, 202, 404, 422), (operation.id, answer.text)


def test_a_token_is_random_and_kept_only_as_a_hash(installation):
    tokens = {installation.create_key() for _ in range(3)}
    assert len(tokens) == 3 and all(len(token) >= 43 for token in tokens), "256 bits in base64 are 43 characters"
    kept = b"".join(path.read_bytes() for path in installation.data.rglob("*") if path.is_file())
    assert not any(token.encode() in kept for token in tokens)


def key_of(installation, account) -> dict:
    (key,) = [key for key in json.loads(installation.run("keys", "list", "--json").stdout) if key["account"] == account]
    return key


def test_a_revoked_key_stops_at_once(shared_installation):
    client = shared_installation.client(account="revoked")
    other = Client(client.url, shared_installation.create_key("kept"))
    assert client.get("/phone_numbers").status_code == 200
    shared_installation.run("keys", "revoke", key_of(shared_installation, "revoked")["id"])
    unauthorized(client.get("/phone_numbers"))
    assert other.get("/phone_numbers").status_code == 200


def test_a_new_key_works_at_once(shared_installation):
    assert shared_installation.client(account="brand new").get("/phone_numbers").status_code == 200


def test_a_suspended_accounts_keys_stop_at_once(shared_installation):
    client = shared_installation.client(account="suspended")
    second = shared_installation.client(account="suspended")
    assert client.get("/phone_numbers").status_code == second.get("/phone_numbers").status_code == 200
    shared_installation.run("accounts", "suspend", "suspended")
    for each in (client, second):
        unauthorized(each.get("/phone_numbers"))
        unauthorized(each.post("/phone_numbers", {}))


@pytest.mark.parametrize("later, status", [("29m", 200), ("31m", 401)])
def test_a_key_expires(installation, later, status):
    token = installation.create_key(expires="30m")
    installation.serve(env=clock_ahead(later))
    assert Client(installation.server.url, token).get("/phone_numbers").status_code == status


def test_a_401_does_not_tell_a_revoked_key_from_an_unknown_one(shared_installation):
    client = shared_installation.client(account="told apart")
    shared_installation.run("keys", "revoke", key_of(shared_installation, "told apart")["id"])
    same = {"X-Request-Id": "same"}
    unknown = Client(client.url, "x" * len(client.token)).get("/phone_numbers", headers=same)
    assert client.get("/phone_numbers", headers=same).content == unknown.content
