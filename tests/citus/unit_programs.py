"""The programs that test the store, on a cluster of Citus of their own. Run by script/citus."""
import os
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/e2e"))

from citus_cluster import CitusCluster, missing  # noqa: E402

PROGRAMS = (("tests/contract/contract_test", "*/citus"), ("src/store/postgres/store_postgres_test", "TwoNodesTest.*"))


def main() -> int:
    if reason := missing():
        print("script/citus:", reason, file=sys.stderr)
        return 1
    cluster = CitusCluster(shards=4)
    try:
        for program, which in PROGRAMS:
            done = subprocess.run([PROJECT / "build/release" / program, f"--gtest_filter={which}", "--gtest_brief=1"], timeout=900,
                                  env={**os.environ, "LINEBOOK_TEST_CITUS": cluster.new_database()})
            if done.returncode != 0:
                return 1
    finally:
        cluster.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
