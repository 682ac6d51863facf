from __future__ import annotations

import re
import threading
from html import unescape
from typing import TYPE_CHECKING

import pytest

from histories import new_store
from test_projector import copy_log
from visits import ACTOR, Visitor, event_of, fact_of, make, visiting
from whence import past, reading
from whence.drafts import Draft
from whence.store import Store
from whence.web import as_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("past") / "talks.db")


@pytest.fixture(scope="module")
def visitor(path: Path) -> Iterator[Visitor]:
    with visiting(path) as one:
        yield one


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def position_of(path: Path, event: str) -> int:
    with Store.open(path) as store:
        (found,) = store.connection.execute("SELECT position FROM event WHERE id = :id", {"id": event}).fetchone()
    return int(found)


def test_an_entity_shows_what_was_on_record_then(visitor: Visitor, path: Path) -> None:
    then = position_of(path, event_of(path, "claim.made"))
    html = visitor.page(f"/entity/kim?as_of={then}")
    assert "Major General" in html
    assert "Colonel" not in html
    assert "K-Su" not in html
    assert f"As of {then}: the record as it stood at position {then} of" in text_of(html)
    assert "Colonel" in visitor.page("/entity/kim")
    assert "K-Su" in visitor.page(f"/entity/kim?as_of={position_of(path, event_of(path, 'claim.retracted')) - 1}")


def test_every_link_to_a_page_that_can_be_asked_so_keeps_the_time(visitor: Visitor, path: Path) -> None:
    then = position_of(path, event_of(path, "claim.retracted")) - 1
    talks = ("/timeline?entity=talks", "/compare?entity=talks", "/source/post-1", "/?q=talks", "/compare")
    for page in ("/", "/entity/kim", "/conflicts", "/timeline", *talks):
        sign = "&" if "?" in page else "?"
        html = visitor.page(f"{page}{sign}as_of={then}")
        kept = re.findall(r'href="(/(?:(?:entity|fact|source|claim)/|conflicts|timeline|compare)[^"]*|/)"', html)
        assert kept
        assert all(f"as_of={then}" in link for link in kept), (page, kept)
        for link in set(kept):
            visitor.page(link.replace("&amp;", "&").partition("#")[0])
        now = re.search(r'<a href="(\?[^"]*)">This page as it stands now', html)
        assert now is not None
        assert "as_of" not in now[1]


def test_a_fact_is_shown_by_the_claims_of_then(visitor: Visitor, path: Path) -> None:
    fact = fact_of(path, "talks", "location", "seoul")
    with Store.open(path) as store:
        (denied,) = store.connection.execute("SELECT claim FROM claim WHERE stance = 'denies'").fetchone()
    affirmed = int(denied) - 1
    said = text_of(visitor.page(f"/fact/{fact}?as_of={affirmed}"))
    assert "Accepted: 1 claim from 1 origin affirms it" in said
    assert "contested" in text_of(visitor.page(f"/fact/{fact}"))


def test_a_fact_that_is_no_longer_on_record_can_be_seen_as_it_was(visitor: Visitor, path: Path) -> None:
    then = position_of(path, event_of(path, "claim.retracted")) - 1
    page = visitor.page(f"/entity/kim?as_of={then}")
    found = re.search(r'href="(/fact/[0-9a-f]{16}\?as_of=\d+)" dir="auto">K-Su', page)
    assert found is not None
    assert "alias K-Su" in text_of(visitor.page(found[1]))
    assert visitor.get(found[1].partition("?")[0]).status_code == 404


def test_conflicts_stand_as_they_stood(visitor: Visitor, path: Path) -> None:
    then = position_of(path, event_of(path, "claim.made"))
    assert "Nothing on record contradicts anything else." in visitor.page(f"/conflicts?as_of={then}")
    assert "Colonel" in visitor.page("/conflicts")


@pytest.mark.parametrize(
    "page", ["/", "/entity/kim", "/fact/0123456789abcdef", "/conflicts", "/timeline", "/compare?entity=kim"]
)
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("yesterday", "“yesterday” is neither a position nor a moment."),
        ("0", "There is no event 0: the log has events 1 to"),
        ("99999", "There is no event 99999: the log has events 1 to"),
        ("-1", "“-1” is neither a position nor a moment."),
        ("9" * 30, "There is no event 999"),
        ("2999-01-01", "2999-01-01 is in the future"),
        ("1999-01-01", "1999-01-01 is before the first event of the log."),
        ("2023-02-30", ""),
        ("²", "“²” is neither a position nor a moment."),
        ("<script>", "“&lt;script&gt;” is neither a position nor a moment."),
    ],
)
def test_a_time_that_the_log_does_not_cover_is_refused_in_a_sentence(
    visitor: Visitor, page: str, asked: str, sentence: str
) -> None:
    answer = visitor.get(f"{page}{'&' if '?' in page else '?'}as_of={asked}")
    assert answer.status_code == 400, answer.text
    assert sentence in answer.text
    assert "whence log" not in answer.text


def test_what_was_not_on_record_then_is_not_found(visitor: Visitor) -> None:
    answer = visitor.get("/entity/kim?as_of=1")
    assert answer.status_code == 404
    assert "There was no entity “kim” on record as of position 1." in answer.text
    assert visitor.get("/compare?entity=kim&as_of=1").status_code == 404
    assert "There was no source “nato-1” on record as of position 1." in visitor.get("/source/nato-1?as_of=1").text
    assert visitor.get("/claim/70?as_of=1").status_code == 404
    assert "Nothing on record has all these words." in visitor.page("/?q=kim&as_of=1")


def test_what_would_take_too_long_is_left_to_the_command_line(
    visitor: Visitor, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_of, "REPLAYED", 10)
    commands = {"/": "facts", "/conflicts": "conflicts", "/timeline": "timeline", "/?q=kim+su": "search 'kim su'"}
    for page, command in {**commands, "/compare": "conflicts"}.items():
        answer = visitor.get(f"{page}{'&' if '?' in page else '?'}as_of=60")
        assert answer.status_code == 400
        said = unescape(text_of(answer.text))
        assert "by then the log had 60 events, and a page replays up to 10." in said
        assert f"run `whence {command} --as-of 60` where the store is" in said
        assert "This page as it stands now" in said
    then = position_of(path, event_of(path, "claim.made"))
    fact = fact_of(path, "kim", "rank", "Major General")
    for page in ("/entity/kim", "/timeline?entity=kim", "/compare?entity=kim", "/source/nato-1", f"/fact/{fact}"):
        assert visitor.get(f"{page}{'&' if '?' in page else '?'}as_of={then}").status_code == 200


def test_what_takes_too_long_all_the_same_is_stopped(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAGE_MS", "REPLAY_MS"):
        monkeypatch.setattr(as_of, name, 1)
    monkeypatch.setattr(past, "shadow", lambda connection, _upto: endless(connection))
    monkeypatch.setattr(past, "shadow_entity", lambda connection, *_, **_through: endless(connection))
    for page in ("/conflicts?as_of=71", "/entity/kim?as_of=71"):
        answer = visitor.get(page)
        assert answer.status_code == 400
        assert "That takes longer than a page may" in answer.text


def endless(connection: sqlite3.Connection) -> None:
    connection.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n"
    ).fetchone()


def test_a_replay_is_made_once_and_its_thread_is_no_other_pages(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[int, str]] = []
    shadow = past.shadow

    def noted(connection: sqlite3.Connection, upto: int) -> None:
        made.append((upto, threading.current_thread().name))
        shadow(connection, upto)

    monkeypatch.setattr(past, "shadow", noted)
    for page in ("/", "/conflicts", "/timeline", "/?q=kim"):
        visitor.page(f"{page}{'&' if '?' in page else '?'}as_of=73")
    assert made == [(73, "whence-replay_0")]
    for position in (71, 72, 73):
        visitor.page(f"/conflicts?as_of={position}")
    assert [upto for upto, _ in made] == [73, 71, 72, 73]
    assert len(as_of._kept) == as_of.KEPT  # noqa: SLF001 - they are files on disk


def test_who_comes_when_many_wait_is_asked_to_come_again(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_of, "WAITING", 0)
    answer = visitor.get("/conflicts?as_of=60")
    assert answer.status_code == 503
    assert "Try again in a moment." in answer.text
    assert visitor.get("/entity/kim?as_of=80").status_code == 200


def as_shown(html: str) -> str:
    """Return a page without what says as of when it is shown."""
    for asked in (
        r'<p class="as-of".*?</p>',
        r'<form class="between ask".*?</form>',
        r'<input type="hidden" name="as_of"[^>]*>',
        r'<section aria-labelledby="log">.*?</section>',
        r"(?:\?|&(?:amp;)?)as_of=\d+",
    ):
        html = re.sub(asked, "", html, flags=re.DOTALL)
    return " ".join(html.split())


def test_every_page_as_of_an_event_is_that_of_a_store_of_the_events_up_to_it(path: Path, tmp_path: Path) -> None:
    first = position_of(path, event_of(path, "source.registered"))
    last = position_of(path, event_of(path, "claim.retracted"))
    for upto in (last, last - 1, last - 5, last - 11, first):
        with Store.open(path) as store, new_store(tmp_path / f"{path.stem}.db", empty=True) as short:
            copy_log(store, short, upto)
            short.rebuild()
            pages = ["/", "/conflicts", "/timeline", "/compare", "/?q=kim", "/?q=major"]
            for one in reading.entities(short.connection):
                pages += [f"{page}{one.entity}" for page in ("/entity/", "/timeline?entity=", "/compare?entity=")]
            pages += [f"/fact/{one.fact}" for one in reading.facts(short.connection)]
            pages += [f"/source/{one.source}" for one in reading.sources(short.connection)]
            pages += [f"/claim/{claim}" for (claim,) in short.connection.execute("SELECT claim FROM claim")]
        with visiting(path) as later, visiting(short.path) as then:
            for page in pages:
                asked = later.get(f"{page}{'&' if '?' in page else '?'}as_of={upto}")
                expected = then.get(page)
                assert asked.status_code == expected.status_code, page
                assert as_shown(asked.text) == as_shown(expected.text), (page, upto)
                locations = [as_shown(one.headers.get("location", "")) for one in (asked, expected)]
                assert locations[0] == locations[1], page


def test_the_past_of_one_visitor_is_not_the_present_of_the_next(visitor: Visitor) -> None:
    for _ in range(6):
        visitor.page("/?as_of=30")
        assert "Major General" in visitor.page("/entity/kim")
        assert len(visitor.get("/talks/fact.json?_shape=array").json()) == 11


def test_a_matched_entity_leads_to_its_canonical_one_of_then(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with Store.open(path, write=True) as store:
        before = store.head().position
        twin = Draft("entity.declared", {"entity": "su-kwang-kim", "type": "person", "name": "Su-kwang Kim"})
        store.record([twin], actor=ACTOR)
        matched = Draft("entities.matched", {"entities": ["kim", "su-kwang-kim"], "reason": "The same man."})
        store.record([matched], actor=ACTOR)
    with visiting(path) as visitor:
        assert visitor.get(f"/entity/su-kwang-kim?as_of={before}").status_code == 404
        assert "Su-kwang Kim" in visitor.page(f"/entity/su-kwang-kim?as_of={before + 1}")
        sent = visitor.get(f"/entity/su-kwang-kim?as_of={before + 2}")
        assert sent.headers["location"] == f"/entity/kim?as_of={before + 2}"


def test_a_timeline_that_ends_before_it_begins_says_so(visitor: Visitor) -> None:
    for page in ("/timeline?since=2024&until=2023", "/timeline?since=2024&until=2023&as_of=80"):
        assert "2024 to 2023 ends before it begins." in visitor.page(page)
    assert "ends before it begins" not in visitor.page("/timeline?since=2023&until=2023")
