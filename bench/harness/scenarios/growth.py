"""The same requests on larger and larger books, and what a number takes on disk and in memory."""
from .. import paths, wrk
from ..bench import Bench
from ..servers import Linebook
from ..wrk import Load

KINDS = ("GET", "PATCH", "POST", "first page")


def scenario(kind: str, numbers: int) -> str:
    return f"{kind}, {numbers:,} numbers"


def growth(bench: Bench) -> None:
    page = paths.BUILD / "first-page"
    page.write_text("/api/v2/phone-numbers\n")
    loads = {"GET": Load("get"), "PATCH": Load("patch"), "POST": Load("post"), "first page": Load("get", targets=page)}
    server = Linebook()
    for number in range(bench.options.rounds):
        for numbers in bench.options.growth:
            seed = bench.seed(numbers)
            with server.running(seed) as running:
                for kind in KINDS:
                    wrk.run(loads[kind], running, seed, wrk.WARM_UP_SECONDS)
                    outcome = bench.measure(scenario(kind, numbers), server.name, loads[kind], running, seed)
                    bench.say(f"{scenario(kind, numbers)}, round {number + 1}: {outcome.per_second:,.0f}/s, "
                              f"p99 {outcome.p99_ms:.2f} ms")
    for numbers in bench.options.growth:
        seed = bench.seed(numbers)
        with server.running(seed) as running:
            wrk.run(loads["GET"], running, seed, wrk.WARM_UP_SECONDS)
            bench.results.add(f"size, {numbers:,} numbers", server.name,
                              disk_bytes_per_number=seed.disk_bytes / numbers,
                              MB_of_own_memory=running.own_memory() / 1e6)
