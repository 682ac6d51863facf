from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from visits import ACTOR, Visitor, claim, make, visiting
from whence import database
from whence.drafts import Draft
from whence.store import Store
from whence.web import metadata
from whence.web.descriptions import TABLES
from whence.web.metadata import FACETS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("metadata") / "talks.db")


@pytest.fixture(scope="module")
def visitor(path: Path) -> Iterator[Visitor]:
    with visiting(path) as one:
        yield one


@pytest.fixture(scope="module")
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(database.connect(path)) as one:
        yield one


def columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(:table)", {"table": table})}


def published(connection: sqlite3.Connection) -> dict[str, dict[str, object]]:
    tables = metadata.describe(connection)["tables"]
    return {name: told for name, told in tables.items() if not told.get("hidden")}


def test_every_published_column_is_described_and_nothing_else_is(connection: sqlite3.Connection) -> None:
    for name, told in published(connection).items():
        described = told["columns"]
        assert isinstance(described, dict)
        assert set(described) == columns_of(connection, name), name
        assert all(isinstance(text, str) and text.endswith(".") for text in described.values()), name


def test_every_table_is_described_or_hidden(connection: sqlite3.Connection) -> None:
    tables = metadata.describe(connection)["tables"]
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert there <= set(tables)
    assert {"event", "claim", "fact", "entity", "source", "conflict", "timeline", "person"} <= set(
        published(connection)
    )
    assert all(told["description"] for told in published(connection).values())


def test_no_description_is_left_of_a_view_that_is_gone(connection: sqlite3.Connection) -> None:
    assert set(TABLES) <= set(published(connection))


def test_labels_facets_orders_and_searches_name_columns_that_are_there(connection: sqlite3.Connection) -> None:
    for name, told in published(connection).items():
        columns = columns_of(connection, name)
        facets = told.get("facets", [])
        assert isinstance(facets, list)
        named = {told["label_column"], *facets, *(told[key] for key in ("sort", "sort_desc", "fts_pk") if key in told)}
        assert named <= columns, name


def test_tables_are_sorted_by_what_an_index_holds_in_order(connection: sqlite3.Connection) -> None:
    for name, told in published(connection).items():
        column = told.get("sort_desc") or told.get("sort")
        if column is None or name in ("type", "property"):
            continue  # a vocabulary is small
        direction = "DESC" if "sort_desc" in told else "ASC"
        plan = connection.execute(
            f'EXPLAIN QUERY PLAN SELECT * FROM "{name}" ORDER BY "{column}" {direction} LIMIT 101'
        ).fetchall()
        assert "TEMP B-TREE" not in str([row[3] for row in plan]), name


def planned(connection: sqlite3.Connection, query: str) -> str:
    return str([row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", {"value": "x"})])


def test_what_the_home_page_links_to_is_in_the_order_of_an_index(
    visitor: Visitor, connection: sqlite3.Connection
) -> None:
    found = re.findall(r'href="/talks/entity\?type=(\w+)&amp;_sort=(\w+)"', visitor.page("/"))
    assert len(found) > 2
    for _, sort in found:
        plan = planned(connection, f"SELECT entity, name FROM entity WHERE type = :value ORDER BY {sort} LIMIT 51")
        assert "USING INDEX entity_type (type=?)" in plan
        assert "TEMP B-TREE" not in plan
    assert "Kim Su-kwang" in visitor.page("/talks/entity?type=person&_sort=name")


def test_a_facet_of_the_timeline_filters_by_an_index(connection: sqlite3.Connection) -> None:
    for column in FACETS["timeline"]:
        plan = planned(connection, f"SELECT value FROM timeline WHERE {column} = :value ORDER BY earliest LIMIT 51")
        assert "SEARCH timeline USING" in plan, column


def test_foreign_keys_show_the_names_of_what_they_name(visitor: Visitor) -> None:
    rows = visitor.get("/talks/claim.json?_labels=on&_shape=objects&property=rank").json()["rows"]
    assert rows[0]["entity"] == {"value": "kim", "label": "Kim Su-kwang"}
    assert "<dt>score</dt><dd>The weight of the best origin" in visitor.page("/talks/fact")


def test_search_works_on_entities_and_on_claims(visitor: Visitor) -> None:
    entities = visitor.get("/talks/entity.json?_search=staff&_shape=array").json()
    assert {one["entity"] for one in entities} == {"talks", "next-talks"}
    claims = visitor.get("/talks/claim.json?_search=Lieutenant&_shape=array").json()
    assert [one["property"] for one in claims] == ["led_by"]
    assert visitor.get("/talks/claim.json?_search=nowhere&_shape=array").json() == []


def test_the_machinery_is_hidden(visitor: Visitor) -> None:
    tables = {one["name"]: one["hidden"] for one in visitor.get("/talks.json").json()["tables"]}
    for name in ("tree", "projection", "spell", "_sqlite_migrations", "entity_search", "claim_search_data"):
        assert tables[name], name
    html = visitor.page("/talks")
    assert "_sqlite_migrations" not in html
    assert "Nothing in it ever changes" in html


def test_a_type_defined_while_serving_is_described_on_the_next_request(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with visiting(path) as visitor:
        assert visitor.get("/talks/treaty").status_code == 404
        with Store.open(path, write=True) as store:
            treaty = {"name": "treaty", "label": "treaty", "description": "An agreement under law."}
            force = {"name": "in_force", "label": "in force", "description": "Since when.", "of": ["treaty"]}
            store.record(
                [
                    Draft("type.defined", treaty),
                    Draft("property.defined", {**force, "value": "date"}),
                    Draft("entity.declared", {"entity": "pact", "type": "treaty", "name": "The Pact"}),
                    claim("pact", "in_force", "1949-08-24"),
                ],
                actor=ACTOR,
            )
        html = visitor.page("/talks/treaty")
        assert "An agreement under law." in html
        assert "<dt>in_force</dt><dd>Since when.</dd>" in html
