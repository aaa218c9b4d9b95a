"""GET /api/v2/phone-numbers?q=…: any part of a number, first page and exact total, one connection."""
import pathlib
import random
from collections.abc import Callable

from .. import book, paths, wrk
from ..bench import Bench
from ..servers import Linebook, Server
from ..wrk import Load

DIGITS = (1, 3, 6, 10)
FILTERS = "&phone_type=cell&verified=true"
QUERIES = 2000


def scenario(digits: int, filtered: bool, numbers: int) -> str:
    return f"search, {digits} digit{'s' if digits > 1 else ''}{', filtered' if filtered else ''}, {numbers:,} numbers"


def search(bench: Bench) -> None:
    for numbers in bench.options.large_books():
        _search(bench, numbers)


def _search(bench: Bench, numbers: int) -> None:
    searches(bench, numbers, Linebook(), scenario)


def searches(bench: Bench, numbers: int, server: Server, scenario: Callable[[int, bool, int], str]) -> None:
    seed = bench.seed(numbers)
    with server.running(seed) as running:
        wrk.run(_load(numbers, 3, False), running, seed, wrk.WARM_UP_SECONDS)
        for _ in range(bench.options.rounds):
            for digits in DIGITS:
                for filtered in (False, True):
                    name = scenario(digits, filtered, numbers)
                    outcome = bench.measure(name, server.name, _load(numbers, digits, filtered), running, seed)
                    if outcome.refused:
                        bench.say(f"{name}: {outcome.refused} of {outcome.requests} refused")
                    bench.say(f"{name}: p50 {outcome.p50_ms:.2f} ms, p99 {outcome.p99_ms:.2f} ms")


def _load(numbers: int, digits: int, filtered: bool) -> Load:
    """One after another. A search that is too slow for its deadline is refused (503), which is told."""
    return Load("get", connections=1, refusals=True, targets=_targets(numbers, digits, filtered))


def _targets(numbers: int, digits: int, filtered: bool) -> pathlib.Path:
    """Parts of numbers that are there; the same in every run."""
    choice = random.Random(digits)
    path = paths.BUILD / f"search-{digits}{'-filtered' if filtered else ''}"
    with path.open("w") as file:
        for _ in range(QUERIES):
            start = choice.randrange(10 - digits + 1)
            part = book.number(choice.randrange(numbers))[start:start + digits]
            file.write(f"/api/v2/phone-numbers?q={part}{FILTERS if filtered else ''}\n")
    return path
