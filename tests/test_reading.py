"""What a list shows is what is on record, and reading it costs what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from histories import ACTOR, claimed, declared, new_store, registered, retracted
from whence import reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from whence.drafts import Draft
    from whence.reading import Fact


def people(count: int) -> Iterator[Draft]:
    """Yield persons, every fifth an officer, and organizations, with a rank, an alias and some rivals."""
    yield registered("s1", published="2023-02-13")
    yield registered("s2", published="2023-02-13")
    for number in range(count):
        type_ = "organization" if number % 7 == 0 else "officer" if number % 5 == 0 else "person"
        yield declared(f"e{number}", type_=type_, name=f"Name {(number * 7919) % count:05}")
        yield claimed("s1", f"e{number}", "alias", f"alias {number}")
        if type_ != "organization":
            yield claimed("s1", f"e{number}", "rank", "Major")
            if number % 11 == 0:
                yield claimed("s2", f"e{number}", "rank", "Colonel")


def walked(connection: sqlite3.Connection, types: tuple[str, ...], **wanted: str | None) -> list[Fact]:
    """Return the facts about entities of the types, one entity after the other."""
    return [
        fact
        for type_ in types
        for one in reading.entities(connection, type=type_, limit=9_999)
        for fact in reading.facts_about(connection, one.entity, property=wanted.get("property"))
        if wanted.get("status") in (None, fact.status)
    ]


def steps(connection: sqlite3.Connection, read: Callable[[sqlite3.Connection], object]) -> int:
    """Return how many steps SQLite's machine takes to read; they are the same on every computer."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(tick, 1)
    read(connection)
    connection.set_progress_handler(None, 0)
    return count


@pytest.mark.parametrize("types", [("person",), ("person", "officer"), ("organization", "person"), ("none",)])
@pytest.mark.parametrize("wanted", [{}, {"property": "rank"}, {"status": "contested"}, {"status": "accepted"}])
def test_the_facts_of_a_type_come_by_the_names_of_its_entities(
    tmp_path: Path, types: tuple[str, ...], wanted: dict[str, Any]
) -> None:
    with new_store(tmp_path / "a.db") as store:
        store.record(people(60), actor=ACTOR)
        expected = walked(store.connection, types, **wanted)
        assert expected or types == ("none",) or (wanted == {"property": "rank"} and "person" not in types)
        assert reading.facts(store.connection, types=types, limit=9_999, **wanted) == expected
        for limit in (1, 7, len(expected) or 1):
            assert reading.facts(store.connection, types=types, limit=limit, **wanted) == expected[:limit]


def test_the_newest_facts_of_a_type_come_newest_first(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db") as store:
        store.record(people(60), actor=ACTOR)
        found = reading.facts(store.connection, types=("officer",), newest_first=True, limit=5)
        everyone = sorted(walked(store.connection, ("officer",)), key=lambda fact: (-fact.position, fact.fact))
        assert found == everyone[:5]


def test_the_facts_of_a_type_cost_what_is_shown_of_them(tmp_path: Path) -> None:
    taken = []
    for count in (300, 3_000):
        with new_store(tmp_path / f"{count}.db") as store:
            store.record(people(count), actor=ACTOR)
            asked: list[str] = []
            store.connection.set_trace_callback(asked.append)
            reading.facts(store.connection, types=("person", "officer"), limit=20)
            store.connection.set_trace_callback(None)
            assert len(asked) <= 2
            kinds: tuple[dict[str, Any], ...] = ({}, {"property": "rank"}, {"property": "rank", "status": "accepted"})
            taken.append(
                [
                    steps(store.connection, lambda c, kind=kind: reading.facts(c, types=("person",), limit=20, **kind))  # type: ignore[misc]
                    for kind in kinds
                ]
            )
    few, many = taken
    assert all(more < 1.5 * less for less, more in zip(few, many, strict=True)), taken


def test_the_claims_of_a_source_are_counted_up_to_a_thousand(tmp_path: Path) -> None:
    taken = []
    for count in (2_000, 6_000):
        with new_store(tmp_path / f"{count}.db") as store:
            store.record([registered("big", published="2023"), registered("small", published="2023")], actor=ACTOR)
            store.record([declared(f"e{number}", type_="person") for number in range(count)], actor=ACTOR)
            store.record([claimed("big", f"e{number}", "rank", "Major") for number in range(count)], actor=ACTOR)
            made = store.record(
                [claimed("small", f"e{number}", "rank", "Major") for number in range(1_001)], actor=ACTOR
            )
            listed = {one.source: (one.claims, one.more_claims) for one in reading.sources(store.connection)}
            assert listed == {"big": (1_000, True), "small": (1_000, True)}
            store.record([retracted(made.ids[0])], actor=ACTOR)
            small = reading.source(store.connection, "small")
            assert small is not None
            assert (small.claims, small.more_claims) == (1_000, False)
            taken.append(steps(store.connection, lambda c: reading.source(c, "big")))
    assert taken[1] < 1.1 * taken[0]


def test_sources_are_found_by_their_title_or_their_address(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db") as store:
        address = "https://example.org/a"
        for source, title, url in (("one", "Talks", None), ("two", "Other", address), ("three", "Third", None)):
            store.record([registered(source, title=title, **({"url": url} if url else {}))], actor=ACTOR)
        found = reading.sources_like(store.connection, title="Talks", url=address)
        assert [one.source for one in found] == ["one", "two"]
        assert [one.source for one in reading.sources_like(store.connection, title="Third", url=None)] == ["three"]
