"""As of an earlier position the record reads as it stood then, and a time outside the log is refused."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import ACTOR, START, Clock, claimed, declared, matched, new_store, registered, retracted
from test_projector import SAME_FOLDER, copy_log, grow
from whence import audit, database, past, reading
from whence.errors import BadInput

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from whence.store import Store


def told(connection: sqlite3.Connection, entity: str, upto: int) -> dict[str, Any]:
    """Return what commands read of an entity: itself, its facts, those that name it, and every audit."""
    about = reading.facts_about(connection, entity)
    naming = reading.facts_naming(connection, entity)
    audits = [audit.why(connection, fact.fact, upto=upto) for fact in (*about, *naming)]
    return {
        "entity": reading.entity(connection, entity),
        "about": about,
        "naming": naming,
        "audits": [None if one is None else asdict(replace(one, matches=())) for one in audits],
        "matches": [None if one is None else one.matches for one in audits],
        "reviews": [fact for fact in reading.reviews(connection) if fact.entity == entity],
        "canonical": connection.execute("SELECT canonical FROM entity WHERE entity = ?", [entity]).fetchone(),
    }


@SAME_FOLDER
@given(data=st.data())
def test_an_entity_as_of_an_event_reads_as_in_a_store_of_the_events_up_to_it(
    tmp_path: Path, data: st.DataObject
) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock))
        upto = data.draw(st.integers(heads[0] - 5, heads[-1]))
        with new_store(tmp_path / "b.db", empty=True) as short:
            copy_log(store, short, upto)
            short.rebuild()
            entities = [one.entity for one in reading.entities(short.connection)]
            for entity in data.draw(st.lists(st.sampled_from(entities), min_size=1, max_size=3, unique=True)):
                reader = database.connect(store.path)
                past.shadow_entity(reader, entity, upto)
                assert told(reader, entity, upto) == told(short.connection, entity, upto)
                reader.close()


@SAME_FOLDER
@given(data=st.data())
def test_search_as_of_an_event_finds_what_it_found_then(tmp_path: Path, data: st.DataObject) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock))
        upto = data.draw(st.integers(heads[0], heads[-1]))
        reader = database.connect(store.path)
        past.shadow(reader, upto)
        with new_store(tmp_path / "b.db", empty=True) as short:
            copy_log(store, short, upto)
            short.rebuild()
            for word in ("major", "colonel", "elan", "kim", "alliance", "a"):
                assert reading.search(reader, word) == reading.search(short.connection, word)
        reader.close()


@pytest.fixture(name="store")
def over_three_days(tmp_path: Path) -> Iterator[Store]:
    """Return a store in which a claim was made on 10, a match on 11 and a retraction on 12 January 2024."""
    clock = Clock()
    with new_store(tmp_path / "store.db", clock=clock) as store:
        store.record([declared("kim"), declared("lee"), registered("s1")], actor=ACTOR)
        claim = store.record([claimed("s1", "lee", "rank", "Major")], actor=ACTOR).ids[0]
        clock.at += timedelta(days=1)
        store.record([matched("kim", "lee")], actor=ACTOR)
        clock.at += timedelta(days=1)
        store.record([retracted(claim)], actor=ACTOR)
        yield store


def as_of(store: Store, text: str, entity: str) -> list[str]:
    reader = database.connect(store.path)
    past.shadow_entity(reader, entity, past.position_of(reader, text))
    found = [fact.value for fact in reading.facts_about(reader, entity)]
    reader.close()
    return found


def test_a_day_means_its_end_and_a_moment_means_itself(store: Store) -> None:
    assert as_of(store, "2024-01-10", "lee") == ["Major"]
    assert as_of(store, "2024-01-11", "lee") == []
    assert as_of(store, "2024-01-11", "kim") == ["Major"]
    assert as_of(store, "2024-01-12T11:59Z", "kim") == ["Major"]
    assert as_of(store, "2024-01-12 12:00:00", "kim") == []


def test_the_views_of_the_store_stay_as_they_are(store: Store) -> None:
    before = reading.facts(store.connection)
    as_of(store, "2024-01-10", "lee")
    assert reading.facts(store.connection) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "There is no event 0: the log has events 1 to"),
        ("9999", "There is no event 9999"),
        ("1999-01-01", "is before the first event of the log"),
        ("2999-01-01", "is in the future: the log ends at 2024-01-12T12:00:00"),
        ("yesterday", "is neither a position nor a moment"),
        ("2024-13-01", "There is no moment 2024-13-01"),
        ("2024-02-30", "There is no moment 2024-02-30"),
        ("2024-01-10T25:00", "There is no moment"),
        ("-1", "is neither a position nor a moment"),
        ("", "is neither a position nor a moment"),
    ],
)
def test_what_is_no_time_of_the_log_is_refused(store: Store, text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        past.position_of(store.connection, text)
    assert said in refused.value.message


def test_today_is_not_in_the_future(store: Store) -> None:
    today = datetime.now(UTC).date().isoformat()
    assert past.position_of(store.connection, today) == store.head().position
    assert datetime.now(UTC) > START
