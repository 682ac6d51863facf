from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from visits import ACTOR, Visitor, claim, declared, event_of, fact_of, visiting
from whence import evidence
from whence.drafts import Capture, Draft
from whence.exchange import vocabulary_file
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WIRE = (
    "Staff talks in Seoul\n\n"
    "Lieutenant General Francesco Diella led the talks of the two staffs in Seoul on Monday.\n\n"
    "About 75 officers took part in the talks, which went on for three days in the capital.\n\n"
    "The two sides agreed to meet again next year in Brussels, a spokesman said after it ended."
)
LATER = (
    WIRE.replace("About 75 officers", "About 80 officers")
    .replace("The two sides agreed to meet again next year in Brussels, a spokesman said after it ended.", "")
    .replace("Staff talks in Seoul\n\n", "Staff talks in Seoul\n\nUpdated on Tuesday with the number of officers.\n\n")
)


def captured(text: str, source: str, day: str) -> Draft:
    return Capture(text.encode(), text, "text/plain", f"{day}T10:00:00Z").draft(source)


def registered(source: str, **more: str) -> Draft:
    return Draft("source.registered", {"kind": "article", "title": f"The {source}", **more}, source=source)


def quoting(store: Store, source: str, subject: str, prop: str, value: str, *quotes: str) -> Draft:
    passages: list[dict[str, Any]] = [evidence.passage(store.connection, source, quote) for quote in quotes]
    return claim(subject, prop, value, source=source, passages=passages)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a wire report that anybody may have and that was changed, and one that nobody labelled."""
    path = tmp_path_factory.mktemp("evidence") / "talks.db"
    with Store.create(path) as store:
        store.record(vocabulary_file.builtin(), actor=ACTOR)
        store.record(
            [
                declared("diella", "person", "Francesco Diella"),
                declared("talks", "engagement", "Staff talks"),
                declared("seoul", "place", "Seoul"),
                registered("wire", handling="TLP:CLEAR"),
                registered("paper"),
                captured(WIRE, "wire", "2023-02-17"),
                captured(WIRE, "paper", "2023-02-17"),
            ],
            actor=ACTOR,
        )
        diella = "Lieutenant General Francesco Diella"
        store.record(
            [
                quoting(store, "wire", "diella", "rank", "Lieutenant General", diella),
                quoting(store, "wire", "talks", "led_by", "diella", f"{diella} led the talks", "Staff talks in Seoul"),
                quoting(store, "wire", "talks", "location", "seoul", "talks of the two staffs in Seoul"),
                quoting(store, "wire", "talks", "troops", "about 75", "About 75 officers took part"),
                quoting(store, "wire", "talks", "note", "They meet again.", "agreed to meet again next year"),
                quoting(store, "paper", "talks", "kind", "staff talks", "Staff talks in Seoul"),
                claim("talks", "topic", "cyber", source="paper"),
            ],
            actor=ACTOR,
        )
        store.record([captured(LATER, "wire", "2023-03-01")], actor=ACTOR)
    return path


@pytest.fixture(scope="module")
def visitor(path: Path) -> Iterator[Visitor]:
    with visiting(path) as one:
        yield one


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def main_of(html: str) -> str:
    """Return the words of the archived text as the page shows it, without the numbers of overlapping marks."""
    (shown,) = re.findall(r'<div class="text"[^>]*>(.*?)</div>', html, re.DOTALL)
    return text_of(re.sub(r"<sup>.*?</sup>", "", shown)).replace(" .", ".").replace(" ,", ",")


def test_a_clear_source_is_shown_whole_as_it_says_now(visitor: Visitor) -> None:
    shown = main_of(visitor.page("/source/wire"))
    assert shown.replace(" ", "") == "".join(LATER.split())


def test_overlapping_marks_lead_each_to_its_fact_and_back(visitor: Visitor, path: Path) -> None:
    html = visitor.page("/source/wire")
    for entity, prop, value in (
        ("diella", "rank", "Lieutenant General"),
        ("talks", "led_by", "diella"),
        ("talks", "location", "seoul"),
    ):
        fact = fact_of(path, entity, prop, value)
        (position,) = set(re.findall(rf'href="/fact/{fact}#claim-(\d+)" title', html))
        assert html.count(f'id="c{position}"') == 1
        assert f'href="/source/wire#c{position}"' in visitor.page(f"/fact/{fact}")
    assert html.count("<mark") == html.count("</mark>")


def test_each_passage_of_a_claim_has_a_mark_of_its_own(visitor: Visitor, path: Path) -> None:
    fact = visitor.page(f"/fact/{fact_of(path, 'talks', 'led_by', 'diella')}")
    (second,) = set(re.findall(r'href="/source/wire#(c\d+-1)"', fact))
    assert re.search(rf'<mark class="affirms kept" id="{second}"', visitor.page("/source/wire"))


def test_altered_words_are_shown_with_what_changed(visitor: Visitor, path: Path) -> None:
    page = visitor.page("/source/wire")
    changed = (
        'About <del><span class="unseen">gone: </span>75</del>'
        ' <ins><span class="unseen">new: </span>80</ins> officers took part'
    )
    assert changed in page
    fact = visitor.page(f"/fact/{fact_of(path, 'talks', 'troops', '~75')}")
    assert changed in fact
    assert "Words altered in the capture of 2023-03-01" in text_of(fact)
    assert ">words altered</span>" in fact
    # What the claim rests on stays what it was, in the paragraph in which it stood.
    assert "which went on for three days" in fact
    assert re.search(r"<mark[^>]*><a[^>]*>About 75 officers took part</a></mark>", fact)


def test_gone_words_are_listed_as_gone_and_flagged_wherever_the_fact_is_listed(visitor: Visitor, path: Path) -> None:
    page = text_of(visitor.page("/source/wire"))
    assert "agreed to meet again next year gone from the text; it stood at ¶ 4" in page
    fact = text_of(visitor.page(f"/fact/{fact_of(path, 'talks', 'note', 'They meet again.')}"))
    assert "Words gone: they are no longer in the capture of 2023-03-01" in fact
    assert "in Brussels, a spokesman said after it ended" in fact
    for listed in ("/entity/talks", "/", "/?q=meet", "/compare?entity=talks"):
        assert ">words gone</span>" in visitor.page(listed), listed
        assert listed == "/?q=meet" or ">no passage</span>" in visitor.page(listed)


def test_moved_and_kept_words_say_where_they_stand(visitor: Visitor, path: Path) -> None:
    fact = text_of(visitor.page(f"/fact/{fact_of(path, 'diella', 'rank', 'Lieutenant General')}"))
    assert "Moved in the capture of 2023-03-01" in fact
    assert "to ¶ 3" in fact


def test_captures_are_listed_with_what_each_changed(visitor: Visitor) -> None:
    page = text_of(visitor.page("/source/wire"))
    later, first = page.index("2023-03-01 10:00:00 UTC"), page.index("2023-02-17 10:00:00 UTC")
    assert later < first
    assert "its text is archived here" in page[later:first]
    assert "1 altered , 1 gone" in page[later:first].replace("altered,", "altered ,")


def test_a_source_that_is_not_marked_clear_is_never_shown_whole(visitor: Visitor, path: Path) -> None:
    page = visitor.page("/source/paper")
    assert "only a source that is marked TLP:CLEAR is shown whole" in page
    assert "went on for three days" not in page
    assert "¶ 1, characters 0 to 20" in text_of(page)
    fact = visitor.page(f"/fact/{fact_of(path, 'talks', 'kind', 'staff talks')}")
    assert "<mark>Staff talks in Seoul</mark>" in fact
    assert "went on for three days" not in fact
    # The link leads to the claim's place in the list, for want of a text.
    (key,) = set(re.findall(r'href="/source/paper#(c\d+)"', fact))
    assert f'class="words" id="{key}"' in page


@pytest.mark.parametrize(
    "query",
    [
        "select text from capture_text",
        "select 1 from capture_text where text like '%25in+the+capital%25'",
        "select bytes from capture_bytes",
        "select length(bytes) from capture_bytes",
    ],
)
def test_a_visitors_query_reads_no_archived_text(visitor: Visitor, query: str) -> None:
    visitor.page("/source/wire")  # a page that may read it leaves the door closed behind it
    for _ in range(5):
        answer = visitor.get(f"/talks.json?sql={query}&_shape=array")
        assert answer.status_code == 400
        assert "three days" not in answer.text


def test_what_was_taken_back_says_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    with Store.create(path) as store:
        store.record(vocabulary_file.builtin(), actor=ACTOR)
        store.record(
            [declared("talks", "engagement", "Staff talks"), registered("wire"), registered("paper")], actor=ACTOR
        )
        store.record(
            [claim("talks", "topic", "cyber", source="wire"), claim("talks", "topic", "cyber", source="paper")],
            actor=ACTOR,
        )
        made = event_of(path, "claim.made")
        store.record([Draft("claim.retracted", {"claim": made, "reason": "Misread."})], actor="Ann <ann@example.org>")
        (fact,) = store.connection.execute("SELECT fact FROM fact WHERE property = 'topic'").fetchone()
    with visiting(path) as visitor:
        said = text_of(visitor.page(f"/fact/{fact}"))
    assert "Retracted: Misread. ( Ann &lt;ann@example.org&gt; , " in said


def test_claims_beyond_one_page_have_their_marks_on_the_next(tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    words = [f"Officer number {number} spoke." for number in range(600)]
    text = "\n\n".join(words)
    with Store.create(path) as store:
        store.record(vocabulary_file.builtin(), actor=ACTOR)
        store.record(
            [
                declared("talks", "engagement", "Staff talks"),
                registered("wire", handling="TLP:CLEAR"),
                captured(text, "wire", "2023-02-17"),
            ],
            actor=ACTOR,
        )
        store.record([quoting(store, "wire", "talks", "note", word, word) for word in words], actor=ACTOR)
    with visiting(path) as visitor:
        page = visitor.page("/source/wire")
        assert page.count("<mark") == 500
        assert len(page) < 500_000
        fact = visitor.page(f"/fact/{fact_of(path, 'talks', 'note', words[-1])}")
        ((link, key),) = set(re.findall(r'href="(/source/wire\?after=\d+)#(c\d+)"', fact))
        assert f'id="{key}"' in visitor.page(link)
