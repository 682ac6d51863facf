"""The views follow from the log alone: however a history is cut into batches, the same views come of it."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from histories import (
    ACTOR,
    ENTITIES,
    SOURCES,
    Clock,
    claimed,
    declared,
    dump,
    graded,
    new_store,
    property_defined,
    registered,
    type_defined,
)
from whence import building, checking, database, log, past, projections, projector
from whence.drafts import Draft
from whence.errors import BadData
from whence.projections import fixed_views
from worlds import World

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from whence.store import Store

# The folder of a test serves all its examples: each makes its stores anew. Half as many as elsewhere, for speed; and
# a failing history is not made smaller, which takes minutes and tells little more.
SAME_FOLDER = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=settings.default.max_examples // 2 if settings.default else 25,
)
WORDS = ("major", "colonel", "elan", "kim", "alliance", "a")


def grow(data: st.DataObject, store: Store, clock: Clock, *, topics: Sequence[str] | None = None) -> Iterator[int]:
    """Record a random history, of some properties or of any, and yield the head after each batch."""
    world = World()
    for number in range(data.draw(st.integers(2, 6))):
        drafts = world.founding(data.draw) if number == 0 else world.batch(data.draw, most=10)
        world.topics = list(topics or world.topics)
        anew, before = data.draw(st.booleans()), store.head()
        try:
            recorded = store.record(drafts, actor=ACTOR, anew=anew)
        except BadData:
            assert store.head() == before
            if world.ruling is None:
                raise
            recorded = store.record(world.without_ruling(drafts), actor=ACTOR, anew=anew)
        world.recorded(recorded)
        yield store.head().position
        clock.at += timedelta(days=data.draw(st.sampled_from([0, 1, 400])))


def copy_log(store: Store, other: Store, upto: int) -> None:
    """Append the first events of a store to another, as a segment would bring them."""
    with other.writing(ACTOR) as writer:
        for event in log.events(store.connection, upto=upto):
            writer.append_line(event._asdict())
        writer.close()


def assert_true_to_the_log(store: Store) -> None:
    """Hold the views against the log on a connection of its own, which then sees only the shadows."""
    with closing(database.connect(store.path)) as reader:
        assert list(checking.differences(reader, store.head().position)) == []


def found(connection: sqlite3.Connection) -> dict[str, list[list[Any]]]:
    """Return what a search of each word finds."""
    connection.execute("INSERT INTO entity_search (entity_search, rank) VALUES ('integrity-check', 1)")
    connection.execute("INSERT INTO claim_search (claim_search, rank) VALUES ('integrity-check', 1)")
    return {
        word: [
            [
                row[0]
                for row in connection.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY 1", [word])
            ]
            for table in ("entity_search", "claim_search")
        ]
        for word in WORDS
    }


@pytest.mark.parametrize("file", sorted(Path(projections.__file__).parent.glob("*.sql")), ids=lambda file: file.stem)
def test_another_wording_of_any_file_tells_that_the_views_must_be_rebuilt(file: Path) -> None:
    hashed = projections.hashes().get(file.stem) == hashlib.sha256(file.read_bytes()).hexdigest()
    assert hashed or file.read_text(encoding="utf-8") in projections.shared()


def test_a_type_may_be_called_like_whatever_a_statement_calls_its_tables(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db") as store:
        store.record([type_defined(letter, parent="organization") for letter in ascii_lowercase], actor=ACTOR)
        entities = [declared(f"one-{letter}", type_=letter, name=f"One {letter}") for letter in ascii_lowercase]
        store.record([declared("nato"), *entities, registered("s1")], actor=ACTOR)
        for entity in (f"one-{letter}" for letter in ascii_lowercase):
            said = (("motto", "One for all"), ("alias", "The One"), ("partner_of", "nato"))
            store.record([claimed("s1", entity, name, value) for name, value in said], actor=ACTOR)
        assert_true_to_the_log(store)


@SAME_FOLDER
@given(data=st.data())
def test_a_claim_is_known_again_whatever_was_matched_revised_or_retracted_since(
    tmp_path: Path, data: st.DataObject
) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        for head in grow(data, store, clock):
            claims = [one for one in log.events(store.connection, upto=head) if one.type == "claim.made"]
            again = store.record([Draft(one.type, one.data, source=one.source) for one in claims], actor=ACTOR)
            assert (again.count, again.known_count, store.head().position) == (0, len(claims), head)


def test_a_claim_is_known_again_in_the_very_batch_that_revises_its_property(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db") as store:
        said = claimed("s1", "nato", "partner_of", "jcs")
        store.record([declared("nato"), declared("jcs"), registered("s1"), said], actor=ACTOR)
        revised = property_defined("partner_of", inverse=None, reason="only one of them calls it so")
        recorded = store.record([revised, said], actor=ACTOR)
        assert (recorded.count, recorded.known_count) == (1, 1)
        assert_true_to_the_log(store)


@SAME_FOLDER
@given(data=st.data())
def test_a_history_in_any_batches_gives_at_every_step_the_views_that_a_rebuild_gives(
    tmp_path: Path, data: st.DataObject
) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        for _ in grow(data, store, clock):
            assert_true_to_the_log(store)
        projected, searched = dump(store.connection), found(store.connection)
        # In small parts, the last ones into indexes that are there: as large logs are.
        with patch.object(building, "SLICE", 3), patch.object(database, "ROOM", 3):
            store.rebuild()
        assert dump(store.connection) == projected
        assert found(store.connection) == searched


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("DELETE FROM fact", "the view fact is not what the log gives: 0 rows that should not be there, 1 missing"),
        ("UPDATE fact SET score = 99", "the view fact is not what the log gives: 1 rows that should not be there, 1"),
        ("INSERT INTO spell VALUES ('kim', 'rank', 'x', '')", "the view spell is not what the log gives: 1 rows"),
        ("DROP TABLE person", "the view person is missing"),
        ("DROP TABLE claim_search", "the index claim_search is missing"),
        (
            "INSERT INTO claim_search (claim_search, rowid, value) SELECT 'delete', claim, value FROM claim",
            "the index claim_search does not find what the views hold",
        ),
        ("INSERT INTO entity_search (rowid, name) VALUES (999, 'Lee')", "the index entity_search does not find"),
    ],
)
def test_a_view_that_something_else_changed_is_found_and_a_rebuild_mends_it(
    tmp_path: Path, change: str, found: str
) -> None:
    with new_store(tmp_path / "a.db") as store:
        store.record([declared("kim"), registered("s1"), claimed("s1", "kim", "rank", "Major")], actor=ACTOR)
        store.connection.execute(change)
        with closing(database.connect(store.path)) as reader:
            assert any(found in sentence for sentence in checking.differences(reader, store.head().position))
        store.rebuild()
        assert_true_to_the_log(store)


@SAME_FOLDER
@given(data=st.data())
def test_as_of_an_event_the_views_are_those_of_the_log_up_to_it(tmp_path: Path, data: st.DataObject) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock))
        for upto in {data.draw(st.sampled_from(heads)), data.draw(st.integers(0, heads[-1]))}:
            with closing(database.connect(store.path)) as reader, new_store(tmp_path / "b.db", empty=True) as short:
                projector.as_of(reader, upto)
                copy_log(store, short, upto)
                short.rebuild()
                assert dump(reader) == dump(short.connection)


@SAME_FOLDER
@given(data=st.data())
def test_as_of_an_event_one_entity_is_shown_as_all_of_them_are(tmp_path: Path, data: st.DataObject) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        heads = list(grow(data, store, clock))
        upto, entity = data.draw(st.integers(heads[0], heads[-1])), data.draw(st.sampled_from(sorted(ENTITIES)))
        shown = []
        for shadow in (past.shadow, lambda reader, upto: past.shadow_entity(reader, entity, upto, through="timeline")):
            with closing(database.connect(store.path)) as reader:
                shadow(reader, upto)
                shown.append(about(reader, entity))
        assert shown[0] == shown[1]


def about(reader: sqlite3.Connection, entity: str) -> list[list[tuple[object, ...]]]:
    """Return the rows that are about an entity, or about the one that it goes under."""
    (canonical,) = reader.execute("SELECT canonical FROM entity WHERE entity = ?", [entity]).fetchone()
    rows = []
    for name in ("claim", "fact", "conflict", "timeline", "entity", "spell"):
        columns = ", ".join(column for view in fixed_views() if view.name == name for column in view.columns)
        rows.append(sorted(reader.execute(f"SELECT {columns} FROM {name} WHERE entity = ?", [canonical]), key=repr))
    return rows


@SAME_FOLDER
@given(data=st.data())
def test_the_same_claims_in_another_order_give_the_same_facts(tmp_path: Path, data: st.DataObject) -> None:
    world = World()
    before = [*world.founding(data.draw), *(graded(source, data.draw(st.sampled_from("ABCDEF"))) for source in SOURCES)]
    claims = [claim for _ in range(data.draw(st.integers(2, 16))) if (claim := world.claim(data.draw)) is not None]
    facts = []
    for name, order in (("a.db", claims), ("b.db", data.draw(st.permutations(claims)))):
        with new_store(tmp_path / name) as store:
            store.record(before, actor=ACTOR)
            cut = data.draw(st.integers(0, len(order)))
            store.record(order[:cut], actor=ACTOR)
            store.record(order[cut:], actor=ACTOR)
            columns = ", ".join(one for view in fixed_views() if view.name == "fact" for one in view.columns[:-1])
            facts.append(store.connection.execute(f"SELECT {columns} FROM fact ORDER BY fact").fetchall())
    assert facts[0] == facts[1]
