"""Fail-over of a replicated PostgreSQL beneath two Linebook nodes, under load: the primary is killed, frozen and cut off,
again and again. Then all that was acknowledged must be there, once; writes must have flowed again soon; and reads must
have been answered throughout. Run by script/failover, which gives it a network of its own."""
import argparse
import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from busy_writers import Load  # noqa: E402
from installation import Installation  # noqa: E402
from patroni_cluster import FAULTS, Cluster  # noqa: E402
from postgres_server import programs  # noqa: E402
from test_model import LINES, POOL, check, digits, new_accounts, told  # noqa: E402

WRITERS = 16
PAUSE = 0.1  # seconds; a steady load of some 150 requests a second
FLOWS_AGAIN = 25  # seconds, the 99th percentile
SETTLES = 3  # seconds of good weather between faults
PATIENCE = 90  # seconds for a new primary


@dataclasses.dataclass
class Strike:
    fault: str
    struck: float
    elected: float = float("inf")  # seconds until there was another primary
    silence: float = float("inf")  # how long no write was acknowledged


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def strike(cluster: Cluster, load: Load, fault) -> Strike:
    cluster.wait_until_whole()
    time.sleep(SETTLES)
    primary = cluster.primary()
    made = Strike(fault.name, time.monotonic())
    fault.strike(primary)
    rest = [node for node in cluster.nodes if node is not primary]
    while not any(at > made.struck + 1 for at in load.acknowledged()[-1:]) and time.monotonic() < made.struck + PATIENCE:
        if made.elected == float("inf") and any(node.status("/primary") for node in rest):
            made.elected = time.monotonic() - made.struck
        time.sleep(0.2)
    time.sleep(SETTLES)
    made.silence = load.longest_silence(made.struck - 1, time.monotonic())
    fault.mend(cluster, primary)
    say(f"{fault.name} {primary.name}: another primary after {made.elected:.1f} s, writes again after {made.silence:.1f} s")
    return made


def report(strikes: list[Strike], load: Load) -> bool:
    print("| primary | times | another elected, median | silence of writes, median | longest |\n|---|---|---|---|---|")
    for fault in FAULTS:
        mine = [one for one in strikes if one.fault == fault.name]
        if mine:
            silences = [one.silence for one in mine]
            print(f"| {fault.name} | {len(mine)} | {statistics.median(one.elected for one in mine):.1f} s "
                  f"| {statistics.median(silences):.1f} s | {max(silences):.1f} s |")
    every = sorted(one.silence for one in strikes)
    p99 = every[min(len(every) - 1, int(len(every) * 0.99))]
    unclean = load.unclean_reads()
    print(f"\n{len(load.attempts)} requests: {told(load.attempts)}\n"
          f"p99 of silence {p99:.1f} s (at most {FLOWS_AGAIN}); reads that got neither an answer nor a clean 503: {len(unclean)}")
    for attempt in [*unclean, *(one for one in load.attempts if one.status is not None and one.status >= 500 and one.status != 503)][:5]:
        print(attempt)
    return p99 <= FLOWS_AGAIN and not unclean


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/failover", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="of each fault (default 10)")
    parser.add_argument("--faults", default=",".join(fault.name for fault in FAULTS), help="default: %(default)s")
    chosen = parser.parse_args()
    faults = [fault for fault in FAULTS if fault.name in chosen.faults.split(",")]
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linebook-failover-"))
    directory.chmod(0o755)
    cluster = Cluster(directory, programs())
    say("three nodes are up")
    cluster.sql("CREATE DATABASE linebook")
    time.sleep(SETTLES)  # until a standby has it too: asked before, it says that there is none, and libpq asks no other
    one = Installation(directory / "linebook-1", cluster.url("linebook"))
    servers = [one.serve("--pool-rest-days", 0)]
    two = one.node("linebook-2")
    servers.append(two.serve("--pool-rest-days", 0))
    one.import_pool(*POOL)
    accounts = new_accounts(one)
    load = Load([server.port for server in servers], accounts, 1 << 40, digits(), LINES, pause=PAUSE)
    writing = threading.Thread(target=load.run, args=(WRITERS,), daemon=True)
    writing.start()
    strikes = [strike(cluster, load, fault) for _ in range(chosen.rounds) for fault in faults]
    load.stop()
    writing.join(120)
    cluster.wait_until_whole()
    good = report(strikes, load)
    outdated = []
    check(one, accounts, load.attempts, outdated)
    print(f"answers that changed nothing, from a deposed primary: {len(outdated)} of {len(load.attempts)}")
    print("every acknowledged write is in the ledger, once; the books are what the ledgers come to")
    for server in servers:
        server.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
