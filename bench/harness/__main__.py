"""script/bench: measures Linebook beside other servers, and tells the medians of one run and their ratios.

The load generator shares the machine with the server: absolute figures drift from run to run, ratios within one hold.
"""
import argparse
import datetime
import subprocess
import sys

from . import document, machine, paths, profile
from .bench import Bench, Options
from .results import table
from .scenarios import SCENARIOS
from .targets import target_table


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help=f"what to measure: {', '.join(SCENARIOS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="one round of two seconds each, on small books")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default 3)")
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement (default 5)")
    parser.add_argument("--ten-million", action="store_true", help="also search, growth and restart at 10,000,000")
    parser.add_argument("--no-peers", action="store_true", help="without Fastify and FastAPI")
    parser.add_argument("--profile", action="store_true", help="also where the time of GET and POST goes (perf)")
    parser.add_argument("--micro", action="store_true", help="also the store's own benchmarks")
    parser.add_argument("--write-docs", action="store_true", help="put the tables into docs/PERFORMANCE.md; those of events alone into their own section")
    chosen = parser.parse_args()
    if unknown := set(chosen.scenarios) - SCENARIOS.keys():
        parser.error(f"unknown scenario: {', '.join(sorted(unknown))}")
    return chosen


def options(chosen: argparse.Namespace) -> Options:
    if chosen.quick:
        return Options(rounds=1, seconds=2, growth=(1_000, 20_000), large_book=20_000, idle_connections=1_000,
                       listed_numbers=2_500_000, event_streams=(1, 100, 1_000), webhook_endpoints=50, webhook_burst=2_500,
                       console_contacts=20_000, console_ledger_book=20_000,
                       peers=not chosen.no_peers)
    growth = (10_000, 1_000_000) + ((10_000_000,) if chosen.ten_million else ())
    return Options(rounds=chosen.rounds, seconds=chosen.seconds, growth=growth, peers=not chosen.no_peers)


def report(bench: Bench, facts: dict[str, str], profiles: list[tuple[str, str]], everything: bool) -> str:
    """The outcome in Markdown: on what, targets, requests, other measures, profiles."""
    command = " ".join(["script/bench", *(argument for argument in sys.argv[1:] if argument != "--write-docs")])
    conditions = [("command", f"`{command}`"), ("date", str(datetime.date.today())),
                  ("rounds", f"{bench.options.rounds} of {bench.options.seconds:g} s"), *facts.items()]
    sections = [("The run", table(["", "what"], [list(pair) for pair in conditions])),
                ("Targets", target_table(bench.results, bench.options, unmeasured=everything)),
                ("Requests: medians, and how much more Linebook does in a second", bench.results.request_table()),
                ("Events: how soon they are told", bench.results.event_table()),
                ("Other measures", bench.results.other_table()), *profiles]
    return "\n\n".join(f"### {title}\n\n{body}" for title, body in sections if body)


def main() -> int:
    chosen = arguments()
    bench = Bench(options(chosen))
    facts = machine.facts(paths.BUILD)
    bench.say("\n".join(f"{name}: {value}" for name, value in facts.items()))
    failed = []
    for name in chosen.scenarios or SCENARIOS:
        try:
            SCENARIOS[name](bench)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as problem:
            failed.append(name)
            bench.say(f"{name} failed: {problem}")

    bench.results.write(paths.RESULTS, facts)
    profiles = []
    if chosen.profile:
        try:
            profiles = profile.profiles(bench)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as problem:
            failed.append("profile")
            bench.say(f"profile failed (perf, and leave to use it: kernel.perf_event_paranoid): {problem}")
    text = report(bench, facts, profiles, everything=not chosen.scenarios)
    print(text)
    bench.say(f"\nsamples and medians: {paths.RESULTS.relative_to(paths.PROJECT)}/")
    if chosen.micro:
        subprocess.run([paths.STORE_BENCHMARK, "--benchmark_min_time=0.2"], check=True, cwd=paths.BUILD)
    if chosen.write_docs:
        document.replace_measured(paths.DOCUMENT, text, chosen.scenarios)
    if failed:
        bench.say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
