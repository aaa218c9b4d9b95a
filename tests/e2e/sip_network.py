"""Real components for calls over SIP: Kamailio with a configuration of ours, and sipp as who calls and who is called."""
import pathlib
import re
import socket
import subprocess
import time

CALL = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="call">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:%(caller)s@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: sip:caller@[local_ip]:[local_port]
Max-Forwards: 70
%(headers)sContent-Length: 0

]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  %(ending)s
</scenario>
"""
ACKNOWLEDGED = """<recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: %d ACK
Max-Forwards: 70
Content-Length: 0

]]></send>"""
HANGS_UP = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: %d BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>"""
ANSWERED = ACKNOWLEDGED % 1 + HANGS_UP % 2
GIVES_UP = """<send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>"""

CALLEE = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="callee">
  %s
</scenario>
"""
# sipp's own agent leaves out the Record-Route that its answers have to repeat (RFC 3261, section 12.1.1).
ANSWER = """<send%s><![CDATA[
SIP/2.0 %s
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
%sContent-Length: 0

]]></send>"""
ANSWER_IN_CALL = """<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>"""
RINGS = ANSWER % ("", "180 Ringing", "")
ANSWERS = ANSWER % (' retrans="500"', "200 OK", "")
HEARS_THE_END = '<recv request="ACK" optional="true" crlf="true"/><recv request="BYE"/>' + ANSWER_IN_CALL
TAKES_A_CALL = '<recv request="INVITE" crlf="true"/>' + RINGS + ANSWERS + HEARS_THE_END
# Two answers in a moment may overtake each other on their way through Kamailio's processes: of many calls, some would.
TAKES_A_CALL_AT_ONCE = '<recv request="INVITE" crlf="true"/>' + ANSWERS + HEARS_THE_END


# Calls come in bursts, and what finds no room in a socket is lost.
ROOM = ("-buff_size", "1048576")


def call(ending: str, caller="+15852984455", headers="") -> str:
    """The scenario of a call whose end says how it must go."""
    return CALL % {"ending": ending, "caller": caller, "headers": headers}


def refused(status: int, header="") -> str:
    """The end of a call that nobody takes."""
    return f'<recv response="{status}">{header}</recv>' + GIVES_UP


def told(header: str, expected: str, variable=1) -> str:
    """Within `refused`: what the header must say, as a regular expression that sipp takes."""
    return (f'<action><ereg regexp="{expected}" search_in="hdr" header="{header}:" check_it="true" assign_to="{variable}"/>'
            "</action>")


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


def ended(process: subprocess.Popen):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


class Kamailio:
    """A Kamailio of the test's own, which answers at `port`."""

    def __init__(self, folder: pathlib.Path, configuration: pathlib.Path, port: int, *arguments: str, **environment: str):
        self.port = port
        self.log = (folder / "kamailio.log").open("w+")
        self.process = subprocess.Popen(
            ["/usr/sbin/kamailio", "-f", configuration, "-DD", "-E", *arguments, "-m", "32", "-M", "8",
             "-Y", folder, "-w", folder, "-P", folder / "kamailio.pid"],
            stdout=self.log, stderr=subprocess.STDOUT, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment})
        self._wait_until_it_answers()

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + 30
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.2)
            client.connect(("127.0.0.1", self.port))
            here = client.getsockname()[1]
            ping = (f"OPTIONS sip:127.0.0.1:{self.port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{here};branch=z9hG4bKping\r\n"
                    f"From: <sip:ping@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1:{self.port}>\r\nCall-ID: ping\r\nCSeq: 1 OPTIONS\r\n"
                    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode()
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    client.send(ping)
                    if client.recv(2000).startswith(b"SIP/2.0 200"):
                        return
                except OSError:
                    time.sleep(0.05)
        self.close()
        raise AssertionError("Kamailio does not answer:\n" + self.told())

    def told(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def close(self):
        ended(self.process)


class Callee:
    """Somebody who takes calls over SIP, one after another or many at once, and keeps what came."""

    def __init__(self, folder: pathlib.Path, scenario=TAKES_A_CALL):
        self.port = free_port()
        self.uri = f"sip:agent@127.0.0.1:{self.port}"
        (folder / "callee.xml").write_text(CALLEE % scenario)
        self._messages = folder / "callee_messages.log"
        self.process = subprocess.Popen(
            ["sipp", "-sf", folder / "callee.xml", "-i", "127.0.0.1", "-p", str(self.port), "-nostdin", *ROOM,
             "-trace_msg", "-message_file", self._messages],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def received(self, method="") -> list[str]:
        """The requests that came so far."""
        written = self._messages.read_text() if self._messages.exists() else ""
        return [found[1].replace("\r", "").strip()
                for found in re.finditer(r"^UDP message received \[\d+\] bytes :\n\n(.*?)(?=^-{20,} |\Z)", written, re.M | re.S)
                if found[1].startswith(method)]

    def close(self):
        ended(self.process)


def header(message: str, name: str) -> str | None:
    """What the first header of that name says."""
    found = re.search(rf"^{name}:[ \t]*(.*)$", message, re.M | re.I)
    return found[1].rstrip() if found else None


def run_sipp(folder: pathlib.Path, proxy: Kamailio, scenario: str, *arguments: str, timeout=25) -> subprocess.CompletedProcess:
    """Calls through the proxy. Calls that go another way than the scenario says are an error."""
    (folder / "call.xml").write_text(scenario)
    errors = folder / "errors.log"
    done = subprocess.run(
        ["sipp", f"127.0.0.1:{proxy.port}", "-sf", folder / "call.xml", "-i", "127.0.0.1", "-p", str(free_port()), "-nostdin", *ROOM,
         "-timeout", f"{timeout}s", "-timeout_error", "-trace_err", "-error_file", errors, *arguments],
        cwd=folder, capture_output=True, text=True, timeout=timeout + 35)
    if done.returncode != 0:
        wrong = errors.read_text() if errors.exists() else ""
        raise AssertionError(f"sipp exited {done.returncode}\n{wrong[-6000:]}\n{done.stdout[-1500:]}\n{proxy.told()[-3000:]}")
    return done


def place_call(folder: pathlib.Path, proxy: Kamailio, number: str, scenario: str):
    run_sipp(folder, proxy, scenario, "-s", number, "-m", "1")
