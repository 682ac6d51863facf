from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from desk import Desk


def declared(desk: Desk) -> Desk:
    desk.run("entity", "add", "person", "Francesco Diella")
    desk.run("entity", "add", "engagement", "the talks", "--id", "talks")
    return desk


def test_adding_says_what_was_recorded_and_how_the_fact_stands(desk: Desk) -> None:
    declared(desk)
    outcome = desk.run(
        "add", "Francesco Diella", "rank", "Lieutenant General", "-s", "nato-1", "-q", "Lieutenant General"
    )
    assert f"Recorded {outcome.event}: Francesco Diella, rank: Lieutenant General (nato-1)." in outcome.out
    assert "is accepted: 1 claim from 1 origin." in outcome.out


def test_a_contested_fact_says_so_at_once_and_by_what(desk: Desk) -> None:
    declared(desk)
    desk.run("add", "francesco-diella", "rank", "Lieutenant General", "-s", "nato-1", "--no-passage")
    outcome = desk.run("add", "francesco-diella", "rank", "Major General", "-s", "amr-1", "--locator", "¶ 4")
    assert "is contested: 1 claim from 1 origin." in outcome.out
    assert "contested by Lieutenant General (1 origin, fact" in outcome.out


def test_what_is_on_record_is_known_already_and_not_recorded_again(desk: Desk) -> None:
    declared(desk)
    claim = ("add", "francesco diella", "rank", "General", "--source", "nato-1", "--locator", "¶ 4")
    event = desk.run(*claim).event
    head = desk.head()
    assert f"Known already: the claim {event} of nato-1 says just that." in desk.run(*claim).out
    assert desk.head() == head


def test_a_claim_that_was_retracted_is_recorded_anew_when_it_is_added_again(desk: Desk) -> None:
    declared(desk)
    claim = ("add", "francesco diella", "rank", "General", "--source", "nato-1", "--locator", "¶ 4")
    first = desk.run(*claim).event
    desk.run("retract", first, "--reason", "misread")
    assert desk.run(*claim).event != first


def test_every_field_of_a_claim_is_recorded(desk: Desk) -> None:
    declared(desk)
    desk.run(
        *("add", "talks", "troops", "about 75", "--source", "nato-1", "--quote", "some 75 troops", "--start", "10"),
        *("--prefix", "with ", "--suffix", " of", "--locator", "¶ 4", "--translation", "rund 75 Soldaten"),
        *("--from", "2023-02", "--until", "2023-03", "--expects", "--speaker", "francesco-diella", "--speaker", "NATO"),
        *("--said", "2023-02-13", "--qualifier", "role=host", "--inferred", "--note", "added up", "--credibility", "2"),
        *("--handling", "tlp:green"),
    )
    [event] = desk.json("log", "--type", "claim.made")["events"]
    assert event["source"] == "nato-1"
    assert event["data"] == {
        "subject": "talks",
        "property": "troops",
        "value": "~75",
        "passages": [
            {
                "exact": "some 75 troops",
                "prefix": "with ",
                "suffix": " of",
                "start": 10,
                "end": 24,
                "locator": "¶ 4",
                "translation": "rund 75 Soldaten",
            }
        ],
        "when": {"from": "2023-02", "until": "2023-03"},
        "stance": "expects",
        "speaker": ["francesco-diella", "nato"],
        "said": "2023-02-13",
        "qualifiers": {"role": "host"},
        "inferred": True,
        "note": "added up",
        "credibility": 2,
        "handling": "TLP:GREEN",
    }


def test_a_property_is_found_however_its_words_are_joined(desk: Desk) -> None:
    declared(desk)
    for name in ("led-by", "led by", "led_by", "Led By"):
        assert "led by: Francesco Diella" in desk.run("facts", "--property", name).out or desk.run(
            "add", "talks", name, "Francesco Diella", "-s", "nato-1", "--no-passage"
        )
    assert len(desk.json("log", "--type", "claim")["events"]) == 1


def test_create_declares_the_subject_and_an_entity_as_value(desk: Desk) -> None:
    outcome = desk.run(
        *("add", "Staff talks", "led by", "Francesco Diella", "-s", "nato-1", "--no-passage"),
        *("--create", "--type", "engagement", "--value-of", "person"),
    )
    assert "Declared staff-talks: Staff talks, engagement." in outcome.out
    assert "Declared francesco-diella: Francesco Diella, person." in outcome.out
    declarations = desk.json("log", "--type", "entity.declared")["events"][:2]
    assert [one["source"] for one in declarations] == ["nato-1", "nato-1"]


def test_create_takes_the_type_from_the_property_where_it_is_the_only_one(desk: Desk) -> None:
    outcome = desk.run("add", "Francesco Diella", "rank", "General", "-s", "nato-1", "--no-passage", "--create")
    assert "Declared francesco-diella: Francesco Diella, person." in outcome.out


def test_create_asks_for_a_type_that_the_property_does_not_tell(desk: Desk) -> None:
    said = desk.refused("add", "Staff talks", "led by", "NATO", "-s", "nato-1", "--no-passage", "--create")
    assert said == (
        "`Staff talks` is not declared yet, and the subject of `led by` may be any of: engagement, incident, document."
        " Say which with --type TYPE."
    )


def test_one_name_that_create_meets_twice_is_declared_once(desk: Desk) -> None:
    said = desk.refused(
        *("add", "Berlin", "partner of", "Berlin", "-s", "nato-1", "--no-passage", "--create"),
        *("--type", "organization", "--value-of", "organization"),
    )
    assert "names one twice" in said


def test_without_words_place_or_a_refusal_of_both_nothing_is_added(desk: Desk) -> None:
    declared(desk)
    said = desk.refused("add", "talks", "troops", "75", "-s", "nato-1")
    assert "Give --quote WORDS, or --locator PLACE, or say --no-passage." in said


def test_no_passage_beside_a_quote_is_a_contradiction(desk: Desk) -> None:
    assert "--no-passage" in desk.refused("add", "talks", "troops", "75", "-s", "nato-1", "-q", "75", "--no-passage")


def test_offsets_need_the_words_that_they_count(desk: Desk) -> None:
    assert "give --quote too" in desk.refused(
        "add", "a", "troops", "75", "-s", "nato-1", "--locator", "x", "--start", "3"
    )


def test_a_claim_needs_a_source_and_the_environment_may_name_it(desk: Desk) -> None:
    declared(desk)
    claim = ("add", "talks", "troops", "75", "--no-passage")
    assert "every fact needs one" in desk.refused(*claim)
    desk.env["WHENCE_SOURCE"] = "nato-1"
    assert "(nato-1, no passage)" in desk.run(*claim).out


def test_mistakes_are_answered_with_what_may_have_been_meant(desk: Desk) -> None:
    declared(desk)
    passage = ("-s", "nato-1", "--no-passage")
    assert "Did you mean `rank`?" in desk.refused("add", "francesco-diella", "ranks", "x", *passage)
    assert "Did you mean `Francesco Diella`" in desk.refused("add", "Francesca Diella", "rank", "x", *passage)
    assert "add --create" in desk.refused("add", "Somebody", "rank", "x", *passage)
    assert "Did you mean `nato-1`?" in desk.refused("add", "talks", "troops", "7", "-s", "nato1", "--no-passage")
    assert "`rank` is said of a person; NATO is" in desk.refused("add", "nato", "rank", "x", *passage)
    assert "is no qualifier" in desk.refused("add", "talks", "troops", "7", *passage, "--qualifier", "rank=x")
    assert "has no value" in desk.refused("add", "talks", "troops", "7", *passage, "--qualifier", "role")
    assert "The speaker: There is no entity `Noone`" in desk.refused(
        "add", "talks", "troops", "7", *passage, "--speaker", "Noone"
    )


def test_an_ambiguous_name_lists_whom_it_may_mean(desk: Desk) -> None:
    desk.run("entity", "add", "person", "Kim")
    desk.run("entity", "add", "person", "Kim", "--id", "kim-2")
    said = desk.refused("add", "Kim", "rank", "General", "-s", "nato-1", "--no-passage")
    assert "`kim` (person, Kim), `kim-2` (person, Kim)" in said


def test_values_and_dates_that_are_none_are_refused(desk: Desk) -> None:
    declared(desk)
    passage = ("-s", "nato-1", "--no-passage")
    assert "February 2023 has 28 days" in desk.refused("add", "talks", "date", "2023-02-30", *passage)
    assert "13/02/23" in desk.refused("add", "talks", "troops", "7", *passage, "--on", "13/02/23")
    assert "is not a number" in desk.refused("add", "talks", "troops", "many", *passage)
    assert "empty" in desk.refused("add", "francesco-diella", "rank", "", *passage)
    assert "stands alone" in desk.refused("add", "talks", "troops", "7", *passage, "--on", "2023", "--during", "2023")
    assert "not both" in desk.refused("add", "talks", "troops", "7", *passage, "--denies", "--expects")
    assert "needs a note" in desk.refused("add", "talks", "troops", "7", *passage, "--inferred")


def test_retracting_takes_a_claim_back_and_says_what_remains(desk: Desk) -> None:
    declared(desk)
    desk.run("add", "talks", "troops", "75", "-s", "nato-1", "--no-passage")
    event = desk.run("add", "talks", "troops", "75", "-s", "amr-1", "--no-passage").event
    outcome = desk.run("retract", event, "--reason", "misread")
    assert f"the claim {event} is retracted." in outcome.out
    assert "is accepted: 1 claim from 1 origin." in outcome.out


def test_retracting_the_only_claim_leaves_no_fact(desk: Desk) -> None:
    declared(desk)
    event = desk.run("add", "talks", "troops", "75", "-s", "nato-1", "--no-passage").event
    assert "there is no such fact any more" in desk.run("retract", event, "--reason", "misread").out
    assert "Nothing is on record" in desk.run("show", "talks").out


def test_a_retraction_names_the_claim_that_stands_in_its_place(desk: Desk) -> None:
    declared(desk)
    wrong = desk.run("add", "talks", "troops", "57", "-s", "nato-1", "--no-passage").event
    right = desk.run("add", "talks", "troops", "75", "-s", "nato-1", "--no-passage").event
    desk.run("retract", wrong, "--reason", "misread", "--replaced-by", right)
    [event] = desk.json("log", "--type", "claim.retracted")["events"]
    assert event["data"]["replaced_by"].startswith(right)


def test_what_cannot_be_retracted_is_told(desk: Desk) -> None:
    declared(desk)
    claim = desk.run("add", "talks", "troops", "75", "-s", "nato-1", "--no-passage").event
    [grading] = desk.json("log", "--type", "source.graded")["events"]
    assert "is no claim" in desk.refused("retract", grading["id"], "--reason", "x")
    assert "No event's id begins with" in desk.refused("retract", "0" * 64, "--reason", "x")
    assert "is no event id" in desk.refused("retract", "talks", "--reason", "x")
    assert "--reason" in desk.refused("retract", claim)
    desk.run("retract", claim, "--reason", "misread")
    assert "is retracted already" in desk.refused("retract", claim, "--reason", "again")


def test_a_quote_is_looked_up_in_the_captured_text_of_its_source(desk: Desk) -> None:
    desk.write("paper.txt", "The talks were held in Seoul.\n\nSome 75 troops came. Some 75 troops left.\n")
    source = "source: {id: paper, kind: article, title: A paper, publisher: nato, text: paper.txt}\n"
    desk.run("load", desk.write("paper.yaml", source + "facts:\n  talks: {type: engagement, alias: the talks}\n"))
    claim = ("add", "talks", "troops", "75", "-s", "paper")
    assert "is not in the captured text of paper" in desk.refused(*claim, "-q", "some 57 troops")
    assert "--nth" in desk.refused(*claim, "-q", "Some 75 troops")
    recorded = desk.json(*claim, "-q", "Some 75 troops", "--nth", "2", "--translation", "rund 75")
    [passage] = recorded["claim"]["passages"]
    assert (passage["start"], passage["end"], passage["locator"]) == (52, 66, "¶ 2")
    assert passage["translation"] == "rund 75"


@pytest.mark.parametrize(
    ("arguments", "empty"),
    [
        (("", "rank", "x"), "SUBJECT"),
        (("  ", "rank", "x"), "SUBJECT"),
        (("Jo", "", "x"), "PROPERTY"),
        (("Jo", "rank", " "), "VALUE"),
        (("", "", ""), "SUBJECT"),
    ],
)
def test_an_empty_argument_is_one_problem(desk: Desk, arguments: tuple[str, ...], empty: str) -> None:
    how = ("-s", "nato-1", "--no-passage", "--create", "--type", "person")
    assert desk.refused("add", *arguments, *how).endswith(f"Error: {empty} is empty.")


def test_a_claim_that_rests_on_no_passage_is_marked_so_when_it_is_recorded(desk: Desk) -> None:
    said = desk.run("add", "nato", "alias", "The Alliance", "-s", "nato-1", "--no-passage").out
    assert "NATO, alias: The Alliance (nato-1, no passage)." in said
    for how in (("--locator", "p. 2"), ("--quote", "the Alliance")):
        assert "(amr-1)." in desk.run("add", "nato", "alias", "The Alliance", "-s", "amr-1", *how).out
