"""What changed between two positions is what their rebuilds differ in, and each change names what caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import (
    ACTOR,
    Clock,
    claimed,
    decided,
    declared,
    dump,
    graded,
    matched,
    new_store,
    registered,
    retracted,
    withdrawn,
)
from test_projector import SAME_FOLDER, grow
from whence import database, history, past, reading
from whence.errors import BadData

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft
    from whence.history import Change
    from whence.store import Store

DAY = {"on": "2023-02-13"}


@pytest.fixture(name="store")
def with_two_ranks(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path / "store.db") as store:
        founding = [*(declared(one) for one in ("lee", "kim", "nato", "jcs")), registered("s1", publisher="nato")]
        founding += [registered("s2", publisher="jcs"), claimed("s1", "kim", "rank", "Major", when=DAY)]
        store.record(founding, actor=ACTOR)
        yield store


def differing(store: Store, after: int, *, entity: str | None = None) -> dict[str, Change]:
    """Return what changed between a position and the head, by value."""
    earlier, later = database.connect(store.path), database.connect(store.path)
    upto = store.head().position
    for connection, position in ((earlier, after), (later, upto)):
        if entity is None:
            past.shadow(connection, position)
        else:
            past.shadow_entity(connection, entity, position)
    found = {
        change.fact.value: change for change in history.between(earlier, later, after=after, upto=upto, entity=entity)
    }
    earlier.close()
    later.close()
    return found


@pytest.mark.parametrize("entity", [None, "kim"])
def test_each_change_names_the_event_and_the_source_that_caused_it(store: Store, entity: str | None) -> None:
    head = store.head().position
    store.record([claimed("s2", "kim", "rank", "Colonel", when=DAY)], actor=ACTOR)
    found = differing(store, head, entity=entity)
    assert {value: one.kind for value, one in found.items()} == {"Colonel": "appeared", "Major": "changed"}
    for change in found.values():
        assert [(cause.event.type, cause.source) for cause in change.causes] == [("claim.made", "s2")]
    before, after = found["Major"].before, found["Major"].after
    assert before is not None
    assert after is not None
    assert (before.status, after.status) == ("accepted", "contested")


CAUSING: dict[str, Draft] = {
    "source.graded": graded("s1", "A"),
    "source.withdrawn": withdrawn("s1"),
    "verdict.reached": decided("kim", "rank", "Major", stance="denies"),
    "entities.matched": matched("lee", "kim"),
    "source.registered": registered("s1", publisher="nato", published="2001", reason="misread"),
}


@pytest.mark.parametrize("type_", CAUSING)
def test_whatever_moves_a_fact_is_its_cause(store: Store, type_: str) -> None:
    # Without a time of its own the claim is an observation, which a later date of its source moves.
    store.record([claimed("s1", "kim", "rank", "General")], actor=ACTOR)
    head = store.head().position
    store.record([CAUSING[type_]], actor=ACTOR)
    found = differing(store, head)
    assert found
    for change in found.values():
        assert [cause.event.type for cause in change.causes] == [type_]


def test_a_retraction_fells_a_fact(store: Store) -> None:
    (claim,) = store.connection.execute("SELECT id FROM event WHERE type = 'claim.made'").fetchone()
    head = store.head().position
    store.record([retracted(claim)], actor=ACTOR)
    found = differing(store, head, entity="kim")
    assert [(one.kind, one.causes[0].event.type) for one in found.values()] == [("fell", "claim.retracted")]


def test_between_a_position_and_itself_nothing_changed(store: Store) -> None:
    assert differing(store, store.head().position) == {}


def test_what_a_draft_would_change_is_what_it_changes_and_trying_records_nothing(store: Store) -> None:
    store.record([claimed("s2", "kim", "rank", "Colonel", when=DAY)], actor=ACTOR)
    before, head = dump(store.connection), store.head()
    seen = history.foreseen(store, [withdrawn("s2")], actor=ACTOR)
    assert (dump(store.connection), store.head()) == (before, head)
    store.record([withdrawn("s2")], actor=ACTOR)
    found = differing(store, head.position)
    assert {one.fact.value: one.kind for one in seen} == {value: one.kind for value, one in found.items()}
    with pytest.raises(BadData):
        history.foreseen(store, [withdrawn("s2")], actor=ACTOR)


@SAME_FOLDER
@given(data=st.data())
def test_of_any_history_the_changes_lead_from_the_earlier_facts_to_the_later(
    tmp_path: Path, data: st.DataObject
) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock))
        after = data.draw(st.integers(heads[0], heads[-1]))
        earlier, later = database.connect(store.path), database.connect(store.path)
        past.shadow(earlier, after)
        past.shadow(later, heads[-1])
        old, new = ({fact.fact: fact for fact in reading.facts(one, limit=9999)} for one in (earlier, later))
        for change in history.between(earlier, later, after=after, upto=heads[-1]):
            assert change.causes, change
            assert old.pop(change.fact.fact, None) == change.before
            if change.after is not None:
                old[change.fact.fact] = change.after
        # What is left differs in nothing that is told, such as the last event that bears on it.
        assert old.keys() == new.keys()
        assert {one: fact.status for one, fact in old.items()} == {one: fact.status for one, fact in new.items()}
        earlier.close()
        later.close()


def test_the_history_of_an_entity_holds_every_event_that_bears_on_it(store: Store) -> None:
    store.record([matched("kim", "lee"), graded("s1", "B"), decided("kim", "rank", "Major")], actor=ACTOR)
    store.record([claimed("s2", "nato", "led_by", "kim"), claimed("s2", "nato", "motto", "x")], actor=ACTOR)
    types = [event.type for event in history.bearing(store.connection, "lee")]
    declarations = ["entity.declared", "entity.declared"]
    rulings = ["entities.matched", "source.graded", "verdict.reached"]
    assert types == [*declarations, "claim.made", *rulings, "claim.made"]
