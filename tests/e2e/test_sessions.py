"""Signing in with a browser: the cookie stands for its key, other sites are kept out, and it is over when it should be."""
import json
import re
import time

import pytest
import requests

from installation import Client, Installation
from load import at_once, scaled
from refusals import refused
from waiting import eventually

WITHIN = scaled(1.0, 5.0)  # seconds
COOKIE = re.compile(r"linebook_session=(lbs_[A-Za-z0-9_-]{43}); Path=/; Max-Age=(\d+); HttpOnly; SameSite=Strict")
OTHER_SITES = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
               {"Origin": "null"}]


class Browser(Client):
    """A client with a cookie, and the CSRF token on every write."""

    def __init__(self, url: str):
        super().__init__(url, None)
        self.csrf = ""

    def request(self, method, path, headers=None, **arguments):
        sent = {} if method in ("GET", "HEAD") else {"X-CSRF-Token": self.csrf, "Sec-Fetch-Site": "same-origin"}
        return super().request(method, path, headers={**sent, **(headers or {})}, **arguments)

    def sign_in(self, key: str) -> "Browser":
        return self.entered(self.post("/session", {"key": key}))

    def entered(self, answer: requests.Response) -> "Browser":
        assert answer.status_code == 201, answer.text
        self.csrf = answer.json()["csrf_token"]
        return self

    def at(self, url: str) -> "Browser":
        """The same person at another node."""
        other = Browser(url)
        other.session.cookies = self.session.cookies
        other.csrf = self.csrf
        return other

    def is_in(self) -> bool:
        return self.get("/session").status_code == 200


@pytest.fixture
def browser(account) -> Browser:
    return Browser(account.url).sign_in(account.token)


def key_ids(installation: Installation, account: str) -> list[str]:
    keys = json.loads(installation.run("keys", "list", "--json").stdout)
    return [key["id"] for key in keys if key["account"] == account]


def link_token(installation: Installation, *arguments) -> str:
    (url,) = installation.run("console-link", *arguments).stdout.splitlines()
    return url.split("#token=")[1]


def test_a_key_is_exchanged_for_a_cookie(shared_installation):
    key = shared_installation.create_key(account="exchange", name="reception", scopes="contacts:read,events:read")
    browser = Browser(shared_installation.server.url)
    answer = browser.post("/session", {"key": key})
    browser.entered(answer)
    token, age = COOKIE.fullmatch(answer.headers["Set-Cookie"]).groups()
    assert age == str(12 * 3600)
    told = answer.json()
    assert told["account"]["name"] == "exchange"
    assert told["key"] == {"id": key_ids(shared_installation, "exchange")[0], "name": "reception",
                           "scopes": ["contacts:read", "events:read"]}
    assert browser.get("/session").json() == told
    assert token not in answer.text and key not in answer.text


def test_the_cookie_stands_for_its_key(shared_installation):
    url = shared_installation.server.url
    reader = Browser(url).sign_in(shared_installation.create_key(account="stands", scopes="contacts:read"))
    assert reader.get("/api/v2/phone-numbers").status_code == 200
    refused(reader.post("/api/v2/patients", {}), 403, "forbidden")
    writer = Browser(url).sign_in(shared_installation.create_key(account="stands"))
    patient = writer.new_patient()
    assert reader.get(f"/api/v2/patients/{patient}").status_code == 200
    stranger = Browser(url).sign_in(shared_installation.create_key(account="stands elsewhere"))
    refused(stranger.get(f"/api/v2/patients/{patient}"), 404, "not_found")


def test_one_minute_for_the_key_and_its_sessions(shared_installation):
    key = shared_installation.create_key(account="minute", rate_limit=5)
    url = shared_installation.server.url
    clients = [Client(url, key), Browser(url).sign_in(key), Browser(url).sign_in(key)]
    left = [client.get("/ai_agents").headers["X-RateLimit-Remaining"] for client in clients]
    assert left in (["4", "3", "2"], ["4", "3", "4"]), "a minute may begin in between"


def test_a_bearer_goes_before_a_cookie(account, shared_installation):
    browser = Browser(account.url).sign_in(account.token)
    patient = browser.new_patient()
    other = shared_installation.create_key(account="bearer before cookie")
    refused(browser.get(f"/api/v2/patients/{patient}", headers={"Authorization": f"Bearer {other}"}), 404, "not_found")
    refused(browser.get("/ai_agents", headers={"Authorization": "Bearer lbk_no"}), 401, "unauthorized")
    refused(browser.get("/session", headers={"Authorization": f"Bearer {account.token}"}), 401, "unauthorized")
    # No bearer, and a programme's write needs no CSRF token.
    assert browser.post("/api/v2/patients", {"first_name": "A", "last_name": "B"}, headers={
        "Authorization": f"Bearer {account.token}", "X-CSRF-Token": ""}).status_code == 201


@pytest.mark.parametrize("method, path", [("POST", "/api/v2/patients"), ("PUT", "/ai_agents/a"), ("PATCH", "/api/v2/patients/p"),
                                          ("DELETE", "/ai_agents/a"), ("DELETE", "/session")])
def test_every_write_with_the_cookie_needs_the_token(browser, method, path):
    for headers in ({"X-CSRF-Token": ""}, {"X-CSRF-Token": "x" * 43}, {"X-CSRF-Token": browser.csrf + "x"}, *OTHER_SITES):
        if "Origin" in headers:  # of a browser that does not tell more
            headers = {**headers, "Sec-Fetch-Site": None}
        answer = browser.request(method, path, headers=headers, json={} if method != "DELETE" else None)
        refused(answer, 403, "forbidden")
    assert browser.is_in()


def test_no_write_of_the_whole_api_goes_without_the_token(browser):
    """Whatever it is and whether it is there: the token is looked at first. Those who are no browser's are told apart by their own means."""
    writes = [operation for operation in browser.document().operations
              if operation.method != "GET" and not operation.template.startswith("/simulator/") and {"session": []} in operation.content.get("security", [{"session": []}])]
    assert len(writes) > 50
    for operation in writes:
        path = re.sub(r"\{\w+\}", "x", operation.template)
        for csrf in ("", "x" * 43):
            sent = requests.request(operation.method, browser.url + path, cookies=browser.session.cookies, timeout=30,
                                    headers={"X-CSRF-Token": csrf, "Content-Type": "application/json"}, data="{}")
            refused(sent, 403, "forbidden")
    assert browser.is_in()


@pytest.mark.parametrize("path", ["/session", "/events", "/events?wait=1", "/api/v2/phone-numbers", "/routes/outbound/+12125550142"])
def test_other_sites_cannot_have_anything_read_with_the_cookie(browser, path):
    """They would not see it; but it may be written down, take a place, or cost something."""
    for headers in OTHER_SITES:
        refused(browser.get(path, headers=headers), 403, "forbidden")
        assert browser.session.head(browser.url + path, headers=headers, timeout=30).status_code in (403, 405)
    assert browser.get("/session", headers={"Sec-Fetch-Site": "none"}).status_code == 200, "typed, or a bookmark"


def test_what_is_told_in_a_session_is_kept_nowhere(browser, account):
    patient = browser.new_patient()
    for answer in (browser.get("/session"), browser.get(f"/api/v2/patients/{patient}"), browser.get("/api/v2/patients/no"),
                   browser.get("/api/v2/phone-numbers?colour=red"), browser.post("/api/v2/patients", {})):
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff", answer.url
    assert "Cache-Control" not in account.get(f"/api/v2/patients/{patient}").headers, "a programme knows what it does"


def test_signing_in_anew_ends_the_session_before(shared_installation):
    url = shared_installation.server.url
    key, another = (shared_installation.create_key(account=f"anew {n}") for n in range(2))
    browser = Browser(url).sign_in(key)
    (before,) = browser.session.cookies.values()
    refused(browser.post("/session", {"key": "lbk_" + "0" * 43}), 401, "unauthorized")
    assert browser.is_in(), "nobody else came"
    browser.sign_in(another)
    assert browser.get("/session").json()["account"]["name"] == "anew 1" and before not in browser.session.cookies.values()
    refused(Client(url, None).get("/ai_agents", headers={"Cookie": f"linebook_session={before}"}), 401, "unauthorized")


def test_a_cookie_is_never_taken_over(account):
    """Whatever cookie somebody has slipped in, whoever signs in gets a new one."""
    planted = "lbs_" + "0" * 43
    answer = Client(account.url, None).post("/session", {"key": account.token}, headers={"Cookie": f"linebook_session={planted}"})
    token, _ = COOKIE.fullmatch(answer.headers["Set-Cookie"]).groups()
    assert token != planted
    refused(Client(account.url, None).get("/ai_agents", headers={"Cookie": f"linebook_session={planted}"}), 401, "unauthorized")


def test_behind_a_proxy_that_speaks_https_the_cookie_is_secure(account):
    """Even one that is not told of and gives us a name of its own: the browser says so."""
    client = Client(account.url, None)
    answer = client.post("/session", {"key": account.token}, headers={"Origin": "https://linebook.example.org", "Sec-Fetch-Site": "same-origin"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-linebook_session=lbs_") and cookie.endswith("; Secure")
    assert client.get("/session", headers={"Cookie": cookie.partition(";")[0]}).status_code == 200


def test_the_token_is_of_its_session(account):
    one, other = (Browser(account.url).sign_in(account.token) for _ in range(2))
    assert one.csrf != other.csrf
    one.csrf = other.csrf
    refused(one.delete("/session"), 403, "forbidden")


@pytest.mark.parametrize("headers", OTHER_SITES)
def test_other_sites_cannot_sign_anybody_in(account, headers):
    for path, body in (("/session", {"key": account.token}), ("/session/link", {"token": "lbl_" + "0" * 43})):
        refused(Client(account.url, None).post(path, body, headers=headers), 403, "forbidden")


@pytest.mark.parametrize("body, field", [({}, "key"), ({"key": None}, "key"), ({"key": 1}, "key"), ({"key": "x", "more": 1}, "more")])
def test_bodies_are_read_strictly(account, body, field):
    refused(Client(account.url, None).post("/session", body), 422, "validation_error", field)


def test_what_is_no_key(server):
    anonymous = Client(server.url, None)
    for key in ("", "lbk_" + "0" * 43, "lbk_" + "0" * 100_000, "'; DROP TABLE sessions; --"):
        answer = anonymous.post("/session", {"key": key})
        refused(answer, 401, "unauthorized")
        assert "Set-Cookie" not in answer.headers and (key == "" or key not in answer.text)


@pytest.mark.parametrize("cookie", ["linebook_session=", "linebook_session=lbs_", "linebook_session=lbs_" + "0" * 43,
                                    "linebook_session=x; linebook_session=y", "linebook_session", ";", "=", "linebook_session=\"a\""])
def test_what_is_no_session(account, cookie):
    refused(Client(account.url, None).get("/ai_agents", headers={"Cookie": cookie}), 401, "unauthorized")


def test_a_key_is_no_cookie_and_a_session_no_bearer(account, browser):
    (token,) = browser.session.cookies.values()
    refused(Client(account.url, token).get("/ai_agents"), 401, "unauthorized")
    refused(Client(account.url, None).get("/ai_agents", headers={"Cookie": f"linebook_session={account.token}"}), 401, "unauthorized")


def test_two_cookies_are_none(browser):
    """One of them was slipped in."""
    (token,) = browser.session.cookies.values()
    refused(Client(browser.url, None).get("/ai_agents", headers={"Cookie": f"linebook_session={token}; linebook_session={token}"}),
            401, "unauthorized")


def test_queries_are_read_strictly(browser):
    refused(browser.get("/session?colour=red"), 400, "invalid_parameter", "colour")
    refused(browser.delete("/session?everywhere=perhaps"), 400, "invalid_parameter", "everywhere")


def test_signing_out(account):
    browser, other = (Browser(account.url).sign_in(account.token) for _ in range(2))
    (cookie,) = browser.session.cookies.values()
    answer = browser.delete("/session")
    assert answer.json() == {"signed_out": True, "sessions_ended": 1} and "Max-Age=0" in answer.headers["Set-Cookie"]
    assert not browser.session.cookies
    refused(browser.get("/session", headers={"Cookie": f"linebook_session={cookie}"}), 401, "unauthorized")
    assert other.is_in() and account.get("/ai_agents").status_code == 200


def test_signing_out_everywhere(shared_installation):
    key, another = (shared_installation.create_key(account="everywhere") for _ in range(2))
    url = shared_installation.server.url
    browsers = [Browser(url).sign_in(key) for _ in range(3)]
    of_another = Browser(url).sign_in(another)
    answer = browsers[0].delete("/session?everywhere=true")
    assert answer.json()["sessions_ended"] == 3
    assert not any(browser.is_in() for browser in browsers)
    assert of_another.is_in() and Client(url, key).get("/ai_agents").status_code == 200


@pytest.mark.alone
def test_a_session_is_over_with_its_key_or_account(installation, server):
    key = installation.create_key(account="clinic")
    browser = Browser(server.url).sign_in(key)
    installation.run("accounts", "suspend", "clinic")
    eventually(lambda: not browser.is_in(), WITHIN)
    refused(Client(server.url, None).post("/session", {"key": key}), 401, "unauthorized")
    installation.run("accounts", "resume", "clinic")
    eventually(browser.is_in, WITHIN)
    installation.run("keys", "revoke", *key_ids(installation, "clinic"))
    eventually(lambda: not browser.is_in(), WITHIN)


def test_a_session_survives_a_restart_and_is_kept_only_as_a_hash(installation, server):
    browser = Browser(server.url).sign_in(installation.create_key())
    ended = Browser(server.url).sign_in(installation.create_key())
    (token,) = browser.session.cookies.values()
    (ended_token,) = ended.session.cookies.values()
    ended.delete("/session")
    link = link_token(installation, "--account", "acme")
    server.kill()
    kept = b"".join(path.read_bytes() for path in installation.data.rglob("*") if path.is_file())
    for secret in (token, ended_token, link, browser.csrf):
        assert secret.encode() not in kept
    assert not any(secret in line for line in server.log for secret in (token, link, browser.csrf))
    again = browser.at(installation.serve().url)
    assert again.is_in()
    again.new_patient()
    refused(Client(again.url, None).get("/ai_agents", headers={"Cookie": f"linebook_session={ended_token}"}), 401, "unauthorized")


@pytest.mark.alone
def test_a_stream_ends_with_its_session_and_others_go_on(account):
    browser, other = (Browser(account.url).sign_in(account.token) for _ in range(2))
    streams = [requests.get(account.url + "/events", headers={"Accept": "text/event-stream", **headers}, cookies=cookies, stream=True, timeout=30)
               for headers, cookies in (({}, browser.session.cookies), ({}, other.session.cookies),
                                        ({"Authorization": f"Bearer {account.token}"}, None))]
    browser.delete("/session")
    signed_out = time.monotonic()
    for _ in streams[0].iter_content():
        pass
    assert time.monotonic() - signed_out < 2 * WITHIN
    patient = other.new_patient()
    for stream in streams[1:]:
        assert any(patient.encode() in line for line in stream.iter_lines())
        stream.close()


def test_attempts_are_limited(installation):
    server = installation.serve()
    key = installation.create_key()
    for n in range(10):
        refused(Client(server.url, None).post("/session", {"key": f"lbk_{n:043}"}), 401, "unauthorized")
    for path, body in (("/session", {"key": key}), ("/session/link", {"token": "lbl_no"}), ("/session/link/look", {"token": "lbl_no"})):
        answer = Client(server.url, None).post(path, body)
        refused(answer, 429, "too_many_requests")
        assert 1 <= int(answer.headers["Retry-After"]) <= 10
    assert Client(server.url, key).get("/ai_agents").status_code == 200, "keys go on"
    time.sleep(int(answer.headers["Retry-After"]))
    Browser(server.url).sign_in(key)


def test_whoever_signs_in_rightly_is_not_stopped_soon(account):
    for _ in range(30):
        Browser(account.url).sign_in(account.token)


def test_a_link_signs_in_once(installation, server):
    installation.run("accounts", "create", "linked")
    token = link_token(installation, "--account", "linked")
    url = server.url

    def follow():
        return Client(url, None).post("/session/link", {"token": token})

    answers = at_once(*[follow] * 8)
    assert sorted(answer.status_code for answer in answers) == [201] + [410] * 7
    (entered,) = [answer for answer in answers if answer.status_code == 201]
    assert entered.json()["key"]["name"] == "console" and entered.json()["account"]["name"] == "linked"
    again = Browser(url)
    again.entered(again.post("/session/link", {"token": link_token(installation, "--account", "linked")}))
    assert again.get("/session").json()["key"] == entered.json()["key"], "no key more for every link"


def test_a_link_may_be_looked_at_before_it_is_used(shared_installation):
    shared_installation.create_key(account="looked at", name="desk", scopes="contacts:read")
    (key,) = key_ids(shared_installation, "looked at")
    token = link_token(shared_installation, "--key", key)
    anonymous = Client(shared_installation.server.url, None)
    for _ in range(2):
        told = anonymous.post("/session/link/look", {"token": token})
        assert told.status_code == 200 and told.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in told.headers
        assert told.json()["account"]["name"] == "looked at" and told.json()["key"] == {"id": key, "name": "desk", "scopes": ["contacts:read"]}
        assert token not in told.text
    for headers in OTHER_SITES:
        refused(anonymous.post("/session/link/look", {"token": token}, headers=headers), 403, "forbidden")
    assert anonymous.post("/session/link", {"token": token}).status_code == 201
    for no_more in (token, "lbl_" + "0" * 43, "", "<script>"):
        refused(Client(anonymous.url, None).post("/session/link/look", {"token": no_more}), 410, "expired")
    refused(anonymous.post("/session/link/look", {}), 422, "validation_error", "token")


def test_a_link_of_a_key(shared_installation):
    shared_installation.create_key(account="link of a key", scopes="contacts:read")
    (key,) = key_ids(shared_installation, "link of a key")
    browser = Browser(shared_installation.server.url)
    browser.entered(browser.post("/session/link", {"token": link_token(shared_installation, "--key", key)}))
    assert browser.get("/session").json()["key"]["id"] == key
    refused(browser.get("/phone_numbers"), 403, "forbidden")


def test_the_command_says_what_is_wrong(shared_installation, installation):
    for arguments, code, words in (([], 2, "--account or --key"), (["--account", "nobody"], 1, "there is no account"),
                                   (["--key", "key_no"], 1, "there is no key"), (["--account", "a", "--key", "b"], 2, "exclude")):
        done = shared_installation.run("console-link", *arguments, check=False)
        assert done.returncode == code and words in done.stderr and done.stdout == "", done.stderr
    installation.create_key()
    assert "no server runs here" in installation.run("console-link", "--account", "acme", check=False).stderr
    url = installation.run("console-link", "--account", "acme", "--url", "https://linebook.example.org/").stdout
    assert url.startswith("https://linebook.example.org/console/sign-in#token=lbl_")


def test_the_ledger_tells_who_came_and_went(account, browser):
    browser.delete("/session")
    revoked, created = account.get("/audit?entity=session").json()["entries"][:2]
    assert (created["action"], revoked["action"]) == ("created", "revoked")
    assert created["entity_id"] == revoked["entity_id"] and created["actor"] == revoked["actor"]
    assert created["changes"]["from"] == {"was": None, "is": "127.0.0.1"}


def test_a_demo_says_so(installation, shared_installation):
    key = installation.create_key()
    assert Browser(installation.serve("--demo").url).sign_in(key).get("/session").json()["demo"] is True
    other = shared_installation.create_key(account="no demo")
    assert Browser(shared_installation.server.url).sign_in(other).get("/session").json()["demo"] is False


@pytest.mark.alone
def test_on_every_node_and_out_within_a_second(nodes):
    key = nodes[0].create_key("acme")
    browser = Browser(nodes[0].server.url).sign_in(key)
    everywhere = [browser.at(node.server.url) for node in nodes]
    assert all(one.is_in() for one in everywhere), "at once"
    token = link_token(nodes[1], "--account", "acme")
    answers = [Client(node.server.url, None).post("/session/link", {"token": token}) for node in nodes]
    assert [answer.status_code for answer in answers] == [201] + [410] * (len(nodes) - 1)
    everywhere[1].delete("/session")
    for one in everywhere:
        eventually(lambda: not one.is_in(), WITHIN)
    many = [Browser(nodes[0].server.url).sign_in(key) for _ in range(5)]
    assert all(one.at(nodes[1].server.url).is_in() for one in many)
    many[0].delete("/session?everywhere=true")
    for one in many:
        eventually(lambda: not one.at(nodes[1].server.url).is_in(), WITHIN)
    assert Client(nodes[1].server.url, key).get("/ai_agents").status_code == 200
