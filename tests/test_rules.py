"""Rules read a state and say in sentences what keeps an event from following it; they change nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from histories import ACTOR, claimed, declared, graded, new_store, property_defined, registered, type_defined
from whence import rules, vocabulary
from whence.drafts import Draft
from whence.errors import BadData
from whence.projections import fixed_views, type_view
from whence.state import LogState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def state(tmp_path: Path) -> Iterator[LogState]:
    """Return the state of a log with a vocabulary, two entities and a source."""
    with new_store(tmp_path / "a.db") as store:
        store.record(
            [declared("kim"), declared("nato"), registered("s1", publisher="nato"), graded("s1", "B")], actor=ACTOR
        )
        yield LogState(store.connection)


def told(draft: Draft, state: LogState) -> list[str]:
    return [str(problem) for problem in rules.problems(draft.type, draft.source, draft.data, state)]


@pytest.mark.parametrize(
    "draft",
    [
        type_defined("crew", parent="person"),
        property_defined("rank", many=True, reason="r"),
        registered("s2", derived_from=["s1"], published="2023-02~", url="https://nato.int/a"),
        declared("roe"),
        declared("kim", name="Kim", reason="r"),
        claimed("s1", "kim", "rank", "Major", qualifiers={"role": "host"}, speaker=["nato"], when={"during": "2023"}),
    ],
    ids=lambda draft: draft.type,
)
def test_what_may_follow_has_no_problems_and_asking_changes_nothing(state: LogState, draft: Draft) -> None:
    assert told(draft, state) == []
    assert told(draft, state) == []


def test_every_problem_of_a_draft_is_told(state: LogState) -> None:
    draft = claimed(
        "s9", "lee", "rank", "x", said="2023-02-30", speaker=["roe"], qualifiers={"rank": "x"}, inferred=True
    )
    assert told(draft, state) == [
        "There is no source `s9`. `whence source list` shows them all.",
        "There is no entity `lee`. Declare it with `whence entity add`, or add --create.",
        "`said`: 2023-02-30: February 2023 has 28 days. Write 2023-02 if the day is not known.",
        "There is no entity `roe`. Declare it with `whence entity add`, or add --create.",
        "An inferred value needs a note that says from what it follows. Add --note.",
        "`rank` is no qualifier. Qualifiers are: role.",
    ]


def test_a_subtype_has_the_properties_of_its_parents_and_not_the_other_way_round(state: LogState) -> None:
    assert state.vocabulary.is_a("officer", ("person",))
    assert not state.vocabulary.is_a("person", ("officer",))


def test_no_type_may_be_called_like_a_view_or_the_keys_of_one() -> None:
    assert {view.name for view in fixed_views()} | {view.keys for view in fixed_views()} <= rules.TAKEN


def test_the_names_of_stages_are_kept_from_types() -> None:
    stages = [stage.name for view in fixed_views() for stage in view.stages]
    stages += [view.renewal.next.name for view in fixed_views() if view.renewal]
    assert stages
    assert all(name.startswith(rules.TAKEN_BEGINNINGS) for name in stages)


@pytest.mark.parametrize("source", ["s1", "nato-2023-02-17", "0", "a" * 200])
def test_an_id_of_a_source_is_small_letters_digits_and_hyphens(source: str) -> None:
    assert list(rules.source_id_problems(source)) == []


@pytest.mark.parametrize("source", ["", "-a", "S1", "s 1", "s_1", "é", "a" * 201, "a\n", "\ud800"])
def test_what_is_no_id_of_a_source_is_told(source: str) -> None:
    [problem] = rules.source_id_problems(source)
    assert problem.message.encode()


def further(name: str, of: str) -> Draft:
    """Return the definition of a property that the vocabulary does not have."""
    data = {"name": name, "label": name, "description": "One of many.", "of": [of], "value": "text"}
    return Draft("property.defined", data)


def test_a_type_may_have_as_many_properties_as_its_view_can_have_columns(
    state: LogState, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = len(state.vocabulary.properties_of("person"))
    monkeypatch.setattr(vocabulary, "MOST_PROPERTIES", most)
    assert told(property_defined("rank", many=True, reason="r"), state) == []
    # What a type has through its parent counts, too.
    assert told(further("height", "person"), state) == [
        f"`{type_}` would have {most + 1} properties, and its view can hold {most}." for type_ in ("person", "officer")
    ]
    monkeypatch.setattr(vocabulary, "MOST_PROPERTIES", most + 1)
    assert told(further("height", "person"), state) == []
    monkeypatch.setattr(vocabulary, "MOST_PROPERTIES", len(state.vocabulary.properties_of("organization")))
    assert told(type_defined("organization", reason="r"), state) == []
    assert told(type_defined("organization", parent="person", reason="r"), state)[0].startswith("`organization` would")


def test_too_many_properties_are_refused_in_a_sentence_before_sqlite_refuses_their_table(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db") as store:
        before = store.head()
        with pytest.raises(BadData, match="`person` would have 1,901 properties, and its view can hold 1,900"):
            store.record((further(f"one_of_{number}", "person") for number in range(2_100)), actor=ACTOR)
        assert store.head() == before
    columns = tuple((f"one_of_{number}", False, False) for number in range(vocabulary.MOST_PROPERTIES))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE entity (entity TEXT PRIMARY KEY) STRICT")
        for statement in type_view("person", "person", "A human being.", columns).tables:
            connection.execute(statement)


@pytest.mark.parametrize("changed", [{"inverse": "speaks_for"}, {"value": "text", "value_of": None}])
def test_speaks_for_leads_one_way_and_to_an_entity(state: LogState, changed: dict[str, object]) -> None:
    [problem, *_] = told(property_defined("speaks_for", reason="r", **changed), state)
    assert problem.startswith("`speaks_for` tells whose voice a speaker is")
