"""What the views' SQL calls and SQLite does not have: keys, bounds and short ids, all pure and deterministic."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from whence import dates, values

if TYPE_CHECKING:
    import sqlite3

__all__ = ["VERSION", "day_number", "fact_id", "held", "register"]

# Raised when a function comes to give other results: the views that older ones made are then built anew.
VERSION = 3


def register(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that `projections/*.sql` names."""
    for name, count, function in (
        ("value_key", 2, values.key),
        ("value_low", 2, values.low),
        ("value_high", 2, values.high),
        ("value_extent", 2, values.extent),
        ("date_lower", 1, _date_lower),
        ("date_upper", 1, _date_upper),
        ("held", 1, held),
        ("day_number", 1, day_number),
        ("fact_id", 4, fact_id),
    ):
        connection.create_function(name, count, function, deterministic=True)


def fact_id(entity: str, property: str, value_key: str, spell: str) -> str:
    """Return the short stable id of a fact, 16 hex digits: a hash of what it is about, not of its support."""
    return hashlib.sha256(f"{entity}\n{property}\n{value_key}\n{spell}".encode()).hexdigest()[:16]


def _date_lower(text: str | None) -> str | None:
    return None if text is None else dates.bounds(text)[0]


def _date_upper(text: str | None) -> str | None:
    return None if text is None else dates.bounds(text)[1]


@lru_cache(maxsize=50_000)
def day_number(bound: str | None) -> int | None:
    """Return the number of a day given as a bound, for the days between two; None where it is open or not known.

    SQLite's `julianday` cannot do it: the year of a bound before the year 0 is written so that it sorts.
    """
    if bound is None or not bound.strip("~"):
        return None
    text = dates.iso(bound)
    year, month, day = int(text[:-6]), int(text[-5:-3]), int(text[-2:])
    # The calendar repeats after 400 years, and Python's begins with the year 1.
    cycles, place = divmod(year - 1, 400)
    return cycles * 146_097 + date(place + 1, month, day).toordinal()


@lru_cache(maxsize=50_000)
def held(when: str | None) -> str | None:
    """Return a claim's `when` as a JSON array: in words (`from 2021-03 until 2022`), and its four bounds.

    They are the earliest and the latest start, the earliest and the latest end, as sortable text or null.
    """
    if when is None:
        return None
    stated = orjson.loads(when)
    words = " ".join(f"{word} {stated[word]}" for word in ("on", "during", "from", "until") if word in stated)
    return orjson.dumps([words, *dates.when_bounds(stated)]).decode()
