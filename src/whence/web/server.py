"""Serves one store on this machine, read-only, with fixed settings; and says so in a sentence where it cannot."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from whence.errors import BadInput, WhenceError
from whence.store import Store
from whence.web.routes import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasette.app import Datasette
    from datasette.database import Database

__all__ = ["serve", "site"]

BACKLOG = 128
LAST_PORT = 65_535
# Analysts on their own machine may write SQL: the connection only reads, within limits of time and memory.
SETTINGS = {
    "default_allow_sql": True,
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 100,
    "suggest_facets": False,
    "default_facet_size": 12,
    "default_page_size": 50,
    "allow_download": False,
    "max_returned_rows": 1000,
    "truncate_cells_html": 400,
    "num_sql_threads": 4,
    "default_cache_ttl": 0,
}


def site(path: Path | str, *, hosts: list[str] | None = None) -> Datasette:
    """Return the Datasette that publishes the store at `path`; `hosts` are the names it may be called by.

    Raises DatabaseError where there is no store, or its views were made by another version.
    """
    # Imported here: Datasette loads its plugins when it is imported, and this package is one of them.
    from datasette.app import Datasette  # noqa: PLC0415
    from datasette.plugins import pm  # noqa: PLC0415

    Store.open(path).close()
    plugin = sys.modules["whence.web"]
    if not pm.is_registered(plugin):  # run from a checkout that is not installed
        pm.register(plugin, name="whence")
    told = {"closed": True, **({"hosts": hosts} if hosts else {})}
    metadata = {"title": "whence", "plugins": {"whence": told}}
    datasette = Datasette([str(path)], settings=SETTINGS, metadata=metadata)
    # Given the file at once, so that it asks the plugin for the routes of a store; then ours in its place.
    for name in [name for name in datasette.databases if not name.startswith("_internal")]:
        datasette.remove_database(name)
    datasette.add_database(_database(datasette, Path(path)), name=_name(Path(path)))
    return datasette


def _database(datasette: Datasette, path: Path) -> Database:
    from datasette.database import Database  # noqa: PLC0415 - see site

    class ReadOnly(Database):  # type: ignore[misc]
        """A database that nothing writes: Datasette's own opens a second connection to write with."""

        def connect(self, write: bool = False) -> sqlite3.Connection:  # noqa: FBT001, FBT002 - Datasette's signature
            if write:
                raise PermissionError("The site only reads.")
            # Quoted, unlike Datasette's own: `case #3.db` is a name that people give.
            connection = sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True, check_same_thread=False)
            self._all_file_connections.append(connection)
            return connection

    return ReadOnly(datasette, path=str(path), is_mutable=True)


def _name(path: Path) -> str:
    """Return the name of the database in addresses: the file's, unless a page of ours has it."""
    name = path.stem
    return f"store-{name}" if name in PAGES or name.startswith(("_", "-")) else name


def serve(
    path: Path | str, *, host: str = "127.0.0.1", port: int = 8001, announce: Callable[[str], object] = print
) -> None:
    """Serve the store at `path` until Ctrl-C; `announce` is told the address once the site answers there.

    Port 0 takes one that is free. Raises DatabaseError where there is no store, WhenceError where the
    address is taken or not allowed, BadInput where there is no such host or port.
    """
    import uvicorn  # noqa: PLC0415 - only a server needs it, and it takes 100 ms

    listener = _listen(host, port)
    try:
        taken = listener.getsockname()[1]
        datasette = site(path, hosts=_hosts(host))
        address = f"http://{_in_address(host)}:{taken}/"

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await datasette.invoke_startup()
                await super().startup(sockets=sockets)
                if self.started:
                    announce(f"Serving {path} at {address} (read-only; Ctrl-C ends it)")

        config = uvicorn.Config(
            datasette.app(), lifespan="on", log_level="warning", access_log=False, server_header=False
        )
        with contextlib.suppress(KeyboardInterrupt):
            Server(config).run(sockets=[listener])
    finally:
        listener.close()


def _hosts(host: str) -> list[str] | None:
    """Return the names by which a site that only this machine reaches may be called; None where others reach it."""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    return ["localhost", "127.0.0.1", "[::1]", _in_address(host)] if local else None


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raises WhenceError, in a sentence, where it cannot."""
    try:
        # A port beyond the last would be cut to its lower 16 bits, and another one served.
        service = str(port) if 0 <= port <= LAST_PORT else "none"
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, service, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise BadInput(
            f"There is no host “{host}” with a port {port} to serve at.",
            hint="Use --host 127.0.0.1 and a port from 1 to 65535.",
        ) from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot_listen(error, host, port) from error
    return listener


def _cannot_listen(error: OSError, host: str, port: int) -> WhenceError:
    match error.errno:
        case errno.EADDRINUSE:
            return WhenceError(
                f"Port {port} of {host} is taken: another program listens there.",
                hint="End that program, or choose another port: --port 8002.",
            )
        case errno.EACCES:
            return WhenceError(
                f"This account may not listen at port {port}.", hint="Choose a port above 1023: --port 8001."
            )
        case errno.EADDRNOTAVAIL:
            return BadInput(
                f"{host} is no address of this machine.", hint="Use --host 127.0.0.1, or one of its own addresses."
            )
    return WhenceError(f"The site cannot listen at {host}, port {port}: {error}.", hint="Choose another port.")
