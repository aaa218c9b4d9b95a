"""A PostgreSQL that is spread by Citus: a coordinator and two workers, each a server of a test's own."""
import pathlib
import subprocess

from postgres_server import PASSWORD, OWNER, PostgresServer, programs

WORKERS = 2


def missing() -> str | None:
    """Why there can be none here."""
    shared = subprocess.run([programs() / "pg_config", "--sharedir"], capture_output=True, text=True, check=True).stdout.strip()
    return None if (pathlib.Path(shared) / "extension/citus.control").exists() else \
        "the extension citus is not installed for the newest PostgreSQL here"


class CitusCluster(PostgresServer):
    """It is its coordinator. `distribute`: what spreads a database, by its URL, as soon as it is there."""

    def __init__(self, distribute=None, shards=8, workers=WORKERS):
        self.distribute = distribute
        settings = {"shared_preload_libraries": "citus", "shared_buffers": "32MB", "max_connections": 100, "wal_level": "logical",
                    "citus.shard_count": shards, "citus.recover_2pc_interval": "1s"}
        self.workers = [PostgresServer(**settings) for _ in range(workers)]
        try:
            super().__init__(**settings)
        except BaseException:
            self.close()
            raise

    def new_database(self, distributed=True) -> str:
        """The URL of one that is new."""
        url = super().new_database()
        name = url.rpartition("/")[2]
        for worker in self.workers:
            worker.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        for server in (*self.workers, self):
            server.sql("CREATE EXTENSION citus", name)
        self.sql(f"SELECT citus_set_coordinator_host('127.0.0.1', {self.port})", name)
        for worker in self.workers:
            self.sql(f"SELECT citus_add_node('127.0.0.1', {worker.port})", name)
        if distributed and self.distribute is not None:
            self.distribute(url)
        return url

    def worker_of(self, account: int, database: str) -> PostgresServer:
        """Where the rows of an account are."""
        port = self.sql("SELECT nodeport FROM pg_dist_shard_placement WHERE shardid = "
                        f"get_shard_id_for_distribution_column('people', {account}::bigint)", database)
        return next(worker for worker in self.workers if worker.port == int(port))

    def undecided(self, database: str) -> int:
        """Transactions that workers have prepared and do not know the end of."""
        return sum(int(worker.sql("SELECT count(*) FROM pg_prepared_xacts", database)) for worker in self.workers if worker.process.poll() is None)

    def close(self):
        for server in self.workers:
            server.close()
        if hasattr(self, "process"):
            super().close()
