"""`linebook import contacts`."""
from ..bench import Bench

IMPORT = "import of a CSV"


def import_contacts(bench: Bench) -> None:
    """Once: a fresh installation, ledger included. It is what search, growth and restart then work on."""
    numbers = bench.options.large_book
    made = bench.seed(numbers, anew=True)
    bench.results.add(f"{IMPORT}, {numbers:,} numbers", "Linebook", rows_per_second=numbers / made.cost.seconds,
                      CPU_microseconds_per_row=made.cost.cpu_seconds / numbers * 1e6,
                      bytes_written_per_row=made.cost.written_bytes / numbers)
    bench.say(f"{IMPORT}: {numbers / made.cost.seconds:,.0f} rows/s")
