"""The timeline leaves out nothing that may touch the days asked for, and its pages make up the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from histories import ACTOR, claimed, declared, new_store, registered
from test_reading import steps
from whence.errors import BadInput
from whence.timeline import Dated, dated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft
    from whence.store import Store

DATES = (
    "2019", "2020", "2020-05", "2020-05-01", "2020-05-02", "2020-05-01/2021-02-01", "[2020-05-01..]", "[..2020-05-01]",
    "[..2021]", "[2021..]", "2021-02-01", "2021", "-0044-03-15", "[..-0044-03-15]", "2020-05-01~",
)  # fmt: skip
DAYS = (None, "-9998-03-15", "2019-12-31", "2020-05-01", "2020-05-31", "2021-02-01", "2022-01-01")


@pytest.fixture(scope="module", name="store")
def dated_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with dates and spells of every kind, several on the same days."""
    with new_store(tmp_path_factory.mktemp("timeline") / "a.db") as made:
        drafts: list[Draft] = [registered("s1", published="2023-02-13")]
        for number in range(3):
            drafts += [declared(f"o{number}", type_="organization"), declared(f"p{number}", type_="person")]
            drafts += [claimed("s1", f"o{number}", "renewed", date) for date in DATES]
        whens: tuple[dict[str, str], ...] = (
            {"from": "2020-05-01"}, {"until": "2020-05-01"}, {"from": "2019", "until": "2021"}, {"from": "2021-03"},
            {"until": "2019"}, {"from": "2020-05", "until": "2020-06"}, {"from": "2020-05-01", "until": "2020-05-01"},
        )  # fmt: skip
        for number, when in enumerate(whens):
            drafts.append(claimed("s1", "p0", "member_of", f"o{number % 3}", when=when))
            drafts.append(claimed("s1", f"p{1 + number % 2}", "speaks_for", f"o{number % 3}", when=when))
        made.record(drafts, actor=ACTOR)
        yield made


def everything(connection: sqlite3.Connection) -> list[Dated]:
    """Return the whole timeline in its order, by the plainest query."""
    rows = connection.execute("SELECT timeline, earliest, latest FROM timeline ORDER BY earliest, latest, timeline")
    by_fact = {one.fact.fact: one for one in dated(connection, limit=10_000)}
    listed = [by_fact[row[0]] for row in rows]
    assert len(listed) == len(by_fact) > 50
    return listed


@pytest.mark.parametrize("until", DAYS)
@pytest.mark.parametrize("since", DAYS)
def test_a_stretch_of_the_timeline_holds_all_that_may_touch_it_in_pages(
    store: Store, since: str | None, until: str | None
) -> None:
    for entity in (None, "o1", "p0"):
        expected = [
            one
            for one in everything(store.connection)
            if (since is None or one.latest is None or one.latest >= since)
            and (until is None or one.earliest is None or one.earliest <= until)
            and entity in (None, one.fact.entity, one.fact.value_entity)
        ]
        found = dated(store.connection, entity=entity, since=since, until=until, limit=10_000)
        assert found == expected
        for size in (1, 4, 50):
            pages: list[Dated] = []
            after: str | None = None
            while page := dated(store.connection, entity=entity, since=since, until=until, after=after, limit=size):
                assert len(page) == size or len(pages) + len(page) == len(expected)
                pages += page
                after = page[-1].cursor
            assert pages == expected


@pytest.mark.parametrize("after", ["", "2020", "a,b", "a,b,c,d"])
def test_what_is_no_place_on_the_timeline_is_refused(store: Store, after: str) -> None:
    with pytest.raises(BadInput, match="is no place on the timeline"):
        dated(store.connection, after=after)


def test_a_page_costs_the_same_wherever_it_stands_on_a_long_timeline(tmp_path: Path) -> None:
    taken = []
    for count in (400, 4_000):
        with new_store(tmp_path / f"{count}.db") as made:
            drafts = [registered("s1", published="2023-02-13")]
            for number in range(count):
                drafts.append(declared(f"o{number}", type_="organization"))
                drafts.append(
                    claimed(
                        "s1", f"o{number}", "founded", f"{1990 + number % 30}-{1 + number % 12:02}-{1 + number % 28:02}"
                    )
                )
            made.record(drafts, actor=ACTOR)
            connection = made.connection
            last = dated(connection, since="2015-01-01", limit=20)[-1].cursor
            taken.append(
                [
                    steps(connection, lambda c: dated(c, limit=20)),
                    steps(connection, lambda c: dated(c, since="2015-01-01", limit=20)),
                    steps(connection, lambda c: dated(c, since="2015-01-01", until="2015-12-31", limit=20)),
                    steps(connection, lambda c: dated(c, until="1991-01-01", limit=20)),
                    steps(connection, lambda c, last=last: dated(c, after=last, limit=20)),  # type: ignore[misc]
                    steps(connection, lambda c: dated(c, since="2015-02-14", until="2016-02-12", limit=20)),
                ]
            )
    # Of the day that a page ends on, all that begin then are sorted: ten times as many here.
    grown = [(few, many) for few, many in zip(*taken, strict=True) if many > 1.5 * few]
    assert not grown, taken
