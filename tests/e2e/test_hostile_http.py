"""Requests that no honest client sends: always the error shape where an answer is due, and the server serves on."""
import time

import pytest

from installation import Client
from load import scaled
from raw_http import Answer, Wire, request_bytes
from refusals import refused

HEAD = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
BODY_LIMIT = 1024 * 1024


@pytest.fixture
def port(account, shared_installation):
    """Where to send; afterwards the server must still serve, and must never have answered 5xx."""
    server = shared_installation.server
    yield server.port
    assert server.process.poll() is None
    assert account.get("/healthz").status_code == 200
    assert account.get("/api/v2/patients").status_code == 200
    assert 'status="5' not in server.metrics()


def check_shape(client: Client, answer: Answer, status: int, code: str, method="GET", path="/"):
    refused(answer, status, code)
    assert list(answer.json()["error"]) == ["code", "message", "details", "request_id"]
    client.document().check(method, path, answer.status_code, answer.headers, answer.content)


def post_head(*fields: bytes) -> bytes:
    return b"POST /phone_numbers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + b"".join(f + b"\r\n" for f in fields) + b"\r\n"


MALFORMED = {
    "Content-Length and Transfer-Encoding": post_head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "Transfer-Encoding and Content-Length": post_head(b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n",
    "two Content-Lengths that differ": post_head(b"Content-Length: 0", b"Content-Length: 5"),
    "two Content-Lengths that agree": post_head(b"Content-Length: 5", b"Content-Length: 5") + b"hello",
    "a list of Content-Lengths": post_head(b"Content-Length: 5, 5") + b"hello",
    "signed Content-Length": post_head(b"Content-Length: +5") + b"hello",
    "negative Content-Length": post_head(b"Content-Length: -1"),
    "hexadecimal Content-Length": post_head(b"Content-Length: 0x5") + b"hello",
    "empty Content-Length": post_head(b"Content-Length: "),
    "Content-Length beyond 64 bits": post_head(b"Content-Length: 18446744073709551617"),
    "Transfer-Encoding on HTTP/1.0": b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unknown Transfer-Encoding": post_head(b"Transfer-Encoding: gzip"),
    "identity Transfer-Encoding": post_head(b"Transfer-Encoding: identity", b"Content-Length: 5"),
    "chunked twice": post_head(b"Transfer-Encoding: chunked, chunked"),
    "two Transfer-Encodings": post_head(b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked"),
    "space before the colon": post_head(b"Transfer-Encoding : chunked"),
    "vertical tab before chunked": post_head(b"Transfer-Encoding: \x0bchunked"),
    "folded line": HEAD + b"X-A: 1\r\n  2\r\n\r\n",
    "folded first line": b"GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n",
    "bare LF": b"GET /healthz HTTP/1.1\nHost: a\n\n",
    "bare LF amid the head": HEAD + b"X-A: 1\nX-B: 2\r\n\r\n",
    "bare CR": HEAD + b"X-A: 1\rX-B: 2\r\n\r\n",
    "NUL in a header": HEAD + b"X-A: 1\x002\r\n\r\n",
    "NUL in the target": b"GET /health\x00z HTTP/1.1\r\nHost: a\r\n\r\n",
    "delete character": HEAD + b"X-A: \x7f\r\n\r\n",
    "no colon": HEAD + b"nonsense\r\n\r\n",
    "no header name": HEAD + b": 1\r\n\r\n",
    "space in a header name": HEAD + b"X A: 1\r\n\r\n",
    "no Host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two Hosts": HEAD + b"Host: b\r\n\r\n",
    "impossible Host": b"GET /healthz HTTP/1.1\r\nHost: a/b@c\r\n\r\n",
    "empty Host": b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
    "HTTP/2.0": b"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n",
    "HTTP/1.2": b"GET /healthz HTTP/1.2\r\nHost: a\r\n\r\n",
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "http in small letters": b"GET /healthz http/1.1\r\nHost: a\r\n\r\n",
    "no version": b"GET /healthz HTTP/\r\nHost: a\r\n\r\n",
    "preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS client hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "two spaces": b"GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "tab for space": b"GET\t/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "method that is no token": b"G@T /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "no method": b" /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "target that is no path": b"GET healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "fragment": b"GET /healthz#x HTTP/1.1\r\nHost: a\r\n\r\n",
    "raw UTF-8 in the target": "GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "authority": b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "another scheme": b"GET ftp://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_malformed_request_is_400_and_the_last(port, account, sent):
    """What follows it on the connection is never taken for a request: nobody knows where it begins."""
    with Wire(port) as wire:
        wire.send(sent + SMUGGLED)
        answer = wire.answer()
        check_shape(account, answer, 400, "invalid_request")
        assert answer.headers["Connection"] == "close"
        assert wire.is_closed()


@pytest.mark.parametrize("sent", [
    HEAD + b"X-Long: " + b"a" * 20_000 + b"\r\n\r\n",
    HEAD + b"".join(b"X-%d: 1234567890\r\n" % n for n in range(1000)) + b"\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"A" * 20_000,
    HEAD + b"X-Endless: " + b"a" * 200_000,
], ids=["one long header", "many headers", "20 KB URL", "a long line", "a header without end"])
def test_head_over_16_kib_is_431(port, account, sent):
    with Wire(port) as wire:
        wire.send(sent)
        check_shape(account, wire.answer(), 431, "header_too_large")
        assert wire.is_closed()


def test_head_just_under_16_kib_is_served(port):
    with Wire(port) as wire:
        head = HEAD + b"X-Long: %s\r\n\r\n"
        wire.send(head % (b"a" * (16 * 1024 - len(head) + 2)))
        assert wire.answer().status_code == 200


CHUNKED = {
    "body over 1 MiB": (b"100001\r\n", 413, "payload_too_large"),
    "body that grows over 1 MiB": (b"80000\r\n" + b"a" * 0x80000 + b"\r\n80001\r\n", 413, "payload_too_large"),
    "chunk size that overflows": (b"ffffffffffffffff\r\n", 413, "payload_too_large"),
    "chunk size without end": (b"0" * 100, 400, "invalid_request"),
    "chunk size that is no number": (b"zz\r\n", 400, "invalid_request"),
    "no chunk size": (b"\r\n", 400, "invalid_request"),
    "negative chunk size": (b"-1\r\n", 400, "invalid_request"),
    "0x before the size": (b"0x5\r\nhello\r\n0\r\n\r\n", 400, "invalid_request"),
    "chunk longer than it says": (b"2\r\n{}}\r\n0\r\n\r\n", 400, "invalid_request"),
    "bare LF after the size": (b"2\n{}\r\n0\r\n\r\n", 400, "invalid_request"),
    "space after the size": (b"2 \r\n{}\r\n0\r\n\r\n", 400, "invalid_request"),
    "NUL in an extension": (b"2;a=\x00\r\n{}\r\n0\r\n\r\n", 400, "invalid_request"),
    "extensions without end": (b"2;" + b"a" * 20_000, 400, "invalid_request"),
    "trailer without a colon": (b"2\r\n{}\r\n0\r\nnonsense\r\n\r\n", 400, "invalid_request"),
}


@pytest.mark.parametrize("sent, status, code", CHUNKED.values(), ids=CHUNKED)
def test_chunked_body(port, account, sent, status, code):
    with Wire(port) as wire:
        wire.send(post_head(b"Authorization: Bearer " + account.token.encode(), b"Transfer-Encoding: chunked") + sent)
        check_shape(account, wire.answer(), status, code, "POST", "/phone_numbers")
        assert wire.is_closed()


def test_chunked_body_with_extension_and_trailer_is_a_body_like_any(port, account):
    with Wire(port) as wire:
        wire.send(post_head(b"Authorization: Bearer " + account.token.encode(), b"Transfer-Encoding: chunked")
                  + b"1;a=b\r\n{\r\n01\r\n}\r\n0\r\nX-Trailer: 1\r\n\r\n" + HEAD + b"\r\n")
        refused(wire.answer(), 422, "validation_error", "provider")
        assert wire.answer().json()["status"] == "ok"


def test_body_of_1_mib_and_one_byte_more(port, account):
    for size, status in ((BODY_LIMIT, 400), (BODY_LIMIT + 1, 413), (2**40, 413)):
        with Wire(port) as wire:
            body = b" " * min(size, 2 * BODY_LIMIT)
            wire.send(post_head(b"Authorization: Bearer " + account.token.encode(), b"Content-Length: %d" % size))
            if status == 400:
                wire.send(body)
            check_shape(account, wire.answer(), status, "malformed_json" if status == 400 else "payload_too_large", "POST", "/phone_numbers")


def test_refused_before_its_body_a_client_still_reads_the_answer(port, account):
    """The body keeps coming after the refusal; a reset would take the answer away from the client."""
    with Wire(port) as wire:
        wire.send(post_head(b"Content-Length: %d" % BODY_LIMIT))
        time.sleep(0.2)
        wire.send(b" " * BODY_LIMIT)
        check_shape(account, wire.answer(), 401, "unauthorized", "POST", "/phone_numbers")


def test_truncated_anywhere_a_request_is_not_executed(port, account):
    body = {"first_name": "Cut", "last_name": "Short"}
    whole = request_bytes("POST", "/api/v2/patients", account.token, body)
    for length in range(0, len(whole), scaled(3, 17)):
        with Wire(port) as wire:
            wire.send(whole[:length])
            wire.finish_sending()
            assert wire.is_closed()
    assert account.get("/api/v2/patients", params={"q": "Short,Cut"}).json()["pagination"]["total_items"] == 0


def test_request_in_single_bytes(port, account):
    with Wire(port) as wire:
        for byte in request_bytes("POST", "/api/v2/patients", account.token, {"first_name": "By", "last_name": "Bytes"}):
            wire.send(bytes([byte]))
        assert wire.answer().status_code == 201


def test_pipelined_requests_are_answered_in_order(port, account):
    requests = b""
    for n in range(200):
        if n % 5 == 0:
            requests += request_bytes("POST", "/api/v2/patients", account.token, {"id": f"p{n}", "first_name": "P", "last_name": "L"}, X_Request_Id=f"r{n}")
        elif n % 5 == 1:
            requests += request_bytes("GET", f"/api/v2/patients/p{n - 1}", account.token, X_Request_Id=f"r{n}")
        else:
            requests += request_bytes("GET", "/nowhere" if n % 5 == 2 else "/healthz", X_Request_Id=f"r{n}")
    with Wire(port) as wire:
        wire.send(requests)
        answers = [wire.answer() for _ in range(200)]
    assert [answer.headers["X-Request-Id"] for answer in answers] == [f"r{n}" for n in range(200)]
    assert [answer.status_code for answer in answers] == [201, 200, 404, 200, 200] * 40
    assert answers[1].json()["id"] == "p0"


def test_expect_100_continue(port, account):
    body = b'{"first_name": "Ex", "last_name": "Pect"}'
    fields = [b"Authorization: Bearer " + account.token.encode(), b"Content-Length: %d" % len(body), b"Expect: 100-continue"]
    head = post_head(*fields).replace(b"/phone_numbers", b"/api/v2/patients")
    with Wire(port) as wire:
        wire.send(head)
        assert wire.answer().status_code == 100
        wire.send(body)
        assert wire.answer().status_code == 201
        wire.send(head + body)  # a body that is there already needs no invitation
        assert wire.answer().status_code == 201
    with Wire(port) as wire:
        wire.send(head.replace(account.token.encode(), b"wrong"))
        assert wire.answer().status_code == 401
    with Wire(port) as wire:
        wire.send(head.replace(b"Length: %d" % len(body), b"Length: %d" % (BODY_LIMIT + 1)))
        assert wire.answer().status_code == 413


def test_head_answers_as_get_without_the_body(port, account):
    with Wire(port) as wire:
        for path in ("/healthz", "/api/v2/patients", "/nowhere", "/openapi.json"):
            wire.send(request_bytes("GET", path, account.token, X_Request_Id="same"))
            get = wire.answer()
            wire.send(request_bytes("HEAD", path, account.token, X_Request_Id="same"))
            head = wire.answer("HEAD")
            assert head.status_code == get.status_code and head.headers["Content-Length"] == str(len(get.content))
            assert {**head.headers, "Date": ""} == {**get.headers, "Date": ""}


def test_http_1_0_and_closing(port):
    with Wire(port) as wire:
        wire.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert wire.answer().status_code == 200 and wire.is_closed()
    with Wire(port) as wire:
        wire.send(HEAD + b"Connection: close\r\n\r\n" + SMUGGLED)
        assert wire.answer().headers["Connection"] == "close" and wire.is_closed()
