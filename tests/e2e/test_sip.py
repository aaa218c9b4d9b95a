"""Calls over SIP, with real components: Kamailio asks Linebook where each goes, sipp places and takes them."""
import pathlib
import shutil

import pytest

from installation import PROJECT, unused_e164
from sip_network import ANSWERED, Callee, Kamailio, call, free_port, place_call, refused, told

CONFIGURATION = PROJECT / "packaging/kamailio/kamailio.cfg"


def inbound(folder: pathlib.Path, url: str, token: str, **more: str) -> Kamailio:
    port = free_port()
    return Kamailio(folder, CONFIGURATION, port, "-l", f"udp:127.0.0.1:{port}", LINEBOOK_URL=url, LINEBOOK_TOKEN=token, **more)


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
    made = inbound(folder, shared_installation.server.url, token)
    yield made
    made.close()


@pytest.fixture(scope="module")
def agent(folder):
    made = Callee(folder)
    yield made
    made.close()


def new_line(account, name, answer=None, **fields) -> str:
    number = unused_e164()
    account.put(f"/ai_agents/{name}", {"agent_name": name, **({"answer": answer} if answer else {})})
    account.new_line(number, ai_agent_id=name, **fields)
    return number


def test_a_call_reaches_the_agent_and_ends(tmp_path, account, proxy, agent):
    number = new_line(account, "answering", {"type": "sip", "sip_uri": agent.uri})
    for written in (number, number[1:], number[2:]):
        place_call(tmp_path, proxy, written, call(ANSWERED))


def test_an_unknown_number_is_404(tmp_path, proxy):
    place_call(tmp_path, proxy, unused_e164(), call(refused(404)))
    place_call(tmp_path, proxy, "no-number", call(refused(404)))


def test_nobody_to_answer_is_480(tmp_path, account, proxy):
    place_call(tmp_path, proxy, new_line(account, "silent"), call(refused(480)))


def test_an_agent_that_cannot_be_reached_is_480(tmp_path, account, proxy):
    answer = {"type": "sip", "sip_uri": f"sip:gone@127.0.0.1:{free_port()}"}
    place_call(tmp_path, proxy, new_line(account, "gone", answer), call(refused(480)))


def test_the_fallback_takes_what_the_agent_does_not(tmp_path, account, proxy, agent):
    fallback = {"type": "sip", "sip_uri": agent.uri}
    place_call(tmp_path, proxy, new_line(account, "mute", fallback_destination=fallback), call(ANSWERED))
    gone = {"type": "sip", "sip_uri": f"sip:gone@127.0.0.1:{free_port()}"}
    place_call(tmp_path, proxy, new_line(account, "lost", gone, fallback_destination=fallback), call(ANSWERED))


def test_another_agent_takes_the_next_call(tmp_path, account, proxy, agent):
    number = new_line(account, "first")
    place_call(tmp_path, proxy, number, call(refused(480)))
    account.put("/ai_agents/first", {"agent_name": "First", "answer": {"type": "sip", "sip_uri": agent.uri}})
    place_call(tmp_path, proxy, number, call(ANSWERED))


def test_redirecting_instead_of_relaying(tmp_path, account, shared_installation, token, agent):
    folder = tmp_path / "redirect"
    folder.mkdir()
    redirecting = inbound(folder, shared_installation.server.url, token, LINEBOOK_MODE="redirect")
    try:
        number = new_line(account, "moved", {"type": "sip", "sip_uri": agent.uri})
        place_call(tmp_path, redirecting, number, call(refused(302, told("Contact", agent.uri)) + '<Reference variables="1"/>'))
    finally:
        redirecting.close()


def test_without_linebook_calls_are_503(tmp_path, token):
    folder = tmp_path / "alone"
    folder.mkdir()
    alone = inbound(folder, f"http://127.0.0.1:{free_port()}", token)
    try:
        place_call(tmp_path, alone, unused_e164(), call(refused(503)))
    finally:
        alone.close()
