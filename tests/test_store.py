"""The library's door: record through it, read through it, and read the past through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from whence import Draft, Store
from whence.errors import BadInput, DatabaseError
from whence.exchange import vocabulary_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTOR = "Jo Park <jo@example.org>"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "whence.db") as made:
        made.record(vocabulary_file.builtin(), actor=ACTOR)
        made.record(
            [
                Draft("entity.declared", {"entity": "kim", "type": "person", "name": "Kim Su-kwang"}),
                Draft(
                    "source.registered", {"kind": "article", "title": "One", "published": "2023-02-14"}, source="one"
                ),
                Draft(
                    "source.registered", {"kind": "article", "title": "Two", "published": "2023-02-15"}, source="two"
                ),
            ],
            actor=ACTOR,
        )
        yield made


def rank(value: str, source: str) -> Draft:
    return Draft("claim.made", {"subject": "kim", "property": "rank", "value": value}, source=source)


def test_what_is_recorded_is_read_and_audited_through_one_door(store: Store) -> None:
    store.record([rank("Major General", "one")], actor=ACTOR)
    [fact] = store.facts("kim")
    assert (fact.shown, fact.status, fact.current) == ("Major General", "accepted", True)
    audit = store.why(fact.fact)
    assert audit is not None
    [claim] = audit.supporting
    assert (claim.source, claim.actor) == ("one", ACTOR)
    assert store.why("0" * 16) is None


def test_the_past_is_read_like_the_present(store: Store) -> None:
    store.record([rank("Major General", "one")], actor=ACTOR)
    before = store.head().position
    store.record([rank("Colonel", "two")], actor=ACTOR)
    assert {one.status for one in store.facts("kim")} == {"contested"}
    with store.as_of(before, entity="kim") as then:
        assert [(one.shown, one.status) for one in then.facts("kim")] == [("Major General", "accepted")]
    with store.as_of(before) as then:
        assert [(one.shown, one.status) for one in then.facts(property="rank")] == [("Major General", "accepted")]
    assert len(store.facts("kim", status="contested")) == 2


def test_a_moment_that_the_log_does_not_have_is_a_sentence(store: Store) -> None:
    with pytest.raises(BadInput, match="There is no event 9999"), store.as_of(9999):
        pass


def test_a_store_is_opened_for_reading_unless_it_is_asked_to_write(store: Store) -> None:
    with Store.open(store.path) as reader, pytest.raises(DatabaseError, match="may only be read"):
        reader.record([rank("Colonel", "two")], actor=ACTOR)
