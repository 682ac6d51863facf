"""The addresses of our pages, and the answer to each: a page, a redirect, or a 404 that says what was not found."""

from __future__ import annotations

import functools
import hashlib
import re
import shlex
import sqlite3
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response

from whence import dates
from whence.audit import EVER
from whence.errors import BadInput, DatabaseError
from whence.web import comparing, evidence, pages, sources
from whence.web.as_of import Scope, read_as_of
from whence.web.stores import read, store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeAlias

    from datasette.app import Datasette

    View: TypeAlias = Callable[[Datasette, Request], Awaitable[Response]]

__all__ = ["PAGES", "error_page", "routes", "static_path"]

# The first words of our addresses: a database of such a name would hide behind our pages.
PAGES = ("entity", "fact", "source", "event", "claim", "conflicts", "timeline", "compare")
NOT_FOUND, BAD_REQUEST = 404, 400
BAD_TITLE = "That did not work"
LONGEST_QUERY = 200
STATIC = {"whence.css": "text/css; charset=utf-8", "facet.js": "text/javascript; charset=utf-8"}
# A page shows the store of this moment, and a browser must ask again.
FRESH = {"cache-control": "no-cache"}


def routes() -> list[tuple[str, View]]:
    """Return (regular expression, view) for each of our addresses."""
    views = [
        (r"^/$", home),
        (r"^/entity/(?P<id>[^/]+)$", entity),
        (r"^/fact/(?P<id>[^/]+)$", fact),
        (r"^/source/(?P<id>[^/]+)$", source),
        (r"^/event/at/(?P<id>[0-9]{1,18})$", event_at),
        (r"^/event/(?P<id>[^/]+)$", event),
        (r"^/claim/(?P<id>[0-9]{1,18})$", claim),
        (r"^/conflicts$", conflicts),
        (r"^/timeline$", timeline),
        (r"^/compare$", compare),
        (r"^/-/whence/(?P<name>[a-z.]+)$", static),
    ]
    return [(pattern, _told(view)) for pattern, view in views]


async def home(datasette: Datasette, request: Request) -> Response:
    """Show what the store is, what is contested and what is new; with `q`, what a search finds."""
    words = (request.args.get("q") or "").strip()[:LONGEST_QUERY]
    if words:
        command = f"search {shlex.quote(words)}"
        context, frame = await _read_at(
            datasette, request, lambda connection, _: pages.found(connection, words), Scope(command)
        )
        return await _page(datasette, request, "search", {"words": words, **context, **frame})
    context, frame = await _read_at(datasette, request, lambda connection, _: pages.home(connection), Scope("facts"))
    return await _page(datasette, request, "home", {**context, **frame})


async def entity(datasette: Datasette, request: Request) -> Response:
    """Show an entity."""
    wanted = _wanted(request)
    context, frame = await _read_at(
        datasette,
        request,
        lambda connection, _: pages.entity(connection, wanted),
        Scope(f"show {shlex.quote(wanted)}", entity=lambda _: wanted),
    )
    if context is None:
        return await _missing(datasette, request, "entity", wanted, base="/entity/", frame=frame)
    if "canonical" in context:
        return _to(datasette, f"/entity/{quote(context['canonical'])}{_suffix(request, '?')}")
    return await _page(datasette, request, "entity", {**context, **frame})


async def fact(datasette: Datasette, request: Request) -> Response:
    """Show the audit of a fact."""
    wanted = _wanted(request)
    context, frame = await _read_at(
        datasette,
        request,
        lambda connection, upto: evidence.fact(connection, wanted, upto=upto),
        Scope(f"why {shlex.quote(wanted)}", entity=lambda connection: evidence.entity_of(connection, wanted)),
        texts=True,
    )
    if context is None:
        return await _missing(datasette, request, "fact", wanted, base=None, frame=frame)
    return await _page(datasette, request, "fact", {**context, **frame})


async def source(datasette: Datasette, request: Request) -> Response:
    """Show a source and what it says."""
    wanted, after = _wanted(request), _number(request, "after")
    context, frame = await _read_at(
        datasette,
        request,
        lambda connection, upto: sources.source(connection, wanted, after=after, upto=upto),
        Scope(f"source show {shlex.quote(wanted)}", source=wanted, after=after, most=sources.CLAIMS + 1),
        texts=True,
    )
    if context is None:
        return await _missing(datasette, request, "source", wanted, base="/source/", frame=frame)
    return await _page(datasette, request, "source", {**context, **frame})


async def compare(datasette: Datasette, request: Request) -> Response:
    """Show what each source says of an entity, side by side."""
    wanted, skip = (request.args.get("entity") or "").strip()[:LONGEST_QUERY], _number(request, "skip")
    if not wanted:
        entities, frame = await _read_at(
            datasette, request, lambda connection, _: comparing.chosen(connection), Scope("conflicts")
        )
        return await _page(datasette, request, "compare", {"entity": None, "entities": entities, **frame})
    context, frame = await _read_at(
        datasette,
        request,
        lambda connection, _: comparing.matrix(connection, wanted, skip=skip),
        Scope(f"show {shlex.quote(wanted)}", entity=lambda _: wanted),
    )
    if context is None:
        return await _missing(datasette, request, "entity", wanted, base="/compare?entity=", frame=frame)
    if "canonical" in context:
        return _to(datasette, f"/compare?entity={quote(context['canonical'])}{_suffix(request, '&')}")
    return await _page(datasette, request, "compare", {**context, **frame})


async def event(datasette: Datasette, request: Request) -> Response:
    """Show an event by its id or the beginning of it."""
    wanted = _wanted(request)
    try:
        context = await _read(datasette, lambda connection: evidence.event(connection, wanted))
    except BadInput as error:
        return await _not_found(datasette, request, error.message, hint=error.hint)
    return await _page(datasette, request, "event", context)


async def event_at(datasette: Datasette, request: Request) -> Response:
    """Send to the event at a position: links from tables know no more."""
    return await _redirect(datasette, request, evidence.event_at, "The log has no position {}.")


async def claim(datasette: Datasette, request: Request) -> Response:
    """Send to a claim's place on the page of its fact, as of the same time."""
    position = int(request.url_vars["id"])
    path, frame = await _read_at(
        datasette,
        request,
        lambda connection, upto: evidence.claim_path(connection, position, upto=upto),
        Scope(f"log --after {position - 1}", entity=lambda connection: evidence.subject_of(connection, position)),
    )
    if path is None:
        return await _not_found(datasette, request, f"The log has no claim at position {position:,}.", frame=frame)
    address, sign, place = path.partition("#")
    return _to(datasette, f"{address}{_suffix(request, '?') if sign else ''}{sign}{place}")


async def conflicts(datasette: Datasette, request: Request) -> Response:
    """Show what is contested."""
    context, frame = await _read_at(
        datasette, request, lambda connection, _: pages.conflicts(connection), Scope("conflicts")
    )
    return await _page(datasette, request, "conflicts", {**context, **frame})


async def timeline(datasette: Datasette, request: Request) -> Response:
    """Show what is dated, between two dates (EDTF) where they are given, or of one entity."""
    names = ("since", "until", "entity", "after")
    wanted = {name: (request.args.get(name) or "").strip()[:LONGEST_QUERY] for name in names}
    problems, bounds = [], {"since": "", "until": ""}
    for place, name in enumerate(("since", "until")):
        try:
            bounds[name] = (dates.bounds(wanted[name])[place] or "") if wanted[name] else ""
        except BadInput as error:
            problems.append(f"{error.message} {error.hint}")
    if bounds["since"] and bounds["until"] and bounds["since"] > bounds["until"]:
        problems.append(f"{wanted['since']} to {wanted['until']} ends before it begins.")
    context, frame = await _read_at(
        datasette,
        request,
        lambda connection, _: pages.timeline(connection, entity=wanted["entity"], after=wanted["after"], **bounds),
        Scope("timeline", entity=lambda _: wanted["entity"] or None),
    )
    return await _page(datasette, request, "timeline", {**context, **wanted, **frame, "problems": problems})


async def static(datasette: Datasette, request: Request) -> Response:
    """Send one of our own files; its address names its content, so a browser may keep it."""
    name = request.url_vars["name"]
    if name not in STATIC:
        return await _not_found(datasette, request, f"There is no file {name}.")
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(_static(name), headers=headers, content_type=STATIC[name])


@functools.cache
def _static(name: str) -> str:
    return files("whence.web").joinpath("static", name).read_text(encoding="utf-8")


@functools.cache
def static_path(name: str) -> str:
    """Return the address of one of our own files."""
    return f"/-/whence/{name}?{hashlib.sha256(_static(name).encode()).hexdigest()[:12]}"


def _wanted(request: Request) -> str:
    """Return the id in the address, whether percent- or tilde-encoded."""
    return unquote(tilde_decode(request.url_vars["id"]))[:LONGEST_QUERY]


def _number(request: Request, name: str) -> int:
    told = request.args.get(name) or "0"
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0  # noqa: PLR2004 - digits of 2**63


def _asked(request: Request) -> str:
    """Return the position or moment as of which a page was asked for; empty for now."""
    return (request.args.get("as_of") or "").strip()[:LONGEST_QUERY]


def _suffix(request: Request, sign: str) -> str:
    """Return what keeps `as_of` in an address; `sign` is `?` where it comes first, else `&`."""
    asked = _asked(request)
    return f"{sign}as_of={quote(asked)}" if asked else ""


async def _read(datasette: Datasette, function: Callable[[sqlite3.Connection], Any], *, texts: bool = False) -> Any:  # noqa: ANN401
    database = store(datasette)
    if database is None:  # the routes are there only with a store
        raise LookupError("There is no store among the databases.")
    return await read(database, function, texts=texts)


async def _read_at(
    datasette: Datasette,
    request: Request,
    function: Callable[[sqlite3.Connection, int], Any],
    scope: Scope,
    *,
    texts: bool = False,
) -> tuple[Any, dict[str, Any]]:
    """Return what a function reads now, or as of the position or moment in the address; and what the frame says of it.

    `scope` says what the page is about. Raises BadInput for a bad `as_of`.
    """
    asked, database = _asked(request), store(datasette)
    if not asked or database is None:
        return await _read(datasette, lambda connection: function(connection, EVER), texts=texts), {}
    told, context = await read_as_of(
        database, asked, lambda connection, told: function(connection, told.position), scope
    )
    return context, {"as_of": told, "now": _now(request)}


def _now(request: Request) -> str:
    """Return the address of the page as it stands now, from that of the page as of an earlier time."""
    others = [(name, value) for name, value in parse_qsl(request.query_string) if name != "as_of"]
    return f"?{urlencode(others)}"


async def _page(
    datasette: Datasette, request: Request, name: str, context: dict[str, Any], *, status: int = 200
) -> Response:
    html = await datasette.render_template(f"whence/{name}.html", context, request=request, view_name=f"whence-{name}")
    return Response.html(html, status=status, headers=FRESH)


async def _redirect(
    datasette: Datasette, request: Request, find: Callable[[sqlite3.Connection, int], str | None], sentence: str
) -> Response:
    position = int(request.url_vars["id"])
    path = await _read(datasette, lambda connection: find(connection, position))
    if path is None:
        return await _not_found(datasette, request, sentence.format(f"{position:,}"))
    return _to(datasette, path)


def _to(datasette: Datasette, path: str) -> Response:
    response = Response.redirect(datasette.urls.path(path))
    response.headers.update(FRESH)
    return response


async def _missing(
    datasette: Datasette, request: Request, what: str, wanted: str, *, base: str | None, frame: dict[str, Any]
) -> Response:
    """Answer that an entity, source or fact is not on record, with those of near names."""
    if told := frame.get("as_of"):
        sentence = f"There was no {what} “{wanted}” on record as of position {told.position:,}."
        return await _not_found(datasette, request, sentence, frame=frame)
    near = await _read(datasette, lambda connection: pages.near(connection, what, wanted)) if base else []
    hint = "" if near else "Search for it by its name, or by words that a source uses."
    links = [(f"{base}{quote(one)}", name, one) for one, name in near]
    return await _not_found(datasette, request, f"There is no {what} “{wanted}” on record.", hint=hint, near=links)


async def _not_found(
    datasette: Datasette,
    request: Request,
    sentence: str,
    *,
    hint: str = "",
    near: Sequence[tuple[str, str, str]] = (),
    frame: dict[str, Any] | None = None,
) -> Response:
    context = {"sentence": sentence, "hint": _for_readers(hint), "near": near, "title": "Not found", **(frame or {})}
    return await _page(datasette, request, "missing", context, status=NOT_FOUND)


def _for_readers(hint: str) -> str:
    """Return a hint without what it says of commands: a reader of pages has no command line."""
    return re.sub(r"`whence [^`]*`[^.]*\.", "", hint).strip()


def _told(view: View) -> View:
    """Return a view that answers what is wrong with an address in a sentence."""

    @functools.wraps(view)
    async def answer(datasette: Datasette, request: Request) -> Response:
        try:
            return await view(datasette, request)
        except BadInput as error:
            context = {"title": BAD_TITLE, "sentence": error.message, "hint": _for_readers(error.hint), "near": []}
            if _asked(request):
                context["now"] = _now(request)
            return await _page(datasette, request, "missing", context, status=BAD_REQUEST)
        except DatabaseError as error:
            # Its own words name the file.
            raise sqlite3.OperationalError("the file cannot be opened") from error

    return answer


async def error_page(
    datasette: Datasette, request: Request, *, status: int, sentence: str, told: dict[str, Any]
) -> Response:
    """Return an error of Datasette's own pages in our form; as JSON, in Datasette's, where JSON was asked for."""
    if request.path.partition("?")[0].endswith(".json"):
        answer = {"title": None, **told, "ok": False, "error": sentence, "status": status}
        return Response.json(answer, status=status)
    title = told.get("title") or ("Not found" if status == NOT_FOUND else BAD_TITLE)
    context: dict[str, Any] = {"title": title, "sentence": sentence, "hint": "", "near": []}
    return await _page(datasette, request, "missing", context, status=status)
