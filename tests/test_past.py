"""As of an earlier position the record reads as it stood then, and a time outside the log is refused."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import (
    ACTOR,
    START,
    Clock,
    claimed,
    declared,
    dump,
    matched,
    new_store,
    property_defined,
    registered,
    retracted,
    undone,
)
from test_projector import SAME_FOLDER, copy_log, grow
from whence import audit, evidence, history, past, reading
from whence.errors import BadInput, DatabaseError
from whence.projections import fixed_views
from whence.timeline import dated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from whence.store import Store


def told(connection: sqlite3.Connection, entity: str, upto: int) -> dict[str, Any]:
    """Return what commands read of an entity: itself, its facts, those that name it, every audit, and its history."""
    about = reading.facts_about(connection, entity)
    naming = reading.facts_naming(connection, entity)
    audits = [audit.why(connection, fact.fact, upto=upto) for fact in (*about, *naming)]
    return {
        "entity": reading.entity(connection, entity),
        "about": about,
        "naming": naming,
        "audits": [None if one is None else one._replace(matches=()) for one in audits],
        "matches": [None if one is None else one.matches for one in audits],
        "reviews": [fact for fact in reading.reviews(connection) if fact.entity == entity],
        "canonical": connection.execute("SELECT canonical FROM entity WHERE entity = ?", [entity]).fetchone(),
        "dated": dated(connection, entity=entity),
        "history": [event.position for event in history.bearing(connection, entity, upto=upto)],
    }


# Properties by which facts hang together in ways of their own, and whatever comes.
TOPICS = st.sampled_from([
    ["twin_of", "led_by", "rank"], ["twin_of", "partner_of", "alias"], ["speaks_for", "rank"],
    ["rank", "alias", "motto"], ["founded", "ships", "website"], None, None,
])  # fmt: skip


@SAME_FOLDER
@given(data=st.data())
def test_an_entity_as_of_an_event_reads_as_in_a_store_of_the_events_up_to_it(
    tmp_path: Path, data: st.DataObject
) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock, topics=data.draw(TOPICS)))
        upto = data.draw(st.integers(heads[0] - 5, heads[-1]))
        with new_store(tmp_path / "b.db", empty=True) as short:
            copy_log(store, short, upto)
            short.rebuild()
            for one in reading.entities(short.connection):
                with closing(past.connect(store.path)) as reader:
                    past.shadow_entity(reader, one.entity, upto, through="timeline")
                    assert told(reader, one.entity, upto) == told(short.connection, one.entity, upto)


CLAIMS_OF = """
SELECT c.claim, c.live, c.weight, c.origin, c.evidence, n.name, f.fact, f.status, f.score, f.review
FROM claim c LEFT JOIN entity n ON n.entity = c.value_entity
LEFT JOIN fact f ON f.entity = c.entity AND f.property = c.property AND f.value_key = c.value_key
WHERE c.source = :source ORDER BY c.claim, f.fact
"""


def said(connection: sqlite3.Connection, source: str, upto: int) -> dict[str, Any]:
    """Return what commands and pages read of a source: itself, its claims with their facts, what derives from it."""
    return {
        "source": reading.source(connection, source),
        "claims": connection.execute(CLAIMS_OF, {"source": source}).fetchall(),
        "changes": evidence.changes(connection, source, upto=upto),
        "derived": connection.execute(
            "SELECT source, derived_from FROM derivation WHERE source = ?1 OR derived_from = ?1 ORDER BY 1, 2", [source]
        ).fetchall(),
    }


@SAME_FOLDER
@given(data=st.data())
def test_a_source_as_of_an_event_reads_as_in_a_store_of_the_events_up_to_it(
    tmp_path: Path, data: st.DataObject
) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock, topics=data.draw(TOPICS)))
        upto = data.draw(st.integers(heads[0] - 5, heads[-1]))
        with new_store(tmp_path / "b.db", empty=True) as short:
            copy_log(store, short, upto)
            short.rebuild()
            for one in reading.sources(short.connection):
                with closing(past.connect(store.path)) as reader:
                    past.shadow_source(reader, one.source, upto)
                    assert said(reader, one.source, upto) == said(short.connection, one.source, upto)
                with closing(past.connect(store.path)) as reader:
                    past.shadow_source(reader, one.source, upto, through="claim", most=0, counted=reading.COUNTED + 1)
                    assert reading.source(reader, one.source) == one


@SAME_FOLDER
@given(data=st.data())
def test_search_as_of_an_event_finds_what_it_found_then(tmp_path: Path, data: st.DataObject) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock))
        upto = data.draw(st.integers(heads[0], heads[-1]))
        reader = past.connect(store.path)
        past.shadow(reader, upto)
        with new_store(tmp_path / "b.db", empty=True) as short:
            copy_log(store, short, upto)
            short.rebuild()
            for word in ("major", "colonel", "elan", "kim", "alliance", "a"):
                assert reading.search(reader, word) == reading.search(short.connection, word)
        reader.close()


@SAME_FOLDER
@given(data=st.data())
def test_as_far_as_a_view_all_views_are_those_of_the_events_up_to_then(tmp_path: Path, data: st.DataObject) -> None:
    clock = Clock()
    names = [view.name for view in fixed_views() if view.rows]
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock))
        upto = data.draw(st.integers(0, heads[-1]))
        with new_store(tmp_path / "b.db", empty=True) as short:
            copy_log(store, short, upto)
            short.rebuild()
            wanted = dump(short.connection)
        for through in data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)):
            with closing(past.connect(store.path)) as reader:
                past.shadow(reader, upto, through=through)
                there = dump(reader)
                assert {one: there[one] for one in names[: names.index(through) + 1]} == {
                    one: wanted[one] for one in names[: names.index(through) + 1]
                }


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
    reader = past.connect(store.path)
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
        ("1,2", "is neither a position nor a moment"),
        ("9,999,999", "There is no event 9,999,999: the log has events 1 to"),
        ("²", "is neither a position nor a moment"),
        ("2024-01-10T12:60", "There is no moment"),
        ("2024-01-10T12:00+01:00", "is neither a position nor a moment"),
        ("", "is neither a position nor a moment"),
    ],
)
def test_what_is_no_time_of_the_log_is_refused(store: Store, text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        past.position_of(store.connection, text)
    assert said in refused.value.message


def test_today_and_this_minute_are_not_in_the_future(store: Store) -> None:
    now = datetime.now(UTC)
    for wanted in (now.date().isoformat(), f"{now:%Y-%m-%dT%H:%MZ}", f"{now:%Y-%m-%d %H:%M:%S}"):
        assert past.position_of(store.connection, wanted) == store.head().position
    assert now > START


def test_a_moment_is_that_of_the_last_event_up_to_it(store: Store) -> None:
    recorded = store.connection.execute("SELECT position, recorded_at FROM event ORDER BY position").fetchall()
    for moment in {recorded_at for _, recorded_at in recorded}:
        last = max(position for position, recorded_at in recorded if recorded_at <= moment)
        assert past.position_of(store.connection, moment) == last
        assert past.position_of(store.connection, moment[:19]) == last
        assert past.position_of(store.connection, moment[:16]) == last
    assert past.position_of(store.connection, "2024-01-11T12:00:00.000001Z") == recorded[-2][0]


def test_a_position_may_be_written_as_it_is_printed(store: Store) -> None:
    store.record([declared(f"p{number}", type_="person") for number in range(1_000)], actor=ACTOR)
    assert past.position_of(store.connection, "1,002") == 1_002


def facts_then(store: Store, entity: str, upto: int) -> dict[str, str]:
    """Return each value that was on record about or naming an entity, with its status."""
    with closing(past.connect(store.path)) as reader:
        past.shadow_entity(reader, entity, upto)
        found = (*reading.facts_about(reader, entity), *reading.facts_naming(reader, entity))
        return {f"{one.entity} {one.value}": one.status for one in found}


def test_rivals_stand_though_a_match_that_made_them_rivals_is_undone_since(tmp_path: Path) -> None:
    with new_store(tmp_path / "store.db") as store:
        store.record([*map(declared, ("amr", "nato", "kim", "lee")), registered("s1")], actor=ACTOR)
        match = matched("nato", "amr")
        store.record([claimed("s1", "nato", "led_by", "kim"), claimed("s1", "amr", "led_by", "lee")], actor=ACTOR)
        ruling = store.record([match], actor=ACTOR).ids[0]
        then = store.head().position
        store.record([undone(match, ruling)], actor=ACTOR)
        # Lee's claim is on another subject now, and was on the same then.
        assert facts_then(store, "kim", then) == {"amr kim": "contested"}
        assert facts_then(store, "kim", then + 1) == {"nato kim": "accepted"}
        assert facts_then(store, "lee", then) == {"amr lee": "contested"}


def test_rivals_of_a_property_that_reads_both_ways_stand_on_either_side(tmp_path: Path) -> None:
    with new_store(tmp_path / "store.db") as store:
        store.record([*map(declared, ("nato", "jcs", "amr", "mod")), registered("s1")], actor=ACTOR)
        twins = [claimed("s1", "amr", "twin_of", "jcs"), claimed("s1", "amr", "twin_of", "mod")]
        store.record(twins, actor=ACTOR)
        then = store.head().position
        # The first of the two sides in the alphabet was one and the same, and no longer is.
        store.record([matched("amr", "nato")], actor=ACTOR)
        assert facts_then(store, "jcs", then) == {"amr jcs": "contested"}
        assert facts_then(store, "mod", then) == {"amr mod": "contested"}
        assert facts_then(store, "jcs", then + 1) == {"jcs nato": "accepted"}


def test_a_property_is_read_as_it_was_defined_then(tmp_path: Path) -> None:
    with new_store(tmp_path / "store.db") as store:
        store.record([*map(declared, ("nato", "kim", "lee")), registered("s1")], actor=ACTOR)
        store.record([claimed("s1", "nato", "led_by", one) for one in ("kim", "lee")], actor=ACTOR)
        then = store.head().position
        store.record([property_defined("led_by", many=True, reason="two lead it")], actor=ACTOR)
        assert facts_then(store, "kim", then) == {"nato kim": "contested"}
        assert facts_then(store, "kim", then + 1) == {"nato kim": "accepted"}
        assert facts_then(store, "nato", then) == {"nato kim": "contested", "nato lee": "contested"}


def steps(store: Store, entity: str, upto: int) -> int:
    """Return how many thousands of SQLite's steps one entity takes as of then."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    with closing(past.connect(store.path)) as reader:
        reader.set_progress_handler(count, 1_000)
        past.shadow_entity(reader, entity, upto)
        assert reading.facts_about(reader, entity)
        reader.set_progress_handler(None, 0)
    return counted[0]


def test_one_entity_as_of_then_costs_the_same_in_a_store_of_any_size(tmp_path: Path) -> None:
    taken = []
    for size in (300, 3_000):
        with new_store(tmp_path / f"{size}.db") as store:
            people = [declared(f"p{number}", type_="person") for number in range(size)]
            store.record([*people, registered("s1"), declared("nato")], actor=ACTOR)
            store.record([claimed("s1", f"p{number}", "rank", "Major") for number in range(size)], actor=ACTOR)
            store.record([claimed("s1", f"p{number}", "member_of", "nato") for number in range(size)], actor=ACTOR)
            then = store.head().position
            match = matched("p7", "p8")
            ruling = store.record([match, claimed("s1", "p5", "rank", "Colonel")], actor=ACTOR).ids[0]
            # What bears on others alone is no reason to replay the log.
            store.record([undone(match, ruling), property_defined("motto", many=True, reason="more")], actor=ACTOR)
            taken.append(steps(store, "p5", then))
    assert taken[1] <= taken[0] + 3, taken


def test_a_replay_tells_how_far_it_is_and_stands_in_a_file(store: Store) -> None:
    told_of: list[tuple[int, int]] = []
    for through in ("entity", past.SEARCH):
        told_of.clear()
        with closing(past.connect(store.path)) as reader:
            past.shadow(reader, store.head().position, through=through, progress=lambda *done: told_of.append(done))
            assert reader.execute("PRAGMA temp_store").fetchone() == (1,)  # FILE, which has no name
        assert told_of == sorted(told_of)
        assert all(0 <= done <= total for done, total in told_of)
        assert len({total for _, total in told_of}) == 1


def test_where_the_scratch_file_has_no_room_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    with new_store(tmp_path / "store.db") as store:
        store.record([declared(f"p{number}", type_="person") for number in range(2_000)], actor=ACTOR)
        monkeypatch.setattr(past, "CACHE_KIB", 8)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        with closing(past.connect(store.path)) as reader:
            reader.execute("SELECT count(*) FROM event").fetchone()
            resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, before[1]))
            try:
                with pytest.raises(DatabaseError, match="There is no room for temporary files"):
                    past.shadow(reader, store.head().position)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_views_of_another_version_show_no_past(store: Store) -> None:
    store.connection.execute("UPDATE projection SET sql_sha256 = 'another' WHERE projection = 'fact'")
    with pytest.raises(DatabaseError, match="made by another version of whence") as refused:
        past.connect(store.path)
    assert "whence rebuild" in refused.value.hint
