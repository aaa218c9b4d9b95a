"""Dial lists: `next` of one entry by 64 dialers at once, on a list of all patients of a large book, which its filter fills
while it is measured how long that takes. The policy allows every hour, so that the time of the day tells nothing."""
import http.client
import json
import time

from .. import paths, postgres, wrk
from ..bench import Bench
from ..seeds import Seed
from ..servers import Linebook, Running, Server
from ..wrk import Load

ON_SQLITE, ON_POSTGRES = "", "PostgreSQL: "
STORES = (ON_SQLITE, ON_POSTGRES)
NEXT = "dial lists: next"
FILL = "dial lists: filled from a filter"
DIALERS = 64
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
    path = paths.BUILD / "dial_lists"
    path.write_text(f"/dial-lists/{dial_list}/next\n")
    load = Load("next", connections=DIALERS, targets=path)
    if number == 0:
        wrk.run(load, running, seed, wrk.WARM_UP_SECONDS)
    outcome = bench.measure(store + NEXT, server.name, load, running, seed)
    bench.say(f"{store}{NEXT} of {entries:,}, {DIALERS} dialers, round {number + 1}: {outcome.per_second:,.0f}/s,"
              f" p50 {outcome.p50_ms:.1f} ms, p99 {outcome.p99_ms:.1f} ms")


def _filled(running: Running, token: str, dial_list: str) -> int:
    deadline = time.monotonic() + FILL_TIMEOUT
    while time.monotonic() < deadline:
        (seen,) = [one for one in _ask(running, token, "GET", "/dial-lists")["dial_lists"] if one["id"] == dial_list]
        if not seen["filling"]:
            return seen["entries"]
        time.sleep(0.2)
    raise RuntimeError("the list was not filled in time")


def _ask(running: Running, token: str, method: str, path: str, body: dict | None = None) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    connection.request(method, path, None if body is None else json.dumps(body),
                       {"Authorization": f"Bearer {token}", **({} if body is None else {"Content-Type": "application/json"})})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{method} {path} was answered {answer.status}: {content[:300]!r}")
    return json.loads(content)
