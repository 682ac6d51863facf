"""Serves one store on this machine, read-only, with fixed settings; and says so in a sentence where it cannot."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from whence.errors import BadInput, WhenceError
from whence.store import Store
from whence.web.routes import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasette.app import Datasette

__all__ = ["serve", "site"]

BACKLOG = 128
# Analysts on their own machine may write SQL: the connection only reads, within limits of time and memory.
SETTINGS = {
    "default_allow_sql": True,
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 100,
    "suggest_facets": False,
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
    from datasette.database import Database  # noqa: PLC0415
    from datasette.plugins import pm  # noqa: PLC0415

    Store.open(path).close()
    plugin = sys.modules["whence.web"]
    if not pm.is_registered(plugin):  # run from a checkout that is not installed
        pm.register(plugin, name="whence")
    told = {"closed": True, **({"hosts": hosts} if hosts else {})}
    datasette = Datasette([], memory=False, settings=SETTINGS, metadata={"title": "whence", "plugins": {"whence": told}})
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, path=str(path), is_mutable=True), name=_name(Path(path)))
    return datasette


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

        config = uvicorn.Config(datasette.app(), lifespan="on", log_level="warning", access_log=False, server_header=False)
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
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, OverflowError, UnicodeError):
        raise BadInput(
            f"There is no host “{host}” with a port {port} to serve at.",
            hint="Use --host 127.0.0.1 and a port from 1 to 65535.",
        ) from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(place)
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _cannot_listen(error, host, port) from error
    return listener


def _cannot_listen(error: Exception, host: str, port: int) -> WhenceError:
    match getattr(error, "errno", None):
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
