"""A passage is found again in a later text, or said to be gone; it is never taken for another."""

from __future__ import annotations

import importlib.util
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from whence.drift import Drift, Refound, refind
from whence.passages import context, fold

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]

OLD = """Staff talks

NATO and the Republic of Korea held their first staff talks in Brussels on 13 February 2023.
The delegation was led by Lieutenant General Francesco Diella.

Status

This field is required.

About seventy-five officers took part, among them Major General Park of the Joint Chiefs.

Status

This field is optional.

한미 양국은 정례 협의를 계속하기로 했다. قال الوزير إن المحادثات كانت مثمرة.
"""
GENERAL = "The delegation was led by Lieutenant General Francesco Diella."

WORDS = st.one_of(
    st.sampled_from(["staff", "talks", "in", "Seoul", "led", "by", "the", "general", "met"]),
    st.sampled_from(["한국", "국방부", "قال", "الوزير", "👩\u200d🚀", "x\u0304"]),
)
SENTENCES = st.lists(WORDS, min_size=3, max_size=12).map(lambda words: " ".join(words) + ".")
DOCUMENTS = st.lists(SENTENCES, min_size=1, max_size=12).map("\n\n".join)


def again(new: str, exact: str, *, old: str = OLD, with_old_text: bool = True) -> Refound:
    start = old.index(exact)
    prefix, suffix = context(old, start, start + len(exact))
    known = old if with_old_text else None
    return refind(new, exact=exact, prefix=prefix, suffix=suffix, start=start, old_text=known)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("drift_score", ROOT / "scripts" / "drift_score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def vectors(shared: Path) -> dict[str, Any]:
    path = shared / "vectors" / "passage_drift.json"
    if not path.is_file():
        pytest.skip("no passage_drift.json in the shared vectors: drift is not measured")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("with_old_text", [True, False])
def test_a_passage_of_an_unchanged_text_is_kept(with_old_text: bool) -> None:  # noqa: FBT001
    start = OLD.index(GENERAL)
    found = again(OLD, GENERAL, with_old_text=with_old_text)
    assert found == Refound("kept", start, start + len(GENERAL), 1.0)


@pytest.mark.parametrize("with_old_text", [True, False])
def test_a_passage_that_text_was_put_before_is_moved(with_old_text: bool) -> None:  # noqa: FBT001
    new = "Updated on 20 February.\n\n" + OLD
    start = new.index(GENERAL)
    found = again(new, GENERAL, with_old_text=with_old_text)
    assert found == Refound("moved", start, start + len(GENERAL), 1.0)


@pytest.mark.parametrize("with_old_text", [True, False])
def test_an_edited_passage_is_altered_and_its_new_bounds_are_told(with_old_text: bool) -> None:  # noqa: FBT001
    edited = "The delegation was led by Major General Francesco Diella of Italy."
    new = OLD.replace(GENERAL, edited)
    found = again(new, GENERAL, with_old_text=with_old_text)
    assert found.outcome == "altered"
    assert new[found.start : found.end] == edited
    assert 0.6 <= found.score < 1


def test_a_passage_changed_at_both_ends_is_told_whole() -> None:
    edited = "The group was headed by Lieutenant General Francesco Diella, said NATO."
    new = OLD.replace(GENERAL, edited)
    found = again(new, "delegation was led by Lieutenant General Francesco Diella.")
    assert found.outcome == "altered"
    assert new[found.start : found.end] == "group was headed by Lieutenant General Francesco Diella, said NATO."


def test_one_word_changed_into_its_contrary_is_never_kept() -> None:
    found = again(OLD.replace("led by", "not led by"), GENERAL)
    assert found.outcome == "altered"


@pytest.mark.parametrize("with_old_text", [True, False])
def test_a_deleted_passage_is_gone(with_old_text: bool) -> None:  # noqa: FBT001
    found = again(OLD.replace(GENERAL, ""), GENERAL, with_old_text=with_old_text)
    assert (found.outcome, found.start, found.end, found.elsewhere) == ("gone", None, None, ())


def test_new_line_breaks_and_quotation_marks_do_not_alter_a_passage() -> None:
    old = 'Intro.\n\nHe said "it is over" and left the room.\n\nEnd.'
    new = "Intro.\n\nHe said “it is\nover” and left  the room.\n\nEnd."
    found = again(new, 'He said "it is over" and left the room.', old=old)
    assert found.outcome == "moved"
    assert new[found.start : found.end] == "He said “it is\nover” and left  the room."


def test_a_sentence_that_recurs_is_told_from_its_likes_by_what_stands_around_it() -> None:
    old = "\n\n".join(f"Section {name} is about {name}.\n\nThis is optional." for name in ("tanks", "ships", "jets"))
    start = old.index("This is optional.", old.index("ships"))
    new = "This is optional.\n\n" + old.replace("Section tanks is about tanks.\n\nThis is optional.\n\n", "")
    found = Drift(old, new).refind(exact="This is optional.", start=start)
    assert found.start == new.index("This is optional.", new.index("ships"))


def test_a_sentence_whose_place_was_deleted_is_gone_though_its_like_stands_elsewhere() -> None:
    sections = [f"{name}: {name} are counted by the {name} office every year." for name in ("tanks", "ships", "jets")]
    old = "\n\n".join(f"{section}\n\nThis attribute is optional." for section in sections)
    new = "\n\n".join(f"{section}\n\nThis attribute is optional." for section in (sections[0], sections[2]))
    start = old.index("This attribute", old.index("ships"))
    found = Drift(old, new).refind(exact="This attribute is optional.", start=start)
    assert found.outcome == "gone"
    assert [new[place.start : place.end] for place in found.elsewhere] == ["This attribute is optional."] * 2


def test_a_sentence_that_changed_places_alone_is_offered_and_not_taken() -> None:
    new = GENERAL + "\n\n" + OLD.replace(GENERAL, "")
    found = again(new, GENERAL)
    assert found.outcome == "gone"
    assert found.elsewhere == ((0, len(GENERAL)),)


def test_a_passage_that_changed_places_with_its_surroundings_is_moved() -> None:
    numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    lines = [" ".join(f"{word}{line}" for word in numbers) for line in range(30)]
    new = "\n".join([*lines[20:25], *lines[:20], *lines[25:]])
    found = again(new, lines[22], old="\n".join(lines))
    assert found == Refound("moved", new.index(lines[22]), new.index(lines[22]) + len(lines[22]), 1.0)


def test_korean_and_arabic_passages_are_found_again() -> None:
    new = OLD.replace("정례 협의를", "정기 협의를").replace("كانت مثمرة", "كانت بناءة")
    korean = again(new, "한미 양국은 정례 협의를 계속하기로 했다.")
    assert new[korean.start : korean.end] == "한미 양국은 정기 협의를 계속하기로 했다."
    arabic = again(new, "قال الوزير إن المحادثات كانت مثمرة.")
    assert new[arabic.start : arabic.end] == "قال الوزير إن المحادثات كانت بناءة."
    assert (korean.outcome, arabic.outcome) == ("altered", "altered")


def test_a_passage_without_words_is_found_again_only_where_its_context_agrees() -> None:
    old = "He answered: 🙂 — and left."
    assert again("Then. " + old, "🙂 —", old=old) == Refound("moved", 19, 22, 1.0)
    assert again("Wholly — other", " — ", old=old).outcome == "gone"


def test_a_passage_that_is_not_at_its_offset_is_looked_up_in_the_old_text() -> None:
    found = refind(OLD, exact=GENERAL, prefix="", suffix="", start=3, old_text=OLD)
    assert found == Refound("kept", OLD.index(GENERAL), OLD.index(GENERAL) + len(GENERAL), 1.0)


@pytest.mark.parametrize("new", ["", "\n", "🙂"])
def test_in_a_text_without_words_every_passage_is_gone(new: str) -> None:
    assert again(new, GENERAL).outcome == "gone"
    assert again(new, GENERAL, with_old_text=False).outcome == "gone"


@given(DOCUMENTS, st.data())
def test_every_passage_of_an_unchanged_text_is_kept(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assume(text[start:end].strip())
    prefix, suffix = context(text, start, end)
    found = refind(text, exact=text[start:end], prefix=prefix, suffix=suffix, start=start, old_text=text)
    assert found == Refound("kept", start, end, 1.0)


@given(DOCUMENTS, st.integers(1, 30), st.data())
def test_text_put_in_before_moves_a_passage_to_its_right_place(text: str, count: int, data: st.DataObject) -> None:
    sentences = text.split("\n\n")
    number = data.draw(st.integers(0, len(sentences) - 1))
    exact, start = sentences[number], sum(len(sentence) + 2 for sentence in sentences[:number])
    inserted = " ".join(f"novel{word}" for word in range(count)) + ".\n\n"
    prefix, suffix = context(text, start, start + len(exact))
    found = refind(inserted + text, exact=exact, prefix=prefix, suffix=suffix, start=start, old_text=text)
    at = start + len(inserted)
    assert found == Refound("moved", at, at + len(exact), 1.0)


@given(DOCUMENTS, DOCUMENTS, st.data())
def test_whatever_became_of_a_text_the_answer_holds(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old) - 1))
    exact = old[start : data.draw(st.integers(start + 1, len(old)))]
    assume(exact.strip())
    for known in (old, None):
        found = refind(new, exact=exact, prefix="", suffix="", start=start, old_text=known)
        assert 0 <= found.score <= 1
        assert (found.start is None) == (found.end is None) == (found.outcome == "gone")
        if found.start is not None and found.end is not None:
            assert 0 <= found.start < found.end <= len(new)
            same = fold(new[found.start : found.end]) == fold(exact)
            assert same == (found.outcome in {"kept", "moved"})
            assert found.outcome != "kept" or found.start == start


def test_the_labelled_passages_of_a_handbooks_history_are_found_again(
    script: ModuleType, vectors: dict[str, Any]
) -> None:
    scores = script.score_drift(vectors)
    assert scores["unchanged"] >= 0.99
    assert scores["edited"] >= 0.97
    assert scores["deleted_claimed"] <= 0.02


def test_without_the_old_text_most_are_found_and_few_are_claimed(script: ModuleType, vectors: dict[str, Any]) -> None:
    scores = script.score_drift(vectors, with_old_text=False)
    assert scores["unchanged"] >= 0.85
    assert scores["edited"] >= 0.9
    assert scores["deleted_claimed"] <= 0.1


def test_two_hundred_passages_of_a_long_text_take_seconds_at_most() -> None:
    sentences = [f"Unit {number} of brigade {number % 40} moved to base {number * 31 % 977}." for number in range(2500)]
    old = "\n\n".join(sentences)
    new = "\n\n".join(sentence for number, sentence in enumerate(sentences) if number % 7)
    assert len(old) > 90_000
    clock = time.perf_counter()
    drift = Drift(old, new)
    outcomes = [drift.refind(exact=sentences[n], start=old.index(sentences[n])).outcome for n in range(0, 2400, 12)]
    # About a tenth of a second on a desk; the bound only tells a hang from a slow machine.
    assert time.perf_counter() - clock < 20
    assert outcomes.count("gone") == sum(not number % 7 for number in range(0, 2400, 12))
