"""What is to be reached, beside what was measured in the same run."""
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .bench import Options
from .results import Results, figure, table
from .scenarios import (connections, console, decisions, do_not_call, events, growth, imports, postgres, requests, restart, search,
                        writes)


class Target(NamedTuple):
    what: str
    measured: float | None
    bound: float
    unit: str
    at_most: bool

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured <= self.bound if self.at_most else self.measured >= self.bound


def at_least(what: str, measured: float | None, bound: float, unit: str = "×") -> Target:
    return Target(what, measured, bound, unit, at_most=False)


def at_most(what: str, measured: float | None, bound: float, unit: str = "×") -> Target:
    return Target(what, measured, bound, unit, at_most=True)


def targets(results: Results, options: Options) -> Iterator[Target]:
    def times(metric: str, scenario: str, over: str, under: str) -> float | None:
        return results.ratio(metric, (scenario, over), (scenario, under))

    yield at_least("GET by id, throughput: Linebook / Fastify",
                   times("per_second", requests.GET, "Linebook", "Fastify"), 4)
    yield at_least("GET by id, throughput: Linebook / nginx return 200",
                   times("per_second", requests.GET, "Linebook", "nginx return 200"), 0.5)
    yield at_least("GET by id, requests per CPU second: two threads / one",
                   times("cpu_us", requests.THREADS, "Linebook", "Linebook, 2 threads"), 0.85)
    yield at_least("POST, throughput: Linebook / Fastify", times("per_second", writes.POST, "Linebook", "Fastify"), 6)
    yield at_most("POST, p99: Linebook / Fastify", times("p99_ms", writes.POST, "Linebook", "Fastify"), 1 / 20)
    yield at_most("POST on one connection, median: Linebook / bare commit",
                  times("p50_ms", writes.POST_ALONE, "Linebook", writes.BARE_COMMIT), 1.3)
    yield at_most("mixed load, p99 of GET: Linebook / Fastify",
                  times("p99_ms", writes.MIXED_READS, "Linebook", "Fastify"), 1 / 15)

    for numbers in options.large_books():
        slowest = [p99 for digits in search.DIGITS for filtered in (False, True)
                   if (p99 := results.median(search.scenario(digits, filtered, numbers), "Linebook", "p99_ms"))]
        yield at_most(f"search, {numbers:,} numbers: slowest p99", max(slowest, default=None),
                      1 if numbers <= 1_000_000 else 5, " ms")
    yield at_least(f"import of {options.large_book:,} numbers",
                   results.median(f"{imports.IMPORT}, {options.large_book:,} numbers", "Linebook", "rows_per_second"),
                   30_000, " rows/s")
    yield at_most("GET, p99: beside an import / alone",
                  results.ratio("p99_ms", (imports.READS_BESIDE, "Linebook"), (imports.READS_ALONE, "Linebook")), 5)
    small, largest = min(options.growth), max(options.growth)
    if small != largest:
        for kind in growth.KINDS:
            yield at_most(f"growth, {small:,} → {largest:,} numbers: time of {kind}",
                          results.ratio("per_second", (growth.scenario(kind, small), "Linebook"),
                                        (growth.scenario(kind, largest), "Linebook")), 1.5)
    for numbers in options.large_books():
        yield at_most(f"restart to ready, {numbers:,} numbers",
                      results.median(restart.scenario(numbers), "Linebook", "seconds_to_ready"),
                      0.5 if numbers <= 1_000_000 else 2, " s")
    yield at_most("idle connection", results.median(connections.scenario(options.idle_connections), "Linebook",
                                                    "bytes_of_memory"), 5000, " bytes")

    for store in decisions.STORES:
        yield from decision_targets(results, store)

    for server in ("Linebook", "Linebook, 2 threads"):
        yield at_most(f"{events.BUSY}: p99 since the answer, {server}", results.median(events.BUSY, server, "answered_p99_ms"), 20, " ms")
    yield at_most(f"{events.ACROSS_NODES}: p99 since the answer", results.median(events.ACROSS_NODES, "Linebook", "answered_p99_ms"),
                  250, " ms")
    burst = events.burst_of_webhooks(options.webhook_endpoints)
    yield at_least(f"{burst}: deliveries/s", results.median(burst, "Linebook", "told_per_second"), 2_000, "/s")

    yield from console_targets(results)

    for way in do_not_call.WAYS:
        name = do_not_call.scenario(options.listed_numbers, way)
        for what, metric, bound, unit in (("to load in the server", "seconds_to_load_in_the_server", 90, " s"),
                                          ("on disk", "bytes", 300e6, " bytes"),
                                          ("a look-up of a listed number", "nanoseconds_a_look_up_of_a_listed_number", 1000, " ns"),
                                          ("a look-up of another", "nanoseconds_a_look_up_of_another", 1000, " ns")):
            yield at_most(f"{name}: {what}", results.median(name, "Linebook", metric), bound, unit)

    for scenario, floor, bound in ((postgres.GET, postgres.PGBENCH_SELECT, 0.7), (postgres.POST, postgres.PGBENCH_INSERT, 1.5)):
        yield at_least(f"{scenario}, throughput: Linebook / pgbench", times("per_second", scenario, "Linebook", floor), bound)
        yield at_least(f"{scenario}, throughput: Linebook / FastAPI", times("per_second", scenario, "Linebook", "FastAPI"), 5)
    slowest = [p99 for digits in search.DIGITS for filtered in (False, True)
               if (p99 := results.median(postgres.search_scenario(digits, filtered, options.large_book), "Linebook", "p99_ms"))]
    yield at_most(f"PostgreSQL, search, {options.large_book:,} numbers: slowest p99", max(slowest, default=None), 25, " ms")


def console_targets(results: Results) -> Iterator[Target]:
    def median(scenario: str, metric: str) -> float | None:
        return results.median(scenario, "Linebook", metric)

    yield at_most(f"{console.SIZES} of the first page, compressed", median(console.SIZES, "kB_of_the_first_page"), 130, " kB")
    yield at_most(f"{console.SIZES} of the largest page, compressed", median(console.SIZES, "kB_of_the_largest_page"), 130, " kB")
    yield at_most(f"{console.PAGES}, first paint, median", median(console.PAGES, "first_paint_p50_ms"), 500, " ms")
    yield at_most(f"{console.SEARCH}: from a key to its results, p99", median(console.SEARCH, "from_key_to_results_p99_ms"), 100, " ms")
    for what in console.SCROLLED:
        yield at_most(f"{console.scroll_scenario(what)}: longest task", median(console.scroll_scenario(what), "long_task_worst_ms"), 200, " ms")
    for what in console.BURSTS:
        yield at_most(f"{console.burst_scenario(what)}: longest task", median(console.burst_scenario(what), "long_task_worst_ms"), 200, " ms")


def decision_targets(results: Results, store: str) -> Iterator[Target]:
    for what, over, under, bound in (
            ("a decision, kept / POST of a number", decisions.KEPT, decisions.POST, 0.7),
            ("a forecast / GET by id", decisions.FORECAST, decisions.GET, 0.6),
            ("a preview / GET by id", decisions.PREVIEW, decisions.GET, 0.6)):
        yield at_least(f"{store}decisions, throughput: {what}",
                       results.ratio("per_second", (store + over, "Linebook"), (store + under, "Linebook")), bound)
    for metric, what in (("p50_ms", "median"), ("p99_ms", "p99")):
        yield at_most(f"{store}decisions, batch of {decisions.BATCH_SIZE:,}: {what}",
                      results.median(store + decisions.BATCH, "Linebook", metric), 50, " ms")


def target_table(results: Results, options: Options, unmeasured: bool) -> str:
    """Those that were not measured only where all should have been."""
    word: Callable[[bool | None], str] = {True: "yes", False: "**no**", None: "not measured"}.__getitem__
    lines = [[t.what, f"{'≤' if t.at_most else '≥'} {figure(t.bound)}{t.unit}",
              "" if t.measured is None else f"{figure(t.measured)}{t.unit}", word(t.met)]
             for t in targets(results, options) if unmeasured or t.measured is not None]
    return table(["target", "bound", "measured", "met"], lines) if lines else ""
