"""GET /api/v2/phone-numbers?q=…: any part of a number, first page and exact total, one connection."""
import random

from .. import book, paths, wrk
from ..bench import Bench
from ..servers import Linebook
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
    seed = bench.seed(numbers)
    server = Linebook()
    with server.running(seed) as running:
        for _ in range(bench.options.rounds):
            for digits in DIGITS:
                for filtered in (False, True):
                    # A search that is too slow for its deadline is refused (503), which is told, and no sample.
                    load = Load("get", connections=1, refusals=True, targets=_targets(numbers, digits, filtered))
                    name = scenario(digits, filtered, numbers)
                    outcome = wrk.run(load, running, seed, min(2, bench.options.seconds))
                    if outcome.refused:
                        bench.say(f"{name}: {outcome.refused} of {outcome.requests} refused")
                    bench.results.add(name, server.name, **outcome.figures())
                    bench.say(f"{name}: p50 {outcome.p50_ms:.2f} ms, p99 {outcome.p99_ms:.2f} ms")


def _targets(numbers: int, digits: int, filtered: bool):
    """Parts of numbers that are there; the same in every run."""
    choice = random.Random(digits)
    path = paths.BUILD / f"search-{digits}{'-filtered' if filtered else ''}"
    with path.open("w") as file:
        for _ in range(QUERIES):
            start = choice.randrange(10 - digits + 1)
            part = book.number(choice.randrange(numbers))[start:start + digits]
            file.write(f"/api/v2/phone-numbers?q={part}{FILTERS if filtered else ''}\n")
    return path
