"""Rules read a state and say in sentences what keeps an event from following it; they change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from histories import ACTOR, claimed, declared, graded, new_store, property_defined, registered, type_defined
from whence import rules
from whence.projections import fixed_views
from whence.state import LogState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft


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
    assert stages
    assert all(name.startswith(rules.TAKEN_BEGINNINGS) for name in stages)


@pytest.mark.parametrize("source", ["s1", "nato-2023-02-17", "0", "a" * 200])
def test_an_id_of_a_source_is_small_letters_digits_and_hyphens(source: str) -> None:
    assert list(rules.source_id_problems(source)) == []


@pytest.mark.parametrize("source", ["", "-a", "S1", "s 1", "s_1", "é", "a" * 201, "a\n", "\ud800"])
def test_what_is_no_id_of_a_source_is_told(source: str) -> None:
    [problem] = rules.source_id_problems(source)
    assert problem.message.encode()
