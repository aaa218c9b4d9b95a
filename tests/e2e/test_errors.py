"""One shape of every error, the order of the checks, and JSON read strictly."""
import gzip
import json

import pytest

from installation import Client
from raw_http import Wire, request_bytes
from refusals import refused

PATH = "/api/v2/phone-numbers"


def send(client, body: str | bytes, method="POST", path="/ai_agents", content_type="application/json"):
    return client.request(method, path, data=body.encode() if isinstance(body, str) else body,
                          headers={"Content-Type": content_type} if content_type else {})


@pytest.mark.parametrize("body", [
    "", " ", "{", "[1", '{"agent_name":"A"', '{"agent_name":"A"}}', '{"agent_name":"A"} x', "{'agent_name':'A'}", '{agent_name:"A"}',
    '{"agent_name":"A",}', '{"agent_name":"A" "answer":null}', "nul", "+1", "01", "1.", ".5", "1e", "NaN", "Infinity", "0x10",
    '"\\x"', '"\\u12"', '"\\ud800"', '"\\udc00\\ud800"', '"a\nb"', '"tab\t"', "/* c */ {}", "// c\n{}", "\ufeff{}",
    '{"agent_name":"A","agent_name":"A"}', '{"agent_name":"A","agent\\u005fname":"B"}',
    '{"agent_name":"A","answer":{"type":"sip","type":"sip"}}', '{"agent_name":"a\\u0000b"}', '{"agent\\u0000name":"A"}'])
def test_malformed_json(account, body):
    refused(send(account, body), 400, "malformed_json")
    assert account.walk("/ai_agents") == []


@pytest.mark.parametrize("text", [
    b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x80\x80\xaf", b"a\x80", b"\xc3\x28", b"\x00"])
def test_invalid_utf8(account, text):
    for body in (b'{"agent_name":"' + text + b'"}', b'{"' + text + b'":1}'):
        refused(send(account, body), 400, "malformed_json")


def nested(depth: int) -> str:
    return '{"agent_name":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


@pytest.mark.parametrize("depth, status, code", [(32, 422, "validation_error"), (33, 400, "malformed_json"), (100_000, 400, "malformed_json")])
def test_depth(account, depth, status, code):
    refused(send(account, nested(depth)), status, code)


@pytest.mark.parametrize("value", ["1e400", "-1e400", "1" * 5000, "0." + "3" * 5000, "1e-400", "123456789012345678901234567890", "-0"])
def test_numbers_of_any_size_are_only_the_wrong_type(account, value):
    answer = send(account, f'{{"agent_name":{value}}}')
    refused(answer, 422, "validation_error", "agent_name") if answer.status_code == 422 else refused(answer, 400, "malformed_json")


@pytest.mark.parametrize("body", ["null", "true", "1", '"{}"', "[]", "[{}]"])
def test_what_is_no_object(account, body):
    for method, path in (("POST", "/ai_agents"), ("PUT", "/ai_agents/a"), ("POST", PATH), ("POST", "/phone_numbers"),
                         ("POST", "/api/v2/patients")):
        refused(send(account, body, method, path), 422, "validation_error", "body")


@pytest.mark.parametrize("content_type, status", [
    ("application/json", 201), ("application/json; charset=utf-8", 201), ("Application/JSON ;charset=UTF-8", 201),
    ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("application/jsonp", 415), ("application/json+x", 415),
    ("application/merge-patch+json", 415), ("json", 415), (None, 415)])
def test_the_media_type(account, content_type, status):
    answer = send(account, '{"agent_name":"A"}', content_type=content_type)
    assert answer.status_code == status
    if status == 415:
        refused(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("method, path", [
    ("POST", "/ai_agents"), ("PUT", "/ai_agents/a"), ("POST", PATH), ("PATCH", f"{PATH}/phn_1"), ("POST", "/phone_numbers"),
    ("PATCH", "/phone_numbers/pn_1"), ("POST", "/api/v2/patients"), ("PUT", "/api/v2/doctors/d"), ("PATCH", "/api/v2/doctors/d")])
def test_an_encoded_body_is_not_unpacked(account, method, path):
    packed = gzip.compress(b'{"agent_name":"A"}')
    for encoding in ("gzip", "GZIP", "identity, gzip", "br"):
        answer = account.request(method, path, data=packed, headers={"Content-Type": "application/json", "Content-Encoding": encoding})
        refused(answer, 415, "unsupported_media_type")
        assert answer.headers["Accept-Encoding"] == "identity"
    assert "Accept-Encoding" not in send(account, "{}", content_type="text/plain").headers


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
def test_identity_is_no_encoding(account, encoding):
    answer = account.request("POST", "/ai_agents", data=b'{"agent_name":"A"}',
                             headers={"Content-Type": "application/json", "Content-Encoding": encoding})
    assert answer.status_code == 201


def test_no_more_than_1_mib(account):
    name = json.dumps({"agent_name": "A"}).encode()
    assert send(account, name + b" " * ((1 << 20) - len(name))).status_code == 201
    refused(send(account, name + b" " * ((1 << 20) - len(name) + 1)), 413, "payload_too_large")


@pytest.mark.parametrize("method, path", [("GET", "/ai_agents"), ("DELETE", "/ai_agents/nobody"), ("GET", "/healthz")])
def test_where_no_body_is_taken(account, method, path):
    """A small one is passed over, whatever it is; nobody's memory is spent on a large one."""
    expected = 404 if method == "DELETE" else 200
    assert account.request(method, path, data="{", headers={"Content-Type": "text/plain"}).status_code == expected
    refused(account.request(method, path, data=b"x" * 2000), 413, "payload_too_large")
    refused(account.request(method, path, data=iter([b"x"])), 413, "payload_too_large")


def test_unknown_names_are_cut_between_characters(account):
    name = "ü" * 100
    error = refused(account.post("/ai_agents", {"agent_name": "A", "x" + name: 1}), 422, "validation_error")
    assert error["details"][0]["field"] == "x" + "ü" * 31
    error = refused(account.get(PATH, params={"x" + name: 1}), 400, "invalid_parameter")
    assert error["details"][0]["field"] == "x" + "ü" * 31


def test_a_thousand_unknown_fields_are_not_all_told(account):
    body = {"agent_name": "A", **{f"field{i}": i for i in range(1000)}, "x" * 5000: 1}
    error = refused(account.post("/ai_agents", body), 422, "validation_error")
    assert len(error["details"]) == 20


@pytest.mark.parametrize("query, at_fault", [
    ("?colour=red", ["colour"]), ("?limit=1&limit=2", ["limit"]), ("?limit=1&%6Cimit=2", ["limit"]), ("?limit", ["limit"]),
    ("?limit=%", ["limit"]), ("?limit=%zz", ["limit"]), ("?q=%ff", ["q"]), ("?q=%00", ["q"]), ("?%ff=1", ["query"]),
    ("?=1", [""]), ("?limit=1&colour=red&offset=x&limit=2", ["limit", "colour", "offset"]), ("?limit=1;offset=0", ["limit"]),
    ("?" + "&".join(f"a{i}=1" for i in range(33)), None), ("?LIMIT=1", ["LIMIT"])])
def test_query_parameters(account, query, at_fault):
    error = refused(account.get(PATH + query), 400, "invalid_parameter", *(at_fault or []))
    assert error["details"]


@pytest.mark.parametrize("query", ["?", "?&", "?limit=1&", "?&limit=1", "?limit=%31"])
def test_query_spellings_that_are_fine(account, query):
    assert account.get(PATH + query).status_code == 200


def test_every_operation_names_an_unknown_parameter(account):
    document = account.document()
    for operation in document.operations:
        if operation.is_carriers or operation.is_of_cookies:
            continue  # a carrier may add to its notices what it likes; test_sessions.py asks with a cookie
        path = operation.example_path(document)
        body = {} if operation.method in ("POST", "PUT", "PATCH") else None
        query = operation.example_query(document) | {"colour": "red"}
        sent = {"data": b"a piece", "headers": {"Content-Type": "application/octet-stream"}} if operation.takes_bytes else {"json": body}
        answer = account.request(operation.method, path, params=query, **sent)
        refused(answer, 400, "invalid_parameter", "colour")


ORDER = [  # each request is also at fault in everything that is checked later
    ("unknown path", 404, "not_found", dict(path="/nowhere?colour=red", token=None, content_type="text/plain", body="{")),
    ("method", 405, "method_not_allowed", dict(method="PUT", path="/ai_agents?colour=red", token=None, content_type="text/plain", body="{")),
    ("token", 401, "unauthorized", dict(path="/ai_agents?colour=red", token=None, content_type="text/plain", body="{")),
    ("rate", 429, "too_many_requests", dict(path="/ai_agents?colour=red", token="spent", content_type="text/plain", body="{")),
    ("scope", 403, "forbidden", dict(path="/ai_agents?colour=red", token="reader", content_type="text/plain", body="{")),
    ("scope before size", 403, "forbidden", dict(path="/ai_agents", token="reader", body=" " * ((1 << 20) + 1))),
    ("size", 413, "payload_too_large", dict(path="/ai_agents?colour=red", body=" " * ((1 << 20) + 1))),
    ("media type", 415, "unsupported_media_type", dict(path="/ai_agents?colour=red", content_type="text/plain", body="{")),
    ("body", 400, "malformed_json", dict(method="PATCH", path="/phone_numbers/pn_unknown", body="{", match='"0"')),
    ("query", 400, "invalid_parameter", dict(method="PATCH", path="/phone_numbers/pn_unknown?colour=red", body='{"name":1}', match='"0"')),
    ("unknown id", 404, "not_found", dict(method="PATCH", path="/phone_numbers/pn_unknown", body='{"name":1}', match='"0"')),
    ("condition", 412, "precondition_failed", dict(method="PATCH", path="{line}", body='{"name":1}', match='"0"')),
    ("content", 422, "validation_error", dict(method="PATCH", path="{line}", body='{"name":1}')),
    ("condition before conflict", 412, "precondition_failed", dict(method="DELETE", path="/ai_agents/busy", match='"0"')),
    ("conflict", 409, "agent_in_use", dict(method="DELETE", path="/ai_agents/busy"))]


@pytest.fixture(scope="module")
def checked(shared_installation, module_account, module_account_name):
    full = module_account
    full.new_agent("busy")
    line = full.new_line(ai_agent_id="busy")
    spent = shared_installation.client(account=module_account_name, scopes="lines:read", rate_limit=1)
    tokens = {"full": full.token, "spent": spent.token,
              "reader": shared_installation.create_key(module_account_name, scopes="lines:read"), None: None}
    return full, spent, tokens, f"/phone_numbers/{line['id']}"


@pytest.mark.parametrize("status, code, sent", [row[1:] for row in ORDER], ids=[row[0] for row in ORDER])
def test_the_order_of_checks(checked, status, code, sent):
    full, spent, tokens, line = checked
    if sent.get("token") == "spent":
        while spent.get("/ai_agents").status_code != 429:
            pass
    headers = {"Content-Type": sent.get("content_type", "application/json")}
    if "match" in sent:
        headers["If-Match"] = sent["match"]
    client = Client(full.url, tokens[sent.get("token", "full")])
    answer = client.request(sent.get("method", "POST"), sent["path"].format(line=line), data=sent.get("body"), headers=headers)
    refused(answer, status, code)


@pytest.mark.parametrize("path", ["/phone_numbers/", "/phone_numbers//history", "//phone_numbers", "/Phone_Numbers",
                                  "/api/v1/phone-numbers", "/api/v2/phone-numbers/", "/phone_numbers/x/y", "/docs/nothing.js",
                                  "/metrics", "/phone_numbers/%2e%2e/history/x", "/api/v2", "/openapi.yaml"])
def test_paths_that_are_not_there(account, path):
    refused(account.get(path), 404, "not_found")


@pytest.mark.parametrize("id", ["%00", "%ff", "%0a", "%", "%zz", "%e2%80%a8"])
def test_ids_that_cannot_be_text(account, id, shared_installation):
    with Wire(shared_installation.server.port) as wire:
        wire.send(request_bytes("GET", f"/phone_numbers/{id}", account.token))
        answer = wire.answer()
    account.document().check("GET", f"/phone_numbers/{id}", answer.status_code, answer.headers, answer.content)
    refused(answer, 400, "invalid_parameter")


@pytest.mark.parametrize("id", ["x" * 65, "%20", "a%2fb", "%C3%A4", "..", "'--", "%25"])
def test_ids_that_cannot_be(account, id, shared_installation):
    with Wire(shared_installation.server.port) as wire:
        wire.send(request_bytes("GET", f"/phone_numbers/{id}", account.token))
        refused(wire.answer(), 404, "not_found")


ALL_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"}


def test_405_names_the_methods(account):
    document = account.document()
    methods, headless = {}, set()
    for operation in document.operations:
        path = operation.example_path(document)
        methods.setdefault(path, set()).add(operation.method)
        if operation.content.get("x-head") == "refused":
            headless.add(path)
    for path, known in methods.items():
        allowed = known | ({"HEAD"} if "GET" in known and path not in headless else set())
        for method in ALL_METHODS - allowed:
            answer = Client(account.url, None).request(method, path)
            if method == "HEAD":
                assert answer.status_code == 405
            else:
                refused(answer, 405, "method_not_allowed")
            assert set(answer.headers["Allow"].split(", ")) == allowed, path
