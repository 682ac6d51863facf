from __future__ import annotations

import re
import sqlite3
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from visits import ACTOR, HOSTILE, Visitor, claim, event_of, fact_of, make, visiting
from whence.drafts import Draft
from whence.store import Store
from whence.web import pages, routes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("site") / "talks.db")


@pytest.fixture(scope="module")
def visitor(path: Path) -> Iterator[Visitor]:
    with visiting(path) as one:
        yield one


def text_of(html: str) -> str:
    """Return what a reader sees of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def pages_of(path: Path) -> list[str]:
    return [
        "/",
        "/?q=Seoul",
        "/entity/kim",
        "/entity/talks",
        "/entity/korea",
        f"/fact/{fact_of(path, 'kim', 'rank', 'Colonel')}",
        f"/fact/{fact_of(path, 'talks', 'location', 'seoul')}",
        f"/fact/{fact_of(path, 'kim', 'alias', '김수광')}",
        "/source/nato-1",
        "/source/post-1",
        f"/event/{event_of(path, 'claim.made')}",
        f"/event/{event_of(path, 'claim.retracted')[:8]}",
        f"/event/{event_of(path, 'property.defined')}",
        "/conflicts",
        "/timeline",
        "/timeline?since=2023&until=2023-02&entity=talks",
        "/talks",
        "/talks/fact",
        "/talks/person",
        "/talks/event",
        "/talks/claim?_search=General",
        f"/talks/fact/{fact_of(path, 'kim', 'rank', 'Colonel')}",
        "/talks?sql=select+1",
    ]


def test_every_page_answers_in_our_frame(visitor: Visitor, path: Path) -> None:
    for page in pages_of(path):
        html = visitor.page(page)
        assert '<html lang="en">' in html, page
        assert html.count("<main") == 1, page
        assert 'href="#content">Skip to the content' in html, page
        assert html.count("<h1") == 1, page
        assert re.search(r"<title>[^<]+ · whence</title>", " ".join(html.split())), page


def test_no_page_loads_anything_from_elsewhere(visitor: Visitor, path: Path) -> None:
    for page in pages_of(path):
        loaded = re.findall(r"<(?:link|script|img|iframe)[^>]+(?:href|src)=\"([^\"]+)\"", visitor.page(page))
        assert loaded
        assert all(address.startswith(("/", "http://localhost/")) for address in loaded), (page, loaded)


def test_a_hostile_name_is_text_on_every_page(visitor: Visitor, path: Path) -> None:
    seen = 0
    for page in pages_of(path):
        html = visitor.page(page)
        assert "<script>alert" not in html, page
        assert "<i>another</i>" not in html, page
        seen += "&lt;script&gt;alert" in html
    assert seen > 8


def test_the_home_page_says_what_is_there_contested_and_new(visitor: Visitor) -> None:
    text = text_of(visitor.page("/"))
    assert "2 sources, 8 entities, 11 facts and 13 claims on record" in text
    assert "2 conflicts on record" in text
    assert "Kim Su-kwang rank Major General score 12 or Colonel score 6" in text
    assert "NATO website https://www.nato.int/ accepted" in text
    assert re.search(r"Root of the tree over them: [0-9a-f]{64}", text)


def test_search_finds_names_values_and_quoted_words(visitor: Visitor) -> None:
    assert "Staff talks of February 2023" in visitor.page("/?q=staff+talk")
    assert "Major General" in visitor.page("/?q=Major+Gen")
    assert "led by Lieutenant General" in visitor.page("/?q=Lieutenant")
    assert "Nothing on record has all these words" in visitor.page("/?q=submarine")
    for odd in ("%22", "*", "a%22b", "%00", "NEAR(", "x" * 3000):
        visitor.page(f"/?q={odd}")


def test_an_entity_shows_its_facts_and_who_says_so(visitor: Visitor, path: Path) -> None:
    html = visitor.page("/entity/kim")
    text = text_of(html)
    assert "also 김수광" in text
    assert "K-Su" not in text
    assert "Major General contested on 2023-02-13 NATO · 1 source" in text
    assert f'href="/fact/{fact_of(path, "kim", "rank", "Colonel")}"' in html
    assert "as “led by” Staff talks of February 2023" in text


def test_a_symmetric_fact_stands_on_both_sides(visitor: Visitor) -> None:
    assert "partner of Republic of Korea from 2005" in text_of(visitor.page("/entity/nato"))
    other = text_of(visitor.page("/entity/korea"))
    assert "partner of NATO from 2005" in other
    assert "as “partner of”" not in other


def test_a_fact_shows_both_sides_with_words_source_and_recorder(visitor: Visitor, path: Path) -> None:
    html = visitor.page(f"/fact/{fact_of(path, 'talks', 'location', 'seoul')}")
    text = text_of(html)
    assert "Staff talks of February 2023 location Seoul contested" in text
    assert '<article class="claim for"' in html
    assert '<article class="claim against"' in html
    assert "grade B: usually reliable" in text
    assert "4: doubtfully true" in text
    assert "No passage: the claim names its source, and no words in it." in text
    assert text.count("Who recorded this Recorded by Jo Park &lt;jo@example.org&gt;") == 2
    assert len(re.findall(r'href="/event/[0-9a-f]{64}"', html)) == 2


def test_a_quote_is_marked_with_its_place_and_context(visitor: Visitor, path: Path) -> None:
    html = visitor.page(f"/fact/{fact_of(path, 'kim', 'rank', 'Major General')}")
    assert "<mark>Major General Kim</mark>" in html
    assert "at ¶ 2 , characters 40 to 57 of the text abababababab" in text_of(html)
    foreign = visitor.page(f"/fact/{fact_of(path, 'kim', 'alias', '김수광')}")
    assert '<blockquote dir="auto"><p><span class="context">…어제 </span><mark>김수광 장군</mark>' in foreign
    assert "In translation: General Kim Su-gwang" in text_of(foreign)


def test_a_chain_of_speakers_rivals_and_handling_are_shown(visitor: Visitor, path: Path) -> None:
    text = text_of(visitor.page(f"/fact/{fact_of(path, 'kim', 'rank', 'Colonel')}"))
    assert "Said by Kim Su-kwang , who had it from Republic of Korea , 2023-02-13" in text
    assert "Counts as the voice of Republic of Korea" in text
    assert "TLP:AMBER" in text
    assert "Rivals Major General contested score 12" in text
    assert "published 2023-02-14 or later" in text


def test_what_the_desk_worked_out_says_so(visitor: Visitor, path: Path) -> None:
    text = text_of(visitor.page(f"/fact/{fact_of(path, 'talks', 'began', '2023-02-13')}"))
    assert "Inferred: the desk worked out a part of this. The year is worked out." in text


def test_a_source_shows_what_it_says_in_reading_order_and_what_was_taken_back(visitor: Visitor, path: Path) -> None:
    html = visitor.page("/source/post-1")
    assert 'href="https://example.org/talks?a=1&amp;b=2" rel="noreferrer nofollow"' in html
    assert 'K-Su</a> <span class="chip retracted">retracted</span>' in html
    assert "location denies Seoul contested" in text_of(html)
    nato = text_of(visitor.page("/source/nato-1"))
    assert "grade B: usually reliable First-hand on who met. (graded by Jo Park" in nato
    assert "SHA-256 of the bytes " + "cd" * 32 in nato
    assert nato.index("rank Major General") < nato.index("led by Francesco Diella")
    assert f"/fact/{fact_of(path, 'kim', 'rank', 'Major General')}#claim-" in visitor.page("/source/nato-1")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " JavaScript:alert(1)", "//x.example"])
def test_an_address_that_is_none_of_the_web_never_becomes_a_link(tmp_path: Path, url: str) -> None:
    path = make(tmp_path / "talks.db")
    # No draft with such an address is accepted, so the view is changed behind the program's back.
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE source SET url = :url", {"url": url})
    connection.close()
    with visiting(path) as visitor:
        for page in ("/source/post-1", "/talks/source", "/talks/source/post-1"):
            html = visitor.page(page)
            assert "alert(1)" in html or "text/html" in html or "//x.example" in html
            links = [link.strip().lower() for link in re.findall(r'href="([^"]*)"', html)]
            assert not [link for link in links if link.startswith(("javascript:", "data:", "//"))]


def test_an_event_shows_the_bytes_that_give_its_id(visitor: Visitor, path: Path) -> None:
    event = event_of(path, "claim.made")
    text = text_of(visitor.page(f"/event/{event}"))
    assert "Whole. SHA-256 of a zero byte and these bytes gives the id" in text
    assert event in text
    assert "Fact Kim Su-kwang: rank Major General" in text
    assert "Source NATO in Seoul" in text
    assert visitor.page(f"/event/{event[:10]}") == visitor.page(f"/event/{event}")


def test_a_retraction_and_the_retracted_claim_name_each_other(visitor: Visitor, path: Path) -> None:
    retraction = visitor.page(f"/event/{event_of(path, 'claim.retracted')}")
    assert "<dt>Claim</dt>" in retraction
    assert re.search(r'<s><a href="/claim/\d+" dir="auto">alias: K-Su</a></s>', retraction)
    claimed = re.search(r"/claim/\d+", retraction)
    assert claimed is not None
    sent = visitor.get(claimed[0])
    assert sent.status_code == 302
    assert "Misread: &lt;i&gt;another&lt;/i&gt; man." in visitor.page(sent.headers["location"])


def test_an_event_that_was_tampered_with_is_shown_as_such(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    event = event_of(path, "claim.made")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER event_stays_as_it_is")
        connection.execute("UPDATE event SET actor = 'Somebody' WHERE id = :id", {"id": event})
    connection.close()
    with visiting(path) as visitor:
        assert "Not what was recorded." in visitor.page(f"/event/{event}")


def test_conflicts_and_the_timeline_say_what_is_on_record(visitor: Visitor) -> None:
    conflicts = text_of(visitor.page("/conflicts"))
    assert "Kim Su-kwang rank Major General score 12, shown as current" in conflicts
    assert "not Seoul denied by 1 claim" in conflicts
    timeline = text_of(visitor.page("/timeline"))
    assert timeline.index("2005") < timeline.index("2023-02-13") < timeline.index("2024")
    assert "The next staff talks date expected" in timeline
    assert "Nothing that is dated falls there." in visitor.page("/timeline?since=2025")
    assert "2023-02-30" in visitor.page("/timeline?since=2023-02-30")


def test_the_pages_of_the_timeline_follow_each_other_and_make_up_the_whole(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = re.findall(r'href="(/fact/[^"]+)"', visitor.page("/timeline?since=1900"))
    monkeypatch.setattr(pages, "DATED", 1)
    seen: list[str] = []
    page: str | None = "/timeline?since=1900"
    while page is not None:
        html = visitor.page(page)
        seen += re.findall(r'href="(/fact/[^"]+)"', html)
        found = re.search(r'<a href="(\?after=[^"]+)">Go on from \d{4}', html)
        page = None if found is None else "/timeline" + found[1].replace("&amp;", "&")
    assert len(whole) > 2
    assert seen == whole
    assert "is no place on the timeline" in visitor.get("/timeline?after=2023").text


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("/entity/kimm", "There is no entity “kimm” on record."),
        ("/entity/%3Cscript%3E", "There is no entity “&lt;script&gt;” on record."),
        ("/source/nato", "There is no source “nato” on record."),
        ("/fact/0123456789abcdef", "There is no fact “0123456789abcdef” on record."),
        ("/event/zz", "“zz” is no event id."),
        ("/event/00000000000000000000", "No event&#39;s id begins with 00000000000000000000."),
        ("/event/at/99999", "The log has no position 99,999."),
        ("/claim/99999", "The log has no claim at position 99,999."),
        ("/claim/999999999999999999", "The log has no claim at position 999,999,999,999,999,999."),
        ("/nothing", "Database not found"),
        ("/talks/nothing", "Table not found"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(visitor: Visitor, page: str, sentence: str) -> None:
    answer = visitor.get(page)
    assert answer.status_code == 404
    assert sentence in answer.text
    assert '<html lang="en">' in answer.text


def test_near_names_are_offered(visitor: Visitor) -> None:
    assert 'href="/entity/kim"' in visitor.get("/entity/kimm").text
    assert 'href="/entity/talks"' in visitor.get("/entity/staff-talks").text
    assert 'href="/source/nato-1"' in visitor.get("/source/nato").text


def test_ids_in_the_tables_lead_to_our_pages(visitor: Visitor, path: Path) -> None:
    fact = fact_of(path, "kim", "rank", "Colonel")
    table = visitor.page("/talks/fact")
    assert '<a href="/entity/kim">Kim Su-kwang</a>' in table
    assert f'<a href="/fact/{fact}">Read this with its sources</a>' in visitor.page(f"/talks/fact/{fact}")
    assert '<a href="/entity/kim">Read this with its sources</a>' in visitor.page("/talks/person/kim")
    assert '<a href="/source/nato-1">NATO in Seoul</a>' in visitor.page("/talks/claim")
    events = visitor.page("/talks/event?type=claim.retracted")
    event = event_of(path, "claim.retracted")
    assert f'<a href="/event/{event}">{event[:12]}</a>' in events


def test_what_is_recorded_while_serving_shows_on_the_next_request(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with visiting(path) as visitor:
        assert "Brussels" not in visitor.page("/entity/talks")
        with Store.open(path, write=True) as store:
            store.record([claim("talks", "topic", "Brussels", source="nato-1")], actor=ACTOR)
        assert "Brussels" in visitor.page("/entity/talks")
        assert "Brussels" in visitor.page("/talks/fact")


def test_a_store_that_cannot_be_read_just_now_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with visiting(path) as visitor:
        visitor.page("/")
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE conflict")
        connection.close()
        answer = visitor.get("/conflicts")
    assert answer.status_code == 503
    assert "The store could not be read just now (no such table: conflict)." in answer.text


def test_addresses_hold_below_another_path(path: Path) -> None:
    with visiting(path) as visitor:
        visitor.datasette._settings["base_url"] = "/record/"  # noqa: SLF001 - `serve` has no option for it
        html = visitor.page("/entity/kim")
        assert 'href="/record/conflicts"' in html
        assert not re.findall(r'href="/(?!record/)', html)


def test_our_static_files_are_named_by_their_content_and_may_be_kept(visitor: Visitor) -> None:
    answer = visitor.get(routes.static_path("whence.css"))
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert visitor.get("/-/whence/pages.py").status_code == 404
    assert visitor.get("/").headers["cache-control"] == "no-cache"
    assert HOSTILE not in answer.text


def test_the_rulings_of_people_are_shown_where_they_decide(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with Store.open(path, write=True) as store:
        again = Draft("entity.declared", {"entity": "su-kwang-kim", "type": "person", "name": "Su-kwang Kim"})
        store.record(
            [
                again,
                claim("su-kwang-kim", "described_as", "chief of staff", source="nato-1"),
                Draft("entities.matched", {"entities": ["kim", "su-kwang-kim"], "reason": "The same man."}),
                Draft("entities.distinguished", {"entities": ["kim", "diella"], "reason": "Two men."}),
                Draft("source.withdrawn", {"reason": "It was a hoax."}, source="post-1"),
            ],
            actor=ACTOR,
        )
    with visiting(path) as visitor:
        assert visitor.get("/entity/su-kwang-kim").headers["location"] == "/entity/kim"
        kim = text_of(visitor.page("/entity/kim"))
        assert "one with Su-kwang Kim su-kwang-kim" in kim
        assert "described as chief of staff" in kim
        assert "matched with Su-kwang Kim The same man. ruled by Jo Park" in kim
        assert "not the same as Francesco Diella Two men." in kim
        source = text_of(visitor.page("/source/post-1"))
        assert "withdrawn Withdrawn: It was a hoax." in source
        assert "not counted" in source
        seoul = text_of(visitor.page(f"/fact/{fact_of(path, 'talks', 'location', 'seoul')}"))
        assert "Not counted: its source was withdrawn." in seoul
        for type_ in ("entities.matched", "source.withdrawn"):
            visitor.page(f"/event/{event_of(path, type_)}")
        assert '<a href="/entity/kim">Kim Su-kwang</a>' in visitor.page("/talks/match")
        matched = text_of(visitor.page(f"/fact/{fact_of(path, 'kim', 'described_as', 'chief of staff')}"))
        assert "Matched: Kim Su-kwang is Su-kwang Kim . The same man. Matched by Jo Park" in matched


def test_a_verdict_is_shown_with_its_reason(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with Store.open(path, write=True) as store:
        decided = {"subject": "kim", "property": "rank", "value": "Colonel", "reason": "Seen in uniform."}
        store.record([Draft("verdict.reached", decided)], actor=ACTOR)
    with visiting(path) as visitor:
        colonel = text_of(visitor.page(f"/fact/{fact_of(path, 'kim', 'rank', 'Colonel')}"))
        assert "Decided: for “Colonel”. Seen in uniform. Decided by Jo Park" in colonel
        assert "rejected" in visitor.page("/entity/kim")
        general = text_of(visitor.page(f"/fact/{fact_of(path, 'kim', 'rank', 'Major General')}"))
        assert "Kim Su-kwang rank Major General rejected" in general
        assert "Seen in uniform." in general


def test_a_page_says_that_a_verdict_stands_for_what_nothing_affirms_any_more(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with Store.open(path, write=True) as store:
        decided = {"subject": "kim", "property": "rank", "value": "Colonel", "reason": "Seen in uniform."}
        store.record([Draft("verdict.reached", decided)], actor=ACTOR)
        query = (
            "SELECT e.id FROM claim c CROSS JOIN event e ON e.position = c.claim"
            " WHERE c.entity = 'kim' AND c.value = 'Colonel'"
        )
        for (claim,) in store.connection.execute(query).fetchall():
            store.record([Draft("claim.retracted", {"claim": claim, "reason": "misread"})], actor=ACTOR)
    with visiting(path) as visitor:
        stands = "A verdict for “Colonel” stands (Jo Park"
        assert stands in text_of(visitor.page("/entity/kim"))
        general = text_of(visitor.page(f"/fact/{fact_of(path, 'kim', 'rank', 'Major General')}"))
        assert "The verdict stands, though nothing on record affirms that value any more" in general


# What may be read from end to end: the rows that are wanted, the vocabulary, and counts that stop at a limit.
MAY_SCAN = ("SCAN w", "SCAN t", "SCAN CONSTANT ROW", "SCAN (subquery")


def test_no_query_of_a_page_reads_a_whole_table(path: Path) -> None:
    names = [file.name.removesuffix(".sql") for file in files("whence.web").joinpath("queries").iterdir()]
    with Store.open(path) as store:
        for name in sorted(names):
            text = pages.query(name)
            values = dict.fromkeys(re.findall(r":([a-z_]+)", re.sub(r"--[^\n]*|'[^']*'", "", text)), "1")
            plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
            scans = [step for step in plan if step.startswith("SCAN") and not step.startswith(MAY_SCAN)]
            limited = all("USING" in step and "INDEX" in step for step in scans) and "LIMIT" in text
            assert not scans or limited, (name, scans)


def test_sources_stand_side_by_side_and_contested_rows_are_marked(visitor: Visitor, path: Path) -> None:
    html = visitor.page("/compare?entity=kim")
    assert '<th scope="row">rank <span class="chip contested"' in html
    cells = re.findall(r'<td class="" data-source="([^"]*)">.*?dir="auto">([^<]*)</a>', html, re.DOTALL)
    assert ("NATO", "Major General") in cells
    assert any(value == "Colonel" for _, value in cells)
    assert f'href="/fact/{fact_of(path, "kim", "rank", "Colonel")}#claim-' in html
    assert "K-Su" not in html
    assert "denies" in text_of(visitor.page("/compare?entity=talks"))
    assert "Republic of Korea" in text_of(visitor.page("/compare?entity=korea"))
    assert "Kim Su-kwang" in visitor.page("/compare")
    assert visitor.get("/compare?entity=kimm").status_code == 404
    assert 'href="/compare?entity=kim"' in visitor.get("/compare?entity=kimm").text
    assert "says anything of it itself" in visitor.page("/compare?entity=seoul")
