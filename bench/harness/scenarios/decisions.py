"""May I call? Decisions that are kept beside POST of a contact number, previews and forecasts beside GET of one, and batches.

What is decided are calls for care to numbers picked at random; forecasts are for an hour when all of the country is awake.
"""
import datetime
import http.client
import json
import math
import pathlib
import random
import statistics
import time

from .. import paths, postgres
from ..bench import Bench
from ..seeds import Seed
from ..servers import Linebook, Running, Server
from ..wrk import Load

ON_SQLITE, ON_POSTGRES = "", "PostgreSQL: "
STORES = (ON_SQLITE, ON_POSTGRES)
GET = "decisions beside GET by id"
PREVIEW = "decisions: GET of a preview"
FORECAST = "decisions: POST of a forecast"
POST = "decisions beside POST of a number"
KEPT = "decisions: POST, kept"
BATCH_SIZE, BATCHES, WARM_UP_BATCHES = 1000, 50, 2
BATCH = f"decisions: POST of a batch of {BATCH_SIZE:,}"
EVERYBODY_IS_AWAKE = datetime.time(hour=20)  # UTC: from 10:00 in Hawaii to 16:00 in New York


def decisions(bench: Bench) -> None:
    _decisions(bench, ON_SQLITE, Linebook())


def postgres_decisions(bench: Bench) -> None:
    _decisions(bench, ON_POSTGRES, postgres.LinebookOnPostgres())


def _decisions(bench: Bench, store: str, server: Server) -> None:
    seed = bench.seed()
    tomorrow = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)
    asked_at = f"{tomorrow}T{EVERYBODY_IS_AWAKE}Z"
    loads = {GET: Load("get"), PREVIEW: Load("get", targets=_previews(seed)), FORECAST: Load("decide", asked_at=asked_at),
             POST: Load("post"), KEPT: Load("decide")}
    for number in range(bench.options.rounds):
        for scenario, load in loads.items():
            bench.compare_once(store + scenario, load, server, seed, number)
        _batches(bench, store + BATCH, server, seed, number)


def _previews(seed: Seed) -> pathlib.Path:
    path = paths.BUILD / "previews"
    targets = seed.targets.read_text().split()
    path.write_text("".join(f"{target}/reachability?channel=call&purpose=care\n" for target in targets))
    return path


def _batches(bench: Bench, scenario: str, server: Server, seed: Seed, number: int) -> None:
    """One after another on one connection, until the last byte of the answer is there."""
    with server.running(seed) as running:
        for turn in range(WARM_UP_BATCHES):
            _batch_ms(running, seed, random.Random(-1 - turn))
        before = running.cpu_seconds()
        took = sorted(_batch_ms(running, seed, random.Random(turn)) for turn in range(BATCHES))
        cpu = running.cpu_seconds() - before
    figures = {"per_second": BATCHES / sum(took) * 1e3, "p50_ms": statistics.median(took),
               "p99_ms": took[math.ceil(BATCHES * 0.99) - 1], "cpu_us": cpu / BATCHES * 1e6}
    bench.results.add(scenario, server.name, **figures)
    bench.say(f"{scenario}, round {number + 1}: p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms")


def _batch_ms(running: Running, seed: Seed, choice: random.Random) -> float:
    ids = [target.rpartition("/")[2] for target in choice.choices(seed.targets.read_text().split(), k=BATCH_SIZE)]
    body = json.dumps({"decisions": [{"phone_id": id, "channel": "call", "purpose": "care"} for id in ids]})
    headers = {"Authorization": f"Bearer {seed.tokens.read_text().split()[0]}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    try:
        connection.connect()
        started = time.perf_counter()
        connection.request("POST", "/decisions/batch", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - started
    finally:
        connection.close()
    kept = [decision.get("id") for decision in json.loads(content).get("decisions", [])]
    if answer.status != 200 or len(kept) != BATCH_SIZE or None in kept:
        raise RuntimeError(f"a batch was answered {answer.status}: {content[:300]!r}")
    return took * 1e3
