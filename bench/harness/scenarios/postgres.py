"""The same on PostgreSQL: GET by id, POST, search."""
from .. import postgres
from ..bench import Bench
from ..wrk import Load
from . import search as embedded

CLIENTS = 64
GET = "PostgreSQL: GET by id, 64 connections"
POST = "PostgreSQL: POST, 64 connections"
PGBENCH_SELECT, PGBENCH_INSERT = "pgbench, the same select", "pgbench, the same statements"


def get(bench: Bench) -> None:
    _beside_pgbench(bench, GET, Load("get", CLIENTS), PGBENCH_SELECT, postgres.SELECT)


def post(bench: Bench) -> None:
    _beside_pgbench(bench, POST, Load("post", CLIENTS), PGBENCH_INSERT, postgres.INSERT)


def search(bench: Bench) -> None:
    embedded.searches(bench, bench.options.large_book, postgres.LinebookOnPostgres(), search_scenario)


def search_scenario(digits: int, filtered: bool, numbers: int) -> str:
    return f"PostgreSQL: {embedded.scenario(digits, filtered, numbers)}"


def _beside_pgbench(bench: Bench, scenario: str, load: Load, floor: str, script: str) -> None:
    seed = bench.seed()
    servers = [postgres.LinebookOnPostgres(), *([postgres.FastApiOnPostgres()] if bench.options.peers else [])]
    for number in range(bench.options.rounds):
        for server in servers:
            bench.compare_once(scenario, load, server, seed, number)
        alone = postgres.pgbench(seed, script, load.connections, bench.options.seconds)
        bench.results.add(scenario, floor, **alone)
        bench.say(f"{scenario}, round {number + 1}: {floor} {alone['per_second']:,.0f}/s")
