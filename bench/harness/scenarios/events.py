"""How soon what was written is told: to event streams, to webhooks, and on another node.

A steady writer, listeners and receivers, each a process of its own (harness/clients). A moment counts from when the write was due,
and from its answer, which is as near to its commit as a client can see: an event may be there before it."""
import contextlib
import http.client
import itertools
import json
import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple

from .. import postgres
from ..bench import Bench
from ..clients.processes import Listeners, Receivers, Told, Write, Writer
from ..machine import raise_descriptor_limit
from ..seeds import Seed
from ..servers import Fastify, Linebook, OtherAccount, Running, Server

# The more listen, the fewer the writes: 10,000 frames a second at most, which every server that is compared can do.
WRITES_A_SECOND = {1: 100, 100: 100, 1_000: 10, 10_000: 1}
SAMPLED = 100  # streams that are looked into
BUSY_STREAMS, BUSY_SAMPLED, BUSY_WRITES = 100, 20, 500
QUIET_STREAMS, QUIET_ACCOUNTS = 900, 30
BUSY = f"events: {BUSY_STREAMS} streams of one account beside {BUSY_WRITES} writes/s there, {QUIET_STREAMS} quiet ones"
ACROSS_NODES = "events: PostgreSQL, written on one node, told on another"
ACROSS_STREAMS, ACROSS_WRITES = 20, 50

WEBHOOKS_AN_ACCOUNT = 100  # more is 409
DELIVERIES_A_SECOND = 2_000
WARM_UP_WRITES = 20
PEOPLE = 200  # of an account that receives
BURST_SECONDS = 0.2  # in which all of it is written
TAKEN_UP_SECONDS = 2.5  # until new endpoints are delivered to

_first_numbers = itertools.count(300_000_000, 1_000_000)  # in each use numbers that no other sends, wrk's neither


class Outcome(NamedTuple):
    """How soon writes were told of: milliseconds since each was due, and since its answer."""
    since_due: list[float]
    since_answer: list[float]
    seconds: float  # from when the first was due to the last that was told


def streams_scenario(streams: int) -> str:
    return f"events: {streams:,} stream{'s' if streams > 1 else ''}, {WRITES_A_SECOND[streams]} write{'s' if WRITES_A_SECOND[streams] > 1 else ''}/s"


def steady_webhooks(endpoints: int) -> str:
    return f"webhooks: {endpoints} endpoints, {DELIVERIES_A_SECOND * endpoints // 500:,} deliveries/s asked for"


def burst_of_webhooks(endpoints: int) -> str:
    return f"webhooks: {endpoints} endpoints, as fast as it goes"


def events(bench: Bench) -> None:
    raise_descriptor_limit()
    for streams in bench.options.event_streams:
        for number, server in _turns(bench, [Linebook()], [Fastify()]):
            _streams(bench, streams, server, number)
    for number, server in _turns(bench, [Linebook(), Linebook(threads=2)], [Fastify()]):
        _busy_account(bench, server, number)
    for number in range(bench.options.rounds):
        _across_nodes(bench, number)
    for number, server in _turns(bench, [Linebook(demo=True)], [Fastify()]):
        _webhooks(bench, server, number)


def _turns(bench: Bench, servers: list[Server], peers: list[Server]) -> Iterator[tuple[int, Server]]:
    for number in range(bench.options.rounds):
        for server in [*servers, *(peers if bench.options.peers else [])]:
            yield number, server


def _streams(bench: Bench, streams: int, server: Server, number: int) -> None:
    seed = bench.seed()
    rate = WRITES_A_SECOND[streams]
    with server.running(seed) as running:
        _write(running, seed, _tokens(seed), WARM_UP_WRITES, 10 * WARM_UP_WRITES)
        group = {"token": _tokens(seed)[0], "streams": streams, "sampled": min(streams, SAMPLED)}
        with Listeners(running.port, [group]) as listeners:
            # One round of writes with all of them there, that counts for nothing: buffers grow, code warms up.
            warm = _write(running, seed, _tokens(seed), max(2, rate // 10), rate)
            _tell_of_streams(bench, streams_scenario(streams), server, running, seed, listeners, rate, streams, len(warm), number)


def _busy_account(bench: Bench, server: Server, number: int) -> None:
    seed = bench.seed()
    others = [OtherAccount(f"quiet-{n}", people=0) for n in range(QUIET_ACCOUNTS)]
    with server.running(seed, others) as running:
        groups = [{"token": _tokens(seed)[0], "streams": BUSY_STREAMS, "sampled": BUSY_SAMPLED},
                  *({"token": other.token, "streams": QUIET_STREAMS // QUIET_ACCOUNTS, "sampled": 0} for other in others)]
        with Listeners(running.port, groups) as listeners:
            warm = _write(running, seed, _tokens(seed), BUSY_WRITES, BUSY_WRITES)
            _tell_of_streams(bench, BUSY, server, running, seed, listeners, BUSY_WRITES, BUSY_STREAMS, len(warm), number)


def _across_nodes(bench: Bench, number: int) -> None:
    seed = bench.seed()
    with postgres.two_nodes(seed) as (written, told):
        group = {"token": _tokens(seed)[0], "streams": ACROSS_STREAMS, "sampled": ACROSS_STREAMS}
        with Listeners(told.port, [group]) as listeners:
            warm = _write(written, seed, _tokens(seed), WARM_UP_WRITES, 4 * WARM_UP_WRITES)
            _tell_of_streams(bench, ACROSS_NODES, Linebook(), written, seed, listeners, ACROSS_WRITES, ACROSS_STREAMS, len(warm), number)


def _tell_of_streams(bench: Bench, scenario: str, server: Server, running: Running, seed: Seed, listeners: Listeners, rate: int,
                     streams: int, before: int, number: int) -> None:
    cpu = running.cpu_seconds()
    writes = _write(running, seed, _tokens(seed), max(2, round(rate * bench.options.seconds)), rate)
    outcome = _outcome(writes, listeners.told(before + len(writes)))
    told = len(writes) * streams
    _add(bench, scenario, server, outcome, told, running.cpu_seconds() - cpu, number)


def _webhooks(bench: Bench, server: Server, number: int) -> None:
    seed, endpoints = bench.seed(), bench.options.webhook_endpoints
    accounts = [OtherAccount(f"receives-{n}", people=PEOPLE) for n in range(-(-endpoints // WEBHOOKS_AN_ACCOUNT))]
    each = endpoints // len(accounts)
    with Receivers(endpoints) as receivers, server.running(seed, accounts) as running:
        for place in range(endpoints):
            _new_webhook(running, accounts[place // each].token, receivers.url(place))
        time.sleep(TAKEN_UP_SECONDS)
        tokens = [account.token for account in accounts]
        # Writes go to one account after the other, and each is told to all endpoints of its own.
        before = each * len(_write(running, seed, tokens, 2 * len(tokens), len(tokens), people=PEOPLE))
        receivers.told(before)
        asked_for = DELIVERIES_A_SECOND * endpoints // 500
        for scenario, deliveries, a_second in (
                (steady_webhooks(endpoints), round(asked_for * bench.options.seconds), asked_for),
                (burst_of_webhooks(endpoints), bench.options.webhook_burst, bench.options.webhook_burst / BURST_SECONDS)):
            cpu = running.cpu_seconds()
            writes = _write(running, seed, tokens, max(2, deliveries // each), a_second / each, people=PEOPLE)
            before += len(writes) * each
            outcome = _outcome(writes, receivers.told(before))
            _add(bench, scenario, server, outcome, len(writes) * each, running.cpu_seconds() - cpu, number)


def _tokens(seed: Seed) -> list[str]:
    return seed.tokens.read_text().split()


def _write(running: Running, seed: Seed, tokens: list[str], writes: int, rate: float, people: int | None = None) -> list[Write]:
    with Writer(port=running.port, tokens=tokens, people=people or seed.people, rate=rate, writes=writes,
                first_number=next(_first_numbers)) as writer:
        return writer.writes()


def _outcome(writes: list[Write], told: list[Told]) -> Outcome:
    """All that was told of these writes."""
    moments = {number: (due, answered) for number, due, answered in writes}
    seen = [(at - moments[number][0], at - moments[number][1], at) for number, at in told if number in moments]
    if len({number for number, _ in told} & moments.keys()) < len(moments):
        raise RuntimeError("a write was not told of")
    return Outcome([since_due * 1e3 for since_due, _, _ in seen], [since_answer * 1e3 for _, since_answer, _ in seen],
                   max(at for _, _, at in seen) - writes[0][1])


def _add(bench: Bench, scenario: str, server: Server, outcome: Outcome, told: int, cpu_seconds: float, number: int) -> None:
    """`told`: to all, not only to those that were looked into."""
    figures = {"told_per_second": told / outcome.seconds, "cpu_us_each": cpu_seconds / told * 1e6}
    for name, latencies in (("due", outcome.since_due), ("answered", outcome.since_answer)):
        hundredths = statistics.quantiles(latencies, n=100, method="inclusive")
        figures |= {f"{name}_p50_ms": hundredths[49], f"{name}_p99_ms": hundredths[98]}
    bench.results.add(scenario, server.name, **figures)
    bench.say(f"{scenario}, round {number + 1}: {server.name} {figures['told_per_second']:,.0f}/s, since the answer p50 "
              f"{figures['answered_p50_ms']:.2f} ms, p99 {figures['answered_p99_ms']:.2f} ms")


def _new_webhook(running: Running, token: str, url: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("POST", "/webhooks", json.dumps({"url": url, "types": ["contact_number.*"]}),
                           {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"a webhook was answered {answer.status}: {content[:300]!r}")
