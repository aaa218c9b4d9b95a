"""Dial lists: `next` of 10 entries by several dialers at once, on a list of all patients of a large book, which its filter
fills while it is measured how long that takes. The policy allows every hour, so that the time of the day tells nothing."""
import http.client
import json
import math
import statistics
import threading
import time

from .. import postgres
from ..bench import Bench
from ..seeds import Seed
from ..servers import Linebook, Running, Server

ON_SQLITE, ON_POSTGRES = "", "PostgreSQL: "
STORES = (ON_SQLITE, ON_POSTGRES)
NEXT = "dial lists: next of 10"
FILL = "dial lists: filled from a filter"
DIALERS, COUNT, WARM_UP = 8, 10, 20
FILL_TIMEOUT = 1800  # seconds
ALL_DAY = {"start": "00:00", "end": "24:00"}


def dial_lists(bench: Bench) -> None:
    _dial_lists(bench, ON_SQLITE, Linebook())


def postgres_dial_lists(bench: Bench) -> None:
    _dial_lists(bench, ON_POSTGRES, postgres.LinebookOnPostgres())


def _dial_lists(bench: Bench, store: str, server: Server) -> None:
    seed = bench.seed(2 * bench.options.large_book)  # each has two
    with server.running(seed) as running:
        token = seed.tokens.read_text().split()[0]
        _ask(running, token, "PUT", "/policy", {"hours": {"care": ALL_DAY}})
        started = time.perf_counter()
        made = _ask(running, token, "POST", "/dial-lists", {"name": "Everybody", "purpose": "care", "people": {"filter": {}}})
        entries = _filled(running, token, made["id"])
        took = time.perf_counter() - started
        bench.results.add(store + FILL, server.name, per_second=entries / took)
        bench.say(f"{store}{FILL}: {entries:,} entries in {took:.1f} s")
        for number in range(bench.options.rounds):
            _take(bench, store, server, seed, running, made["id"], entries, number)


def _take(bench: Bench, store: str, server: Server, seed: Seed, running: Running, dial_list: str, entries: int, number: int) -> None:
    tokens = seed.tokens.read_text().split()
    took: list[float] = []
    ends = time.perf_counter() + bench.options.seconds
    failures: list[BaseException] = []

    def dial(place: int) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
            mine = []
            while time.perf_counter() < ends or len(mine) <= WARM_UP:
                before = time.perf_counter()
                taken = _ask(running, tokens[place % len(tokens)], "POST", f"/dial-lists/{dial_list}/next", {"count": COUNT, "lease_seconds": 900}, connection)
                mine.append((time.perf_counter() - before) * 1e3)
                if len(taken["entries"]) != COUNT:
                    break  # everybody is given out: the book was too small for the time
            took.extend(mine[WARM_UP:])
        except BaseException as failure:
            failures.append(failure)

    before = running.cpu_seconds()
    started = time.perf_counter()
    dialers = [threading.Thread(target=dial, args=(place,)) for place in range(DIALERS)]
    for dialer in dialers:
        dialer.start()
    for dialer in dialers:
        dialer.join()
    if failures or not took:
        raise RuntimeError(f"{store}{NEXT}: {failures[0] if failures else 'nobody was given out'}")
    seconds = time.perf_counter() - started
    took.sort()
    figures = {"per_second": len(took) / seconds, "p50_ms": statistics.median(took),
               "p99_ms": took[math.ceil(len(took) * 0.99) - 1], "cpu_us": (running.cpu_seconds() - before) / len(took) * 1e6}
    bench.results.add(store + NEXT, server.name, **figures)
    bench.say(f"{store}{NEXT} of {entries:,}, {DIALERS} dialers, round {number + 1}: {figures['per_second']:.0f}/s,"
              f" p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms")


def _filled(running: Running, token: str, dial_list: str) -> int:
    deadline = time.monotonic() + FILL_TIMEOUT
    while time.monotonic() < deadline:
        (seen,) = [one for one in _ask(running, token, "GET", "/dial-lists")["dial_lists"] if one["id"] == dial_list]
        if not seen["filling"]:
            return seen["entries"]
        time.sleep(0.2)
    raise RuntimeError("the list was not filled in time")


def _ask(running: Running, token: str, method: str, path: str, body: dict | None = None,
         connection: http.client.HTTPConnection | None = None) -> dict:
    connection = connection or http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    connection.request(method, path, None if body is None else json.dumps(body),
                       {"Authorization": f"Bearer {token}", **({} if body is None else {"Content-Type": "application/json"})})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{method} {path} was answered {answer.status}: {content[:300]!r}")
    return json.loads(content)
