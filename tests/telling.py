"""What examples of the rules of facts are made of: claims in few words, and the facts that a store then shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

import oracle
from histories import ACTOR, claimed, declared, new_store
from whence import dates

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from whence.drafts import Draft

__all__ = ["PEOPLE", "Facts", "Seen", "facts_shown", "kim", "nato", "telling"]

PEOPLE = [declared(one) for one in ("kim", "lee", "nato", "jcs", "amr", "mod")]


class Facts(Protocol):
    """Records drafts after the entities of the examples, and tells the facts in the order of their values."""

    def __call__(self, *drafts: Draft) -> list[Seen]: ...


class Seen(NamedTuple):
    """What a fact shows in the examples."""

    value: str
    status: str
    current: bool
    score: int
    origins: int
    supports: int
    denies: int
    bounds: dates.Bounds

    @property
    def shown(self) -> str:
        return f"{self.value}: {self.status}{', current' if self.current else ''}"


@pytest.fixture(name="facts")
def telling(tmp_path: Path) -> Facts:
    """Return what makes a store and records drafts in it."""

    def told(*drafts: Draft) -> list[Seen]:
        with new_store(tmp_path / "a.db") as store:
            store.record([*PEOPLE, *drafts], actor=ACTOR)
            found = facts_shown(store.connection)
        return [
            Seen(key[2], f.status, f.current, f.score, f.origins, f.supports, f.denies, f.bounds)
            for key, f in sorted(found.items())
        ]

    return told


def kim(source: str, value: str, property_: str = "rank", **fields: object) -> Draft:
    """Return a claim about Kim: by default that he has a rank."""
    return claimed(source, "kim", property_, value, **fields)


def nato(source: str, value: str, property_: str, **fields: object) -> Draft:
    """Return a claim about NATO."""
    return claimed(source, "nato", property_, value, **fields)


def facts_shown(connection: sqlite3.Connection) -> dict[oracle.Key, oracle.Fact]:
    """Return the facts that the view shows."""
    rows = connection.execute(
        "SELECT entity, property, value_key, spell, value, status, current, score, origins, supports, denies, expects,"
        " verdict, review, earliest_start, latest_start, earliest_end, latest_end FROM fact"
    ).fetchall()
    found = {}
    for entity, name, key, spell, value, status, current, *numbers, verdict, review, d1, d2, d3, d4 in rows:
        score, origins, supports, denies, expects = numbers
        found[entity, name, key, spell] = oracle.Fact(
            value,
            status,
            bool(current),
            score,
            origins,
            supports,
            denies,
            expects,
            dates.Bounds(d1, d2, d3, d4),
            verdict,
            bool(review),
        )
    return found
