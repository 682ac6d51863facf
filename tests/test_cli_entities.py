from __future__ import annotations

from typing import TYPE_CHECKING

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from desk import Desk


def test_an_entity_is_declared_under_a_readable_id(desk: Desk) -> None:
    assert desk.run("entity", "add", "person", "Kim Su-kwang").out == "Declared kim-su-kwang: Kim Su-kwang, person.\n"


def test_a_name_that_an_entity_of_the_type_bears_is_known_already(desk: Desk) -> None:
    head = desk.head()
    said = desk.run("entity", "add", "organization", "nato").out
    assert "Known already: nato, NATO, organization. Nothing was recorded." in said
    assert "For another one of that name give an --id of its own." in said
    assert desk.head() == head


def test_a_namesake_is_declared_with_an_id_of_its_own_and_told_apart(desk: Desk) -> None:
    desk.run("entity", "add", "person", "Kim")
    outcome = desk.run("entity", "add", "person", "Kim", "--id", "kim-the-younger")
    assert outcome.out == "Declared kim-the-younger: Kim, person.\n"
    assert "Note: kim (person, Kim) bears this name too" in outcome.err


def test_an_entity_of_another_type_with_the_name_is_declared_and_the_other_is_named(desk: Desk) -> None:
    outcome = desk.run("entity", "add", "place", "NATO")
    assert outcome.out == "Declared nato-2: NATO, place.\n"
    assert "Note: nato (organization, NATO) bears this name too" in outcome.err


def test_a_declaration_is_revised_with_a_reason(desk: Desk) -> None:
    said = desk.refused("entity", "add", "organization", "N.A.T.O.", "--id", "nato")
    assert "`nato` is declared already: NATO, organization." in said
    outcome = desk.run("entity", "add", "organization", "North Atlantic Treaty", "--id", "nato", "--reason", "in full")
    assert outcome.out == "Revised nato: North Atlantic Treaty, organization.\n"


def test_what_cannot_be_declared_is_told(desk: Desk) -> None:
    assert "Did you mean `organization`?" in desk.refused("entity", "add", "organisation", "X")
    assert "`name` is empty." in desk.refused("entity", "add", "person", "", "--id", "nobody")
    assert "`entity` is not of the right form: 'No Id'." in desk.refused(
        "entity", "add", "person", "X", "--id", "No Id"
    )
    assert "There is no source `nowhere`" in desk.refused("entity", "add", "person", "X", "--source", "nowhere")


def test_entities_are_listed_by_type_and_name(desk: Desk) -> None:
    desk.run("entity", "add", "person", "Kim")
    lines = desk.run("entity", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", "amr", "nato", "kim"]
    assert [line.split()[0] for line in desk.run("entity", "list", "--type", "Person").out.splitlines()] == [
        "ID",
        "kim",
    ]
