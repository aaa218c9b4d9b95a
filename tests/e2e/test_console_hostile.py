"""Stored and reflected script: what others write, in every field that the console shows, stays text on every page."""
import json
import urllib.parse

import pytest

from clinic import eventually
from conftest import new_account_name
from installation import Client
from reach import NOON, person_where_it_is
from webhook_receiver import reply

# Not one of them may become more than text. Each is told by what it begins with.
PAYLOADS = [
    "<script>pwned=1</script>",
    "<img src=x onerror=alert(1) data-pwn>",
    "<svg onload=alert(1) data-pwn>",
    "\"><b data-pwn onmouseover=alert(1)>x",
    "'-alert(1)-'",
    "javascript:alert(1)",
    "</title></textarea><iframe src=//x.test>",
    "--></style><style>*{display:none}</style>",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)} #{7*7} <%= 7*7 %>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "\\u003cscript\\u003ealert(1)",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "<math><mtext><table><mglyph><style><img data-pwn>",
    "=HYPERLINK(\"http://x.test\",\"pay\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c right to left",
    "\u2066\u202eoverride without end",
    "A\u200bB\ufeffC invisible",
    "Z" + "\u0335\u0310" * 12 + " stacked",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \u0645\u0631\u062d\u0628\u0627 \u4f60\u597d",
    "W" * 60,
    "__proto__",
    "constructor",
]
BESIDES = ["9999-99-99", "%", "%ff%00", "..%2f..%2fsession", "-1", "null", "1e309"]
PARAMETERS = ["q", "phone_type", "primary", "verified", "do_not_call", "view", "add", "number", "status", "direction", "line", "tab", "method", "key",
              "allowed", "channel", "phones", "entity", "action", "actor", "entity_id", "since", "until", "state", "reason", "next", "token",
              "provider", "agent", "offset", "decision", "change", "sort", "list"]
LISTS = ["/console/", "/console/contacts", "/console/contacts?view=names", "/console/lines", "/console/agents", "/console/calls", "/console/messages",
         "/console/dial-lists", "/console/compliance", "/console/compliance?tab=policy", "/console/compliance?tab=suppressions",
         "/console/compliance?tab=consents", "/console/compliance?tab=lists", "/console/import",
         "/console/quality", "/console/audit", "/console/simulator", "/console/operate", "/console/operate?tab=keys", "/console/operate?tab=fhir",
         "/console/operate?tab=requests", "/console/operate?tab=health"]


class Book:
    """What is written, and which of it the console has to show as it is."""

    def __init__(self, client: Client):
        self.client = client
        self.shown: list[str] = []

    def write(self, method: str, path: str, body: dict, *shown: str, may_refuse=False) -> dict | None:
        answer = self.client.request(method, path, json=body)
        if may_refuse and answer.status_code == 422:
            return None
        assert answer.status_code in (200, 201, 202), f"{path}: {answer.text}"
        self.shown += shown
        return answer.json()

    def in_every(self, most: int, method: str, path: str, body, may_refuse=False) -> list[dict]:
        made = [self.write(method, path, body(payload[:most], n), payload[:most], may_refuse=may_refuse) for n, payload in enumerate(PAYLOADS)]
        kept = [one for one in made if one is not None]
        assert len(kept) > len(PAYLOADS) * 2 / 3, f"{path} refuses too much to prove anything"
        return kept


def all_of_it(most: int) -> str:
    return "\n".join(PAYLOADS)[:most]


def written(installation, receiver, account: str) -> tuple[Book, list[str]]:
    """A book full of it, and the addresses of pages about one thing each."""
    name = PAYLOADS[1][:64]
    client = Client(installation.server.url, installation.create_key(account=account, name=name))
    book, pages = Book(client), []
    numbers = iter(range(5_855_550_000, 5_855_560_000))
    people = []
    for kind in ("patients", "doctors"):
        for person in book.in_every(100, "POST", f"/api/v2/{kind}", lambda text, n: {"first_name": text, "last_name": f"{kind}{n}"}):
            book.write("POST", "/api/v2/phone-numbers", {"number": str(next(numbers)), "phone_type": "cell", f"{kind[:-1]}_id": person["id"]})
            people.append(f"/console/contacts/{kind}/{person['id']}")
    pages += people[:3] + people[-1:]

    book.in_every(64, "POST", "/ai_agents", lambda text, n: {"agent_id": f"agent{n}", "agent_name": text, "answer": {
        "type": "stream", "url": "wss://x.test/" + urllib.parse.quote(text)}})
    for agent in ("__proto__", "constructor"):
        book.write("POST", "/ai_agents", {"agent_id": agent, "agent_name": agent, "answer": {"type": "stream", "url": "wss://x.test/"}},
                   may_refuse=True)
    lines = book.in_every(64, "POST", "/phone_numbers", lambda text, n: {
        "provider": "byo", "phone_number": f"+1646{abs(hash(account)) % 9000:04d}{n:03d}", "name": text, "ai_agent_id": f"agent{n}"})
    pages += [f"/console/lines/{line['id']}" for line in lines[:2]]

    pool = book.write("POST", "/phone_numbers", {"provider": "pia", "ai_agent_id": "agent1", "name": PAYLOADS[2]})
    talker, phone = person_where_it_is(client, NOON, first_name=PAYLOADS[1]), str(next(numbers))
    entry = client.new_number(talker, phone)["id"]
    for text in PAYLOADS:
        book.write("POST", f"/simulator/phones/{phone}", {"text": {"to": pool["phone_number"], "text": text}}, text)
    eventually(lambda: len(client.get("/messages?page_size=100").json()["messages"]) >= len(PAYLOADS))
    book.write("POST", "/messages", {"line_id": pool["id"], "to": phone, "text": all_of_it(1600), "purpose": "care"}, all_of_it(1600))
    call = book.write("POST", "/calls", {"line_id": pool["id"], "to": phone, "purpose": "care"})
    pages += [f"/console/messages/{phone}", f"/console/calls/{call['id']}", f"/console/contacts/patients/{talker}"]

    book.write("POST", "/api/v2/consents", {"phone_id": entry, "channel": "call", "purpose": "marketing", "status": "granted", "basis": "written",
                                            "evidence": all_of_it(2000)}, all_of_it(2000))
    book.write("POST", f"/api/v2/phone-numbers/{entry}/outcomes", {"outcome": "no_answer", "note": all_of_it(2000)})
    book.in_every(200, "POST", "/api/v2/suppressions", lambda text, n: {"number": f"58555{n:05d}", "channels": ["call"], "reason": text})
    book.write("PUT", "/policy", {"help_text": PAYLOADS[6]}, PAYLOADS[6])
    dialed = book.in_every(64, "POST", "/dial-lists", lambda text, n: {"name": text, "purpose": "care", "people": [{"type": "patient", "id": talker}]})
    pages += [f"/console/dial-lists/{dialed[1]['id']}", f"/console/dial-lists/{dialed[1]['id']}/dial"]

    book.in_every(64, "POST", "/keys", lambda text, n: {"name": text, "scopes": ["contacts:read"]})
    told = receiver.url("/" + urllib.parse.quote(PAYLOADS[1], safe="<>"))
    receiver.behave("/hostile", lambda _: reply(500, all_of_it(400).encode(), Content_Type="text/html"))
    hook = book.write("POST", "/webhooks", {"url": receiver.url("/hostile"), "types": ["*"], "description": all_of_it(500)}, all_of_it(500)[:100])
    book.write("POST", "/webhooks", {"url": told, "types": ["policy.*"]}, may_refuse=True)
    book.write("POST", f"/webhooks/{hook['id']}/ping", {})
    pages.append(f"/console/operate/webhooks/{hook['id']}")
    book.write("POST", "/fhir-sources", {"name": PAYLOADS[3], "url": receiver.url("/fhir"), "token": "x"}, may_refuse=True)

    table = "number,first_name,last_name," + ",".join(json.dumps(text) for text in ("<img src=x onerror=alert(1) data-pwn>", "__proto__", "constructor"))
    rows = "\n".join('12,"' + text.replace('"', '""') + '","' + text.replace('"', '""') + '",,,' for text in PAYLOADS)
    for name in PAYLOADS[:4]:
        made = book.write("POST", "/imports", {"kind": "contacts", "name": name, "size": len((table + "\n" + rows + "\n").encode())}, name)
        client.put(f"/imports/{made['id']}/file", data=(table + "\n" + rows + "\n").encode(), headers={"Content-Type": "application/octet-stream"})
    client.post(f"/imports/{made['id']}/run", {"dry_run": True})
    eventually(lambda: client.get(f"/imports/{made['id']}").json()["status"] in ("finished", "failed"))
    pages.append(f"/console/import/{made['id']}")
    client.get("/" + urllib.parse.quote(PAYLOADS[1]), headers={"X-Request-Id": "<b>x</b>", "User-Agent": PAYLOADS[0]})
    return book, pages


def hostile_addresses() -> list[str]:
    values = [*PAYLOADS[:3], PAYLOADS[5], PAYLOADS[-2], *BESIDES]
    turned = iter(range(10_000))

    def value() -> str:
        return values[next(turned) % len(values)]

    queries = [path.split("?")[0] + "?" + urllib.parse.urlencode({name: value() for name in PARAMETERS if name != "tab" or "tab" not in path})
               + ("&" + path.split("?")[1] if "?" in path else "") for path in LISTS]
    ids = [f"/console/{kind}/{urllib.parse.quote(value(), safe='%')}" for kind in (
        "contacts/patients", "contacts/<b>", "lines", "calls", "messages", "dial-lists", "import", "operate/webhooks") for _ in range(2)]
    days = [f"/console/audit?{name}={day}" for name in ("since", "until") for day in ("9999-99-99", "2026-02-31", "0000-00-00")]
    fragments = ["/console/#javascript:alert(1)", "/console/contacts#<img src=x onerror=alert(1)>", "/console//x.test/", "/console/\\x.test",
                 "/console/javascript:alert(1)", "/console/sign-in?return=//x.test&next=https://x.test"]
    return queries + days + ids + fragments


def test_whatever_is_written_stays_text(browser, hooked, request):
    installation, receiver = hooked
    account = new_account_name("<img src=x onerror=alert(1)>")
    book, pages = written(installation, receiver, account)
    told = browser.ask(do="hostile", base=book.client.url, key=book.client.token, paths=LISTS + pages, addresses=hostile_addresses(), values=book.shown)
    assert not told["wrong"], "\n".join(told["wrong"])
    assert not told["unread"], "shown nowhere, or not as it was written:\n" + "\n".join(told["unread"])
