"""POST of contact numbers: many at a time, one alone, and beside GETs."""
import json
import shutil
import subprocess

from .. import paths, wrk
from ..bench import Bench
from ..servers import FastApi, Fastify, Linebook
from ..wrk import Load, Wrk

POST = "POST, 64 connections"
POST_MANY = "POST, 512 connections"
POST_ALONE = "POST, one connection"
BARE_COMMIT = "SQLite alone"
MIXED_READS, MIXED_WRITES = "mixed: GET, 32 connections", "mixed: POST, 16 connections"


def post(bench: Bench) -> None:
    bench.compare(POST, Load("post"), [Linebook(), *([Fastify(), FastApi()] if bench.options.peers else [])])


def post_many(bench: Bench) -> None:
    bench.compare(POST_MANY, Load("post", connections=512), [Linebook(), *([Fastify()] if bench.options.peers else [])])


def post_alone(bench: Bench) -> None:
    """One after another, beside the same rows committed through SQLite and nothing else."""
    seed = bench.seed()
    load = Load("post", connections=1, primary_every=0)
    for number in range(bench.options.rounds):
        bench.compare_once(POST_ALONE, load, Linebook(), seed, number)
        bare = bare_commit(bench)
        bench.results.add(POST_ALONE, BARE_COMMIT, **bare)
        bench.say(f"{POST_ALONE}, round {number + 1}: {BARE_COMMIT} {bare['per_second']:,.0f}/s, "
                  f"p99 {bare['p99_ms']:.2f} ms")
        if bench.options.peers:
            bench.compare_once(POST_ALONE, load, Fastify(), seed, number)


def bare_commit(bench: Bench) -> dict[str, float]:
    site = paths.SITES / "bare-commit"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(bench.seed().linebook, site)
    try:
        done = subprocess.run([paths.BARE_COMMIT, site / "linebook.db", str(bench.options.seconds)], check=True,
                              capture_output=True, text=True)
        return json.loads(done.stdout)
    finally:
        shutil.rmtree(site)


def mixed(bench: Bench) -> None:
    """Readers while others write: two load generators at the same time."""
    seed = bench.seed()
    for number in range(bench.options.rounds):
        for server in [Linebook(), *([Fastify()] if bench.options.peers else [])]:
            with server.running(seed) as running:
                wrk.run(Load("get"), running, seed, wrk.WARM_UP_SECONDS)
                writing = Wrk(Load("post", connections=16), running, seed, bench.options.seconds)
                reading = Wrk(Load("get", connections=32), running, seed, bench.options.seconds)
                for scenario, outcome in ((MIXED_READS, reading.wait()), (MIXED_WRITES, writing.wait())):
                    bench.results.add(scenario, server.name, **outcome.figures())
                    bench.say(f"{scenario}, round {number + 1}: {server.name} {outcome.per_second:,.0f}/s, "
                              f"p99 {outcome.p99_ms:.2f} ms")
