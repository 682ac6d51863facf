"""Are the views what the log gives? They are made anew beside those that are there, and compared row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence import projections, projector

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

__all__ = ["differences"]


def differences(connection: sqlite3.Connection, upto: int) -> Iterator[str]:
    """Compare the views with what the log gives, in this connection's temporary tables.

    Yields a sentence for each view that differs, with how many rows do; nothing where all are equal.
    """
    views = projector.as_of(connection, upto)
    tables = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
    for view in views:
        if view.name not in tables:
            yield f"the view {view.name} is missing. `whence rebuild` makes it anew."
            continue
        columns = ", ".join(f'"{name}"' for name in view.columns)
        there = f'SELECT {columns} FROM main."{view.name}"'
        wanted = f'SELECT {columns} FROM temp."{view.name}"'
        more, fewer = _unequal(connection, there, wanted)
        if more or fewer:
            yield (
                f"the view {view.name} is not what the log gives: {more:,} rows that should not be there,"
                f" {fewer:,} missing. `whence rebuild` makes it anew."
            )
    search = projections.search()
    for statement in (*projections.statements(search["table"]), *projections.statements(search["fill"])):
        connection.execute(statement.replace("CREATE VIRTUAL TABLE ", "CREATE VIRTUAL TABLE temp."))
    for index in ("entity_search", "claim_search"):
        if index not in tables:
            yield f"the index {index} is missing. `whence rebuild` makes it anew."
            continue
        # How often each word stands in each column, and which rows the index holds: SQLite's own check would write.
        for place in ("main", "temp"):
            connection.execute(f"CREATE VIRTUAL TABLE temp.words_{place} USING fts5vocab({place}, {index}, col)")
        words = _unequal(connection, *(f"SELECT term, col, doc, cnt FROM words_{place}" for place in ("main", "temp")))
        rows = _unequal(connection, *(f"SELECT id FROM {place}.{index}_docsize" for place in ("main", "temp")))
        if any((*words, *rows)):
            yield f"the index {index} does not find what the views hold. `whence rebuild` makes it anew."
        for place in ("main", "temp"):
            connection.execute(f"DROP TABLE temp.words_{place}")


def _unequal(connection: sqlite3.Connection, there: str, wanted: str) -> tuple[int, int]:
    """Return how many rows are there that are not wanted, and how many are wanted that are not there."""
    (more,) = connection.execute(f"SELECT count(*) FROM ({there} EXCEPT {wanted})").fetchone()
    (fewer,) = connection.execute(f"SELECT count(*) FROM ({wanted} EXCEPT {there})").fetchone()
    return more, fewer
