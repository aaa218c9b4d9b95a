"""Thousands of event streams on one node, of which most are quiet: each costs an idle connection, and none is forgotten."""
import pathlib
import subprocess
import sys
import time

import pytest

from event_reader import EventStream
from installation import Client, Installation, Server
from load import IS_SANITIZED, scaled
from test_hostile_clients import resident_kib, wait_for_connections
from test_many_connections import needs_descriptors

STREAMS = scaled(10_000, 1_000)
PROCESSES = 2
ACCOUNTS = 100  # among which they are spread, where they are
BYTES_A_STREAM = 8_000
TOLD_WITHIN = scaled(2.0, 20.0)  # seconds, all of them; measured on a busy machine by clients that need it, too


class Listeners:
    """Processes that hold streams open."""

    def __init__(self, server: Server, count: int, tokens: list[str]):
        script = pathlib.Path(__file__).with_name("idle_streams.py")
        self.processes = [subprocess.Popen([sys.executable, script, str(server.port), str(count // PROCESSES), *tokens],
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
        for process in self.processes:
            assert process.stdout.readline() == "ready\n"

    def expect(self):
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()

    def heard(self) -> list[float]:
        """Milliseconds until the first, the middle and the last of them had it."""
        told = [process.stdout.readline().split() for process in self.processes]
        assert all(len(one) == 3 for one in told), told
        return [max(float(one[place]) for one in told) for place in range(3)]

    def close(self):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            process.wait(60)


@pytest.fixture
def warm(installation: Installation) -> Client:
    needs_descriptors(STREAMS)
    server = installation.serve()
    client = installation.client()
    for _ in range(200):
        assert client.get("/healthz").status_code == 200
    for n in range(5):
        with EventStream(server.port, client.token) as stream:
            client.new_agent(f"warm{n}")
            stream.next()
    return client


def cost(server: Server, before: int) -> float:
    return (resident_kib(server) - before) * 1024 / STREAMS


def processor_seconds(server: Server) -> float:
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_streams_of_one_account_are_all_told(installation, warm):
    server = installation.server
    before = resident_kib(server)
    listeners = Listeners(server, STREAMS, [warm.token])
    try:
        wait_for_connections(server, least=STREAMS)
        idle = cost(server, before)
        times = []
        for n in range(3):
            listeners.expect()
            warm.new_agent(f"a{n}")
            times.append(listeners.heard())
        after = cost(server, before)
        print(f"{STREAMS} streams of one account: {idle:.0f} bytes each, {after:.0f} once they have had events; first, middle and last were "
              f"told after {' and '.join('/'.join(f'{ms:.0f}' for ms in one) for one in times)} ms")
        assert IS_SANITIZED or max(idle, after) <= BYTES_A_STREAM
        assert min(one[2] for one in times) <= TOLD_WITHIN * 1000
    finally:
        listeners.close()
    wait_for_connections(server, most=5)


def test_quiet_streams_of_many_accounts_cost_little(installation, warm):
    """Also of the processor: no query a second for each, and a heartbeat that none misses."""
    server = installation.server
    clients = [installation.client(account=f"account {n}") for n in range(ACCOUNTS)]
    before = resident_kib(server)
    listeners = Listeners(server, STREAMS, [client.token for client in clients])
    try:
        wait_for_connections(server, least=STREAMS)
        each = cost(server, before)
        began, used = time.monotonic(), processor_seconds(server)
        time.sleep(5)
        share = (processor_seconds(server) - used) / (time.monotonic() - began)
        listeners.expect()
        for n, client in enumerate(clients):
            client.new_agent(f"a{n}")
        times = listeners.heard()
        print(f"{STREAMS} streams of {ACCOUNTS} accounts: {each:.0f} bytes each, {share:.1%} of a processor while nothing happens, all told "
              f"after {times[2]:.0f} ms of {ACCOUNTS} changes one after the other")
        assert IS_SANITIZED or each <= BYTES_A_STREAM
        assert IS_SANITIZED or share < 0.25
        with EventStream(server.port, clients[0].token) as stream:
            clients[0].new_agent("more")
            stream.next()
    finally:
        listeners.close()


def test_drain_ends_all_streams(installation, warm):
    server = installation.server
    listeners = Listeners(server, STREAMS, [warm.token])
    try:
        wait_for_connections(server, least=STREAMS)
        began = time.monotonic()
        assert server.stop() == 0
        print(f"{STREAMS} streams were ended in {time.monotonic() - began:.1f} s")
        assert time.monotonic() - began < scaled(10, 30)
    finally:
        listeners.close()
