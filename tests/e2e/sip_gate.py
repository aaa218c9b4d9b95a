"""What stands between a dialer and its trunk: a gate of real Kamailio's, a trunk of sipp's that wants credentials, and a
stand-in for Linebook, for answers at moments and of kinds that Linebook gives seldom or never."""
import contextlib
import dataclasses
import hashlib
import http.server
import itertools
import json
import pathlib
import re
import shutil
import socket
import threading
import time

from installation import PROJECT
from sip_network import ANSWER, ANSWERED, GIVES_UP, Callee, Kamailio, call, free_port, header, run_sipp

CONFIGURATION = PROJECT / "packaging/kamailio/gate.cfg"
USERNAME, PASSWORD = "clinic", r'p$a"s\s%40'
TIMEOUT = 2  # seconds that the gate waits for Linebook
# How long after it a refusal may come on a busy machine.
SLACK = 2.5


def challenge(status: str, header_name: str) -> str:
    """An INVITE comes with credentials whether or not the ACK before it was lost."""
    asks = f'{header_name}: Digest realm="trunk", nonce="84a4cc6f3082121f", algorithm=MD5, qop="auth"\n'
    return '<recv request="INVITE" crlf="true"/>' + ANSWER % ("", status, asks) + '<recv request="ACK" optional="true"/>'


CHALLENGE = challenge("407 Proxy Authentication Required", "Proxy-Authenticate")


class Gate(Kamailio):
    """A gate of the test's own, whose operator has written down the trunk's password."""

    def __init__(self, folder: pathlib.Path, url: str, token: str, password=PASSWORD, **more: str):
        folder.mkdir(parents=True)
        shutil.copy(CONFIGURATION, folder)
        secret = folder / "trunk-passwords.cfg"
        secret.touch(0o600)
        escaped = password.replace("\\", r"\\").replace('"', r'\"')
        secret.write_text(f'event_route[htable:mod-init] {{\n    $sht(passwords=>{USERNAME}@127.0.0.1) = "{escaped}";\n}}\n')
        port, self.trunk_side = free_port(), free_port()
        super().__init__(folder, folder / CONFIGURATION.name, port, LINEBOOK_URL=url, LINEBOOK_TOKEN=token,
                         LINEBOOK_DIALERS=f"udp:127.0.0.1:{port}", LINEBOOK_TRUNK_SIDE=f"udp:127.0.0.1:{self.trunk_side}",
                         **more)


@contextlib.contextmanager
def gate_to(*arguments, **more):
    gate = Gate(*arguments, **more)
    try:
        yield gate
    finally:
        gate.close()


@contextlib.contextmanager
def trunk_that(folder: pathlib.Path, scenario: str):
    folder.mkdir(parents=True)
    made = Callee(folder, scenario)
    try:
        yield made
    finally:
        made.close()


def dialled(trunk: Callee) -> list[str]:
    """The numbers of all INVITEs that reached the trunk, in order."""
    return [re.match(r"INVITE sip:([^@]*)@", invite)[1] for invite in trunk.received("INVITE")]


def proves_the_password(request: str, header_name: str) -> bool:
    """As RFC 2617, section 3.2.2 computes it."""
    said = dict((name, value.strip('"')) for name, value in re.findall(r'(\w+)=("[^"]*"|[^, ]+)', header(request, header_name)))
    secret, what = (hashlib.md5(text.encode()).hexdigest()
                    for text in (f"{USERNAME}:trunk:{PASSWORD}", f"INVITE:{said['uri']}"))
    proof = hashlib.md5(f"{secret}:{said['nonce']}:{said['nc']}:{said['cnonce']}:{said['qop']}:{what}".encode()).hexdigest()
    return said["username"] == USERNAME and said["response"] == proof


def many_calls(folder: pathlib.Path, gate: Kamailio, numbers: list[str], a_second: int, caller: str, headers="",
               timeout=60) -> dict[str, bool]:
    """Calls each number once, and tells which were answered; each of the others was 503, within its time."""
    list_of_numbers = folder / "numbers.csv"
    list_of_numbers.write_text("SEQUENTIAL\n" + "".join(f"{number}\n" for number in numbers))
    outcomes = folder / "outcomes.log"
    outcomes.unlink(missing_ok=True)
    counted = '<nop><action><log message="[field0] %s"/></action></nop>'
    ending = ('<recv response="503" optional="true" next="1"/>' + ANSWERED + counted % "answered" + '<nop next="2"/>'
              + '<label id="1"/>' + GIVES_UP + counted % "refused" + '<label id="2"/>')
    scenario = call(ending, caller, headers).replace("[service]", "[field0]")
    run_sipp(folder, gate, scenario, "-inf", list_of_numbers, "-r", str(a_second), "-m", str(len(numbers)),
             "-recv_timeout", str(int((TIMEOUT + SLACK) * 1000)), "-trace_logs", "-log_file", outcomes, timeout=timeout)
    how_they_went = dict(line.split() for line in outcomes.read_text().splitlines())
    assert sorted(how_they_went) == sorted(numbers)
    return {number: how == "answered" for number, how in how_they_went.items()}


RELAY = {"action": "relay", "decision_id": "dec_1", "caller_id": "+15850000000", "reasons": []}


class StandIn:
    """Answers as it is told, after `delay` seconds, and counts the questions."""

    def __init__(self, trunk_port: int):
        self.body = json.dumps(RELAY | {"trunk": {"sip_termination_uri": f"127.0.0.1:{trunk_port}", "sip_username": USERNAME}})
        self.status = 200
        self.delay = 0.0
        self.questions: list[str] = []
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                stand_in.questions.append(self.path)
                time.sleep(stand_in.delay)
                body = stand_in.body.encode()
                with contextlib.suppress(OSError):
                    self.send_response(stand_in.status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@dataclasses.dataclass
class Stage:
    linebook: StandIn
    trunk: Callee
    gate: Gate


@contextlib.contextmanager
def stage_for(folder: pathlib.Path, scenario: str, **more):
    with trunk_that(folder / "trunk", scenario) as trunk:
        linebook = StandIn(trunk.port)
        try:
            with gate_to(folder / "kamailio", linebook.url, "lbk_stand_in", **more) as gate:
                yield Stage(linebook, trunk, gate)
        finally:
            linebook.close()


class Dialer:
    """A dialer that says what it likes, message by message."""

    _calls = itertools.count(1)

    def __init__(self, gate: Gate, number: str):
        self.gate, self.number = gate, number
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(10)
        self.id = f"raw-{next(self._calls)}"
        self.to_tag = ""

    def send(self, method: str, cseq: int, target: str | None = None, headers="", port: int | None = None):
        here = "%s:%d" % self.socket.getsockname()
        branch = f"z9hG4bK{self.id}.{cseq}" + (".ack" if method == "ACK" and self.to_tag else "")
        self.socket.sendto((
            f"{method} {target or f'sip:{self.number}@127.0.0.1:{self.gate.port}'} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {here};branch={branch}\r\n"
            f"From: <sip:+15852984455@{here}>;tag={self.id}\r\n"
            f"To: <sip:{self.number}@127.0.0.1:{self.gate.port}>{self.to_tag}\r\n"
            f"Call-ID: {self.id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:dialer@{here}>\r\nMax-Forwards: 70\r\n{headers}"
            "Content-Length: 0\r\n\r\n").encode(), ("127.0.0.1", port or self.gate.port))

    def told(self, status: int, method="INVITE") -> str:
        """The answer with that status, after any that are provisional. Another final one is wrong."""
        while True:
            answer = self.socket.recv(65536).decode().replace("\r", "")
            if not header(answer, "CSeq").endswith(method):
                continue
            found = int(answer.split()[1])
            if found == status:
                return answer
            assert found < 200, answer

    def acknowledges(self, answer: str) -> tuple[str, str]:
        """Tells where the callee is, and which way leads there (Route)."""
        self.to_tag = ";tag=" + re.search(r"tag=(.*)", header(answer, "To"))[1]
        callee, way = header(answer, "Contact").strip("<>"), way_back(answer, reversed)
        self.send("ACK", 1, callee, way)
        return callee, way


def way_back(message: str, order=list) -> str:
    """The route that leads through all who recorded themselves: as they stand for who was called, reversed for who calls."""
    return "".join(f"Route: {hop}\r\n" for hop in order(re.findall(r"^Record-Route: *(.*)$", message, re.M)))
