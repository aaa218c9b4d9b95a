"""Whoever writes to the database beside Linebook."""
import contextlib
import sqlite3

from installation import Installation, postgres_server


def sql(installation: Installation, *statements: str):
    """One transaction, with what keeps others from it out of the way: whoever can write to the file, or is the database's
    superuser, is not held by triggers and references."""
    if installation.database:
        return postgres_server().sql(";".join(("BEGIN", "SET LOCAL session_replication_role = replica", *statements, "COMMIT")),
                                     installation.database)
    with contextlib.closing(sqlite3.connect(installation.data / "linebook.db", timeout=30, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        for statement in statements:
            db.execute(statement)
        db.execute("COMMIT")


def one(installation: Installation, question: str) -> str:
    """The first column of the first row, as text."""
    if installation.database:
        return postgres_server().sql(question, installation.database).split("\n")[0].split("|")[0]
    with contextlib.closing(sqlite3.connect(installation.data / "linebook.db", timeout=30)) as db:
        return str(db.execute(question).fetchone()[0])
