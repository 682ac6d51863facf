"""What a web page says of itself is taken from where pages state it for machines, and never guessed.

Looked at in this order: schema.org (JSON-LD), Open Graph, citation tags and Dublin Core, plain `meta` names,
then the page's own title, heading and time. A date stays as vague as it was written. The heuristics of
trafilatura and htmldate are not used for this: they make a day of a month, and read today's date.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from whence import dates
from whence.errors import BadDate
from whence.exchange.extract_text import line

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["About", "about", "iso_date", "language_tag"]

# lxml has no types of its own.
Element: TypeAlias = Any

_TITLES: Final = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title")
_AUTHORS: Final = (
    "author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "article:author",
    "byl",
)
_PUBLISHERS: Final = ("og:site_name", "citation_publisher", "dc.publisher", "dcterms.publisher", "publisher")
_DATES: Final = (
    *("article:published_time", "og:article:published_time", "citation_publication_date", "citation_date"),
    *("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created", "parsely-pub-date"),
    *("sailthru.date", "datepublished", "pubdate", "publishdate", "publish-date", "publish_date", "date"),
)
_ARTICLE: Final = re.compile(r"(?i)(?:article|posting|report|pressrelease|announcement)$")
_DATE: Final = re.compile(
    r"(\d{4})(?:(?P<parting>[-/.])(\d{1,2})(?:(?P=parting)(\d{1,2}))?|(\d\d)(\d\d))?(?=$|[T\s])", re.ASCII
)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MAX_NODES: Final = 5000


class About(NamedTuple):
    """What a page says of itself; None where it does not."""

    title: str | None
    author: str | None
    publisher: str | None
    published: str | None
    language: str | None


def about(tree: Element) -> About:
    """Give what a parsed page says of itself."""
    meta = _meta(tree)
    ids, articles = _linked_data(tree)
    article: dict[str, Any] = articles[0] if articles else {}
    return About(
        title=_first(
            article.get("headline"),
            *_said(meta, _TITLES),
            article.get("name"),
            _only(tree, "//h1"),
            _only(tree, "//head/title"),
        ),
        author=_people(article.get("author"), ids) or _authors(meta),
        publisher=_people(article.get("publisher"), ids) or _first(*_said(meta, _PUBLISHERS)),
        published=_published(tree, article, meta),
        language=_language(tree, article, meta),
    )


def iso_date(value: object) -> str | None:
    """Give the day, month or year that an ISO 8601 date or moment names, as EDTF; None where it names none.

    A moment's day is the one written, in whatever time zone it was written.
    """
    found = _DATE.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day = found[1], found[3] or found[5], found[4] or found[6]
    written = "-".join((year, *(part.zfill(2) for part in (month, day) if part)))
    try:
        return dates.canonical(written)
    except BadDate:
        return None


def language_tag(value: object) -> str | None:
    """Give a language tag (BCP 47) as it is written, with hyphens; None for what is none."""
    tag = value.strip().replace("_", "-") if isinstance(value, str) else ""
    return tag if _LANGUAGE.fullmatch(tag) else None


def _first(*values: object) -> str | None:
    return next((found for value in values if (found := line(value))), None)


def _said(meta: dict[str, list[str]], names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in meta.get(name, ())]


def _meta(tree: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]")[:_MAX_NODES]:
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute, "").strip().lower()
            if name and element.get("content").strip():
                found.setdefault(name, []).append(element.get("content"))
                break
    return found


def _only(tree: Element, path: str) -> str | None:
    """Give the text of the one element there is: of several headings none can be told to be the title."""
    texts = {text for element in tree.xpath(path)[:20] if (text := line(element.text_content()))}
    return texts.pop() if len(texts) == 1 else None


def _linked_data(tree: Element) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Give the objects of the page's JSON-LD by their id, and those of them that are articles."""
    ids: dict[str, dict[str, Any]] = {}
    articles: list[dict[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']")[:50]:
        try:
            value = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _objects(value):
            if isinstance(node.get("@id"), str) and len(node) > 1:
                ids.setdefault(node["@id"], node)
            kinds = node.get("@type")
            if any(isinstance(k, str) and _ARTICLE.search(k) for k in (kinds if isinstance(kinds, list) else [kinds])):
                articles.append(node)
    return ids, articles


def _objects(value: object) -> Iterator[dict[str, Any]]:
    waiting = [value]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:_MAX_NODES]
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node]
            waiting += [node[key] for key in ("author", "publisher", "isPartOf") if isinstance(node.get(key), dict)]


def _people(value: object, ids: dict[str, dict[str, Any]]) -> str | None:
    names: list[str] = []
    for one in (value if isinstance(value, list) else [value])[:50]:
        node = ids.get(one["@id"], one) if isinstance(one, dict) and isinstance(one.get("@id"), str) else one
        name = line(html.unescape(said)) if isinstance(said := _name(node), str) else None
        if name and name not in names and not _is_link(name):
            names.append(name)
    return line(", ".join(names))


def _name(node: object) -> object:
    name = node.get("name") if isinstance(node, dict) else node
    return name[0] if isinstance(name, list) and name else name


def _authors(meta: dict[str, list[str]]) -> str | None:
    for name in _AUTHORS:
        if found := _people(meta.get(name), {}):
            return found
    return None


def _is_link(name: str) -> bool:
    return bool(urlsplit(name).scheme in {"http", "https"}) if ":" in name else name.startswith(("@", "/"))


def _published(tree: Element, article: dict[str, Any], meta: dict[str, list[str]]) -> str | None:
    marked = tree.xpath("//*[@itemprop='datePublished'] | //time[@pubdate]")[:20]
    values = [article.get("datePublished"), *_said(meta, _DATES)]
    values += [element.get("datetime") or element.get("content") or element.text_content() for element in marked]
    if found := next((date for value in values if (date := iso_date(value))), None):
        return found
    # One time in the whole article is its date; of several, none can be told to be.
    times = {
        date for element in tree.xpath("//article//time[@datetime]")[:20] if (date := iso_date(element.get("datetime")))
    }
    return times.pop() if len(times) == 1 else None


def _language(tree: Element, article: dict[str, Any], meta: dict[str, list[str]]) -> str | None:
    root = tree.xpath("/html")
    # An XHTML page parsed as HTML keeps `xml:lang` as a name with a colon in it.
    said = [root[0].get("lang"), root[0].get("xml:lang")] if root else []
    said += [*meta.get("content-language", ()), article.get("inLanguage"), *meta.get("og:locale", ())]
    return next((tag for value in said if (tag := language_tag(value))), None)
