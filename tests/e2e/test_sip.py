"""Calls over SIP, with real components: Kamailio asks Linebook where each goes, sipp places and takes them."""
import pathlib
import shutil
import socket
import subprocess
import time

import pytest

from installation import PROJECT, unused_e164

CONFIGURATION = PROJECT / "packaging/kamailio/kamailio.cfg"

CALL = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="call">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+15852984455@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: sip:caller@[local_ip]:[local_port]
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  %s
</scenario>
"""
ANSWERED = """<recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:+15852984455@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:+15852984455@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>"""
REFUSED = """<recv response="%d">%s</recv>
  <send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
From: <sip:+15852984455@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>"""
# sipp's own agent leaves out the Record-Route that its answers have to repeat (RFC 3261, section 12.1.1).
ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="agent">
  <recv request="INVITE" crlf="true"/>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  <send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  <recv request="ACK" optional="true" crlf="true"/>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""
MOVED_TO = '<action><ereg regexp="%s" search_in="hdr" header="Contact:" check_it="true" assign_to="1"/></action>'


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


class Proxy:
    """A Kamailio of the test's own."""

    def __init__(self, folder: pathlib.Path, url: str, token: str, **more):
        self.port = free_port()
        self.log = (folder / "kamailio.log").open("w+")
        self.process = subprocess.Popen(
            ["/usr/sbin/kamailio", "-f", CONFIGURATION, "-DD", "-E", "-l", f"udp:127.0.0.1:{self.port}", "-m", "32", "-M", "8",
             "-Y", folder, "-w", folder, "-P", folder / "kamailio.pid"],
            stdout=self.log, stderr=subprocess.STDOUT,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LINEBOOK_URL": url, "LINEBOOK_TOKEN": token, **more})
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
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


class Agent:
    """Somebody who takes calls over SIP."""

    def __init__(self, folder: pathlib.Path):
        self.port = free_port()
        self.uri = f"sip:agent@127.0.0.1:{self.port}"
        scenario = folder / "agent.xml"
        scenario.write_text(ANSWER)
        self.process = subprocess.Popen(
            ["sipp", "-sf", scenario, "-i", "127.0.0.1", "-p", str(self.port), "-nostdin"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        self.process.kill()
        self.process.wait(10)


@pytest.fixture(scope="module")
def account(shared_installation):
    return shared_installation.client(account="sip")


@pytest.fixture(scope="module")
def token(shared_installation):
    return shared_installation.create_key("sip", name="kamailio", scopes="lines:read,contacts:read")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    # The paths of Kamailio's sockets are bounded.
    made = pathlib.Path(tmp_path_factory.mktemp("sip"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def proxy(folder, shared_installation, token):
    made = Proxy(folder, shared_installation.server.url, token)
    yield made
    made.close()


@pytest.fixture(scope="module")
def agent(folder):
    made = Agent(folder)
    yield made
    made.close()


def place_call(tmp_path, proxy, number, ending):
    """Calls `number` through the proxy; the scenario's end says how it must go."""
    scenario = tmp_path / "call.xml"
    scenario.write_text(CALL % ending)
    done = subprocess.run(
        ["sipp", f"127.0.0.1:{proxy.port}", "-sf", scenario, "-s", number, "-i", "127.0.0.1", "-p", str(free_port()), "-m", "1",
         "-nostdin", "-timeout", "25s", "-timeout_error", "-trace_err", "-error_file", tmp_path / "errors.log"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        errors = (tmp_path / "errors.log").read_text() if (tmp_path / "errors.log").exists() else ""
        raise AssertionError(f"sipp exited {done.returncode}\n{errors}\n{done.stdout[-1500:]}\n{proxy.told()[-3000:]}")


def new_line(account, name, answer=None, **fields) -> str:
    number = unused_e164()
    account.put(f"/ai_agents/{name}", {"agent_name": name, **({"answer": answer} if answer else {})})
    account.new_line(number, ai_agent_id=name, **fields)
    return number


def refused(status, header=""):
    return REFUSED % (status, header)


def test_a_call_reaches_the_agent_and_ends(tmp_path, account, proxy, agent):
    number = new_line(account, "answering", {"type": "sip", "sip_uri": agent.uri})
    for written in (number, number[1:], number[2:]):
        place_call(tmp_path, proxy, written, ANSWERED)


def test_an_unknown_number_is_404(tmp_path, proxy):
    place_call(tmp_path, proxy, unused_e164(), refused(404))
    place_call(tmp_path, proxy, "no-number", refused(404))


def test_nobody_to_answer_is_480(tmp_path, account, proxy):
    place_call(tmp_path, proxy, new_line(account, "silent"), refused(480))


def test_an_agent_that_cannot_be_reached_is_480(tmp_path, account, proxy):
    answer = {"type": "sip", "sip_uri": f"sip:gone@127.0.0.1:{free_port()}"}
    place_call(tmp_path, proxy, new_line(account, "gone", answer), refused(480))


def test_the_fallback_takes_what_the_agent_does_not(tmp_path, account, proxy, agent):
    fallback = {"type": "sip", "sip_uri": agent.uri}
    place_call(tmp_path, proxy, new_line(account, "mute", fallback_destination=fallback), ANSWERED)
    gone = {"type": "sip", "sip_uri": f"sip:gone@127.0.0.1:{free_port()}"}
    place_call(tmp_path, proxy, new_line(account, "lost", gone, fallback_destination=fallback), ANSWERED)


def test_another_agent_takes_the_next_call(tmp_path, account, proxy, agent):
    number = new_line(account, "first")
    place_call(tmp_path, proxy, number, refused(480))
    account.put("/ai_agents/first", {"agent_name": "First", "answer": {"type": "sip", "sip_uri": agent.uri}})
    place_call(tmp_path, proxy, number, ANSWERED)


def test_redirecting_instead_of_relaying(tmp_path, account, shared_installation, token, agent):
    folder = tmp_path / "redirect"
    folder.mkdir()
    redirecting = Proxy(folder, shared_installation.server.url, token, LINEBOOK_MODE="redirect")
    try:
        number = new_line(account, "moved", {"type": "sip", "sip_uri": agent.uri})
        place_call(tmp_path, redirecting, number, refused(302, MOVED_TO % agent.uri) + '<Reference variables="1"/>')
    finally:
        redirecting.close()


def test_without_linebook_calls_are_503(tmp_path, token):
    folder = tmp_path / "alone"
    folder.mkdir()
    alone = Proxy(folder, f"http://127.0.0.1:{free_port()}", token)
    try:
        place_call(tmp_path, alone, unused_e164(), refused(503))
    finally:
        alone.close()
