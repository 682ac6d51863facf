from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from desk import Desk


@pytest.fixture(name="told")
def told_desk(desk: Desk) -> Desk:
    """Return a desk with one fact, everything of which is stated."""
    desk.run("entity", "add", "person", "Francesco Diella")
    desk.run("entity", "add", "person", "A spokesperson")
    desk.run(
        *("add", "Francesco Diella", "rank", "Lieutenant General", "-s", "nato-1", "--quote", "Lieutenant General"),
        *("--prefix", "led by ", "--suffix", " Francesco", "--start", "120", "--locator", "¶ 4", "--on", "2023-02-13"),
        *("--speaker", "A spokesperson", "--speaker", "NATO", "--said", "2023-02-14", "--credibility", "2"),
        *(
            "--note",
            "spelt out",
            "--handling",
            "TLP:GREEN",
            "--translation",
            "Generalleutnant",
            "--qualifier",
            "role=head",
        ),
    )
    return desk


def test_the_audit_answers_who_says_so_with_everything_on_record(told: Desk) -> None:
    said = told.run("why", "Francesco Diella", "rank").out
    [audit] = told.json("why", "Francesco Diella", "rank")["audits"]
    claim = audit["supporting"][0]
    for words in (
        "Francesco Diella, rank: Lieutenant General\n",
        "accepted, on 2023-02-13; fact " + audit["fact"]["fact"],
        "NATO says: Lieutenant General",
        "…led by “Lieutenant General” Francesco…",
        "where        ¶ 4, characters 120 to 138",
        "translation  “Generalleutnant”",
        "source       nato-1 (nato-1, published 2023-02-17)",
        "publisher    NATO (nato)",
        "grade        B, usually reliable: its own release (graded by Jo Park <jo@example.org>)",
        "speaker      A spokesperson (a-spokesperson), who reports NATO (nato)",
        "origin       NATO (nato)",
        "held         on 2023-02-13",
        "said         2023-02-14",
        "credibility  2, probably true",
        "weight       16",
        "qualifiers   role head",
        "note         spelt out",
        "handling     TLP:GREEN",
        "by Jo Park <jo@example.org>",
        "event        " + claim["event"],
    ):
        assert words in said, words
    assert audit["rule"] in said
    assert audit["arithmetic"] in said


def test_denials_rivals_and_retractions_stand_apart(told: Desk) -> None:
    told.run("add", "francesco-diella", "rank", "Lieutenant General", "-s", "amr-1", "--no-passage", "--denies")
    told.run("add", "francesco-diella", "rank", "Colonel", "-s", "amr-1", "--no-passage", "--on", "2023-02-13")
    wrong = told.run("add", "francesco-diella", "rank", "Lieutenant General", "-s", "amr-1", "--no-passage").event
    told.run("retract", wrong, "--reason", "of his brother")
    said = told.run("why", "Francesco Diella", "rank", "lieutenant general").out
    order = (
        "For it",
        "Against it",
        "Asian Military Review denies: Lieutenant General",
        "Retracted or withdrawn, so it no longer counts",
        "of his brother",
        "Other values on record",
        "Colonel",
    )
    places = [said.find(words) for words in order]
    assert -1 not in places, said
    assert places == sorted(places)


def test_without_a_value_every_fact_is_shown_and_with_one_only_that(told: Desk) -> None:
    told.run("add", "francesco-diella", "rank", "Colonel", "-s", "amr-1", "--no-passage")
    assert len(told.json("why", "Francesco Diella", "rank")["audits"]) == 2
    [one] = told.json("why", "Francesco Diella", "rank", "COLONEL")["audits"]
    assert one["fact"]["value"] == "Colonel"


def test_a_value_that_is_an_entity_is_named_as_entities_are(told: Desk) -> None:
    told.run(
        "add",
        "Staff talks",
        "led by",
        "Francesco Diella",
        "-s",
        "nato-1",
        "--no-passage",
        "--create",
        "--type",
        "engagement",
    )
    for value in ("francesco-diella", "Francesco Diella", "francesco  diella"):
        assert len(told.json("why", "staff-talks", "led by", value)["audits"]) == 1


def test_a_number_is_found_however_it_is_typed(told: Desk) -> None:
    told.run(
        "add", "Staff talks", "troops", "1,000", "-s", "nato-1", "--no-passage", "--create", "--type", "engagement"
    )
    for value in ("1000", "1,000", "1000.0"):
        assert len(told.json("why", "staff-talks", "troops", value)["audits"]) == 1


def test_a_fact_and_a_claim_are_named_by_the_beginning_of_their_ids(told: Desk) -> None:
    [audit] = told.json("why", "Francesco Diella", "rank")["audits"]
    fact, event = audit["fact"]["fact"], audit["supporting"][0]["event"]
    assert told.json("why", fact[:8])["audits"] == [audit]
    named = told.json("why", event[:8])
    assert named["audits"] == [audit]
    assert named["claim"]["event"] == event
    assert "← the claim you named" in told.run("why", event).out


def test_a_retracted_claim_that_left_no_fact_is_shown_alone(told: Desk) -> None:
    wrong = told.run("add", "nato", "alias", "the pact", "-s", "amr-1", "--no-passage").event
    told.run("retract", wrong, "--reason", "another pact")
    said = told.run("why", wrong).out
    assert "there is no such fact any more" in said
    assert "another pact" in said


def test_what_is_not_on_record_is_told_with_what_is(told: Desk) -> None:
    assert "Nothing is on record about rank of a-spokesperson." in told.refused("why", "A spokesperson", "rank")
    assert "On record: “Lieutenant General”." in told.refused("why", "Francesco Diella", "rank", "Colonel")
    assert "For an entity name a property too: `whence why Nato PROPERTY`." in told.refused("why", "Nato")
    assert "No fact's or claim's id begins with 00000000" in told.refused("why", "00000000")
    [grading] = told.json("log", "--type", "source.graded")["events"]
    assert "is a source.graded, no claim" in told.refused("why", grading["id"])
    assert "That is too much" in told.refused("why", "a", "b", "c", "d")
