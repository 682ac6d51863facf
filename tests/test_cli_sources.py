from __future__ import annotations

from typing import TYPE_CHECKING

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from desk import Desk


def test_the_id_of_a_source_is_made_from_its_publisher_and_date(desk: Desk) -> None:
    outcome = desk.run("source", "add", "--title", "Talks", "--publisher", "NATO", "--published", "2023-02-17")
    assert "Registered nato-2023-02-17: Talks (article, NATO, 2023-02-17)." in outcome.out
    assert "It has no grade yet" in outcome.out


def test_a_vague_date_does_not_stand_in_the_id_as_if_it_were_exact(desk: Desk) -> None:
    outcome = desk.run("source", "add", "--title", "Talks", "--publisher", "nato", "--published", "[2023-02-14..]")
    assert "Registered nato-talks:" in outcome.out


def test_another_source_of_that_day_gets_another_id(desk: Desk) -> None:
    day = ("--publisher", "nato", "--published", "2023-02-17")
    desk.run("source", "add", "--title", "One", *day)
    assert "Registered nato-2023-02-17-2: Two" in desk.run("source", "add", "--title", "Two", *day).out


def test_registering_a_source_again_is_known_and_adds_nothing(desk: Desk) -> None:
    source = (
        "source",
        "add",
        "--title",
        "One",
        "--publisher",
        "nato",
        "--published",
        "2023-02-17",
        "--kind",
        "release",
    )
    desk.run(*source)
    head = desk.head()
    assert desk.run(*source).out == "Known already: nato-2023-02-17, One. Nothing was recorded.\n"
    assert desk.head() == head


def test_an_address_is_not_registered_twice_under_two_ids(desk: Desk) -> None:
    desk.run("source", "add", "--title", "One", "--url", "https://example.org/1", "--id", "one")
    said = desk.refused("source", "add", "--title", "Another", "--url", "https://example.org/1")
    assert "This address is registered already: `one`, One." in said
    desk.run("source", "add", "--title", "Another", "--url", "https://example.org/1", "--id", "another")


def test_an_unknown_publisher_is_refused_until_it_is_declared(desk: Desk) -> None:
    said = desk.refused("source", "add", "--title", "T", "--publisher", "Ministry")
    assert "The publisher: There is no entity `Ministry`." in said
    assert "--create" in said
    assert "Did you mean" in desk.refused("source", "add", "--title", "T", "--publisher", "Asian Militry Review")
    outcome = desk.run("source", "add", "--title", "T", "--publisher", "Ministry", "--create")
    assert "Declared ministry: Ministry, organization." in outcome.out


def test_a_source_can_be_graded_as_it_is_registered(desk: Desk) -> None:
    said = desk.refused("source", "add", "--title", "T", "--grade", "B")
    assert said == "A grade needs a reason. Say why with --reason."
    outcome = desk.run("source", "add", "--title", "T", "--grade", "b", "--reason", "a register", "--id", "t")
    assert "Its grade is B: usually reliable." in outcome.out
    [event] = desk.json("log", "--type", "source.registered", "--limit", "1")["events"]
    assert "reason" not in event["data"]


def test_a_revision_keeps_what_is_not_given_and_needs_a_reason(desk: Desk) -> None:
    desk.run("source", "add", "--id", "t", "--title", "Talks", "--author", "Kim", "--published", "2023")
    said = desk.refused("source", "add", "--id", "t", "--published", "2023-02")
    assert "this one differs in published" in said
    outcome = desk.run("source", "add", "--id", "t", "--published", "2023-02", "--author", "", "--reason", "found it")
    assert "Revised t: Talks (article, 2023-02)." in outcome.out
    [event] = desk.json("log", "--type", "source.registered", "--limit", "1")["events"]
    assert event["data"] == {"kind": "article", "title": "Talks", "published": "2023-02", "reason": "found it"}


def test_a_reason_without_anything_to_explain_is_refused(desk: Desk) -> None:
    assert "neither" in desk.refused("source", "add", "--title", "T", "--reason", "so")


def test_what_is_wrong_with_a_source_is_told_whole(desk: Desk) -> None:
    said = desk.refused(
        *("source", "add", "--id", "t", "--title", "T", "--published", "2023-02-30", "--updated", "13/02/23"),
        *("--url", "ftp://example.org"),
    )
    assert "`published`: 2023-02-30: February 2023 has 28 days." in said
    assert "`updated`: '13/02/23' is no" in said
    assert "`url`:" in said
    assert "3 problems; nothing was recorded." in said
    assert "The title is missing." in desk.refused("source", "add", "--id", "t")
    assert "There is no source `nato-9`" in desk.refused("source", "add", "--title", "T", "--derived-from", "nato-9")


def test_grading_says_what_the_grade_means_and_is_known_when_repeated(desk: Desk) -> None:
    outcome = desk.run("source", "grade", "amr-1", "C", "--reason", "at second hand")
    assert outcome.out == "Its grade is C: fairly reliable.\n"
    assert "Known already" in desk.run("source", "grade", "amr-1", "C", "--reason", "at second hand").out
    assert "--reason" in desk.refused("source", "grade", "amr-1", "C")
    assert "'G' is not one of" in desk.refused("source", "grade", "amr-1", "G", "--reason", "x")


def test_sources_are_listed_and_shown(desk: Desk) -> None:
    listed = desk.run("source", "list").out.splitlines()
    assert listed[0].split() == ["ID", "GRADE", "PUBLISHED", "CLAIMS", "PUBLISHER", "TITLE"]
    assert listed[1].split() == ["nato-1", "B", "2023-02-17", "0", "NATO", "nato-1"]
    cut = desk.run("source", "list", "--limit", "1")
    assert len(cut.out.splitlines()) == 2
    assert cut.err == "Only the first 1 are shown; --limit N shows more.\n"
    shown = desk.run("source", "show", "nato-1").out
    assert "grade        B, usually reliable: its own release" in shown
    assert "publisher    NATO (nato)" in shown
