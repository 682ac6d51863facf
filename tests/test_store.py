"""The library's door: record through it, read through it, and read the past through it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import whence
from whence import Draft, Store
from whence.errors import BadInput, DatabaseError
from whence.exchange import vocabulary_file

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTOR = "Jo Park <jo@example.org>"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "whence.db") as made:
        made.record(vocabulary_file.builtin(), actor=ACTOR)
        made.record(
            [
                Draft("entity.declared", {"entity": "kim", "type": "person", "name": "Kim Su-kwang"}),
                Draft(
                    "source.registered", {"kind": "article", "title": "One", "published": "2023-02-14"}, source="one"
                ),
                Draft(
                    "source.registered", {"kind": "article", "title": "Two", "published": "2023-02-15"}, source="two"
                ),
            ],
            actor=ACTOR,
        )
        yield made


def rank(value: str, source: str) -> Draft:
    return Draft("claim.made", {"subject": "kim", "property": "rank", "value": value}, source=source)


def test_what_is_recorded_is_read_and_audited_through_one_door(store: Store) -> None:
    store.record([rank("Major General", "one")], actor=ACTOR)
    [fact] = store.facts("kim")
    assert (fact.shown, fact.status, fact.current) == ("Major General", "accepted", True)
    audit = store.why(fact.fact)
    assert audit is not None
    [claim] = audit.supporting
    assert (claim.source, claim.actor) == ("one", ACTOR)
    assert store.why("0" * 16) is None


def test_the_past_is_read_like_the_present(store: Store) -> None:
    store.record([rank("Major General", "one")], actor=ACTOR)
    before = store.head().position
    store.record([rank("Colonel", "two")], actor=ACTOR)
    assert {one.status for one in store.facts("kim")} == {"contested"}
    with store.as_of(before, entity="kim") as then:
        assert [(one.shown, one.status) for one in then.facts("kim")] == [("Major General", "accepted")]
    with store.as_of(before) as then:
        assert [(one.shown, one.status) for one in then.facts(property="rank")] == [("Major General", "accepted")]
    assert len(store.facts("kim", status="contested")) == 2


def test_a_moment_that_the_log_does_not_have_is_a_sentence(store: Store) -> None:
    with pytest.raises(BadInput, match="There is no event 9999"), store.as_of(9999):
        pass


def test_a_store_is_opened_for_reading_unless_it_is_asked_to_write(store: Store) -> None:
    with Store.open(store.path) as reader, pytest.raises(DatabaseError, match="may only be read"):
        reader.record([rank("Colonel", "two")], actor=ACTOR)


def test_of_two_that_make_a_store_at_once_one_makes_it_and_the_other_is_told(tmp_path: Path) -> None:
    path = tmp_path / "raced.db"
    command = [sys.executable, "-m", "whence", "--db", str(path), "init"]
    environment = {**os.environ, "PYTHONPATH": str(Path(whence.__file__).parents[1]), "WHENCE_ACTOR": ACTOR}
    both = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 2]
    assert any("exists already" in words for words in told)
    with Store.open(path) as made:
        assert made.head().position == 55
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_what_is_no_file_is_no_store(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(DatabaseError, match="is no file"):
        Store.open(pipe)
    with pytest.raises(DatabaseError, match="exists already"):
        Store.create(pipe)
    assert pipe.exists()


def test_verdicts_that_a_match_sets_against_each_other_settle_nothing(store: Store) -> None:
    store.record(
        [
            Draft("entity.declared", {"entity": "kim-2", "type": "person", "name": "Su-kwang Kim"}),
            rank("Major General", "one"),
            Draft("claim.made", {"subject": "kim-2", "property": "rank", "value": "Colonel"}, source="two"),
            Draft("verdict.reached", {"subject": "kim", "property": "rank", "value": "Major General", "reason": "a"}),
            Draft("verdict.reached", {"subject": "kim-2", "property": "rank", "value": "Colonel", "reason": "b"}),
            Draft("entities.matched", {"entities": ["kim", "kim-2"], "reason": "one man"}),
        ],
        actor=ACTOR,
    )
    facts = store.facts("kim", property="rank")
    assert [(one.status, one.review) for one in facts] == [("contested", True), ("contested", True)]


def test_the_type_of_a_matched_entity_stays_what_it_is(store: Store) -> None:
    store.record(
        [
            Draft("entity.declared", {"entity": "kim-2", "type": "person", "name": "Su-kwang Kim"}),
            Draft("entities.matched", {"entities": ["kim", "kim-2"], "reason": "one man"}),
        ],
        actor=ACTOR,
    )
    moved = Draft("entity.declared", {"entity": "kim-2", "type": "place", "name": "Su-kwang Kim", "reason": "no man"})
    with pytest.raises(BadInput, match="matched with another person"):
        store.record([moved], actor=ACTOR)


def test_an_audit_as_of_then_gives_the_grade_and_the_reason_of_then(store: Store) -> None:
    def grade(letter: str, reason: str) -> Draft:
        return Draft("source.graded", {"grade": letter, "reason": reason}, source="one")

    store.record([rank("Major General", "one"), grade("B", "known well")], actor=ACTOR)
    before = store.head().position
    store.record([grade("E", "caught lying")], actor=ACTOR)
    with store.as_of(before, entity="kim") as then:
        [fact] = then.facts("kim")
        audit = then.why(fact.fact)
    assert audit is not None
    assert (audit.supporting[0].grade, audit.supporting[0].grade_reason) == ("B", "known well")
