"""A do-not-call list of the nation's size: how long it takes to load, how large it is, how quick it is asked."""
import json
import subprocess
import time

from .. import paths
from ..bench import Bench
from ..servers import Linebook

WAYS = ("scattered", "clustered")  # over all assigned area codes: any number alike, or most of them in few exchanges
AS_OF = "2026-11-20"


def scenario(numbers: int, way: str) -> str:
    return f"do-not-call list, {numbers:,} numbers, {way}"


def do_not_call(bench: Bench) -> None:
    numbers = bench.options.listed_numbers
    for way in WAYS:
        text = paths.BUILD / f"do-not-call-{way}.txt"
        with text.open("wb") as file:
            subprocess.run([paths.LISTS, "generate", str(numbers), way], check=True, stdout=file)
        try:
            load_and_ask(bench, scenario(numbers, way), text)
        finally:
            text.unlink()


def load_and_ask(bench: Bench, name: str, text) -> None:
    """Through the socket of a running server, and then, on the same installation, without one."""
    with Linebook().running(bench.seed()) as running:
        data = running.site / "data"
        through_server = load(data, text)
        running.stop()
        alone = load(data, text)
        asked = subprocess.run([paths.LISTS, "look-up", data / "lists"], check=True, capture_output=True, text=True)
    figures = json.loads(asked.stdout)
    bench.results.add(name, "Linebook", seconds_to_load_in_the_server=through_server, seconds_to_load_without_one=alone,
                      bytes=figures["mapped_bytes"], seconds_to_open=figures["open_seconds"],
                      nanoseconds_a_look_up_of_a_listed_number=figures["hit_ns"],
                      nanoseconds_a_look_up_of_another=figures["miss_ns"],
                      nanoseconds_a_look_up_the_first_million=figures["first_ns"],
                      nanoseconds_a_look_up_on_all_cores=figures["threads_ns"],
                      kilobytes_resident=figures["resident_kb"],
                      kilobytes_more_with_all_threads=figures["more_resident_with_threads_kb"])
    bench.say(f"{name}: {through_server:.1f} s in the server, {alone:.1f} s without, {figures}")


def load(data, text) -> float:
    begin = time.monotonic()
    subprocess.run([paths.LINEBOOK, "import", "do-not-call", "national", text, "--as-of", AS_OF, "--data", data], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begin
