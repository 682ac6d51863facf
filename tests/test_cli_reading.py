from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk import Desk


@pytest.fixture(name="told")
def told_desk(desk: Desk) -> Desk:
    """Return a desk where two sources disagree on a rank, and one names who led the talks."""
    person = ("--create", "--type", "person")
    desk.run("add", "Francesco Diella", "rank", "Lieutenant General", "-s", "nato-1", "-q", "Lt. Gen. Diella", *person)
    desk.run("add", "Francesco Diella", "rank", "Major General", "-s", "amr-1", "--no-passage", "--during", "2023-02")
    desk.run("add", "Francesco Diella", "alias", "Diella", "-s", "amr-1", "--no-passage")
    desk.run("entity", "add", "engagement", "Staff talks", "--id", "talks")
    desk.run("add", "talks", "led by", "Diella", "-s", "nato-1", "--no-passage", "--on", "2023-02-13")
    desk.run("add", "talks", "date", "2023-02-13", "-s", "nato-1", "--no-passage")
    desk.run("add", "talks", "troops", "75", "-s", "amr-1", "--no-passage", "--expects")
    return desk


def cells(line: str) -> Sequence[str]:
    """Return the cells of a plain table's line."""
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_an_entity_is_shown_with_its_facts_and_who_names_it(told: Desk) -> None:
    lines = told.run("show", "diella").out.splitlines()
    assert lines[:2] == ["Francesco Diella", "person, francesco-diella; also Diella"]
    [rank] = [line for line in lines if line.startswith("rank")]
    assert cells(rank)[:3] == ["rank", "Lieutenant General", "contested (current)"]
    [rival] = [line for line in lines if "Major General" in line]
    assert cells(rival)[:2] == ["Major General", "contested (no passage)"]
    assert cells(lines[-1])[:4] == ["Staff talks", "led by", "accepted (no passage)", "on 2023-02-13"]


def test_an_entity_is_found_by_id_name_and_alias_whatever_the_case(told: Desk) -> None:
    shown = {told.run("show", name).out for name in ("francesco-diella", "FRANCESCO  DIELLA", "diella")}
    assert len(shown) == 1


def test_an_entity_of_which_nothing_is_said_says_so(told: Desk) -> None:
    assert "Nothing is on record about it yet" in told.run("show", "nato").out


def test_facts_are_listed_by_property_status_and_type(told: Desk) -> None:
    def listed(*arguments: str) -> list[str]:
        return [one["shown"] for one in told.json("facts", *arguments)["facts"]]

    assert listed("--property", "rank") == ["Lieutenant General", "Major General"]
    assert listed("--status", "expected") == ["75"]
    assert listed("--type", "engagement", "--property", "led-by") == ["Francesco Diella"]
    assert listed("--type", "person", "--status", "accepted") == ["Diella"]
    assert "There are no such facts on record." in told.run("facts", "--status", "denied").out


def test_a_list_that_is_cut_off_says_so(told: Desk) -> None:
    outcome = told.run("facts", "--limit", "2")
    assert len(outcome.out.splitlines()) == 3
    assert outcome.err == "Only the first 2 are shown; --limit N shows more.\n"
    assert told.json("facts", "--limit", "2")["more"] is True
    assert told.json("facts", "--limit", "6")["more"] is False


def test_conflicts_show_the_rivals_side_by_side(told: Desk) -> None:
    lines = told.run("conflicts").out.splitlines()
    assert lines[0] == "Francesco Diella, rank"
    assert cells(lines[1])[:3] == ["VALUE", "STATUS", "SCORE"]
    assert cells(lines[2])[:3] == ["Lieutenant General", "contested (current)", "12"]
    assert cells(lines[3])[:3] == ["Major General", "contested (no passage)", "6"]


def test_without_conflicts_that_is_what_is_said(desk: Desk) -> None:
    assert desk.run("conflicts").out == "Nothing is contested.\n"


def test_search_finds_names_values_and_quoted_words(told: Desk) -> None:
    assert "francesco-diella  person  Francesco Diella" in told.run("search", "FRANC").out
    assert "Lt. Gen. Diella" in told.run("search", "gen", "lt").out
    assert told.run("search", "nothing").out == "Nothing on record holds “nothing”.\n"


@pytest.mark.parametrize(
    "words", ['"', "'", "a OR", "NEAR(", "*", "-", "col:x", "(", "^x", "a AND NOT b", "%", "x" * 5000]
)
def test_no_words_to_search_for_are_taken_as_syntax(told: Desk, words: str) -> None:
    outcome = told.try_("search", words)
    assert outcome.code in (0, 2)
    assert "fault" not in outcome.err


def test_the_timeline_begins_with_the_earliest(told: Desk) -> None:
    told.run("add", "talks", "began", "2023-02", "-s", "amr-1", "--no-passage")
    lines = told.run("timeline", "talks").out.splitlines()
    assert cells(lines[1])[:4] == ["2023-02", "Staff talks", "began", "2023-02"]
    assert any(cells(line)[:3] == ["2023-02-13", "Staff talks", "date"] for line in lines)
    assert "Nothing that is dated" in told.run("timeline", "--since", "2030").out
    assert "Nothing that is dated" in told.run("timeline", "talks", "--until", "2020").out


def test_what_is_wrong_with_a_question_is_told(told: Desk) -> None:
    assert "Did you mean `Diella`" in told.refused("show", "Diela")
    assert "Did you mean `rank`?" in told.refused("facts", "--property", "ranks")
    assert "'contestd' is not one of" in told.refused("facts", "--status", "contestd")
    assert "Did you mean `person`?" in told.refused("facts", "--type", "persn")
    assert "February 2023 has 28 days" in told.refused("timeline", "--since", "2023-02-30")
    assert "--limit" in told.refused("facts", "--limit", "0")
