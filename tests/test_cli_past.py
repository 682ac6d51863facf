"""Commands that read the record as it stood, say what changed, and what held on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import at_desk  # noqa: F401 - a fixture
from histories import ACTOR, Clock, claimed, declared, new_store, registered
from test_projector import SAME_FOLDER
from whence import dates, reading
from whence.cli.past import on_days
from worlds import whens

if TYPE_CHECKING:
    from pathlib import Path

    from desk import Desk

HERO = "francesco-diella"


@pytest.fixture(name="told")
def told_desk(desk: Desk) -> Desk:
    """Return a desk where a career was recorded, its last rank first."""
    person = ("--create", "--type", "person")
    general = ("--no-passage", "--from", "2022-06", *person)
    desk.run("add", "Francesco Diella", "rank", "Lieutenant General", "-s", "nato-1", *general)
    desk.run("add", HERO, "rank", "Colonel", "-s", "nato-1", "--no-passage", "--from", "2015", "--until", "2019-03-01")
    desk.run(
        "add",
        HERO,
        "rank",
        "Major General",
        "-s",
        "nato-1",
        "--no-passage",
        "--from",
        "2019-03-01",
        "--until",
        "2022-06",
    )
    desk.run("add", HERO, "alias", "Diella", "-s", "amr-1", "--no-passage")
    return desk


def ranks(desk: Desk, *arguments: str) -> list[str]:
    lines = desk.run("show", HERO, *arguments).out.splitlines()
    return [one for line in lines for one in ("Colonel", "Major General", "Lieutenant General") if one in line]


def test_a_career_is_shown_in_order(told: Desk) -> None:
    assert ranks(told) == ["Colonel", "Major General", "Lieutenant General"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2014-12-31", ["no", "no", "no"]),
        ("2015-05-05", ["possible", "no", "no"]),
        ("2018-01-01", ["certain", "no", "no"]),
        ("2020-01-01", ["no", "certain", "no"]),
        ("2022-06-15", ["no", "possible", "possible"]),
        ("2022-07-01", ["no", "no", "possible"]),
    ],
)
def test_on_a_day_each_is_certain_possible_or_not(told: Desk, day: str, words: list[str]) -> None:
    document = told.json("show", HERO, "--on", day)
    said = {fact["shown"]: document["on"][fact["fact"]] for fact in document["facts"]}
    assert [said[rank] for rank in ("Colonel", "Major General", "Lieutenant General")] == words
    assert f"ON {day}" in told.run("show", HERO, "--on", day).out
    assert told.json("facts", "--on", day)["on"].items() >= document["on"].items()


def test_what_is_contested_is_never_certain(told: Desk) -> None:
    told.run("add", HERO, "rank", "Brigadier", "-s", "amr-1", "--no-passage", "--on", "2023-02-13")
    told.run("add", HERO, "rank", "General", "-s", "nato-1", "--no-passage", "--on", "2023-02-13")
    document = told.json("show", HERO, "--on", "2023-02-13")
    contested = [one["fact"] for one in document["facts"] if one["status"] == "contested"]
    assert contested
    assert {document["on"][one] for one in contested} == {"possible"}


@SAME_FOLDER
@given(data=st.data())
def test_the_words_of_a_day_are_those_of_every_claim_checked_day_by_day(tmp_path: Path, data: st.DataObject) -> None:
    when = data.draw(whens().filter(lambda one: one is not None and "-00" not in str(one)))
    with new_store(tmp_path / "a.db", clock=Clock()) as store:
        draft = claimed("s1", "kim", "member_of", "nato", when=when)
        store.record([declared("kim"), declared("nato"), registered("s1"), draft], actor=ACTOR)
        found = reading.facts_about(store.connection, "kim")
        bounds = dates.when_bounds(when or {})
        start, end = bounds.latest_start or "", bounds.earliest_end or ""
        for offset in range(0, 2_500, 7):
            on = (date(2018, 1, 1) + timedelta(days=offset)).isoformat()
            certain = bool(start and end) and start <= on <= end
            before = bounds.earliest_start is not None and on < bounds.earliest_start
            after = bounds.latest_end is not None and on > bounds.latest_end
            expected = "certain" if certain else "no" if before or after else "possible"
            assert on_days(store.connection, found, on) == {found[0].fact: expected}


def test_every_reading_command_reads_the_record_as_it_stood(told: Desk) -> None:
    position = told.head()
    commands = (
        ("show", HERO),
        ("facts",),
        ("conflicts",),
        ("conflicts", "--review"),
        ("search", "general"),
        ("timeline",),
        ("timeline", HERO),
        ("why", HERO, "rank"),
        ("why", HERO, "rank", "Colonel"),
    )
    before = [told.run(*command).out for command in commands]
    facts = told.json("facts")
    told.run("add", HERO, "rank", "Admiral general", "-s", "amr-1", "--no-passage", "--on", "2023-01-01")
    told.run("source", "grade", "nato-1", "E", "--reason", "unreliable after all")
    told.run("entity", "add", "person", "Francesco D.", "--id", HERO, "--reason", "as he signs")
    assert [told.run(*command).out for command in commands] != before
    assert [told.run(*command, "--as-of", str(position)).out for command in commands] == before
    assert told.json("facts", "--as-of", str(position)) == facts


def test_a_time_that_the_log_does_not_cover_is_refused(told: Desk) -> None:
    for command in (("show", HERO), ("facts",), ("why", HERO, "rank"), ("search", "general")):
        assert "There is no event 9999" in told.refused(*command, "--as-of", "9999")
    assert "There is no event 0" in told.refused("show", HERO, "--as-of", "0")
    assert "is in the future" in told.refused("show", HERO, "--as-of", "2999-01-01")
    assert "before the first event" in told.refused("show", HERO, "--as-of", "1999-01-01T10:00Z")
    assert "As of 60 there was no entity" in told.refused("show", HERO, "--as-of", "60")
    assert "is no single day" in told.refused("show", HERO, "--on", "2023")
    assert "February 2023 has 28 days" in told.refused("facts", "--on", "2023-02-30")


def test_the_difference_of_two_positions_is_told_with_what_caused_it(told: Desk) -> None:
    before = told.head()
    told.run("add", HERO, "rank", "General", "-s", "amr-1", "--no-passage", "--on", "2023-01-01")
    head = told.head()
    said = told.run("diff", str(before), str(head), HERO).out
    assert "Francesco Diella, rank: General\n  appeared: contested" in said
    assert f"event {head:,} (" in said
    assert "(amr-1)" in said
    assert told.run("diff", str(before), str(head)).out == said
    assert "No fact changed" in told.run("diff", str(head), str(head)).out
    assert "Name the earlier first" in told.refused("diff", str(head), str(before))


def test_the_history_of_an_entity_is_told_in_order(told: Desk) -> None:
    told.run("decide", HERO, "rank", "Colonel", "--reason", "asked him")
    lines = told.run("history", "diella").out.splitlines()
    assert "francesco-diella: Francesco Diella, person" in lines[1] or "source.graded" in lines[1]
    assert "verdict.reached" in lines[-1]
    assert "asked him" in lines[-1]
    assert "Jo Park" in lines[-1]
