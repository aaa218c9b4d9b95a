"""From the start of the process to the first 200 of /readyz, after a clean stop and after kill -9."""
from ..bench import Bench
from ..servers import Linebook


def scenario(numbers: int) -> str:
    return f"restart, {numbers:,} numbers"


def restart(bench: Bench) -> None:
    server = Linebook()
    for numbers in bench.options.large_books():
        seed = bench.seed(numbers)
        with server.running(seed) as first:
            first.stop()
            for _ in range(bench.options.rounds):
                again = server.start(first.site)
                bench.results.add(scenario(numbers), server.name, seconds_to_ready=again.ready_seconds)
                again.kill()
                after_kill = server.start(first.site)
                bench.results.add(scenario(numbers), server.name, seconds_to_ready_after_kill=after_kill.ready_seconds)
                after_kill.stop()
        median = bench.results.median(scenario(numbers), server.name, "seconds_to_ready")
        bench.say(f"{scenario(numbers)}: {median:.3f} s")
