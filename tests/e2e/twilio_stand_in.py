"""A stand-in of Twilio's REST API (2010-04-01), written from its documentation, that keeps what it was told and counts
what it sold. Only what Linebook uses: IncomingPhoneNumbers, AvailablePhoneNumbers/{country}/Local.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource
"""
import base64
import collections
import dataclasses
import hashlib
import hmac
import http.server
import itertools
import json
import random
import re
import threading
import time
import urllib.parse

SETTINGS = {"VoiceUrl": "voice_url", "VoiceMethod": "voice_method", "VoiceFallbackUrl": "voice_fallback_url",
            "VoiceFallbackMethod": "voice_fallback_method", "StatusCallback": "status_callback",
            "StatusCallbackMethod": "status_callback_method", "TrunkSid": "trunk_sid",
            "VoiceApplicationSid": "voice_application_sid", "FriendlyName": "friendly_name"}
DEFAULTS = {"voice_url": "", "voice_method": "POST", "voice_fallback_url": "", "voice_fallback_method": "POST",
            "status_callback": "", "status_callback_method": "POST", "trunk_sid": None, "voice_application_sid": ""}


PUBLIC_URL = "https://linebook.example.com:8443"  # of the service that it calls


@dataclasses.dataclass
class Fault:
    """What goes wrong with the next `times` requests of an operation.

    lost: done, and the connection closed without an answer      cut: not done, and the connection closed
    500, 429, 401: not done, and answered so                     done-500: done, and answered 500
    slow: answered after `seconds`                               late: done and answered after `seconds`
    snatched: somebody else bought the number just before
    """
    kind: str
    times: int = 1
    seconds: float = 0


class Refusal(Exception):
    def __init__(self, status: int, code: int, message: str):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class TwilioStandIn:
    def __init__(self):
        self.lock = threading.RLock()
        self.tokens: dict[str, str] = {}
        self.owned: dict[str, dict] = {}  # by sid
        self.stock: set[str] = set()
        self.sold: collections.Counter[str] = collections.Counter()
        self.released: collections.Counter[str] = collections.Counter()
        self.faults: dict[str, list[Fault]] = collections.defaultdict(list)
        self.requests: list[tuple[str, str, int]] = []  # operation, path, status (0: no answer)
        self._sids = itertools.count(1)
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                stand_in.handle(self)

            do_POST = do_DELETE = do_GET

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # a client that was killed

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # What tests prepare and look at.

    def new_account(self) -> tuple[str, str]:
        sid = f"AC{random.randrange(16**32):032x}"
        self.tokens[sid] = f"{random.randrange(16**32):032x}"
        return sid, self.tokens[sid]

    def own(self, account: str, number: str, **settings) -> dict:
        with self.lock:
            sid = f"PN{next(self._sids):032x}"
            self.owned[sid] = {"sid": sid, "account_sid": account, "phone_number": number, "friendly_name": number,
                               "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False}, **DEFAULTS, **settings}
            return self.owned[sid]

    def numbers_of(self, account: str) -> dict[str, dict]:
        with self.lock:
            return {n["phone_number"]: dict(n) for n in self.owned.values() if n["account_sid"] == account}

    def fault(self, operation: str, kind: str, times: int = 1, seconds: float = 0):
        with self.lock:
            self.faults[operation].append(Fault(kind, times, seconds))

    def count(self, operation: str) -> int:
        with self.lock:
            return sum(1 for name, _, _ in self.requests if name == operation)

    # The API.

    def handle(self, http_request):
        path, _, query = http_request.path.partition("?")
        body = http_request.rfile.read(int(http_request.headers.get("Content-Length") or 0)).decode()
        operation, work = self.route(http_request.command, path, dict(urllib.parse.parse_qsl(query)),
                                     dict(urllib.parse.parse_qsl(body, keep_blank_values=True)), http_request.headers)
        fault = self.next_fault(operation)
        kind = fault.kind if fault else ""
        if kind == "late":
            time.sleep(fault.seconds)
        status, answer = self.outcome(kind, work)
        if kind == "slow":
            time.sleep(fault.seconds)
        silent = kind in ("lost", "cut")
        with self.lock:
            self.requests.append((operation, path, 0 if silent else status))
        if silent:
            http_request.close_connection = True
            return
        content = b"" if answer is None else json.dumps(answer).encode()
        http_request.send_response(status)
        http_request.send_header("Content-Type", "application/json")
        http_request.send_header("Content-Length", str(len(content)))
        http_request.end_headers()
        http_request.wfile.write(content)

    def next_fault(self, operation: str) -> Fault | None:
        with self.lock:
            waiting = self.faults[operation]
            if not waiting:
                return None
            waiting[0].times -= 1
            return waiting[0] if waiting[0].times > 0 else waiting.pop(0)

    def outcome(self, kind, work) -> tuple[int, dict | None]:
        refusals = {"500": (500, 20500, "Internal server error"), "429": (429, 20429, "Too Many Requests"),
                    "401": (401, 20003, "Authenticate"), "cut": (0, 0, "")}
        try:
            with self.lock:
                if kind in refusals:
                    raise Refusal(*refusals[kind])
                status, answer = work(kind)
                if kind == "done-500":
                    raise Refusal(*refusals["500"])
                return status, answer
        except Refusal as refusal:
            return refusal.status, {"code": refusal.code, "message": refusal.message, "status": refusal.status,
                                    "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}"}

    def route(self, method, path, query, form, headers):
        """The operation's name, and what does it: fault kind → (status, answer)."""
        found = re.fullmatch(r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/(\w+)(/\w+)?(/Local)?\.json", path)

        def refuse(status, code, message):
            def work(_kind):
                raise Refusal(status, code, message)
            return work

        if not found:
            return "unknown", refuse(404, 20404, f"The requested resource {path} was not found")
        account, resource, part = found[1], found[2], (found[3] or "/")[1:]
        operation = {("IncomingPhoneNumbers", "GET", False): "list", ("IncomingPhoneNumbers", "POST", False): "buy",
                     ("IncomingPhoneNumbers", "GET", True): "get", ("IncomingPhoneNumbers", "POST", True): "update",
                     ("IncomingPhoneNumbers", "DELETE", True): "release",
                     ("AvailablePhoneNumbers", "GET", True): "search"}.get((resource, method, bool(part)), "unknown")
        expected = "Basic " + base64.b64encode(f"{account}:{self.tokens.get(account)}".encode()).decode()
        if account not in self.tokens or headers.get("Authorization") != expected:
            return operation, refuse(401, 20003, "Authenticate")
        works = {"list": lambda kind: self.list(account, path, query), "buy": lambda kind: self.buy(account, form, kind),
                 "get": lambda kind: (200, dict(self.number(account, part))), "update": lambda kind: self.update(account, part, form),
                 "release": lambda kind: self.release(account, part), "search": lambda kind: self.search(part, query)}
        return operation, works.get(operation, refuse(405, 20004, "Method not allowed"))

    def list(self, account, path, query):
        # The filter takes parts of numbers: "Specify partial numbers, and * for any digit."
        wanted = query.get("PhoneNumber", "").replace("+", "")
        pattern = re.compile(wanted.replace("*", "."))
        fits = [dict(n) for n in self.owned.values() if n["account_sid"] == account and pattern.search(n["phone_number"])]
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        more = len(fits) > (page + 1) * size
        following = f"{path}?{urllib.parse.urlencode({**query, 'Page': page + 1})}" if more else None
        return 200, {"incoming_phone_numbers": fits[page * size:(page + 1) * size], "page": page, "page_size": size,
                     "next_page_uri": following}

    def number(self, account, sid):
        if sid not in self.owned or self.owned[sid]["account_sid"] != account:
            raise Refusal(404, 20404, f"The requested resource /2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}.json was not found")
        return self.owned[sid]

    def search(self, country, query):
        if country not in ("US", "CA"):
            raise Refusal(404, 20404, f"The requested resource /AvailablePhoneNumbers/{country}/Local was not found")
        area = query.get("AreaCode")
        fits = sorted(n for n in self.stock if not area or n.startswith(f"+1{area}"))
        return 200, {"available_phone_numbers": [
            {"phone_number": n, "friendly_name": n, "iso_country": country, "capabilities": {"voice": True, "SMS": True, "MMS": False}}
            for n in fits[:int(query.get("PageSize", 50))]]}

    def buy(self, account, form, kind):
        if "PhoneNumber" not in form:
            raise Refusal(400, 21404, "this stand-in sells by explicit number alone")
        number = form["PhoneNumber"]
        if kind == "snatched":
            self.stock.discard(number)
        if number not in self.stock:
            raise Refusal(400, 21422, f"{number} is not available")
        self.stock.discard(number)
        self.sold[number] += 1
        bought = self.own(account, number)
        bought.update({SETTINGS[name]: value for name, value in form.items() if name in SETTINGS})
        return 201, dict(bought)

    def update(self, account, sid, form):
        number = self.number(account, sid)
        for name, value in form.items():
            if name in SETTINGS:
                number[SETTINGS[name]] = value
            else:
                raise Refusal(400, 20001, f"unknown parameter {name}")
        # An empty sid clears it; a trunk goes before the URL, an application too.
        number["trunk_sid"] = number["trunk_sid"] or None
        return 200, dict(number)

    def release(self, account, sid):
        number = self.number(account, sid)
        self.released[number["phone_number"]] += 1
        del self.owned[sid]
        return 204, None


def signature(token: str, url: str, fields: dict[str, str]) -> str:
    """X-Twilio-Signature of a form, as https://www.twilio.com/docs/usage/security describes it."""
    text = url + "".join(name + value for name, value in sorted(fields.items()))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def json_signature(token: str, url: str, body: bytes) -> tuple[str, str]:
    """The URL with its bodySHA256, and the signature of a JSON body."""
    url += ("&" if "?" in url else "?") + "bodySHA256=" + hashlib.sha256(body).hexdigest()
    return url, base64.b64encode(hmac.new(token.encode(), url.encode(), hashlib.sha1).digest()).decode()
