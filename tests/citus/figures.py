"""GET and POST of one node over one PostgreSQL, and of one over Citus with two workers, all on this machine's cores, in
turns. Run by script/citus --figures."""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from citus_cluster import CitusCluster, missing  # noqa: E402
from installation import Installation, distribute  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402

ACCOUNTS = 16


class Target:
    def __init__(self, name: str, database: str, directory: pathlib.Path):
        self.name = name
        self.node = Installation(directory / name.replace(" ", "-"), database)
        self.server = self.node.serve()
        clients = [self.node.client(f"account {n}") for n in range(ACCOUNTS)]
        self.tokens = [client.token for client in clients]
        self.ids = [client.post("/api/v2/phone-numbers", {"number": "2125550142", "phone_type": "cell",
                                                          "patient_id": client.new_patient()}).json()["id"] for client in clients]

    def run(self, method: str, seconds: int, connections: int) -> list[float]:
        done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", HERE / "spread.lua", self.server.url],
                              env={**os.environ, "LINEBOOK_TOKENS": " ".join(self.tokens), "LINEBOOK_IDS": " ".join(self.ids),
                                   "LINEBOOK_METHOD": method}, capture_output=True, text=True, timeout=seconds + 60)
        found = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        assert found, done.stdout + done.stderr
        figures = [float(figure) for figure in found[0]]
        assert figures[3] == 0, f"{self.name}: {figures[3]:.0f} requests failed"
        return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/citus --figures", description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    chosen = parser.parse_args([word for word in sys.argv[1:] if word != "--figures"])
    if reason := missing():
        print("script/citus:", reason, file=sys.stderr)
        return 1
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linebook-figures-"))
    alone, spread = PostgresServer(shared_buffers="64MB"), CitusCluster(distribute, shards=32)
    targets = [Target("one PostgreSQL", alone.new_database(), directory), Target("Citus", spread.new_database(), directory)]
    try:
        found = {(target.name, method): [] for target in targets for method in ("GET", "POST")}
        for _ in range(chosen.rounds):
            for method in ("GET", "POST"):
                for target in targets:
                    found[target.name, method].append(target.run(method, chosen.seconds, chosen.connections))
        print("| | requests a second | p50 | p99 |\n|---|---|---|---|")
        for (name, method), runs in found.items():
            rate, p50, p99 = (statistics.median(run[place] for run in runs) for place in range(3))
            print(f"| {method}, {name} | {rate:,.0f} | {p50:.1f} ms | {p99:.1f} ms |")
        held = spread.sql("SELECT count(*) FROM accounts a JOIN pg_dist_shard_placement p"
                          " ON p.shardid = get_shard_id_for_distribution_column('people', a.id) GROUP BY nodeport", targets[1].node.database)
        print(f"\nof {ACCOUNTS} accounts the workers held {' and '.join(held.split())}")
    finally:
        for target in targets:
            target.node.close()
        alone.close()
        spread.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
