"""The server that other tests rely on behaves as they expect."""
import subprocess

import pytest

from postgres_server import PostgresServer, Session, programs


@pytest.fixture(scope="module")
def postgres():
    made = PostgresServer()
    yield made
    made.close()


def test_keeps_what_was_committed_through_a_kill(postgres):
    database = postgres.new_database()
    postgres.sql("CREATE TABLE t AS SELECT 7 AS n", database)
    assert postgres.sql("SHOW fsync") == "on" and postgres.sql("SHOW synchronous_commit") == "on"
    postgres.kill()
    postgres.start()
    assert postgres.sql("SELECT n FROM t", database) == "7"


def test_answers_again_after_it_was_frozen(postgres):
    postgres.freeze()
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([programs() / "psql", "-c", "SELECT 1"], env=postgres.environment(), timeout=1, cwd="/")
    postgres.thaw()
    assert postgres.sql("SELECT 1") == "1"


def test_a_session_holds_its_locks(postgres):
    database = postgres.new_database()
    postgres.sql("CREATE TABLE t AS SELECT 1 AS n", database)
    with Session(postgres, database) as session:
        session.run("BEGIN")
        assert session.run("SELECT n FROM t FOR UPDATE") == "1"
        assert postgres.sql("SELECT count(*) FROM (SELECT n FROM t FOR UPDATE SKIP LOCKED) free", database) == "0"
