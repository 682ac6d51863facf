"""Datasette's hooks. They act only where one of the databases is a store, and only on databases that are one.

A plain `datasette other.db` with whence installed answers as if it were not.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

import jinja2
import pluggy
from datasette.utils.asgi import Base400
from markupsafe import Markup

from whence import audit, explaining, times
from whence.web import guard, metadata, routes, wording
from whence.web.cells import page_of, shown
from whence.web.stores import is_store, read, store, stores

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response
    from jinja2 import Environment
    from jinja2.runtime import Context

    from whence.web.guard import App, Receive, Scope, Send

__all__ = [
    "asgi_wrapper",
    "extra_js_urls",
    "get_metadata",
    "handle_exception",
    "prepare_connection",
    "prepare_jinja2_environment",
    "register_routes",
    "render_cell",
]

BAD_REQUEST, SERVER_FAULT, BUSY = 400, 500, 503
# The pages that can be asked for as of an earlier time.
AS_OF = ("/entity/", "/fact/", "/source/", "/claim/", "/conflicts", "/timeline", "/compare")
hookimpl = pluggy.HookimplMarker("datasette")  # Datasette's own name for it has no types

# By instance: what each of its stores is described as, and the last definition that it was made from.
_described: WeakKeyDictionary[Datasette, dict[str, tuple[int, dict[str, Any]]]] = WeakKeyDictionary()


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Make every connection to a store one that can only read."""
    if not database.startswith("_") and is_store(datasette.databases[database]):
        guard.guard_connection(conn)


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, routes.View]]:
    """Add our pages where there is a store to show."""
    return routes.routes() if store(datasette) else []


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Give the templates what they name; without a store `base.html` then is Datasette's own."""
    database = store(datasette)
    env.globals["whence_layout"] = "whence/layout.html" if database else "default:base.html"
    if database is None:
        return
    env.globals.update(
        whence_store=database.name,
        whence_stores=[one.name for one in stores(datasette)],
        whence_databases=[name for name in datasette.databases if not name.startswith("_")],
        whence_page=lambda table, keys: page_of(table, keys[0]) if len(keys) == 1 else None,
        whence_static=routes.static_path,
        statuses=wording.STATUSES,
        credibilities=explaining.CREDIBILITIES,
        grades=audit.GRADES,
        counted=wording.counted,
        moment=times.moment,
        days=times.days,
        edtf=wording.edtf,
        context_of=wording.context,
        evidences=wording.EVIDENCE,
        flagged=explaining.FLAGS,
        to=_to,
    )


@jinja2.pass_context
def _to(context: Context, path: str) -> str:
    """Return the address of a page of ours; on a page as of an earlier time, that page as of the same."""
    address = str(context["urls"].path(path))
    as_of = context.get("as_of")
    if not as_of or (not path.startswith(AS_OF) and path != "/"):
        return address
    address, sign, place = address.partition("#")
    return f"{address}{'&' if '?' in address else '?'}as_of={quote(as_of.asked)}{sign}{place}"


@hookimpl
def extra_js_urls(view_name: str, datasette: Datasette) -> list[dict[str, str]]:
    """Give Datasette's column menus the setting that it writes into the page, which our policy does not run."""
    if view_name != "table" or store(datasette) is None:
        return []
    return [{"url": datasette.urls.path(routes.static_path("facet.js"))}]


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Describe every table and column of the stores."""
    described = _described.get(datasette, {})
    return {"databases": {name: told for name, (_, told) in described.items()}} if described else {}


async def _describe(datasette: Datasette) -> None:
    """Describe the stores, anew where something was defined since the last time."""
    described = _described.setdefault(datasette, {})
    for database in stores(datasette):
        reached = await read(database, metadata.vocabulary_reached)
        if described.get(database.name, (-1, {}))[0] != reached:
            described[database.name] = (reached, await read(database, metadata.describe))


@hookimpl
def render_cell(value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Markup | None:
    """Link the ids in a store's tables to our pages."""
    site = store(datasette)
    if site is None or site.name != database or table is None:
        return None
    return shown(value, column, table, datasette.urls.path)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Put our headers on every answer, and describe the stores before Datasette shows their tables."""
    if store(datasette) is None:
        return lambda app: app
    config = datasette.plugin_config("whence") or {}

    def wrapper(app: App) -> App:
        async def described(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                # A store that cannot be read now is told by the page that reads it.
                with contextlib.suppress(sqlite3.Error):
                    await _describe(datasette)
            await app(scope, receive, send)

        return guard.guarded(
            described,
            base_url=datasette.setting("base_url"),
            closed=bool(config.get("closed")),
            hosts=config.get("hosts"),
        )

    return wrapper


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Iterator[None]:
    """Tell in our form what a visitor did wrong; what is a fault of ours stays Datasette's to report."""
    # Imported here: Datasette loads this plugin before its views.
    from datasette.views.base import DatasetteError  # noqa: PLC0415

    outcome: Any = yield
    if store(datasette) is None:
        return
    # Datasette's own answer is not asked for, because it prints a traceback with every local variable: a second
    # of work, and pages of noise, for each page that is missing and each query that is refused.
    if isinstance(exception, Base400):
        told = str(exception.args[0]) if exception.args else ""
        sentence = "There is no such page here." if told in ("", "404") else told
        outcome.force_result([_answer(datasette, request, exception.status, sentence, {})])
    elif isinstance(exception, sqlite3.OperationalError):
        sentence = f"The store could not be read just now ({exception}). Try again in a moment."
        outcome.force_result([_answer(datasette, request, BUSY, sentence, {"title": "Not now"})])
    elif isinstance(exception, DatasetteError):
        # Datasette has escaped in such a message whatever came from outside. Where it says of no other status, it
        # was asked for what it does not have, such as to sort by a column that is none.
        told = f"{exception.message.rstrip('.')}."
        sentence = Markup(exception.message) if exception.message_is_html else told  # noqa: S704
        status = exception.status if exception.status < SERVER_FAULT else BAD_REQUEST
        more = {**exception.error_dict, "title": exception.title}
        outcome.force_result([_answer(datasette, request, status, sentence, more)])
    elif isinstance(exception, (ValueError, KeyError)) and (asked := [one for one in request.args if _is_parsed(one)]):
        sentence = f"“{asked[0]}” in the address is not of the form that it has to have."
        outcome.force_result([_answer(datasette, request, BAD_REQUEST, sentence, {})])


def _is_parsed(name: str) -> bool:
    """Tell whether Datasette reads what stands under that name in an address as JSON or as a number, unchecked."""
    return name in ("_through", "_timelimit") or name.endswith(("__in", "__notin"))


def _answer(
    datasette: Datasette, request: Request, status: int, sentence: str, told: dict[str, Any]
) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        return await routes.error_page(datasette, request, status=status, sentence=sentence, told=told)

    return answer
