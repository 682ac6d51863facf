"""Fetching is tried against a real server on this machine, which lies, drips, breaks off and sends bombs."""

from __future__ import annotations

import gzip
import socket
import socketserver
import ssl
import subprocess
import threading
import time
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from whence import __version__
from whence.errors import BadInput
from whence.exchange import fetch
from whence.exchange.addresses import is_public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOON = datetime(2023, 2, 17, 12, 0, 0, 345, tzinfo=UTC)


@contextmanager
def server(answer: Callable[[str, socket.socket], None], *, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1: `answer` gets the head of each request, and the connection."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                if context is not None:
                    self.request = context.wrap_socket(self.request, server_side=True)
                head = b""
                while not head.startswith(b"\x16") and b"\r\n\r\n" not in head and (piece := self.request.recv(65536)):
                    head += piece
                answer(head.decode("latin-1"), self.request)
            except OSError:
                pass  # The client has left, as several tests want it to.
            finally:
                self.request.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()


def says(response: str | bytes) -> Callable[[str, socket.socket], None]:
    """Answer every request with these bytes, the head's lines ended by line feeds alone for reading's sake."""
    raw = response.encode() if isinstance(response, str) else response
    head, separator, body = raw.partition(b"\n\n")
    return lambda _, connection: connection.sendall(
        head.replace(b"\n", b"\r\n") + separator.replace(b"\n", b"\r\n") + body
    )


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return f"HTTP/1.1 200 OK\nContent-Encoding: {encoding}\nContent-Length: {len(body)}\n\n".encode() + body


def refused(url: str, **options: object) -> BadInput:
    with pytest.raises(BadInput) as caught:
        fetch.get(url, **{"allow_private": True, "timeout_seconds": 5, **options})  # type: ignore[arg-type]
    assert caught.value.hint, "every refusal says what to do next"
    return caught.value


def test_a_page_comes_with_what_the_server_says_of_it() -> None:
    page = (
        "HTTP/1.1 200 OK\nContent-Type: Text/HTML; charset=EUC-KR\nContent-Length: 4\n"
        "Date: Fri, 17 Feb 2023 10:00:00 GMT\nLast-Modified: Thu, 16 Feb 2023 23:59:59 GMT\n\nwhat"
    )
    with server(says(page)) as origin:
        fetched = fetch.get(f"{origin}/a?b=c#part", allow_private=True, clock=lambda: NOON)
    assert fetched == fetch.Fetched(
        body=b"what",
        url=f"{origin}/a?b=c",
        media_type="text/html",
        charset="euc-kr",
        retrieved_at="2023-02-17T12:00:00Z",
        date="2023-02-17T10:00:00Z",
        modified="2023-02-16T23:59:59Z",
        redirects=(),
    )


def test_the_request_names_the_program_and_asks_for_a_path_in_korean_as_bytes() -> None:
    heard: list[str] = []

    def answer(head: str, connection: socket.socket) -> None:
        heard.append(head)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with server(answer) as origin:
        fetched = fetch.get(f"  {origin}/한국 어\n", allow_private=True)
    assert heard[0].startswith("GET /%ED%95%9C%EA%B5%AD%20%EC%96%B4 HTTP/1.1\r\n")
    assert f"User-Agent: whence/{__version__}\r\n" in heard[0]
    assert f"Host: {origin.removeprefix('http://')}\r\n" in heard[0]
    assert (fetched.body, fetched.media_type, fetched.charset, fetched.date) == (b"", "", None, None)


@pytest.mark.parametrize(
    "header", ["Date: yesterday", "Date: Fri, 99 Feb 99999 10:00:00 GMT", "Content-Type: ;;=", "Last-Modified: 0"]
)
def test_a_header_that_says_nothing_is_taken_as_not_said(header: str) -> None:
    with server(says(f"HTTP/1.1 200 OK\n{header}\nContent-Length: 2\n\nok")) as origin:
        fetched = fetch.get(origin, allow_private=True)
    assert (fetched.body, fetched.date, fetched.modified, fetched.media_type) == (b"ok", None, None, "")


def test_redirects_are_followed_and_told_in_order() -> None:
    def answer(head: str, connection: socket.socket) -> None:
        path = head.split()[1]
        to = {"/first": "second", "/second": "/third#there"}.get(path)
        moved = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(moved.encode() if to else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with server(answer) as origin:
        fetched = fetch.get(f"{origin}/first", allow_private=True)
    assert (fetched.url, fetched.redirects) == (f"{origin}/third", (f"{origin}/first", f"{origin}/second"))


def test_a_circle_of_redirects_is_seen() -> None:
    with server(says("HTTP/1.1 301 Moved\nLocation: /\nContent-Length: 0\n\n")) as origin:
        assert "redirects in a circle" in refused(origin + "/").message


def test_redirects_without_end_are_cut_after_ten() -> None:
    def answer(head: str, connection: socket.socket) -> None:
        number = int(head.split()[1].strip("/"))
        connection.sendall(f"HTTP/1.1 307 On\r\nLocation: /{number + 1}\r\nContent-Length: 0\r\n\r\n".encode())

    with server(answer) as origin:
        assert "redirects more than 10 times" in refused(f"{origin}/0").message


@pytest.mark.parametrize(
    ("location", "because"),
    [
        ("file:///etc/passwd", "file: addresses are not fetched"),
        ("http://jo:secret@example.org/", "holds a user name or a password"),
        ("http://[::bad", "redirects to where nothing is fetched"),
    ],
)
def test_a_redirect_is_checked_as_the_first_address_was(location: str, because: str) -> None:
    with server(says(f"HTTP/1.1 302 Found\nLocation: {location}\nContent-Length: 0\n\n")) as origin:
        error = refused(origin)
    assert because in error.message
    assert "secret" not in str(error)


def test_a_redirect_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # The network is bent, not the program: what goes to this public address arrives at the local server.
    connect = socket.create_connection
    monkeypatch.setattr(
        "socket.create_connection",
        lambda to, *rest, **more: connect(("127.0.0.1", to[1]) if to[0] == "93.184.216.34" else to, *rest, **more),
    )
    reached: list[str] = []

    def inner(head: str, _: socket.socket) -> None:
        reached.append(head)

    with server(inner) as inside, server(says(f"HTTP/1.1 302 Found\nLocation: {inside}/\n\n")) as outside:
        port = outside.rpartition(":")[2]
        answers = {"news.example": ("93.184.216.34",), "127.0.0.1": ("127.0.0.1",)}
        error = refused(f"http://news.example:{port}/", allow_private=False, resolve=lambda host, _: answers[host])
    assert "127.0.0.1 is at 127.0.0.1, which is no public address" in error.message
    assert reached == []


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0", "10.1.2.3", "169.254.169.254"),
        *(
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a00:1]",
            "[fe80::1]",
            "[fd00::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
        ),
    ],
)
def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    error = refused(f"http://{host}:9/", allow_private=False)
    assert "which is no public address" in error.message or "is not known here" in error.message
    assert "not known" not in error.message or host.startswith(("127.1", "2130706433", "0x7f", "[fe80"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *(("93.184.216.34", True), ("2606:2800:220:1::1", True), ("::ffff:93.184.216.34", True)),
        *(("64:ff9b::5db8:d822", True), ("172.32.0.1", True), ("100.128.0.1", True)),
        *(("172.31.255.255", False), ("192.168.0.1", False), ("100.64.0.1", False), ("198.18.0.1", False)),
        *(("224.0.0.1", False), ("239.255.255.255", False), ("255.255.255.255", False), ("240.0.0.1", False)),
        *(("192.0.0.8", False), ("::", False), ("ff02::1", False), ("fec0::1", False), ("fc00::1", False)),
        *(("2001:db8::1", False), ("2001:0:4136:e378::", False), ("64:ff9b:1::1", False), ("100::1", False)),
        *(("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("fe80::1%eth0", False), ("example.org", False)),
    ],
)
def test_what_is_public_follows_the_registries_of_special_addresses(address: str, *, public: bool) -> None:
    assert is_public(address) is public


def test_one_private_address_among_the_addresses_of_a_host_is_enough_to_refuse_it() -> None:
    error = refused("http://news.example/", allow_private=False, resolve=lambda *_: ("93.184.216.34", "10.0.0.1"))
    assert "news.example is at 10.0.0.1" in error.message
    assert "--allow-private" in error.hint


def test_a_host_is_looked_up_once_so_that_it_cannot_move_after_the_check() -> None:
    asked: list[str] = []

    def resolve(host: str, _: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",)

    heard: list[str] = []

    def answer(head: str, connection: socket.socket) -> None:
        heard.append(head)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with server(answer) as origin:
        port = origin.rpartition(":")[2]
        fetched = fetch.get(f"http://news.example:{port}/", allow_private=True, resolve=resolve)
    assert (asked, fetched.url) == (["news.example"], f"http://news.example:{port}/")
    assert f"Host: news.example:{port}\r\n" in heard[0]


def test_the_next_address_of_a_host_is_tried_where_the_first_does_not_answer() -> None:
    with server(says("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")) as origin:
        port = origin.rpartition(":")[2]
        fetched = fetch.get(
            f"http://news.example:{port}/", allow_private=True, resolve=lambda *_: ("127.0.0.9", "127.0.0.1")
        )
    assert fetched.body == b"ok"


def test_a_host_that_nobody_knows_is_said_to_be_unknown() -> None:
    assert "nowhere.invalid is not known" in refused("http://nowhere.invalid/").message
    assert "is not known" in refused(f"http://{'a' * 64}.example/").message


def test_a_look_up_that_hangs_is_given_up() -> None:
    def resolve(*_: object) -> tuple[str, ...]:
        time.sleep(3)
        return ("127.0.0.1",)

    assert "within 0.2 seconds" in refused("http://news.example/", timeout_seconds=0.2, resolve=resolve).message


@pytest.mark.parametrize(
    ("url", "because"),
    [
        ("ftp://example.org/file", "ftp: addresses are not fetched"),
        ("file:///etc/passwd", "file: addresses are not fetched"),
        ("data:text/plain,hello", "data: addresses are not fetched"),
        ("example.org/page", "is no web address"),
        ("", "is no web address"),
        ("http://", "names no host"),
        ("http://exa\x00mple.org/", "This is no web address"),
        ("http://example.org:99999/", "99999 is no port"),
        ("http://example.org:0/", "0 is no port"),
        ("https://jo@example.org/", "holds a user name or a password"),
        ("https://:pw@example.org/", "holds a user name or a password"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, because: str) -> None:
    assert because in refused(url).message


@pytest.mark.parametrize(
    ("status", "because"),
    [
        ("404 Gone Fishing", "answers with 404 (Not Found), not with a page"),
        ("403 No", "answers with 403 (Forbidden)"),
        ("500 Oh", "answers with 500 (Internal Server Error)"),
        ("799 What", "answers with 799, not with a page"),
        ("206 Part", "answers with 206 (Partial Content)"),
        ("204 Empty", "answers with 204 (No Content)"),
        ("301 Nowhere", "answers with 301 (Moved Permanently)"),
    ],
)
def test_an_answer_that_is_no_page_is_refused(status: str, because: str) -> None:
    with server(says(f"HTTP/1.1 {status}\nContent-Length: 0\n\n")) as origin:
        assert because in refused(origin).message


@pytest.mark.parametrize(
    "response",
    [
        "HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf.",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nhalf.\r\n",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nff\r\nhalf.",
        packed(gzip.compress(b"a whole page, cut short", mtime=0)[:-9]),
        packed(zlib.compress(b"a whole page, cut short")[:-9], "deflate"),
    ],
)
def test_half_a_page_is_refused(response: str | bytes) -> None:
    with server(says(response)) as origin:
        error = refused(origin)
    assert "sent only a part" in error.message


def test_a_connection_that_is_reset_is_told() -> None:
    with server(lambda _, connection: connection.close()) as origin:
        assert "does not answer as a web server does" in refused(origin).message
    assert "cannot be reached" in refused(origin).message


def test_what_is_no_web_server_is_told() -> None:
    with server(says("SSH-2.0-OpenSSH_9.2\n\n")) as origin:
        assert "does not answer as a web server does" in refused(origin).message


def test_a_server_that_hangs_is_given_up() -> None:
    with server(lambda *_: time.sleep(2)) as origin:
        began = time.monotonic()
        assert "did not answer within 0.3 seconds" in refused(origin, timeout_seconds=0.3).message
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_a_server_that_drips_bytes_for_ever_is_cut_off(head: bytes) -> None:
    def answer(_: str, connection: socket.socket) -> None:
        connection.sendall(head)
        for character in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100:
            connection.sendall(bytes([character]))
            time.sleep(0.05)

    with server(answer) as origin:
        began = time.monotonic()
        assert "was cut off" in refused(origin, total_seconds=0.5).message
    assert time.monotonic() - began < 1.5


def test_a_page_is_unpacked() -> None:
    bodies = {
        "gzip": gzip.compress(b"one ", mtime=0) + gzip.compress(b"page", mtime=0) + b"\0\0",
        "x-gzip": gzip.compress(b"one page", mtime=0),
        "deflate": zlib.compress(b"one page"),
        "Deflate": zlib.compress(b"one page")[2:-4],
        "identity": b"one page",
    }
    for encoding, body in bodies.items():
        with server(says(packed(body, encoding))) as origin:
            assert fetch.get(origin, allow_private=True).body == b"one page", encoding


def test_an_encoding_that_was_not_asked_for_is_refused() -> None:
    with server(says(packed(b"\x0b\x02\x80", "br"))) as origin:
        assert "packed as 'br'" in refused(origin).message
    with server(says(packed(b"no gzip at all"))) as origin:
        assert "cannot be unpacked" in refused(origin).message


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(30_000_000), mtime=0)
    assert len(bomb) < 40_000
    with server(says(packed(bomb))) as origin:
        assert "larger than 1,000,000 bytes" in refused(origin, limit_bytes=1_000_000).message


def test_a_page_over_the_limit_is_refused_whatever_it_declares() -> None:
    with server(says("HTTP/1.1 200 OK\nContent-Length: 101\n\n")) as origin:
        assert "larger than 100 bytes" in refused(origin, limit_bytes=100).message
    with server(says(b"HTTP/1.0 200 OK\n\n" + b"x" * 101)) as origin:
        assert "larger than 100 bytes" in refused(origin, limit_bytes=100).message
    with server(says(b"HTTP/1.0 200 OK\n\n" + b"x" * 100)) as origin:
        assert len(fetch.get(origin, allow_private=True, limit_bytes=100).body) == 100


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with server(says("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")) as origin:
        assert fetch.get(origin, allow_private=True).body == b"ok"


def test_a_server_without_tls_behind_https_is_told() -> None:
    with server(says("HTTP/1.1 400 Bad\nContent-Length: 0\n\n")) as origin:
        error = refused(origin.replace("http:", "https:"))
    assert "(TLS)" in error.message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for news.example, signed by itself, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    path = folder / "both.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=news.example"
        " -addext subjectAltName=DNS:news.example -keyout key.pem -out certificate.pem"
    )
    try:
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl on this machine: certificates are not tested")
    path.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return path


def test_a_certificate_is_checked_for_the_name_and_not_for_the_address(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with server(says("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), context=context) as origin:
        named = origin.replace("127.0.0.1", "news.example")
        error = refused(named, resolve=lambda *_: ("127.0.0.1",))
        assert "self-signed certificate (TLS)" in error.message
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("certificate.pem")))
        assert fetch.get(named, allow_private=True, resolve=lambda *_: ("127.0.0.1",)).body == b"ok"
        other = origin.replace("127.0.0.1", "other.example")
        assert "(TLS)" in refused(other, resolve=lambda *_: ("127.0.0.1",)).message
