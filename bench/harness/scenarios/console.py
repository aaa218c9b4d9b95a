"""What people feel of the console, in Debian's Chromium: first paint, search, page changes, long lists, and a thousand changes a second."""
import json
import subprocess

from .. import paths
from ..bench import Bench
from ..clients.processes import Writer
from ..seeds import Seed
from ..servers import Linebook, Running

CONSOLE = paths.PROJECT / "web/console"
CHANGES_A_SECOND, BURST_SECONDS = 1_000, 10
SCROLL_SECONDS = 5
LOADS = 7
TYPED = ("585", "2298", "7368787", "40112")
SIZES, PAGES, SEARCH = "console: JavaScript", "console: pages", "console: search"
SCROLLED = {"Contacts": ("/contacts", "Numbers"), "Audit": ("/audit", "Changes")}
BURSTS = {"Home": "/", "Contacts": "/contacts", "Audit": "/audit"}
_first_numbers = iter(range(900_000_000, 999_000_000, 1_000_000))


def scroll_scenario(what: str) -> str:
    return f"console: scrolling {what}"


def burst_scenario(what: str) -> str:
    return f"console: {CHANGES_A_SECOND:,} changes a second, {what} open"


def console(bench: Bench) -> None:
    contacts = bench.seed(bench.options.console_contacts)
    ledger = bench.seed(bench.options.console_ledger_book)
    _sizes(bench)
    for number in range(bench.options.rounds):
        with Linebook().running(contacts) as running:
            told = _measure(running, contacts, do="pages", loads=LOADS)
            _add(bench, PAGES, first_paint=told["paint"], page_change_with_its_code=told["first"], page_change=told["again"])
            _add(bench, SEARCH, from_key_to_results=_measure(running, contacts, do="search", typed=TYPED)["search"])
        for (what, (path, name)), seed in zip(SCROLLED.items(), (contacts, ledger)):
            with Linebook().running(seed) as running:
                told = _measure(running, seed, do="scroll", path=path, list=name, seconds=SCROLL_SECONDS)
                _add(bench, scroll_scenario(what), long_task=told["task"], frame=told["frame"])
                bench.results.add(scroll_scenario(what), "Linebook", ms_to_the_end=told["toTheEnd"], rows_in_the_page=told["rows"],
                                  elements_in_the_page=told["nodes"], bytes_of_heap=told["heap"])
        for what, path in BURSTS.items():
            with Linebook().running(contacts) as running:
                _burst(bench, running, contacts, what, path)
        bench.say(f"console, round {number + 1}")


def _sizes(bench: Bench) -> None:
    """Of the console that was built last, which is the one that the binary holds."""
    done = subprocess.run(["node", "sizes.js", "--json"], cwd=CONSOLE, check=True, capture_output=True, text=True)
    sizes = json.loads(done.stdout)
    bench.results.add(SIZES, "Linebook", kB_of_the_first_page=sizes["pages/home/home.tsx"],
                      kB_of_the_largest_page=max(sizes.values()), kB_of_the_shell_alone=sizes["shell alone"],
                      kB_of_plots_loaded_later=sizes["design/plot.ts"] - sizes["shell alone"])


def _command(running: Running, seed: Seed, what: dict) -> list[str]:
    key = seed.tokens.read_text().split()[0]
    return ["node", "browser/measure.js", json.dumps({"base": running.url, "key": key, **what})]


def _measure(running: Running, seed: Seed, **what) -> dict:
    done = subprocess.run(_command(running, seed, what), cwd=CONSOLE, check=True, capture_output=True, text=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])


def _burst(bench: Bench, running: Running, seed: Seed, what: str, path: str) -> None:
    command = _command(running, seed, {"do": "burst", "path": path, "seconds": BURST_SECONDS})
    with subprocess.Popen(command, cwd=CONSOLE, stdout=subprocess.PIPE, text=True) as browser:
        assert browser.stdout is not None
        if browser.stdout.readline() != "ready\n":
            raise RuntimeError("the page did not open")
        with Writer(port=running.port, tokens=seed.tokens.read_text().split(), people=seed.people, rate=CHANGES_A_SECOND,
                    writes=CHANGES_A_SECOND * BURST_SECONDS, first_number=next(_first_numbers)) as writer:
            writes = writer.writes()
        told = json.loads(browser.stdout.readline())
    took = max(answered for _, _, answered in writes) - min(due for _, due, _ in writes)
    scenario = burst_scenario(what)
    _add(bench, scenario, long_task=told["task"], frame=told["frame"], input=told["input"])
    bench.results.add(scenario, "Linebook", changes_a_second=len(writes) / took, elements_in_the_page=told["nodes"],
                      bytes_of_heap=told["heap"])


def _add(bench: Bench, scenario: str, **spreads: dict[str, float]) -> None:
    for name, spread in spreads.items():
        bench.results.add(scenario, "Linebook", **{f"{name}_{part}_ms": spread.get(part) or 0.0 for part in ("p50", "p99", "worst")})
