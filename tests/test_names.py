"""What a person types finds what it names, or a sentence that helps to type it right."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from whence import names, vocabulary
from whence.drafts import Draft
from whence.errors import BadInput
from whence.exchange import vocabulary_file
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def entity(entity: str, type_: str, name: str) -> Draft:
    return Draft("entity.declared", {"entity": entity, "type": type_, "name": name})


def source(source: str, title: str) -> Draft:
    return Draft("source.registered", {"kind": "article", "title": title}, source=source)


def claim(subject: str, property_: str, value: str, **more: str) -> Draft:
    return Draft("claim.made", {"subject": subject, "property": property_, "value": value, **more}, source="amr-2023")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "whence.db") as store:
        store.record(vocabulary_file.builtin(), actor="Jo Park")
        store.record(
            [
                entity("nato", "organization", "NATO"),
                entity("francesco-diella", "person", "Francesco Diella"),
                entity("kim-su-kwang", "person", "Kim Su-kwang"),
                entity("kim-1", "person", "Kim"),
                entity("kim-2", "place", "Kim"),
                source("amr-2023", "South Korea steps up"),
                source("nato-2023", "Staff talks"),
                source("nato-2024", "Staff talks"),
                claim("francesco-diella", "alias", "Frank O\N{RIGHT SINGLE QUOTATION MARK}Diella"),
                claim("kim-su-kwang", "alias", "The Director"),
                claim("francesco-diella", "alias", "The Director"),
                claim("nato", "name", "North Atlantic Treaty Organization"),
                claim("nato", "alias", "The Warsaw Pact", stance="denies"),
            ],
            actor="Jo Park",
        )
        yield store


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("francesco-diella", "francesco-diella"),
        ("Francesco Diella", "francesco-diella"),
        ("  francesco   DIELLA ", "francesco-diella"),
        ("frank o'diella", "francesco-diella"),
        ("Kim Su\N{EN DASH}kwang", "kim-su-kwang"),
        ("North Atlantic treaty organization", "nato"),
        ("Francesco-Diella", "francesco-diella"),
        ("KIM-1", "kim-1"),
    ],
)
def test_an_entity_is_found_by_id_name_or_alias_whatever_the_case_and_spacing(
    store: Store, typed: str, found: str
) -> None:
    assert names.entity(store.connection, typed) == found


def test_an_unknown_entity_is_told_with_near_names(store: Store) -> None:
    with pytest.raises(BadInput) as caught:
        names.entity(store.connection, "Fransesco Diela")
    assert caught.value.message == "There is no entity `Fransesco Diela`."
    assert caught.value.hint == "Did you mean `Francesco Diella`?"


@pytest.mark.parametrize("typed", ["", "  ", "Zzyzx", "x" * 100_000, "\x00", "zz\x00"])
def test_a_text_that_names_nothing_is_told_so_in_one_line(store: Store, typed: str) -> None:
    with pytest.raises(BadInput, match="There is no entity") as caught:
        names.entity(store.connection, typed)
    assert len(caught.value.message) < 120
    assert caught.value.hint == "Declare it with `whence entity add TYPE NAME`."


def test_an_ambiguous_name_lists_every_candidate_with_its_type(store: Store) -> None:
    with pytest.raises(BadInput) as caught:
        names.entity(store.connection, "kim")
    assert caught.value.message == "`kim` names several entities: `kim-1` (person, Kim), `kim-2` (place, Kim)."
    assert caught.value.hint == "Write the id of the one that is meant."


def test_an_alias_that_two_entities_share_is_ambiguous(store: Store) -> None:
    with pytest.raises(BadInput, match=r"`francesco-diella` .*`kim-su-kwang`"):
        names.entity(store.connection, "the director")


def test_types_narrow_an_ambiguous_name_and_count_their_subtypes(store: Store) -> None:
    city = {"name": "city", "label": "city", "description": "A town of size.", "parent": "place"}
    store.record([Draft("type.defined", city), entity("kim-3", "city", "Gimpo")], actor="Jo Park")
    store.record([claim("kim-3", "alias", "Kim Su-kwang")], actor="Jo Park")
    assert names.entity(store.connection, "Kim", types=("place",)) == "kim-2"
    assert names.entity(store.connection, "kim su-kwang", types=("place",)) == "kim-3"
    with pytest.raises(BadInput, match="names several"):
        names.entity(store.connection, "Kim", types=("document",))


def test_types_do_not_hide_the_only_bearer_of_a_name(store: Store) -> None:
    # The rules then say better what is wrong: that the property takes no organization.
    assert names.entity(store.connection, "NATO", types=("person",)) == "nato"


def test_a_denied_or_retracted_alias_names_nobody(store: Store) -> None:
    with pytest.raises(BadInput, match="no entity"):
        names.entity(store.connection, "The Warsaw Pact")
    made = store.record([claim("nato", "alias", "The Alliance")], actor="Jo Park").ids[0]
    assert names.entity(store.connection, "the alliance") == "nato"
    store.record([Draft("claim.retracted", {"claim": made, "reason": "A slip."})], actor="Jo Park")
    with pytest.raises(BadInput, match="no entity"):
        names.entity(store.connection, "the alliance")


def test_an_id_goes_before_names(store: Store) -> None:
    store.record([entity("another", "person", "nato")], actor="Jo Park")
    assert names.entity(store.connection, "nato") == "nato"


def test_exact_hits_are_looked_up_in_indexes(store: Store) -> None:
    plans: list[str] = []
    store.connection.set_trace_callback(plans.append)
    names.entity(store.connection, "frank o'diella")
    store.connection.set_trace_callback(None)
    for statement in plans:
        steps = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert not [step for step in steps if step.startswith("SCAN") and "subquery" not in step], steps


def test_a_source_is_found_by_id_or_title(store: Store) -> None:
    assert names.source(store.connection, "amr-2023") == "amr-2023"
    assert names.source(store.connection, "AMR-2023") == "amr-2023"
    assert names.source(store.connection, "South Korea steps up") == "amr-2023"
    assert names.source(store.connection, "south korea  steps up") == "amr-2023"


def test_a_title_of_several_sources_lists_them(store: Store) -> None:
    with pytest.raises(BadInput, match=r"title of 2 sources: `nato-2023`, `nato-2024`"):
        names.source(store.connection, "Staff talks")


def test_an_unknown_source_is_told_with_near_ids(store: Store) -> None:
    with pytest.raises(BadInput, match="Did you mean `amr-2023`") as caught:
        names.source(store.connection, "amr-2032")
    assert caught.value.message == "There is no source `amr-2032`."
    with pytest.raises(BadInput, match="whence source list"):
        names.source(store.connection, "")


@pytest.mark.parametrize("typed", ["led_by", "led-by", "led by", "Led By", " LED  BY "])
def test_a_property_is_found_however_its_name_is_spaced(store: Store, typed: str) -> None:
    assert names.property(vocabulary.read(store.connection), typed).name == "led_by"


def test_a_property_and_a_type_are_found_by_their_labels(store: Store) -> None:
    ship = {"name": "ship", "label": "naval vessel", "description": "A ship."}
    hull = {"name": "hull", "label": "hull number", "description": "Its number.", "of": ["ship"], "value": "text"}
    store.record([Draft("type.defined", ship), Draft("property.defined", hull)], actor="Jo Park")
    known = vocabulary.read(store.connection)
    assert names.property(known, "Hull Number").name == "hull"
    assert names.type(known, "Naval vessel").name == "ship"


def test_an_unknown_property_or_type_is_told_with_near_ones(store: Store) -> None:
    known = vocabulary.read(store.connection)
    with pytest.raises(BadInput) as caught:
        names.property(known, "ranks")
    assert str(caught.value) == "There is no property `ranks`.\nDid you mean `rank`?"
    with pytest.raises(BadInput, match="Did you mean `organization`"):
        names.type(known, "Organisation")
    with pytest.raises(BadInput, match="`whence vocabulary` lists the types"):
        names.type(known, "zzz")


def test_a_fact_is_found_by_its_id_or_the_beginning_of_it(store: Store) -> None:
    [first, *_] = sorted(row[0] for row in store.connection.execute("SELECT fact FROM fact"))
    assert names.fact(store.connection, first) == first
    assert names.fact(store.connection, first[:12].upper()) == first


@pytest.mark.parametrize(
    ("typed", "told"), [("abc", "no id of a fact"), ("xyzw", "no id of a fact"), ("0" * 16, "No fact's id")]
)
def test_what_is_no_fact_is_told_so(store: Store, typed: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        names.fact(store.connection, typed)


def test_the_beginning_of_several_facts_ids_lists_some(store: Store) -> None:
    # Enough facts that two ids share their first four digits: two in 65,536, so some hundreds.
    store.record([claim("nato", "alias", f"Alliance {number}") for number in range(800)], actor="Jo Park")
    ids = sorted(row[0] for row in store.connection.execute("SELECT fact FROM fact"))
    shared = next(one[:4] for one, other in pairwise(ids) if one[:4] == other[:4])
    with pytest.raises(BadInput, match=f"Several facts' ids begin with {shared}"):
        names.fact(store.connection, shared)


def test_a_free_id_is_a_readable_slug_with_a_number_where_it_is_taken(store: Store) -> None:
    assert names.free_id(store.connection, "Jens Stoltenberg") == "jens-stoltenberg"
    assert names.free_id(store.connection, "Nato") == "nato-2"
    assert names.free_id(store.connection, "KIM") == "kim"


def test_a_free_id_is_free_and_close_by_however_many_are_taken() -> None:
    taken = {"kim", *(f"kim-{number}" for number in range(2, 1_000))}
    asked: list[str] = []

    def is_taken(one: str) -> bool:
        asked.append(one)
        return one in taken

    assert names.free_id(is_taken, "Kim") == "kim-1000"
    assert len(asked) < 30


def test_a_source_id_is_made_of_publisher_and_date_else_of_the_title(store: Store) -> None:
    made = names.source_id(store.connection, title="Talks", publisher="nato", published="[2023-02-14..2023-02-17]")
    assert made == "nato-2023-02-14-2023-02-17"
    assert names.source_id(store.connection, title="Talks", publisher="nato") == "nato-talks"
    assert names.source_id(store.connection, title="NATO: 2023", published="2024") == "nato-2023-2"
