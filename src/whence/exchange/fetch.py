"""What is fetched is whole, within its limits, and from a public address; else nothing is, and a sentence says why.

The address that was checked is the one that is connected to: a name is looked up once a hop, every address
it has must be public, and the connection goes to one of those. Redirects are followed by hand, so that each
hop is checked as the first was. No proxy, cookie or password is used, and nothing is kept between calls.

httpcore speaks HTTP (it lets a caller say how to connect, which httpx does not); httpx reads addresses.
"""

from __future__ import annotations

import re
import ssl
import threading
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpcore
import httpx

from whence import __version__
from whence.errors import BadInput
from whence.exchange.addresses import checked, is_public, look_up
from whence.log import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

__all__ = ["Fetched", "get"]

MAX_REDIRECTS: Final = 10
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_WHOLE: Final = frozenset({200, 203})
_TRIED: Final = 4  # of the addresses that a name has; each further one takes its share of the waiting
_BY_HAND: Final = "Save the page in a browser and give the file instead."
_HINTS: Final = {
    401: f"It asks for a password, and none is ever sent. {_BY_HAND}",
    403: f"It may let only browsers in. {_BY_HAND}",
    404: "Check the address. If the page was there once, a web archive may have it: fetch it from there.",
    410: "The page was taken away. A web archive may have it: fetch it from there.",
    429: "It is asked too often. Wait a while and try again.",
    451: "It may not be shown here for legal reasons. Give a file of it if you have one.",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes behind an address, decoded of any compression, and what the server said of them.

    `url` is the address that gave them, `redirects` the addresses that led there, the one asked for first.
    `retrieved_at`, `date` (the server's clock) and `modified` (HTTP's Date and Last-Modified, RFC 9110) are
    RFC 3339 in UTC. `media_type` is lower case, and empty where none was said.
    """

    body: bytes
    url: str
    media_type: str
    charset: str | None
    retrieved_at: str
    date: str | None
    modified: str | None
    redirects: tuple[str, ...]


class _Clock:
    """How long one wait may last, and all of them together."""

    def __init__(self, wait_seconds: float, total_seconds: float) -> None:
        self.wait_seconds, self.total_seconds = wait_seconds, total_seconds
        self._end = time.monotonic() + total_seconds

    def left(self) -> float:
        """Give the seconds that the next wait may take; raises where the whole time is over."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return min(left, self.wait_seconds)

    def is_over(self) -> bool:
        return time.monotonic() >= self._end


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends by the clock: a server that drips bytes is cut off, too."""

    def __init__(self, inner: httpcore.NetworkStream, clock: _Clock) -> None:
        self._inner, self._clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the clock rules
        return self._inner.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the clock rules
        self._inner.write(buffer, self._clock.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the clock rules
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._clock.left()), self._clock)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Looks a name up, checks every address it has, and connects to one of those: no second look-up."""

    def __init__(self, clock: _Clock, resolve: Callable[[str, int], Sequence[str]], *, allow_private: bool) -> None:
        self._clock, self._resolve, self._allow_private = clock, resolve, allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the clock rules
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host, port)
        if not self._allow_private and (private := [address for address in addresses if not is_public(address)]):
            message = f"{host} is at {private[0]}, which is no public address; nothing was fetched from it."
            raise BadInput(message, hint="If it is a machine of your own that you trust, add --allow-private.")
        tried = addresses[:_TRIED]
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for count, address in enumerate(tried):
            wait = self._clock.left() / (len(tried) - count)
            try:
                inner = self._inner.connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(inner, self._clock)
        raise failure

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        outcome: list[Sequence[str] | Exception] = []

        def look() -> None:
            try:
                outcome.append(self._resolve(host, port))
            except Exception as error:  # noqa: BLE001 - raised below, in the thread that asked
                outcome.append(error)

        # A look-up knows no time limit; a thread that hangs in one is left behind, and ends with the program.
        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(self._clock.left())
        if not outcome:
            raise httpcore.ConnectTimeout
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]


class _Unpacker:
    """Undoes a Content-Encoding, piece by piece, and stops before more than the limit was written."""

    def __init__(self, encoding: str, limit: int, where: str) -> None:
        self._limit, self._where, self._size = limit, where, 0
        self._gzip = encoding in {"gzip", "x-gzip"}
        self._inflater = zlib.decompressobj(31) if self._gzip else None
        self._deflate = encoding == "deflate"
        self._ended = False
        if not (self._gzip or self._deflate or encoding in {"", "identity"}):
            message = f"{where} came packed as {encoding[:40]!a}, which was not asked for."
            raise BadInput(message, hint=_BY_HAND)

    def unpack(self, data: bytes) -> bytes:
        if self._deflate and self._inflater is None and data:
            # Servers send "deflate" with the wrapper that the standard asks for (RFC 1950), and without it.
            self._inflater = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)  # noqa: PLR2004
        pieces: list[bytes] = []
        try:
            while data and self._inflater is not None and not self._ended:
                pieces.append(self._counted(self._inflater.decompress(data, self._limit - self._size + 1)))
                data = self._inflater.unused_data
                if data:
                    # What follows is a further member (RFC 1952, section 2.2) or of no meaning.
                    self._ended = not (self._gzip and data[:2] in {b"\x1f\x8b", b"\x1f"})
                    self._inflater = self._inflater if self._ended else zlib.decompressobj(31)
        except zlib.error as error:
            raise BadInput(f"{self._where} came packed, and cannot be unpacked.", hint=_BY_HAND) from error
        return b"".join(pieces) if self._inflater is not None else self._counted(data)

    def is_whole(self) -> bool:
        return self._inflater is None or self._inflater.eof

    def _counted(self, piece: bytes) -> bytes:
        self._size += len(piece)
        if self._size > self._limit:
            raise _too_large(self._where, self._limit)
        return piece


def get(
    url: str,
    *,
    allow_private: bool = False,
    timeout_seconds: float = 20,
    total_seconds: float = 120,
    limit_bytes: int = 50_000_000,
    clock: Callable[[], datetime] = now,
    resolve: Callable[[str, int], Sequence[str]] = look_up,
) -> Fetched:
    """Give what stands at an http or https address, after at most ten redirects.

    `timeout_seconds` is the longest silence (to look up, to connect, to answer), `total_seconds` all of it,
    redirects included; `limit_bytes` counts what is unpacked. `resolve` gives the addresses of a host.
    Raises BadInput for every failure, with the address where it happened.
    """
    limits = _Clock(timeout_seconds, total_seconds)
    backend = _Backend(limits, resolve, allow_private=allow_private)
    here = checked(url)
    redirects: list[str] = []
    while True:
        asked = str(here)
        with _failures_told(asked, limits), _connection(here, backend) as pool, _answer(pool, here) as response:
            headers = httpx.Headers(response.headers)
            if response.status in _WHOLE:
                body = _body(response, headers, limit_bytes, asked)
                break
            location = headers.get("location", "").strip()
        if response.status not in _MOVED or not location:
            raise _refusal(asked, response.status)
        here = _redirected(here, location)
        redirects.append(asked)
        if str(here) in redirects:
            raise BadInput(f"{url} redirects in a circle, over {here}.", hint=_BY_HAND)
        if len(redirects) > MAX_REDIRECTS:
            raise BadInput(f"{url} redirects more than {MAX_REDIRECTS} times, last to {here}.", hint=_BY_HAND)
    media_type, charset = _content_type(headers.get("content-type", ""))
    return Fetched(
        body=body,
        url=asked,
        media_type=media_type,
        charset=charset,
        retrieved_at=_rfc3339(clock()),
        date=_moment(headers.get("date")),
        modified=_moment(headers.get("last-modified")),
        redirects=tuple(redirects),
    )


def _redirected(here: httpx.URL, location: str) -> httpx.URL:
    try:
        return checked(here.join(location))
    except (BadInput, httpx.InvalidURL) as error:
        reason = error.message if isinstance(error, BadInput) else f"{error}."
        raise BadInput(f"{here} redirects to where nothing is fetched. {reason}", hint=_BY_HAND) from error


def _connection(url: httpx.URL, backend: _Backend) -> httpcore.ConnectionPool:
    # The certificates of certifi, or those that SSL_CERT_FILE or SSL_CERT_DIR name.
    context = httpx.create_ssl_context() if url.scheme == "https" else None
    return httpcore.ConnectionPool(ssl_context=context, max_connections=1, network_backend=backend)


@contextmanager
def _answer(pool: httpcore.ConnectionPool, url: httpx.URL) -> Iterator[httpcore.Response]:
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    headers = [
        ("Host", url.netloc.decode("ascii")),
        ("User-Agent", f"whence/{__version__}"),
        ("Accept", "text/html, application/pdf, text/plain;q=0.9, */*;q=0.5"),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
    ]
    with pool.stream("GET", target, headers=headers) as response:
        yield response


def _body(response: httpcore.Response, headers: httpx.Headers, limit: int, where: str) -> bytes:
    declared = int(match[0]) if (match := re.match(r"\d{1,18}$", headers.get("content-length", ""))) else None
    if declared is not None and declared > limit:
        raise _too_large(where, limit)
    unpacker = _Unpacker(headers.get("content-encoding", "").strip().lower(), limit, where)
    pieces: list[bytes] = []
    received = 0
    try:
        for chunk in response.iter_stream():
            received += len(chunk)
            if received > limit:  # Packed bytes count, too: some never unpack to anything.
                raise _too_large(where, limit)
            pieces.append(unpacker.unpack(chunk))
    except (httpcore.RemoteProtocolError, httpcore.ReadError) as error:
        raise _half(where, received, declared) from error
    if received and not unpacker.is_whole():
        raise _half(where, received, declared)
    return b"".join(pieces)


@contextmanager
def _failures_told(where: str, clock: _Clock) -> Iterator[None]:
    """Make a sentence of each way in which a connection can fail."""
    again = "Try again later, or save the page in a browser and give the file."
    try:
        yield
    except httpcore.TimeoutException as error:
        if clock.is_over():
            message = f"{where} was not done after {clock.total_seconds:g} seconds, and was cut off."
        else:
            message = f"{where} did not answer within {clock.wait_seconds:g} seconds."
        raise BadInput(message, hint=again) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        # The pool raises anew "from None", which leaves only the context to tell what it was.
        if isinstance(cause := error.__context__, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "the handshake failed"
            message = f"{where} cannot be trusted to be what it says: {reason.lower().replace('_', ' ')} (TLS)."
            hint = "Check the address. If the certificate is your organization's own, name it in SSL_CERT_FILE."
            raise BadInput(message, hint=hint) from error
        if isinstance(error, httpcore.ConnectError):
            raise BadInput(f"{where} cannot be reached: no connection.", hint=again) from error
        if isinstance(error, httpcore.ProtocolError):
            raise BadInput(f"{where} does not answer as a web server does.", hint="Check the address.") from error
        raise BadInput(f"{where} broke off the connection without an answer.", hint=again) from error


def _too_large(where: str, limit: int) -> BadInput:
    return BadInput(f"{where} is larger than {limit:,} bytes.", hint="Fetch the part that matters, or give a file.")


def _half(where: str, received: int, declared: int | None) -> BadInput:
    of = "" if declared is None else f" of {declared:,}"
    message = f"{where} sent only a part: the connection ended after {received:,}{of} bytes."
    return BadInput(message, hint="Try again; nothing of it was kept.")


def _refusal(where: str, status: int) -> BadInput:
    try:
        phrase = f" ({HTTPStatus(status).phrase})"
    except ValueError:
        phrase = ""
    later = "The server has trouble. Try again later." if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _BY_HAND
    return BadInput(f"{where} answers with {status}{phrase}, not with a page.", hint=_HINTS.get(status, later))


def _content_type(header: str) -> tuple[str, str | None]:
    media_type, _, parameters = header.partition(";")
    charset = re.search(r"""(?i)(?:^|[;\s])charset\s*=\s*["']?([\w.:+-]{1,40})""", parameters)
    essence = media_type.strip().lower()
    return (essence if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", essence) else ""), charset and charset[1].lower()


def _moment(header: str | None) -> str | None:
    try:
        moment = parsedate_to_datetime(header or "")
        return _rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, TypeError, IndexError, OverflowError):  # A server may write there what it likes.
        return None


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
