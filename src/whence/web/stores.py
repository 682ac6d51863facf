"""Which of Datasette's databases are stores, and one consistent reading of the one that the pages show.

Every other database is left as stock Datasette has it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote
from weakref import WeakKeyDictionary

from datasette.utils import sqlite_timelimit

from whence.database import APPLICATION_ID
from whence.web import guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasette.app import Datasette
    from datasette.database import Database

__all__ = ["PAGE_MS", "Read", "is_store", "read", "store", "stores"]

Read = TypeVar("Read")

PAGE_MS = 2_000  # a page of ours reads in a few ms; one that takes this long is stopped
_known: WeakKeyDictionary[Database, bool] = WeakKeyDictionary()


def is_store(database: Database) -> bool:
    """Tell whether a database is a store: by the mark in its header, wherever the file's last pages stand."""
    if database not in _known:
        _known[database] = not database.is_memory and _mark(database) == APPLICATION_ID
    return _known[database]


def _mark(database: Database) -> int:
    # Asked through SQLite and not read from the file: the header of a file that is being written may still
    # stand in its write-ahead log alone.
    mode = "mode=ro" if database.is_mutable else "immutable=1"
    try:
        connection = sqlite3.connect(f"file:{quote(str(database.path))}?{mode}", uri=True)
    except sqlite3.Error:
        return 0
    try:
        return int(connection.execute("PRAGMA application_id").fetchone()[0])
    except sqlite3.Error:
        return 0
    finally:
        connection.close()


def stores(datasette: Datasette) -> list[Database]:
    """Return the databases that are stores, in the order in which they were named."""
    return [one for name, one in datasette.databases.items() if not name.startswith("_") and is_store(one)]


def store(datasette: Datasette) -> Database | None:
    """Return the store that the pages show: the first one; None where there is none."""
    return next(iter(stores(datasette)), None)


async def read(database: Database, function: Callable[[sqlite3.Connection], Read], *, texts: bool = False) -> Read:
    """Return what a function reads, all of it from one state of the store, on Datasette's read-only connection.

    `texts` lets it read archived texts. Raises sqlite3.OperationalError where it takes more than two seconds.
    """

    def within(connection: Any) -> Read:  # noqa: ANN401 - sqlite3 or pysqlite3, as Datasette finds it
        # One read transaction: a page must not show a fact of one moment with the claims of the next.
        connection.execute("BEGIN")
        try:
            with (
                sqlite_timelimit(connection, PAGE_MS),
                guard.texts_open(connection) if texts else contextlib.nullcontext(),
            ):
                return function(connection)
        finally:
            connection.execute("ROLLBACK")

    result: Read = await database.execute_fn(within)
    return result
