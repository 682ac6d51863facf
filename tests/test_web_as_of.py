from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from visits import ACTOR, Visitor, event_of, fact_of, make, visiting
from whence.drafts import Draft
from whence.store import Store
from whence.web import stores

if TYPE_CHECKING:
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
    for page in ("/", "/entity/kim", "/conflicts", "/timeline", "/timeline?entity=talks", "/compare?entity=talks"):
        sign = "&" if "?" in page else "?"
        html = visitor.page(f"{page}{sign}as_of={then}")
        kept = re.findall(r'href="(/(?:(?:entity|fact)/|conflicts|timeline|compare)[^"]*|/)"', html)
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
    assert visitor.get("/?q=kim&as_of=1").status_code == 400


def test_what_would_take_too_long_is_left_to_the_command_line(
    visitor: Visitor, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "REPLAYED", 10)
    for page in ("/", "/conflicts", "/timeline"):
        answer = visitor.get(f"{page}?as_of=60")
        assert answer.status_code == 400
        assert "longer than a page may" in answer.text
    then = position_of(path, event_of(path, "claim.made"))
    assert visitor.get(f"/entity/kim?as_of={then}").status_code == 200
    assert visitor.get(f"/timeline?entity=kim&as_of={then}").status_code == 200


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
