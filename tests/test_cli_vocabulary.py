from __future__ import annotations

from typing import TYPE_CHECKING

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from desk import Desk


def test_the_vocabulary_is_listed_with_what_a_property_allows(desk: Desk) -> None:
    said = desk.run("vocabulary").out
    assert said == desk.run("vocabulary", "list").out
    assert "A human being, named or known only by a role" in said
    [line] = [line for line in said.splitlines() if line.startswith("partner of ")]
    assert "many, changes, both ways" in line or "many, both ways" in line


def test_the_properties_of_one_type_are_listed_alone(desk: Desk) -> None:
    found = desk.json("vocabulary", "list", "--type", "person")
    assert [one["name"] for one in found["types"]] == ["person"]
    assert all("person" in one["of"] for one in found["properties"])


def test_a_type_and_a_property_are_defined_and_used(desk: Desk) -> None:
    desk.run("vocabulary", "type", "warship", "--description", "A ship of a navy.", "--parent", "equipment")
    outcome = desk.run(
        *("vocabulary", "property", "home port", "--of", "warship", "--value-of", "place", "--changes"),
        *("--description", "The port that it sails from."),
    )
    assert outcome.out == "Recorded: the property home_port, The port that it sails from.\n"
    desk.run("entity", "add", "warship", "HMS Queen Elizabeth")
    desk.run("add", "HMS Queen Elizabeth", "home-port", "Portsmouth", "-s", "nato-1", "--no-passage", "--create")
    assert "Portsmouth" in desk.run("facts", "--property", "Home Port").out
    [one] = desk.json("vocabulary", "list", "--type", "warship")["properties"][-1:]
    assert (one["name"], one["label"], one["value"], one["changes"], one["many"]) == (
        *("home_port", "home port", "entity", True, False),
    )


def test_a_revision_keeps_what_is_not_given_and_needs_a_reason(desk: Desk) -> None:
    before = {one["name"]: one for one in desk.json("vocabulary")["properties"]}["rank"]
    said = desk.refused("vocabulary", "property", "rank", "--many")
    assert "There is already the property `rank`, and this one differs in many." in said
    after = desk.json("vocabulary", "property", "rank", "--many", "--reason", "brevet ranks")["property"]
    assert after == {**before, "many": True}
    back = desk.json("vocabulary", "property", "rank", "--one", "--reason", "they were not")["property"]
    assert back == before


def test_defining_what_is_in_force_is_known_already(desk: Desk) -> None:
    head = desk.head()
    assert desk.run("vocabulary", "type", "person").out == "Known already: the type person. Nothing was recorded.\n"
    assert desk.head() == head


def test_what_cannot_be_defined_is_told(desk: Desk) -> None:
    assert "To define it give --description." in desk.refused("vocabulary", "type", "warship")
    new = ("--description", "x")
    assert "is the name of a table of the store" in desk.refused("vocabulary", "type", "fact", *new)
    assert "is a word of SQL" in desk.refused("vocabulary", "type", "table", *new)
    assert "not of the right form" in desk.refused("vocabulary", "type", "Größe", *new)
    assert "Name them with --of TYPE" in desk.refused("vocabulary", "property", "speed", *new)
    assert "Did you mean `person`?" in desk.refused("vocabulary", "property", "speed", "--of", "persn", *new)
    assert "it cannot have number values" in desk.refused(
        "vocabulary", "property", "rank", "--value", "number", "--reason", "x"
    )
    assert "There is no property `sped`" in desk.refused(
        "vocabulary", "property", "speed", "--of", "unit", "--inverse", "sped", *new
    )


def test_a_property_whose_inverse_is_itself_is_said_both_ways(desk: Desk) -> None:
    desk.run(
        *("vocabulary", "property", "ally of", "--of", "organization", "--value-of", "organization"),
        *("--inverse", "ally-of", "--many", "--description", "They are allies."),
    )
    desk.run("add", "nato", "ally of", "amr", "-s", "nato-1", "--no-passage")
    assert "Asian Military Review" in desk.run("why", "nato", "ally of").out
    assert "ally of" in desk.run("why", "amr", "ally of").out
