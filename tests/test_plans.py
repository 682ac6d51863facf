"""What is recorded or read costs what it touches: by SQLite's own plans, and by the steps that it takes."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from histories import (
    ACTOR,
    claimed,
    decided,
    declared,
    graded,
    matched,
    new_store,
    property_defined,
    registered,
    retracted,
    withdrawn,
    worded,
)
from whence import checking, database, log
from whence.projections import fixed_views
from whence.state import LogState
from whence.vocabulary import read

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft
    from whence.store import Store

# Tables that grow with the log. What a window touched, the vocabulary and people's rulings are few.
LARGE = {"event", "claim", "fact", "entity", "source", "spell", "conflict", "timeline", "derivation", "speaks_for"}
LARGE |= {"person", "officer", "organization"}
# A revised property touches every claim that was made with it: there is no index, and no need of one. That this arm
# reads nothing while no property is revised is held below, by the steps that a claim takes.
FOR_A_PROPERTY = "CROSS JOIN claim c ON c.property = t.property;"


def people(count: int) -> Iterator[Draft]:
    """Yield half as many persons as claims are made of them, with as many values each at any count."""
    for number in range(count // 2):
        yield declared(f"p{number}", type_="person")
        yield declared(f"o{number}", type_="organization")
        yield registered(f"s{number}", publisher=f"o{number}", published="2023-02-13")
    for number in range(count // 2):
        yield claimed(f"s{number}", f"p{number}", "rank", "Major")
        yield claimed(f"s{number}", f"p{number}", "member_of", f"o{number}")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with some thousands of claims, on which ANALYZE never ran."""
    with new_store(tmp_path_factory.mktemp("plans") / "a.db") as made:
        made.record(people(4_000), actor=ACTOR)
        made.record([claimed("s1", "p1", "rank", "Colonel")], actor=ACTOR)  # so that the key tables are there
        yield made


def scanned(connection: sqlite3.Connection, statement: str) -> set[str]:
    """Return the large tables that SQLite would read from end to end for a statement."""
    parameters = dict.fromkeys(re.findall(r":(\w+)", statement), 1)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    names = {
        alias: table for table, alias in re.findall(r"(?:FROM|JOIN)\s+(\w+)\s+(?!CROSS|ON|WHERE|LEFT)(\w+)", statement)
    }
    found = [str(match[1]) for line in plan if (match := re.match(r"SCAN (\w+)", line))]
    return {names.get(name, name) for name in found} & LARGE


VIEWS = [view.name for view in fixed_views()] + ["person", "organization"]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_brought_up_to_date_without_reading_a_large_table_from_end_to_end(store: Store, name: str) -> None:
    connection = store.connection
    [view] = [one for one in (*fixed_views(), *read(connection).views()) if one.name == name]
    found: set[str] = set()
    for arm in view.arms:
        found |= scanned(connection, arm.collect) - ({"claim"} if FOR_A_PROPERTY in arm.collect else set())
    for stage in view.stages:
        found |= scanned(connection, stage.fill)
    if view.rows:
        renewal = () if view.renewal is None else (view.renewal.next.fill, *view.renewal[1:])
        for statement in (*view.clear, *renewal, view.insert, *dict(view.cells).values()):
            found |= scanned(connection, statement)
    assert found == set()


@pytest.mark.parametrize("name", ["stage_stated", "stage_spelled"])
def test_facts_are_made_from_an_index_of_claims_alone(store: Store, name: str) -> None:
    [fill] = [stage.fill for view in fixed_views() for stage in view.stages if stage.name == name]
    parameters = dict.fromkeys(re.findall(r":(\w+)", fill), 1)
    plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {fill}", parameters)]
    claims = [line for line in plan if "claim" in line]
    assert len(claims) == len([line for line in claims if "COVERING INDEX claim_key" in line]) == 2


def test_what_the_rules_ask_of_the_log_is_found_by_an_index(store: Store) -> None:
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    *_, last = log.events(store.connection, after=store.head().position - 1)
    state = LogState(store.connection)
    state.entity("p1")
    state.source("s1")
    state.latest("source.graded", "s1")
    state.definition("property.defined", "rank")
    state.claim(last.id)
    state.same_claim("s1", {"subject": "p1", "property": "rank", "value": "Colonel"}, "{}")
    state.ancestors("s1")
    log.find(store.connection, last.id[:8])
    store.connection.set_trace_callback(None)
    assert len(asked) > 8
    for statement in asked:
        # The first or the last row of a table is read without the rest.
        if statement.startswith("SELECT") and ("WHERE" in statement or "LIMIT 1" not in statement):
            assert scanned(store.connection, statement) == set(), statement


def test_a_claim_builds_its_facts_once(store: Store) -> None:
    carried_out: list[str] = []
    store.connection.set_trace_callback(carried_out.append)
    store.record([claimed("s1", "p1", "rank", "Lieutenant")], actor=ACTOR)
    store.connection.set_trace_callback(None)
    assert sum(statement.startswith("INSERT OR FAIL INTO temp.stage_next_fact") for statement in carried_out) == 1


@pytest.mark.parametrize("name", ["fact", "timeline"])
def test_a_view_whose_rows_come_in_no_order_is_written_without_a_copy_of_each_page(store: Store, name: str) -> None:
    [view] = [view for view in fixed_views() if view.name == name]
    assert view.renewal is not None
    # SQLite keeps a copy of every page that a statement changes where it may have to take it back: where a constraint
    # aborts, or a function is called, which may raise.
    for statement in (view.insert, view.renewal.change, view.renewal.leave, view.renewal.join):
        program = store.connection.execute(f"EXPLAIN {statement}", {"after": 0, "upto": 0}).fetchall()
        assert not {row[1] for row in program} & {"Function", "PureFunc"}
        assert statement.startswith(("INSERT OR FAIL ", "UPDATE OR FAIL ", "DELETE "))


def test_a_row_that_stays_as_it_is_is_not_written_again(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db") as store:
        store.record([declared("p1", type_="person"), declared("o1", type_="organization")], actor=ACTOR)
        store.record([registered(name, publisher="o1", published="2023-02-13") for name in ("s1", "s2")], actor=ACTOR)
        store.record([claimed("s1", "p1", "rank", "Major", when={"from": "2020"})], actor=ACTOR)
        store.record([claimed("s1", "p1", "rank", "Colonel", when={"from": "2022"})], actor=ACTOR)
        for table in ("fact", "timeline", "conflict"):
            store.connection.execute(f"CREATE TEMP TABLE written_{table} (how TEXT)")
            for how in ("INSERT", "UPDATE", "DELETE"):
                store.connection.execute(
                    f"CREATE TEMP TRIGGER {how}_{table} AFTER {how} ON main.{table}"
                    f" BEGIN INSERT INTO written_{table} (how) VALUES ('{how}'); END"
                )
        # The other rank is a key's row, too, and the spell of this one is told already: only its fact is another.
        store.record([claimed("s2", "p1", "rank", "Colonel", when={"from": "2022"})], actor=ACTOR)
        written = {
            table: [how for (how,) in store.connection.execute(f"SELECT how FROM temp.written_{table}")]
            for table in ("fact", "timeline", "conflict")
        }
        assert written == {"fact": ["UPDATE"], "timeline": [], "conflict": []}


# --- Steps -------------------------------------------------------------------------------------------------


def steps(store: Store, drafts: list[Draft] | None) -> int:
    """Return how many hundred steps SQLite's machine takes to record drafts, or to rebuild the views without any.

    They are the same on every computer.
    """
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    store.connection.set_progress_handler(tick, 100)
    if drafts is None:
        store.rebuild()
    else:
        store.record(drafts, actor=ACTOR)
    store.connection.set_progress_handler(None, 0)
    return count


def one_of_each(store: Store) -> dict[str, int]:
    """Return the steps that each kind of event takes."""
    claim = next(e.id for e in log.events(store.connection) if e.type == "claim.made" and e.data["subject"] == "p7")
    kinds = {
        "a claim": claimed("s1", "p1", "rank", "General"),
        "one of many values": claimed("s2", "p2", "member_of", "o3"),
        "a retraction": retracted(claim),
        "a grade": graded("s3", "B"),
        "a withdrawal": withdrawn("s4"),
        "a declaration": declared("p-new", type_="person"),
        "a new name": declared("o5", type_="organization", name="New", reason="r"),
        "a registration": registered("s-new", publisher="o1"),
        "another publisher": registered("s6", publisher="o1", reason="r"),
        "a match": matched("p8", "p9"),
        "a verdict": decided("p10", "rank", "Major"),
    }
    return {kind: steps(store, [draft]) for kind, draft in kinds.items()}


def test_recording_one_event_takes_the_same_steps_however_long_the_log_is(tmp_path: Path) -> None:
    taken = []
    for count in (200, 6_000):
        with new_store(tmp_path / f"{count}.db") as store:
            store.record(people(count), actor=ACTOR)
            taken.append(one_of_each(store))
    few, many = taken
    grown = {kind: (few[kind], many[kind]) for kind in few if many[kind] > 1.3 * few[kind] + 5}
    assert not grown, f"steps (in hundreds) at 200 claims and at 6,000: {grown}"


@pytest.mark.parametrize("fields", [{}, {"stance": "denies"}, {"speaker": ["o1"]}], ids=["said", "denied", "quoted"])
def test_a_batch_takes_steps_in_proportion_to_its_size(tmp_path: Path, fields: dict[str, object]) -> None:
    taken = []
    for count in (500, 4_000):
        with new_store(tmp_path / f"{count}.db") as store:
            base = [d for d in people(count) if d.type != "claim.made"]
            claims = [claimed(f"s{n}", f"p{n}", "rank", "Major", **fields) for n in range(count // 2)]
            store.record(base, actor=ACTOR)
            taken.append(steps(store, claims) / count)
    assert taken[1] < 1.5 * taken[0]


def test_verdicts_and_wordings_do_not_make_a_rebuild_quadratic(tmp_path: Path) -> None:
    taken = []
    for count in (200, 1_600):
        with new_store(tmp_path / f"{count}.db") as store:
            store.record(people(count), actor=ACTOR)
            store.record([worded("rank", "Major", "Maj")], actor=ACTOR)
            store.record([decided(f"p{n}", "rank", "Major") for n in range(0, count // 2, 10)], actor=ACTOR)
            taken.append(steps(store, None) / count)
    assert taken[1] < 1.5 * taken[0]


def test_a_revised_property_alone_makes_all_its_claims_anew(store: Store) -> None:
    revised = property_defined("rank", label="grade", reason="so called")
    cheap = steps(store, [claimed("s1", "p1", "rank", "Captain")])
    dear = steps(store, [revised])
    assert dear > 20 * cheap
    with closing(database.connect(store.path)) as reader:
        assert list(checking.differences(reader, store.head().position)) == []
