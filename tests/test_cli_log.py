from __future__ import annotations

from typing import TYPE_CHECKING

from desk import at_desk  # noqa: F401 - a fixture
from whence.cli.log import TYPES
from whence.payloads import PAYLOADS

if TYPE_CHECKING:
    from desk import Desk


def test_every_type_of_event_has_a_sentence() -> None:
    assert set(TYPES) == set(PAYLOADS)


def test_the_newest_event_comes_first(desk: Desk) -> None:
    desk.run("entity", "add", "person", "Kim", "--source", "nato-1")
    lines = desk.run("log", "--limit", "2").out.splitlines()
    assert lines[0].split() == ["EVENT", "POSITION", "RECORDED", "TYPE", "WHAT", "ACTOR"]
    assert "entity.declared  kim: Kim, person" in lines[1]
    assert "source.graded" in lines[2]
    positions = [one["position"] for one in desk.json("log")["events"]]
    assert positions == sorted(positions, reverse=True)


def test_an_event_stands_in_a_line_whatever_it_says(desk: Desk) -> None:
    words = "one\ntwo\tthree " + "x" * 300
    event = desk.run("add", "nato", "note", words, "-s", "nato-1", "--no-passage").event
    desk.run("retract", event, "--reason", "too long")
    lines = desk.run("log", "--limit", "2").out.splitlines()
    assert len(lines) == 3
    assert f"{event}: too long" in lines[1]
    assert "nato, note: one two three x" in lines[2]


def test_events_are_chosen_by_type_and_position(desk: Desk) -> None:
    head = desk.head()
    assert [one["position"] for one in desk.json("log", "--after", str(head - 1))["events"]] == [head]
    assert {one["type"] for one in desk.json("log", "--type", "source")["events"]} == {
        "source.registered",
        "source.graded",
    }
    assert desk.run("log", "--type", "claim.made").out == "There are no such events.\n"
    assert "Did you mean `claim.made`?" in desk.refused("log", "--type", "claim.mad")


def test_a_cut_off_log_says_so(desk: Desk) -> None:
    outcome = desk.run("log", "--limit", "1")
    assert outcome.err == "Only the newest 1 are shown; --limit N shows more.\n"
