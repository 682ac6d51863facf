"""Passages of a source's text: found and refused as they are quoted, and found again as the text changes."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest

from whence import evidence, reading, vocabulary
from whence.drafts import Capture, Draft
from whence.errors import BadData, BadInput
from whence.exchange import capture as captures
from whence.exchange import dossier, vocabulary_file
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTOR = "Jo Park <jo@example.org>"
TALKS = (
    "Staff talks in Seoul\n\n"
    "Lieutenant General Francesco Diella led the talks of the two staffs in Seoul on Monday.\n\n"
    "About 75 officers took part in the talks, which went on for three days in the capital.\n\n"
    "The two sides agreed to meet again next year in Brussels, a spokesman said after it ended."
)
EDITED = TALKS.replace("About 75 officers", "About 80 officers")
DROPPED = TALKS.replace(
    "Lieutenant General Francesco Diella led the talks of the two staffs in Seoul on Monday.\n\n", ""
)


@pytest.fixture(name="made", scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evidence") / "whence.db"
    with Store.create(path) as store:
        person = {"entity": "diella", "type": "person", "name": "Francesco Diella"}
        talks = {"entity": "talks", "type": "engagement", "name": "Staff talks"}
        registered = {"kind": "article", "title": "Staff talks in Seoul"}
        declared = [Draft("entity.declared", data) for data in (person, talks)]
        drafts = [*vocabulary_file.builtin(), *declared, Draft("source.registered", registered, source="wire")]
        store.record(drafts, actor=ACTOR)
    return path


@pytest.fixture(name="store")
def at_store(made: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a store with a person, an engagement and a source, `wire`, of which nothing is captured."""
    shutil.copy(made, tmp_path / "whence.db")
    with Store.open(tmp_path / "whence.db", write=True) as store:
        yield store


def capture(store: Store, text: str, body: bytes | None = None) -> Capture:
    made = captures.from_bytes(text.encode() if body is None else body, name="wire.txt").capture
    store.record([made.draft("wire")], actor=ACTOR)
    return made


def quoted(store: Store, subject: str, property_name: str, value: str, quote: str) -> None:
    passage = evidence.passage(store.connection, "wire", quote)
    data = {"subject": subject, "property": property_name, "value": value, "passages": [passage]}
    store.record([Draft("claim.made", data, source="wire")], actor=ACTOR)


def outcomes(store: Store, version: int) -> Counter[str]:
    return Counter(one.outcome for one in evidence.changes(store.connection, "wire") if one.version == version)


def found(text: str, quote: str, **chosen: str | int) -> dict[str, object]:
    return evidence.passage_in(text, "0" * 64, quote, source="wire", **chosen)  # type: ignore[arg-type]


QUOTES = [
    ("북한은 12일 미사일을 발사했다고 합참이 밝혔다.", "미사일을 발사했다고"),
    ("قال المتحدث إن المحادثات انتهت يوم الإثنين في سيول.", "المحادثات انتهت"),
    (normalize("NFC", "Le géné\u0301ral Nguyễn Phú Trọng a parlé."), "Nguyễn Phú"),
    ("Zwei x\u0304-Werte und q\u0307 wurden gemeldet, so der Sprecher.", "q\u0307 wurden"),
    ("Sie kamen 👩\u200d👩\u200d👧 und 👍🏽 dazu, dann ging es los.", "und 👍🏽 dazu"),
    ("He said \u202bדבר חדש\u202c and left the room.", "and left"),
    ("He said \u202bדבר חדש\u202c and left the room.", "דבר חדש"),
    ("𝄞 Under the 🌉 bridge the boats were waiting.", "boats were"),
]


@pytest.mark.parametrize(("text", "quote"), QUOTES)
def test_offsets_are_code_points_of_the_text_in_every_script(text: str, quote: str) -> None:
    passage = found(text, quote)
    start = text.index(quote)
    assert (passage["start"], passage["end"], passage["exact"]) == (start, start + len(quote), quote)
    assert text[:start].endswith(str(passage["prefix"]))
    assert text[start + len(quote) :].startswith(str(passage["suffix"]))


def test_a_quote_that_is_typed_decomposed_is_found_in_the_composed_text() -> None:
    passage = found("Nguyễn Phú Trọng a parlé hier.", normalize("NFD", "Phú Trọng"))
    assert (passage["exact"], passage["start"]) == ("Phú Trọng", 7)


def test_marks_of_direction_and_typesetting_are_folded_and_the_words_stored_are_the_texts_own() -> None:
    text = "The \u201cfirst\u201d staff\u2014talks \u200fbegan\u00ad on\u00a0Monday, it said."
    passage = found(text, 'The "first" staff-talks began on Monday')
    assert passage["exact"] == text[: text.index(",")]
    assert (passage["start"], passage["end"]) == (0, text.index(","))


def test_a_quote_that_is_not_there_is_refused_with_the_nearest_and_what_differs() -> None:
    with pytest.raises(BadInput) as refused:
        found(TALKS, "About 76 officers took part")
    assert refused.value.message == "The quote “About 76 officers took part” is not in the captured text of wire."
    assert "nearest: About [-76-] {+75+} officers took part" in refused.value.hint


@pytest.mark.parametrize("quote", ["L", " L ", "e\u0301", "L\u200f", ""])
def test_a_quote_of_one_letter_is_refused(quote: str) -> None:
    with pytest.raises(BadInput, match="too short to be found again"):
        found(TALKS, quote)


@pytest.mark.parametrize("change", [str, str.strip, lambda text: f" {text}\n", lambda text: text.replace("\n\n", " ")])
def test_a_quote_of_the_whole_text_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(BadInput, match="The quote is the whole text"):
        found(TALKS + "\n", change(TALKS))


def test_a_passage_across_paragraphs_names_both() -> None:
    assert found(TALKS, "on Monday. About 75")["locator"] == "¶ 2\N{EN DASH}3"
    assert found(TALKS, "on Monday.")["locator"] == "¶ 2"


def test_in_a_text_with_pages_the_locator_is_the_page() -> None:
    read = captures.from_bytes(b"The first page ends.\fThe second page begins.\fThe third.").capture
    pages = read.pages
    assert found(read.text, "second page", pages=pages)["locator"] == "p. 2"  # type: ignore[arg-type]
    assert found(read.text, "begins. The third", pages=pages)["locator"] == "pp. 2\N{EN DASH}3"  # type: ignore[arg-type]


def test_a_quote_that_stands_in_several_places_is_listed_and_chosen() -> None:
    with pytest.raises(BadInput) as refused:
        found(TALKS, "the talks")
    assert "stands in 2 places of wire:\n  1. ¶ 2: …" in refused.value.message
    assert "[the talks], which went on" in refused.value.message
    second = TALKS.rindex("the talks")
    assert found(TALKS, "the talks", nth=2)["start"] == second
    assert found(TALKS, "the talks", prefix="part in ")["start"] == second
    assert found(TALKS, "the talks", suffix=", which")["start"] == second
    with pytest.raises(BadInput, match="--nth is 1 to 2"):
        found(TALKS, "the talks", nth=3)


def test_without_an_archived_text_a_quote_is_kept_as_it_was_given(store: Store) -> None:
    assert evidence.passage(store.connection, "wire", "led the talks", prefix="Diella ") == {
        "exact": "led the talks",
        "prefix": "Diella ",
    }


def test_a_later_capture_says_of_every_passage_what_became_of_it(store: Store) -> None:
    capture(store, TALKS)
    quoted(store, "diella", "rank", "Lieutenant General", "Lieutenant General")
    quoted(store, "talks", "troops", "75", "About 75 officers took part in the talks")
    quoted(store, "talks", "note", "again next year", "agreed to meet again next year in Brussels")
    quoted(store, "talks", "note", "in Seoul", "Staff talks in Seoul")
    capture(store, DROPPED.replace("75 officers", "80 officers"))
    assert outcomes(store, 2) == {"kept": 1, "moved": 1, "altered": 1, "gone": 1}
    evidences = {fact.value: fact.evidence for fact in reading.facts(store.connection)}
    assert evidences == {
        "Lieutenant General": "gone",
        "75": "altered",
        "again next year": "quoted",
        "in Seoul": "quoted",
    }
    [altered] = [one for one in evidence.changes(store.connection, "wire") if one.outcome == "altered"]
    assert evidence.diff(altered.old, altered.new or "") == "About [-75-] {+80+} officers took part in the talks"
    assert altered.said == "Staff talks, troops: 75"
    assert altered.fact == reading.facts_about(store.connection, "talks", property="troops")[0].fact


def test_the_same_bytes_twice_are_one_capture(store: Store) -> None:
    capture(store, TALKS)
    head = store.head().position
    capture(store, TALKS)
    assert store.head().position == head
    assert store.connection.execute("SELECT count(*) FROM capture_bytes").fetchone() == (1,)


def test_other_bytes_of_the_same_text_are_a_capture_in_which_nothing_moved(store: Store) -> None:
    capture(store, TALKS)
    quoted(store, "diella", "rank", "Lieutenant General", "Lieutenant General")
    head = store.head().position
    capture(store, TALKS, TALKS.replace("\n", "\r\n").encode())
    assert store.head().position == head + 1
    assert reading.facts(store.connection)[0].evidence == "quoted"


def test_a_text_that_goes_and_comes_back_gives_the_passage_back(store: Store) -> None:
    capture(store, TALKS)
    quoted(store, "diella", "rank", "Lieutenant General", "Lieutenant General Francesco Diella led the talks")
    quoted(store, "talks", "troops", "75", "About 75 officers took part in the talks")
    seen = []
    for text in (DROPPED, TALKS, EDITED, TALKS):
        capture(store, text)
        seen.append([fact.evidence for fact in reading.facts(store.connection)])
    assert seen == [["gone", "quoted"], ["quoted", "quoted"], ["quoted", "altered"], ["quoted", "quoted"]]


def test_words_that_were_altered_stay_altered_however_often_their_new_form_is_found(store: Store) -> None:
    capture(store, TALKS)
    quoted(store, "talks", "troops", "75", "About 75 officers took part in the talks")
    capture(store, EDITED)
    capture(store, EDITED.replace("in Brussels", "in Mons"))
    assert outcomes(store, 3) == {"altered": 1}
    assert reading.facts(store.connection)[0].evidence == "altered"
    capture(store, EDITED.replace("went on for three days in the capital", "were held in the old town, behind doors"))
    assert [one.old for one in evidence.changes(store.connection, "wire")] == [
        "About 75 officers took part in the talks"
    ] * 3


def test_quotes_from_before_the_first_capture_are_looked_up_in_it(store: Store) -> None:
    quoted(store, "diella", "rank", "Lieutenant General", "Lieutenant General Francesco Diella led the talks")
    quoted(store, "talks", "troops", "70", "About 70 people came to the meeting in Mons")
    capture(store, TALKS)
    assert outcomes(store, 1) == {"moved": 1, "gone": 1}


def test_each_passage_of_a_claim_is_looked_up_for_itself(store: Store) -> None:
    capture(store, TALKS)
    passages = [
        evidence.passage(store.connection, "wire", words)
        for words in ("Lieutenant General Francesco Diella", "About 75 officers")
    ]
    data = {"subject": "diella", "property": "rank", "value": "Lieutenant General", "passages": passages}
    store.record([Draft("claim.made", data, source="wire")], actor=ACTOR)
    capture(store, DROPPED)
    changes = evidence.latest(store.connection, evidence.changes(store.connection, "wire")[0].position)
    assert {one.place: one.outcome for one in changes} == {0: "gone", 1: "moved"}
    # The best of its passages says what the claim rests on.
    assert reading.facts(store.connection)[0].evidence == "quoted"


def test_a_retracted_claim_is_looked_up_no_more(store: Store) -> None:
    capture(store, TALKS)
    quoted(store, "diella", "rank", "Lieutenant General", "Lieutenant General")
    claim = store.connection.execute("SELECT id FROM event WHERE type = 'claim.made'").fetchone()[0]
    store.record([Draft("claim.retracted", {"claim": claim, "reason": "misread"})], actor=ACTOR)
    capture(store, DROPPED)
    assert evidence.changes(store.connection, "wire") == []


def test_a_claim_whose_offsets_are_not_those_of_its_words_is_refused(store: Store) -> None:
    made = capture(store, TALKS)
    passage = {"exact": "Lieutenant General", "start": 0, "end": 18, "capture": made.text_sha256}
    data = {"subject": "diella", "property": "rank", "value": "Lieutenant General", "passages": [passage]}
    with pytest.raises(BadData, match="The captured text does not have “Lieutenant General” at 0"):
        store.record([Draft("claim.made", data, source="wire")], actor=ACTOR)


DOSSIER = """\
source: {id: release, kind: release, title: Talks, text: talks.txt}
facts:
  Francesco Diella:
    rank: {value: Lieutenant General, quote: Lieutenant General}
"""


def test_a_dossier_brings_its_text_and_its_quotes_are_looked_up_in_it(store: Store, tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(TALKS, encoding="utf-8")
    (tmp_path / "talks.yaml").write_text(DOSSIER, encoding="utf-8")
    known = vocabulary.read(store.connection)
    drafts = dossier.drafts(tmp_path / "talks.yaml", store.connection, known)
    store.record(drafts, actor=ACTOR)
    [passage] = drafts[-1].data["passages"]
    assert (passage["start"], passage["locator"]) == (TALKS.index("Lieutenant"), "¶ 2")
    assert reading.facts(store.connection)[0].evidence == "quoted"
    # Loaded again, it says nothing new.
    again = dossier.drafts(tmp_path / "talks.yaml", store.connection, known)
    assert store.record(again, actor=ACTOR).count == 0


def test_a_dossier_whose_text_has_pages_names_them_as_add_does(store: Store, tmp_path: Path) -> None:
    (tmp_path / "wire.txt").write_bytes(
        b"The talks begin.\n\nThey go on.\fTwo sides met in Seoul.\n\nThe end.\fThe third."
    )
    path = tmp_path / "wire.yaml"
    entry = (
        "  talks:\n    note:\n      - {value: a, quote: Two sides met}\n      - {value: b, quote: The end. The third}\n"
    )
    for bring in ("  text: wire.txt\n", ""):  # with the dossier, and from the archive
        about = f"source:\n  id: wire\n  title: Staff talks in Seoul\n{bring}"
        path.write_text(f"{about}facts:\n{entry}", encoding="utf-8")
        drafts = dossier.drafts(path, store.connection, vocabulary.read(store.connection))
        made = [draft.data["passages"][0] for draft in drafts if draft.type == "claim.made"]
        assert [one["locator"] for one in made] == ["p. 2", "pp. 2\N{EN DASH}3"]
        store.record(drafts, actor=ACTOR)
    assert made[0] == evidence.passage(store.connection, "wire", "Two sides met")


def test_a_dossier_whose_quote_is_not_in_its_text_archives_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(TALKS, encoding="utf-8")
    (tmp_path / "talks.yaml").write_text(DOSSIER.replace("quote: L", "quote: Major L"), encoding="utf-8")
    known = vocabulary.read(store.connection)
    with pytest.raises(BadData, match=re.escape("talks.yaml:4: The quote “Major Lieutenant General” is not in")):
        dossier.drafts(tmp_path / "talks.yaml", store.connection, known)
    assert store.connection.execute("SELECT count(*) FROM capture_text").fetchone() == (0,)
