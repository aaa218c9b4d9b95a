"""`linebook import contacts`."""
from ..bench import Bench

IMPORT = "import of a CSV"


def import_contacts(bench: Bench) -> None:
    """Once: a fresh installation, ledger included. It is what search, growth and restart then work on."""
    numbers = bench.options.large_book
    made = bench.seed(numbers, anew=True)
    bench.results.add(f"{IMPORT}, {numbers:,} numbers", "Linebook", rows_per_second=numbers / made.import_seconds)
    bench.say(f"{IMPORT}: {numbers / made.import_seconds:,.0f} rows/s")
