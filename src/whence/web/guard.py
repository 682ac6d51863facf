"""What a visitor's connection and a visitor's browser may do: read the store, and load nothing from elsewhere.

Read-only is guaranteed three times over: the file is opened `mode=ro`, the connection is `query_only`, and an
authorizer refuses every action that is not reading.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

__all__ = ["guard_connection", "guarded", "texts_open"]

# 400 MB of zeros from one short query, or the loading of a library: no reader needs these.
FORBIDDEN_FUNCTIONS = frozenset({"zeroblob", "randomblob", "load_extension", "fts3_tokenizer", "readfile", "writefile"})
ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION})
# Pragmas that only tell; of those that also set, the telling form, which has no argument. `data_version` is
# what FTS5 asks before it trusts what it has read.
TELLING_NAMES = """
application_id collation_list compile_options data_version database_list encoding foreign_key_list freelist_count
function_list index_info index_list index_xinfo journal_mode module_list page_count page_size pragma_list query_only
schema_version table_info table_list table_xinfo user_version
"""
TELLING = frozenset(TELLING_NAMES.split())
NEEDS_ARGUMENT = frozenset({"foreign_key_list", "index_info", "index_list", "index_xinfo", "table_info", "table_xinfo"})
LIMITS = {
    # A pattern of 4,000 characters over long texts held a thread for half a minute.
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_LENGTH: 20_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 50_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

# Whole documents, which a page shows only where their handling allows; a visitor's query never sees them.
ARCHIVED = frozenset({("capture_text", "text"), ("capture_bytes", "bytes")})

CSP = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
# Datasette's own pages that tell paths of this machine.
CLOSED = ("/-/databases", "/-/threads", "/-/metadata")
STATIC = ("/-/static/", "/-/static-plugins/")


def guard_connection(connection: sqlite3.Connection) -> None:
    """Make a connection one that can only read, within limits of memory and time."""
    # (Not `trusted_schema = OFF`: SQLite 3.40 then refuses the log's indexes on `data ->> …`. What an untrusted
    # schema could call, the authorizer refuses.)
    connection.execute("PRAGMA query_only = ON")
    for limit, most in LIMITS.items():
        connection.setlimit(limit, most)
    connection.set_authorizer(_authorize)


@contextlib.contextmanager
def texts_open(connection: sqlite3.Connection) -> Iterator[None]:
    """Let a page of ours read archived texts on a guarded connection, for as long as the context lasts."""
    connection.set_authorizer(_authorize_page)
    try:
        yield
    finally:
        connection.set_authorizer(_authorize)


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    if action == sqlite3.SQLITE_READ and (first, second) in ARCHIVED:
        return sqlite3.SQLITE_DENY
    return _authorize_page(action, first, second, database, trigger)


def _authorize_page(
    action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None
) -> int:
    if action in ALLOWED:
        # Datasette asks for the list of files, and a visitor's query would see where they stand.
        allowed = first != "pragma_database_list"
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() not in FORBIDDEN_FUNCTIONS
    elif action == sqlite3.SQLITE_PRAGMA:
        name = (first or "").lower()
        allowed = name in TELLING and (second is None or name in NEEDS_ARGUMENT)
    else:
        # FTS5 declares its own table when it is opened, which SQLite reports as this update.
        allowed = action == sqlite3.SQLITE_UPDATE and first == "sqlite_master"
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def guarded(app: App, *, base_url: str, closed: bool, hosts: Iterable[str] | None) -> App:
    """Return the application with our headers on every answer.

    `closed` answers 404 where Datasette tells paths. `hosts` are the names by which the site may be called:
    a page from elsewhere that has its own name resolved to this machine must not read the store.
    """
    prefix = base_url.rstrip("/")
    names = None if hosts is None else {name.lower() for name in hosts}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix(prefix)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_headers(message.get("headers", []), static=path.startswith(STATIC))
            await send(message)

        if names is not None and _host(scope) not in names:
            await _say(
                send_with_headers, 421, "This site is not called by that name: open it by the address it printed."
            )
        elif closed and path.removesuffix(".json") in CLOSED:
            await _say(send_with_headers, 404, "There is no such page here.")
        else:
            await app(scope, receive, send_with_headers)

    return answer


def _with_headers(headers: Iterable[tuple[bytes, bytes]], *, static: bool) -> list[tuple[bytes, bytes]]:
    ours = {name for name, _ in HEADERS}
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    if static and not any(name.lower() == b"cache-control" for name, _ in kept):
        kept.append((b"cache-control", b"public, max-age=3600"))
    return [*kept, *HEADERS]


def _host(scope: Scope) -> str:
    """Return the name by which the site was called, without its port."""
    told = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"").decode("latin-1").lower()
    return told.partition("]")[0] + "]" if told.startswith("[") else told.partition(":")[0]


async def _say(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{sentence}\n".encode()})
