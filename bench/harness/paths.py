"""Where things are."""
import pathlib

BENCH = pathlib.Path(__file__).resolve().parents[1]
PROJECT = BENCH.parent
BUILD = PROJECT / "build/bench"
RESULTS = BUILD / "results"
BOOKS = BUILD / "books"  # seeded installations, kept from run to run
SITES = BUILD / "sites"  # what a server that is being measured works on; gone afterwards

LINEBOOK = BUILD / "src/linebook/linebook"
FIXED_ANSWER = BUILD / "bench/fixed_answer"
LISTS = BUILD / "bench/do_not_call_lists"
BARE_COMMIT = BUILD / "bench/bare_commit"
STORE_BENCHMARK = BUILD / "bench/store_benchmark"
WRK_SCRIPTS = BENCH / "wrk"
PEERS = BENCH / "peers"
DOCUMENT = PROJECT / "docs/PERFORMANCE.md"
