"""Brings a store's file to the version this program writes, one frozen step after another.

Each step and the note that it ran commit together (sqlite-utils' migrations). A step imports nothing of
ours and is never edited once released.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database, Migrations

if TYPE_CHECKING:
    import sqlite3

__all__ = ["migrate"]

steps = Migrations("whence")


def _run(database: Database, script: str) -> None:
    # executescript would commit the transaction that holds the step and the note that it ran.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3_complete(statement):
            database.conn.execute(statement)
            statement = ""


def sqlite3_complete(statement: str) -> bool:
    """Tell whether the text ends with a whole SQL statement, triggers with their inner semicolons included."""
    import sqlite3  # noqa: PLC0415 - only for its tokenizer

    return sqlite3.complete_statement(statement)


@steps(name="0001_log")
def m0001_log(database: Database) -> None:
    """Make the log, its tree, the register of views and the archive."""
    for script in ("log.sql", "archive.sql"):
        _run(database, Path(__file__).with_name(script).read_text(encoding="utf-8"))
    database.conn.execute("PRAGMA user_version = 1")


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that this file has not had yet."""
    steps.apply(Database(connection))
