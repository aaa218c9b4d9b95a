"""One run: what was asked for, the seeds, and how a load is measured."""
import dataclasses
import sys
from collections.abc import Iterable

from . import seeds, wrk
from .results import Results
from .seeds import Seed
from .servers import Running, Server
from .wrk import Load, Outcome


@dataclasses.dataclass(frozen=True)
class Options:
    rounds: int = 3
    seconds: float = 5
    growth: tuple[int, ...] = (10_000, 1_000_000)
    book: int = 10_000  # numbers in the book of scenarios that compare servers
    large_book: int = 1_000_000  # and of those that search, import and restart
    idle_connections: int = 10_000
    listed_numbers: int = 250_000_000  # of a do-not-call list
    event_streams: tuple[int, ...] = (1, 1_000, 10_000)
    webhook_endpoints: int = 500
    webhook_burst: int = 30_000  # deliveries
    console_contacts: int = 100_000
    console_ledger_book: int = 1_000_000  # numbers, whose import leaves one and a half million entries
    peers: bool = True

    def large_books(self) -> list[int]:
        return sorted({self.large_book, *(numbers for numbers in self.growth if numbers > self.large_book)})


class Bench:
    def __init__(self, options: Options):
        self.options = options
        self.results = Results()

    def seed(self, numbers: int | None = None, anew: bool = False) -> Seed:
        wanted = numbers or self.options.book
        # Peers are compared on one size of book.
        peers = self.options.peers and wanted == self.options.book
        return seeds.seed(wanted, peers, anew)

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def compare(self, scenario: str, load: Load, servers: Iterable[Server], seed: Seed | None = None) -> None:
        """Every server in turn, as many rounds as asked for: what drifts meanwhile meets all of them."""
        seed = seed or self.seed()
        servers = list(servers)
        for number in range(self.options.rounds):
            for server in servers:
                self.compare_once(scenario, load, server, seed, number)

    def compare_once(self, scenario: str, load: Load, server: Server, seed: Seed, number: int) -> None:
        """One server's part of a round: started, warmed up, measured, stopped."""
        with server.running(seed) as running:
            wrk.run(load, running, seed, wrk.WARM_UP_SECONDS)
            outcome = self.measure(scenario, server.name, load, running, seed)
        self.say(f"{scenario}, round {number + 1}: {server.name} {outcome.per_second:,.0f}/s, "
                 f"p99 {outcome.p99_ms:.2f} ms")

    def measure(self, scenario: str, name: str, load: Load, running: Running, seed: Seed) -> Outcome:
        """A load on a server that runs, as one sample."""
        before = running.cpu_seconds()
        outcome = wrk.run(load, running, seed, self.options.seconds)
        cpu = running.cpu_seconds() - before
        self.results.add(scenario, name, **outcome.figures(load.batch))
        if outcome.requests > 0:
            self.results.add(scenario, name, cpu_us=cpu / outcome.requests * 1e6)
        return outcome
