"""A stand-in of Twilio's REST API (2010-04-01), written from its documentation, that keeps what it was told and counts
what it sold, placed and sent. Only what Linebook uses: IncomingPhoneNumbers, AvailablePhoneNumbers/{country}/Local, Calls
and Messages, with the signed webhooks of the latter two.

Run by itself (python3 twilio_stand_in.py) it prints its address and takes orders at POST /stand-in: {"do": "fault",
"with": {"operation": "send", "kind": "lost"}} and the like, until its input ends.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource
https://www.twilio.com/docs/voice/api/call-resource
https://www.twilio.com/docs/messaging/api/message-resource
"""
import base64
import collections
import concurrent.futures
import dataclasses
import datetime
import email.utils
import hashlib
import heapq
import hmac
import http.client
import http.server
import itertools
import json
import random
import re
import sys
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
    snatched: somebody else bought the number just before        refused: not done, and answered 400 with `code`
    429 says to come back after `seconds`, where any are given.

    Of the webhooks "call-status" and "message-status": never, twice, or late by `seconds`.
    """
    kind: str
    times: int = 1
    seconds: float = 0
    code: int = 0
    account: str = ""  # those of this one alone


@dataclasses.dataclass
class Phone:
    """How a phone behaves to calls (answer, talk: until somebody ends it, machine, busy, no-answer, failed) and texts."""
    call: str = "answer"
    text: str = "deliver"
    error_code: int = 30003


def date_of_now() -> str:
    return email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc))


OVER = {"completed", "busy", "failed", "no-answer", "canceled"}


class Agenda:
    """Does things later, one after the other, on a thread of its own."""

    def __init__(self):
        self.waiting: list[tuple[float, int, object]] = []
        self.changed = threading.Condition()
        self.order = itertools.count()
        threading.Thread(target=self.run, daemon=True).start()

    def after(self, seconds: float, act):
        with self.changed:
            heapq.heappush(self.waiting, (time.monotonic() + seconds, next(self.order), act))
            self.changed.notify()

    def run(self):
        while True:
            with self.changed:
                while not self.waiting or self.waiting[0][0] > time.monotonic():
                    self.changed.wait(self.waiting[0][0] - time.monotonic() if self.waiting else None)
                act = heapq.heappop(self.waiting)[2]
            act()


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
        self.running = 0  # requests that are not done yet, whoever still waits for them
        self.calls: dict[str, dict] = {}  # by sid, in the order in which they were placed
        self.most_calls_at_once = 0
        self.messages: dict[str, dict] = {}  # likewise
        self.phones: dict[str, Phone] = collections.defaultdict(Phone)
        self.heard: dict[str, str] = {}  # by call: the TwiML that it was given
        # Where PUBLIC_URL is, or the nodes behind it, any of which gets a webhook; None: they reach nobody.
        self.deliver_to: str | list[str] | None = None
        self.webhooks: list[tuple[str, dict, int]] = []  # URL, fields, the status that was answered (0: none)
        self.ring_after, self.answer_after, self.talk_for, self.send_after = 0.05, 0.1, 0.3, 0.05
        self.agenda = Agenda()
        self.callers = concurrent.futures.ThreadPoolExecutor(16)
        self._sids = itertools.count(1)
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer is one packet

            def log_message(self, *_):
                pass

            def do_GET(self):
                with stand_in.lock:
                    stand_in.running += 1
                try:
                    stand_in.handle(self)
                finally:
                    with stand_in.lock:
                        stand_in.running -= 1

            do_POST = do_DELETE = do_GET

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

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

    def fault(self, operation: str, kind: str, times: int = 1, seconds: float = 0, code: int = 0, account: str = ""):
        with self.lock:
            self.faults[operation].append(Fault(kind, times, seconds, code, account))

    def behave(self, number: str, **behaviour):
        self.phones[number] = Phone(**behaviour)

    def offer(self, number: str):
        self.stock.add(number)

    def sent(self, account: str) -> list[dict]:
        with self.lock:
            return [dict(m) for m in self.messages.values() if m["account_sid"] == account]

    def placed(self, account: str) -> list[dict]:
        with self.lock:
            return [dict(c) for c in self.calls.values() if c["account_sid"] == account]

    def count(self, operation: str) -> int:
        with self.lock:
            return sum(1 for name, _, _ in self.requests if name == operation)

    def wait_until_idle(self, seconds: float):
        """Until it has done all that it was asked for."""
        deadline = time.monotonic() + seconds
        while self.running:
            assert time.monotonic() < deadline, f"{self.running} requests are not done"
            time.sleep(0.05)

    # The API.

    def handle(self, http_request):
        path, _, query = http_request.path.partition("?")
        body = http_request.rfile.read(int(http_request.headers.get("Content-Length") or 0)).decode()
        if path == "/stand-in":
            return self.answer(http_request, 200, self.obey(json.loads(body)))
        operation, work = self.route(http_request.command, path, dict(urllib.parse.parse_qsl(query)),
                                     urllib.parse.parse_qs(body, keep_blank_values=True), http_request.headers)
        fault = self.next_fault(operation, path)
        kind = fault.kind if fault else ""
        if kind == "late":
            time.sleep(fault.seconds)
        status, answer = self.outcome(fault, work)
        if kind == "slow":
            time.sleep(fault.seconds)
        silent = kind in ("lost", "cut")
        with self.lock:
            self.requests.append((operation, path, 0 if silent else status))
        if silent:
            http_request.close_connection = True
            return
        self.answer(http_request, status, answer, fault.seconds if kind == "429" else 0)

    @staticmethod
    def answer(http_request, status, answer, retry_after=0):
        content = b"" if answer is None else json.dumps(answer).encode()
        http_request.send_response(status)
        http_request.send_header("Content-Type", "application/json")
        http_request.send_header("Content-Length", str(len(content)))
        if retry_after:
            http_request.send_header("Retry-After", str(int(retry_after)))
        http_request.end_headers()
        http_request.wfile.write(content)

    def next_fault(self, operation: str, path: str = "") -> Fault | None:
        with self.lock:
            waiting = self.faults[operation]
            fault = next((fault for fault in waiting if fault.account in path), None)
            if fault is not None:
                fault.times -= 1
                if fault.times == 0:
                    waiting.remove(fault)
            return fault

    def obey(self, order: dict):
        """What a test in another language prepares and looks at."""
        allowed = {"new_account", "own", "offer", "fault", "behave", "count", "sent", "placed"}
        if order["do"] not in allowed:
            raise ValueError(order["do"])
        return {"answer": getattr(self, order["do"])(**order.get("with", {}))}

    def outcome(self, fault, work) -> tuple[int, dict | None]:
        kind = fault.kind if fault else ""
        refusals = {"500": (500, 20500, "Internal server error"), "429": (429, 20429, "Too Many Requests"),
                    "401": (401, 20003, "Authenticate"), "cut": (0, 0, ""),
                    "refused": (400, fault.code if fault else 0, "The request is refused")}
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
                     ("AvailablePhoneNumbers", "GET", True): "search",
                     ("Calls", "POST", False): "call", ("Calls", "GET", False): "calls", ("Calls", "GET", True): "get-call",
                     ("Calls", "POST", True): "end-call", ("Messages", "POST", False): "send",
                     ("Messages", "GET", False): "messages", ("Messages", "GET", True): "get-message"}.get((resource, method, bool(part)), "unknown")
        expected = "Basic " + base64.b64encode(f"{account}:{self.tokens.get(account)}".encode()).decode()
        if account not in self.tokens or headers.get("Authorization") != expected:
            return operation, refuse(401, 20003, "Authenticate")
        if operation not in ("call",):
            form = {name: values[-1] for name, values in form.items()}
        works = {"call": lambda _: self.place(account, form), "calls": lambda _: self.list_calls(account, path, query),
                 "get-call": lambda _: (200, self.seen(self.calls, account, part)),
                 "end-call": lambda _: self.end_call(account, part, form),
                 "send": lambda _: self.send(account, form), "messages": lambda _: self.list_messages(account, path, query),
                 "get-message": lambda _: (200, self.seen(self.messages, account, part)),
                 "list": lambda kind: self.list(account, path, query), "buy": lambda kind: self.buy(account, form, kind),
                 "get": lambda kind: (200, dict(self.number(account, part))), "update": lambda kind: self.update(account, part, form),
                 "release": lambda kind: self.release(account, part), "search": lambda kind: self.search(part, query)}
        return operation, works.get(operation, refuse(405, 20004, "Method not allowed"))

    def list(self, account, path, query):
        # The filter takes parts of numbers: "Specify partial numbers, and * for any digit."
        wanted = query.get("PhoneNumber", "").replace("+", "")
        pattern = re.compile(wanted.replace("*", "."))
        fits = [dict(n) for n in self.owned.values() if n["account_sid"] == account and pattern.search(n["phone_number"])]
        return self.page_of("incoming_phone_numbers", fits, path, query)

    @staticmethod
    def page_of(name, items, path, query):
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        more = len(items) > (page + 1) * size
        following = f"{path}?{urllib.parse.urlencode({**query, 'Page': page + 1})}" if more else None
        return 200, {name: items[page * size:(page + 1) * size], "page": page, "page_size": size, "next_page_uri": following}

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
            if name not in SETTINGS:
                raise Refusal(400, 20001, f"unknown parameter {name}")
            # Its OpenAPI document forbids empty values; Twilio itself takes one that clears what is set.
            if value == "" and not number[SETTINGS[name]]:
                raise Refusal(400, 20001, f"{name} is empty, and nothing is set that it could clear")
        for name, value in form.items():
            number[SETTINGS[name]] = value
        # An empty sid clears it; a trunk goes before the URL, an application too.
        number["trunk_sid"] = number["trunk_sid"] or None
        return 200, dict(number)

    def release(self, account, sid):
        number = self.number(account, sid)
        self.released[number["phone_number"]] += 1
        del self.owned[sid]
        return 204, None


    # Calls.

    def sid(self, kind: str) -> str:
        return f"{kind}{next(self._sids):032x}"

    @staticmethod
    def seen(book, account, sid) -> dict:
        """A resource as Twilio shows it."""
        if sid not in book or book[sid]["account_sid"] != account:
            raise Refusal(404, 20404, f"The requested resource {sid} was not found")
        return {name: value for name, value in book[sid].items() if not name.startswith("_")}

    @staticmethod
    def fits(item, query, date, date_name):
        since = query.get(date_name, "")[:10]
        day = time.strftime("%Y-%m-%d", email.utils.parsedate(item[date])) if item[date] else ""
        return (query.get("To", item["to"]) == item["to"] and query.get("From", item["from"]) == item["from"]
                and query.get("Status", item["status"]) == item["status"] and (not since or (day and day >= since)))

    def newest_first(self, book, account, query, date, date_name):
        return [self.seen(book, account, sid) for sid, item in reversed(book.items())
                if item["account_sid"] == account and self.fits(item, query, date, date_name)]

    def place(self, account, form):
        fields = {name: values[-1] for name, values in form.items()}
        self.check_numbers(fields)
        if not fields.get("Url") and not fields.get("Twiml"):
            raise Refusal(400, 21205, "Url is required")
        if len(fields.get("Twiml", "")) > 4000:
            raise Refusal(400, 21620, "Twiml is too long")
        sid = self.sid("CA")
        self.calls[sid] = {"sid": sid, "account_sid": account, "to": fields["To"], "from": fields["From"], "status": "queued",
                           "direction": "outbound-api", "answered_by": None, "duration": None, "start_time": None,
                           "date_created": date_of_now(), "_sequence": 0, "_asked": fields,
                           "_events": form.get("StatusCallbackEvent", ["completed"])}
        answer = self.seen(self.calls, account, sid)
        self.most_calls_at_once = max(self.most_calls_at_once, sum(call["status"] not in OVER for call in self.calls.values()))
        self.tell_call(sid, "initiated")
        self.agenda.after(self.ring_after, lambda: self.ring(sid))
        return 201, answer

    def check_numbers(self, fields):
        for name, code in (("To", 21211), ("From", 21212)):
            if not re.fullmatch(r"\+[1-9][0-9]{7,14}", fields.get(name, "")):
                raise Refusal(400, code, f"The '{name}' number is not a valid phone number")

    def ring(self, sid):
        if self.become(sid, "ringing", "ringing"):
            self.agenda.after(self.answer_after, lambda: self.pick_up(sid))

    def pick_up(self, sid):
        call = self.calls[sid]
        behaviour = self.phones[call["to"]].call
        if behaviour not in ("answer", "talk", "machine"):
            self.become(sid, behaviour, "completed")
            return
        if "MachineDetection" in call["_asked"]:
            call["answered_by"] = "machine_start" if behaviour == "machine" else "human"
        if not self.become(sid, "in-progress", "answered"):
            return
        if twiml := call["_asked"].get("Twiml"):
            self.hear(sid, twiml)
        else:
            self.callers.submit(self.ask_what_to_do, sid)
        if behaviour != "talk":
            self.agenda.after(self.talk_for, lambda: self.become(sid, "completed", "completed"))

    def hear(self, sid, twiml):
        self.heard[sid] = twiml
        if "<Hangup/>" in twiml:
            self.become(sid, "completed", "completed")

    def ask_what_to_do(self, sid):
        call = self.calls[sid]
        status, body = self.post_signed(call["account_sid"], call["_asked"]["Url"], self.call_fields(call))
        if status == 200:
            self.hear(sid, body)

    def become(self, sid, status, event) -> bool:
        with self.lock:
            call = self.calls[sid]
            if call["status"] in OVER:
                return False
            if status == "ringing":
                call["start_time"] = date_of_now()
            if status == "in-progress":
                call["_answered"] = time.monotonic()
            if status == "completed":
                call["duration"] = str(max(1, round(time.monotonic() - call.get("_answered", time.monotonic()))))
            call["status"] = status
            self.tell_call(sid, event)
            return True

    def end_call(self, account, sid, form):
        call = self.seen(self.calls, account, sid)
        if form.get("Status") not in ("completed", "canceled"):
            raise Refusal(400, 21218, "Status must be completed or canceled")
        self.become(sid, "completed" if call["status"] == "in-progress" else "canceled", "completed")
        return 200, self.seen(self.calls, account, sid)

    def list_calls(self, account, path, query):
        return self.page_of("calls", self.newest_first(self.calls, account, query, "start_time", "StartTime>"), path, query)

    def call_fields(self, call) -> dict:
        fields = {"CallSid": call["sid"], "AccountSid": call["account_sid"], "From": call["from"], "To": call["to"],
                  "CallStatus": call["status"], "Direction": "outbound-api", "ApiVersion": "2010-04-01"}
        if call["answered_by"]:
            fields["AnsweredBy"] = call["answered_by"]
        if call["status"] == "completed":
            fields["CallDuration"] = call["duration"]
        return fields

    def tell_call(self, sid, event):
        call = self.calls[sid]
        fields = self.call_fields(call) | {"SequenceNumber": str(call["_sequence"]), "CallbackSource": "call-progress-events"}
        if event == "initiated":
            fields["CallStatus"] = "initiated"
        call["_sequence"] += 1
        if event in call["_events"]:
            self.tell("call-status", call["account_sid"], call["_asked"].get("StatusCallback"), fields)

    # Texts.

    def send(self, account, form):
        self.check_numbers(form)
        if not form.get("Body"):
            raise Refusal(400, 21602, "Message body is required")
        sid = self.sid("SM")
        self.messages[sid] = {"sid": sid, "account_sid": account, "to": form["To"], "from": form["From"], "body": form["Body"],
                              "status": "queued", "num_segments": str(1 + (len(form["Body"]) - 1) // 160), "error_code": None,
                              "price": None, "price_unit": "USD", "date_created": date_of_now(), "date_sent": None,
                              "direction": "outbound-api", "_url": form.get("StatusCallback")}
        self.agenda.after(self.send_after, lambda: self.send_out(sid))
        return 201, self.seen(self.messages, account, sid)

    def send_out(self, sid):
        with self.lock:
            message = self.messages[sid]
            message.update(status="sent", date_sent=date_of_now(), price="-0.00790")
        self.tell_message(message)
        self.agenda.after(self.send_after, lambda: self.arrive(sid))

    def arrive(self, sid):
        with self.lock:
            message = self.messages[sid]
            phone = self.phones[message["to"]]
            if phone.text == "deliver":
                message["status"] = "delivered"
            else:
                message.update(status="undelivered", error_code=phone.error_code)
        self.tell_message(message)

    def list_messages(self, account, path, query):
        return self.page_of("messages", self.newest_first(self.messages, account, query, "date_sent", "DateSent>"), path, query)

    def tell_message(self, message):
        fields = {"MessageSid": message["sid"], "SmsSid": message["sid"], "AccountSid": message["account_sid"],
                  "From": message["from"], "To": message["to"], "MessageStatus": message["status"],
                  "SmsStatus": message["status"], "ApiVersion": "2010-04-01"}
        if message["error_code"]:
            fields["ErrorCode"] = str(message["error_code"])
        self.tell("message-status", message["account_sid"], message["_url"], fields)

    # Webhooks.

    def tell(self, operation, account, url, fields):
        if not url:
            return
        fault = self.next_fault(operation)
        kind = fault.kind if fault else ""
        if kind == "never":
            return
        for _ in range(2 if kind == "twice" else 1):
            self.agenda.after(fault.seconds if kind == "late" else 0,
                              lambda: self.callers.submit(self.post_signed, account, url, fields))

    def post_signed(self, account: str, url: str, fields: dict) -> tuple[int, str]:
        """As Twilio does: signed for the URL that it was told, whoever is behind that. (0, "") where nobody answers."""
        status, body = 0, ""
        if self.deliver_to and url.startswith(PUBLIC_URL):
            nodes = [self.deliver_to] if isinstance(self.deliver_to, str) else self.deliver_to
            there = urllib.parse.urlsplit(random.choice(nodes))
            connection = http.client.HTTPConnection(there.hostname, there.port, timeout=10)
            try:
                connection.request("POST", url.removeprefix(PUBLIC_URL), urllib.parse.urlencode(fields), {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Twilio-Signature": signature(self.tokens[account], url, fields)})
                answer = connection.getresponse()
                status, body = answer.status, answer.read().decode()
            except OSError:
                pass
            finally:
                connection.close()
        with self.lock:
            self.webhooks.append((url, fields, status))
        return status, body


def signature(token: str, url: str, fields: dict[str, str]) -> str:
    """X-Twilio-Signature of a form, as https://www.twilio.com/docs/usage/security describes it."""
    text = url + "".join(name + value for name, value in sorted(fields.items()))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def json_signature(token: str, url: str, body: bytes) -> tuple[str, str]:
    """The URL with its bodySHA256, and the signature of a JSON body."""
    url += ("&" if "?" in url else "?") + "bodySHA256=" + hashlib.sha256(body).hexdigest()
    return url, base64.b64encode(hmac.new(token.encode(), url.encode(), hashlib.sha1).digest()).decode()


if __name__ == "__main__":
    print(TwilioStandIn().url, flush=True)
    sys.stdin.read()  # until whoever started it is gone
