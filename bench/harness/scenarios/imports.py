"""`linebook import contacts`: how quick it is, and how it leaves those who read meanwhile."""
import subprocess
import time

from .. import book, paths, wrk
from ..bench import Bench
from ..seeds import ACCOUNT
from ..servers import Linebook
from ..wrk import Load

IMPORT = "import of a CSV"
READS = Load("get", connections=8)
READS_ALONE, READS_BESIDE = "GET, 8 connections, alone", "GET, 8 connections, beside an import"
UNDER_WAY_SECONDS = 1  # after which an import is in full course
MOST_ROWS_PER_SECOND = 100_000  # no import is faster, so that it lasts as long as the reads


def import_contacts(bench: Bench) -> None:
    """Once: a fresh installation, ledger included. It is what search, growth and restart then work on."""
    numbers = bench.options.large_book
    made = bench.seed(numbers, anew=True)
    bench.results.add(f"{IMPORT}, {numbers:,} numbers", "Linebook", rows_per_second=numbers / made.cost.seconds,
                      CPU_microseconds_per_row=made.cost.cpu_seconds / numbers * 1e6,
                      bytes_written_per_row=made.cost.written_bytes / numbers)
    bench.say(f"{IMPORT}: {numbers / made.cost.seconds:,.0f} rows/s")


def reads_beside_import(bench: Bench) -> None:
    """The same reads, first alone and then while a spreadsheet at least as large as the largest book comes in."""
    seed = bench.seed()
    table = paths.BUILD / "beside.csv"
    lasting = int(MOST_ROWS_PER_SECOND * (UNDER_WAY_SECONDS + bench.options.seconds))
    book.write_csv(table, max(bench.options.large_book, lasting))
    for number in range(bench.options.rounds):
        with Linebook().running(seed) as running:
            wrk.run(READS, running, seed, wrk.WARM_UP_SECONDS)
            alone = bench.measure(READS_ALONE, "Linebook", READS, running, seed)
            importing = subprocess.Popen(
                [paths.LINEBOOK, "import", "contacts", table, "--account", ACCOUNT, "--results", running.site / "results.csv",
                 "--data", running.site / "data"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                time.sleep(UNDER_WAY_SECONDS)
                beside = bench.measure(READS_BESIDE, "Linebook", READS, running, seed)
                if importing.poll() is not None:
                    raise RuntimeError("the import was over before the reads were")
            finally:
                importing.kill()
                importing.wait()
        bench.say(f"GET beside an import, round {number + 1}: p99 {beside.p99_ms:.2f} ms, alone {alone.p99_ms:.2f} ms")
    table.unlink()
