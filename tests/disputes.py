"""What tests of rulings begin with: two sources that disagree on a rank, on one day, and how the facts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from histories import ACTOR, claimed, declared, graded, new_store, registered
from test_projector import assert_true_to_the_log
from whence import reading
from whence.errors import BadData

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft
    from whence.reading import Fact
    from whence.store import Store

__all__ = ["DAY", "claim_of", "facts", "on", "record", "refusal", "statuses", "with_two_ranks"]

DAY = {"on": "2023-02-13"}
FOUNDING = [
    *(declared(one) for one in ("kim", "lee", "nato", "jcs", "mod")),
    *(registered(f"s{number}", publisher=who) for number, who in enumerate(("nato", "jcs", "mod"), 1)),
    graded("s1", "B"),
    claimed("s1", "kim", "rank", "Major", when=DAY),
    claimed("s2", "kim", "rank", "Colonel", when=DAY),
]


@pytest.fixture(name="store")
def with_two_ranks(tmp_path: Path) -> Iterator[Store]:
    """Return a store in which s1 (grade B) calls Kim a major and s2 a colonel, on one day."""
    with new_store(tmp_path / "store.db") as store:
        store.record(FOUNDING, actor=ACTOR)
        yield store
        assert_true_to_the_log(store)


def record(store: Store, *drafts: Draft) -> str:
    """Record the drafts; return the id of the last event."""
    return store.record(drafts, actor=ACTOR).ids[-1]


def refusal(store: Store, draft: Draft) -> str:
    before = store.head()
    with pytest.raises(BadData) as refused:
        store.record([draft], actor=ACTOR)
    assert store.head() == before
    return str(refused.value)


def facts(store: Store, property_: str = "rank", entity: str = "kim") -> dict[str, Fact]:
    return {fact.value: fact for fact in reading.facts_about(store.connection, entity, property=property_)}


def statuses(store: Store, property_: str = "rank", entity: str = "kim") -> dict[str, str]:
    return {value: fact.status for value, fact in facts(store, property_, entity).items()}


def claim_of(store: Store, value: str) -> str:
    query = "SELECT e.id FROM claim c CROSS JOIN event e ON e.position = c.claim WHERE c.value = :value"
    return str(store.connection.execute(query, {"value": value}).fetchone()[0])


def on(year: int) -> dict[str, str]:
    return {"on": f"{year}-05-05"}
