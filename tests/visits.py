"""A small store that has one of everything the pages show, and a visitor who asks its site for pages."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from whence.drafts import Draft, Ref
from whence.exchange import vocabulary_file
from whence.store import Store
from whence.web import site

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from pathlib import Path

    import httpx
    from datasette.app import Datasette

Result = TypeVar("Result")

ACTOR = "Jo Park <jo@example.org>"
HOSTILE = "<script>alert(\"1\")</script> & 'co'"
TEXT_SHA256 = "ab" * 32


def claim(subject: str, prop: str, value: str, *, source: str = "post-1", **more: object) -> Draft:
    """Return a claim as a draft."""
    return Draft("claim.made", {"subject": subject, "property": prop, "value": value, **more}, source=source)


def declared(entity: str, type_: str, name: str) -> Draft:
    """Return the declaration of an entity."""
    return Draft("entity.declared", {"entity": entity, "type": type_, "name": name})


def drafts() -> list[Draft]:
    """Return two sources that agree, disagree, deny, expect and quote; and one claim that is retracted."""
    capture = {"sha256": "cd" * 32, "text_sha256": TEXT_SHA256, "media_type": "text/plain", "size": 1234}
    words = {"exact": "Major General Kim", "start": 40, "end": 57, "capture": TEXT_SHA256, "locator": "¶ 2"}
    korean = {"exact": "김수광 장군", "prefix": "어제 ", "suffix": "은", "translation": "General Kim Su-gwang"}
    return [
        declared("nato", "organization", "NATO"),
        declared("post", "organization", HOSTILE),
        declared("korea", "organization", "Republic of Korea"),
        declared("kim", "person", "Kim Su-kwang"),
        declared("diella", "person", "Francesco Diella"),
        declared("talks", "engagement", "Staff talks of February 2023"),
        declared("seoul", "place", "Seoul"),
        declared("next-talks", "engagement", "The next staff talks"),
        Draft(
            "source.registered",
            {"kind": "news page", "title": "NATO in Seoul", "publisher": "nato", "published": "2023-02-17"},
            source="nato-1",
        ),
        Draft("source.captured", {**capture, "retrieved_at": "2023-03-01T10:00:00Z"}, source="nato-1"),
        Draft("source.graded", {"grade": "B", "reason": "First-hand on who met."}, source="nato-1"),
        Draft(
            "source.registered",
            {
                "kind": "article",
                "title": HOSTILE,
                "publisher": "post",
                "published": "[2023-02-14..]",
                "url": "https://example.org/talks?a=1&b=2",
                "handling": "TLP:AMBER",
            },
            source="post-1",
        ),
        claim("kim", "rank", "Major General", source="nato-1", when={"on": "2023-02-13"}, passages=[words]),
        claim("kim", "rank", "Colonel", when={"on": "2023-02-13"}, speaker=["kim", "korea"], said="2023-02-13"),
        claim("kim", "alias", "김수광", passages=[korean]),
        claim("kim", "alias", "K-Su", note="A slip.", passages=[{"locator": "p. 12"}]),
        claim("talks", "led_by", "diella", source="nato-1", passages=[{"exact": "led by Lieutenant General"}]),
        claim("talks", "led_by", "kim", source="nato-1"),
        claim("talks", "location", "seoul", source="nato-1"),
        claim("talks", "location", "seoul", stance="denies", credibility=4),
        claim("talks", "began", "2023-02-13", source="nato-1", inferred=True, note="The year is worked out."),
        claim("talks", "described_as", HOSTILE),
        claim("next-talks", "date", "2024", stance="expects"),
        claim("nato", "partner_of", "korea", source="nato-1", when={"from": "2005"}),
        claim("nato", "website", "https://www.nato.int/"),
    ]  # fmt: skip


def make(path: Path) -> Path:
    """Make the store at `path`."""
    with Store.create(path) as store:
        store.record(vocabulary_file.builtin(), actor=ACTOR)
        batch = drafts()
        slip = next(place for place, one in enumerate(batch) if one.data.get("value") == "K-Su")
        batch.append(Draft("claim.retracted", {"claim": Ref(slip), "reason": "Misread: <i>another</i> man."}))
        store.record(batch, actor=ACTOR)
    return path


class Visitor:
    """Asks for pages in process, as a browser would, without following redirects."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(datasette.invoke_startup())

    def run(self, awaited: Coroutine[Any, Any, Result]) -> Result:
        """Wait for what Datasette does."""
        return self._loop.run_until_complete(awaited)

    def get(self, path: str, **more: object) -> httpx.Response:
        response: httpx.Response = self.run(self.datasette.client.get(path, **more))
        return response

    def page(self, path: str) -> str:
        """Return the text of a page that must be there."""
        response = self.get(path)
        assert response.status_code == 200, (path, response.text)
        return response.text

    def close(self) -> None:
        self.datasette.executor.shutdown()
        for database in self.datasette.databases.values():
            database.close()
        self._loop.close()


@contextlib.contextmanager
def visiting(path: Path) -> Iterator[Visitor]:
    """Publish the store at `path` and give its visitor."""
    visitor = Visitor(site(path))
    try:
        yield visitor
    finally:
        visitor.close()


def fact_of(path: Path, entity: str, prop: str, value: str) -> str:
    """Return the id of a fact."""
    with Store.open(path) as store:
        (found,) = store.connection.execute(
            "SELECT fact FROM fact WHERE entity = :entity AND property = :prop AND value = :value",
            {"entity": entity, "prop": prop, "value": value},
        ).fetchone()
    return str(found)


def event_of(path: Path, type_: str) -> str:
    """Return the id of the first event of a type."""
    with Store.open(path) as store:
        (found,) = store.connection.execute(
            "SELECT id FROM event WHERE type = :type ORDER BY position LIMIT 1", {"type": type_}
        ).fetchone()
    return str(found)
