from __future__ import annotations

import functools
import gzip
import http.server
import sqlite3
import sys
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk import at_desk, bare_desk  # noqa: F401 - fixtures
from test_cli_json import check, shapes
from whence.archive import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk import Desk

TALKS = (
    "Staff talks in Seoul\n\n"
    "Lieutenant General Francesco Diella led the talks of the two staffs in Seoul on Monday.\n\n"
    "About 75 officers took part in the talks, which went on for three days in the capital.\n\n"
    "The two sides agreed to meet again next year in Brussels, a spokesman said after it ended."
)
LATER = TALKS.replace("About 75", "About 80").replace(
    "Lieutenant General Francesco Diella led the talks of the two staffs in Seoul on Monday.\n\n", ""
)
PAGE = """\
<!doctype html><html lang="en"><head><title>Staff talks in Seoul</title><meta name="author" content="Kim Lee">
<meta property="og:site_name" content="The Seoul Wire">
<meta property="article:published_time" content="2023-02-17T09:00:00Z"></head><body><nav>Home News</nav><article>
<h1>Staff talks in Seoul</h1>{}</article></body></html>
""".format("".join(f"<p>{paragraph}</p>" for paragraph in TALKS.split("\n\n")[1:]))


def told(desk: Desk) -> Desk:
    """Capture a text of nato-1 and quote it twice."""
    desk.run("source", "capture", "nato-1", desk.write("one.txt", TALKS))
    claim = ("--create", "--source", "nato-1", "--quote")
    desk.run("add", "Francesco Diella", "rank", "Lieutenant General", *claim, "Lieutenant General", "--type", "person")
    desk.run("add", "Staff talks", "troops", "75", *claim, "About 75 officers", "--type", "engagement")
    return desk


def archived(desk: Desk) -> tuple[int, int]:
    """Return how many bytes and texts are archived."""
    with sqlite3.connect(desk.store) as store:
        counted = [
            store.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("capture_bytes", "capture_text")
        ]
    store.close()
    return counted[0], counted[1]


@pytest.fixture(name="site")
def served(tmp_path: Path) -> Iterator[str]:
    """Return the address of a local server that serves the folder."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


# --- Capturing -----------------------------------------------------------------------------------------------------


def test_capturing_tells_the_hashes_and_what_there_is(desk: Desk) -> None:
    path = desk.write("one.txt", TALKS)
    said = desk.run("source", "capture", "nato-1", path).out
    assert said.splitlines()[0] == "Captured nato-1, version 1."
    assert f"text/plain, {len(TALKS)} bytes, SHA-256 {sha256(TALKS)}" in said
    assert f"{len(TALKS)} characters in 4 paragraphs, SHA-256 {sha256(TALKS)}" in said
    head = desk.head()
    assert (
        "Known already: this is version 1 of nato-1. Nothing was recorded."
        in desk.run("source", "capture", "nato-1", path).out
    )
    assert desk.head() == head


def test_a_text_comes_from_a_pipe_too(desk: Desk) -> None:
    done = desk.process("source", "capture", "nato-1", "-", input=TALKS)
    assert done.returncode == 0, done.stderr
    assert sha256(TALKS) in done.stdout
    assert "The document is empty." in desk.process("source", "capture", "nato-1", "-", input="").stderr


def test_a_later_capture_reports_what_became_of_each_passage(desk: Desk) -> None:
    told(desk)
    desk.run("add", "Staff talks", "note", "again", "-s", "nato-1", "-q", "meet again next year")
    desk.run("add", "Staff talks", "note", "in Seoul", "-s", "nato-1", "-q", "Staff talks in Seoul")
    [rank] = desk.json("facts", "--property", "rank")["facts"]
    said = desk.run("source", "capture", "nato-1", desk.write("two.txt", LATER)).out
    assert "4 passages looked up in version 2: 1 kept, 1 moved, 1 altered, 1 gone." in said
    assert "About [-75-] {+80+} officers" in said
    assert f"Version 2 dropped the sentence behind fact {rank['fact'][:8]}:" in said
    assert f"Nothing else is quoted for fact {rank['fact'][:8]}; `whence evidence --gone` lists such facts." in said
    report = desk.run("source", "changes", "nato-1").out
    assert "Version 2 of nato-1, captured " in report
    assert "1 kept, 1 moved, 1 altered, 1 gone." in report
    assert report.rstrip().endswith("No passage was looked up in it.")


def test_the_report_of_a_source_that_was_never_captured_says_so(desk: Desk) -> None:
    assert desk.run("source", "changes", "amr-1").out.startswith("Nothing was captured of amr-1 yet")
    assert "There is no source `nope`" in desk.refused("source", "changes", "nope")


def test_what_a_text_by_hand_says_stands_for_bytes_that_cannot_be_read(desk: Desk) -> None:
    scan = desk.folder / "scan.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert "is a picture (PNG), which is not read" in desk.refused("source", "capture", "nato-1", str(scan))
    text = desk.write("scan.txt", TALKS)
    said = desk.run("source", "capture", "nato-1", str(scan), "--text", text).out
    assert f"image/png, {scan.stat().st_size} bytes, SHA-256 {sha256(scan.read_bytes())}" in said
    assert sha256(TALKS) in said


def test_a_charset_is_told_where_the_bytes_do_not_say(desk: Desk) -> None:
    path = desk.folder / "korean.txt"
    path.write_bytes("북한은 12일 미사일을 발사했다.".encode("cp949"))
    assert "is not valid UTF-8: byte 1 is 0xBA" in desk.refused("source", "capture", "nato-1", str(path))
    desk.run("source", "capture", "nato-1", str(path), "--charset", "euc-kr")
    desk.run("add", "NATO", "note", "x", "-s", "nato-1", "-q", "미사일을 발사했다")


def test_an_address_is_fetched_and_its_final_form_recorded(desk: Desk, site: str) -> None:
    desk.write("page.html", PAGE)
    assert "is no public address" in desk.refused("source", "capture", "nato-1", f"{site}/page.html")
    document = desk.json("source", "capture", "nato-1", f"{site}/page.html", "--allow-private")
    assert document["capture"]["url"] == f"{site}/page.html"
    assert document["capture"]["media_type"] == "text/html"
    whole = desk.json("source", "capture", "nato-1", f"{site}/page.html", "--allow-private", "--whole")
    assert whole["capture"]["characters"] > document["capture"]["characters"]
    assert "404" in desk.refused("source", "capture", "nato-1", f"{site}/none.html", "--allow-private")


@pytest.mark.parametrize(
    ("name", "content", "sign"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\n ", "holds no text"),
        ("lie.pdf", b"<html><body>Not found</body></html>", "is said to be a PDF, and is a web page"),
        ("bomb.gz", b"\x1f\x8b\x08\0\0\0\0\0", "an archive (gzip), which is not read"),
        ("bytes.txt", b"caf\xe9", "is not valid UTF-8: byte 4 is 0xE9"),
        ("script.html", b"<html><body><script>alert(1)</script></body></html>", "text"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_recorded_or_archived(
    desk: Desk, name: str, content: bytes, sign: str
) -> None:
    path = desk.folder / name
    path.write_bytes(content)
    assert sign in desk.refused("source", "capture", "nato-1", str(path))
    assert sign in desk.refused("source", "add", str(path), "--title", "T")
    assert archived(desk) == (0, 0)


def test_what_is_no_file_is_refused(desk: Desk) -> None:
    assert "No such file" in desk.refused("source", "capture", "nato-1", "none.txt")
    assert "is a folder" in desk.refused("source", "capture", "nato-1", str(desk.folder))
    assert "is no file" in desk.refused("source", "capture", "nato-1", "/dev/zero")
    assert "only http and https" in desk.refused("source", "capture", "nato-1", "ftp://example.org/x")
    assert "--allow-private is for an address" in desk.refused("source", "capture", "nato-1", "x", "--allow-private")


def test_a_document_that_is_too_large_is_refused(desk: Desk) -> None:
    path = desk.folder / "large.txt"
    with path.open("wb") as large:
        large.truncate(50_000_001)
    assert "is larger than 50 MB" in desk.refused("source", "capture", "nato-1", str(path))


# --- Web archives --------------------------------------------------------------------------------------------------

ADDRESS = "https://seoulwire.example/talks"
SAVED = "2023-02-18T10:00:00Z"


def response(url: str, body: str, *, media_type: str = "text/html", date: str = SAVED, more: str = "") -> bytes:
    """Return the record of one answer, as a WARC has it."""
    pytest.importorskip("warcio", reason="warcio is an extra: web archives are not tested")
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}; charset=utf-8\r\n{more}\r\n{body}".encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"WARC-Record-ID: <urn:uuid:{sha256(url + body)[:32]}>\r\nContent-Type: application/http\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def archive_of(desk: Desk, name: str, *records: bytes) -> str:
    """Write the records as an archive of the form that the name says; return its path."""
    path = desk.folder / name
    packed = b"".join(gzip.compress(one, mtime=0) for one in records)
    if name.endswith(".wacz"):
        with zipfile.ZipFile(path, "w") as wacz:
            wacz.writestr("datapackage.json", "{}")
            wacz.writestr("indexes/index.cdx", "")
            wacz.writestr("archive/data.warc.gz", packed)
    else:
        path.write_bytes(packed if name.endswith(".gz") else b"".join(records))
    return str(path)


@pytest.mark.parametrize("name", ["page.warc", "page.warc.gz", "page.wacz"])
def test_of_a_web_archive_the_page_of_the_source_is_captured_as_it_was_archived(desk: Desk, name: str) -> None:
    desk.run("source", "add", "--id", "wire", "--title", "Staff talks", "--url", ADDRESS)
    other = response("https://seoulwire.example/", PAGE.replace("three days", "four days"))
    style = response("https://seoulwire.example/a.css", "p {}", media_type="text/css")
    path = archive_of(desk, name, other, style, response(ADDRESS, PAGE))
    captured = desk.json("source", "capture", "wire", path)["capture"]
    assert (captured["sha256"], captured["size"]) == (sha256(PAGE), len(PAGE.encode()))
    assert (captured["media_type"], captured["url"]) == ("text/html", ADDRESS)
    assert captured["retrieved_at"] == "2023-02-18T10:00:00Z"
    desk.run("entity", "add", "engagement", "Staff talks")
    desk.run("add", "Staff talks", "troops", "75", "-s", "wire", "-q", "About 75 officers")
    with sqlite3.connect(desk.store) as store:
        [(kept,)] = store.execute("SELECT bytes FROM capture_bytes").fetchall()
    store.close()
    assert kept == PAGE.encode()


def test_the_only_page_of_a_web_archive_is_taken_and_said(desk: Desk) -> None:
    path = archive_of(desk, "page.wacz", response(ADDRESS, PAGE), response(ADDRESS, PAGE, date="2023-03-01T00:00:00Z"))
    said = desk.run("source", "capture", "nato-1", path).out
    assert f"{ADDRESS}, retrieved 2023-02-18 10:00:00 UTC" in said
    with Path(path).open("rb") as pipe:
        done = desk.process("source", "attach", "nato-1", "-", stdin=pipe)
    assert done.stdout.startswith("Archived already: the bytes and text of nato-1"), done


def test_of_several_pages_one_is_chosen_by_its_number_or_its_address(desk: Desk) -> None:
    later = response(ADDRESS, PAGE.replace("About 75", "About 80"), date="2023-03-01T08:00:00.25Z")
    path = archive_of(
        desk, "site.warc.gz", response("https://seoulwire.example/", PAGE), response(ADDRESS, PAGE), later
    )
    said = desk.refused("source", "capture", "nato-1", path)
    assert "site.warc.gz holds 3 pages, and which of them to take is not said. Choose one with --record N" in said
    assert f"2. {ADDRESS} (text/html, {len(PAGE.encode())} bytes, 2023-02-18T10:00:00Z)" in said
    assert f"3. {ADDRESS} (text/html, {len(PAGE.encode())} bytes, 2023-03-01T08:00:00.25Z)" in said
    assert "holds 2 pages" in desk.refused("source", "capture", "nato-1", path, "--record", f"{ADDRESS}#top")
    assert "has no page 4; it holds 3 pages." in desk.refused("source", "capture", "nato-1", path, "--record", "4")
    assert "has no page of the address example.org" in desk.refused(
        "source", "capture", "nato-1", path, "--record", "example.org"
    )
    by_address = ("--record", "https://SEOULWIRE.example:443/")
    assert desk.json("source", "capture", "nato-1", path, *by_address)["capture"]["url"] == "https://seoulwire.example/"
    captured = desk.json("source", "capture", "nato-1", path, "--record", "3")["capture"]
    assert captured["retrieved_at"] == "2023-03-01T08:00:00.25Z"
    assert archived(desk) == (2, 2)


def test_a_page_of_an_archive_is_registered_with_what_it_says_of_itself(desk: Desk) -> None:
    path = archive_of(
        desk, "page.warc.gz", response(ADDRESS, PAGE), response("https://seoulwire.example/", "<p>Home</p>")
    )
    desk.run("source", "add", path, "--url", ADDRESS, "--create")
    source = desk.json("source", "show", "the-seoul-wire-2023-02-17")["source"]
    assert (source["url"], source["title"]) == (ADDRESS, "Staff talks in Seoul")


def test_a_dossier_takes_the_page_of_its_source_from_an_archive(desk: Desk) -> None:
    archive_of(desk, "page.wacz", response("https://seoulwire.example/", "<p>Home</p>"), response(ADDRESS, PAGE))
    about = f"id: wire, title: Staff talks, url: '{ADDRESS}', text: page.wacz"
    facts = "Talks: {type: engagement, troops: {value: 75, quote: About 75 officers}}"
    desk.run("load", desk.write("a.yaml", f"source: {{{about}}}\nfacts: {{{facts}}}\n"))
    [captured] = desk.json("source", "changes", "wire")["versions"]
    assert (captured["sha256"], captured["retrieved_at"]) == (sha256(PAGE), SAVED)


def test_an_archive_that_says_no_moment_and_a_document_that_is_no_archive_are_refused(desk: Desk) -> None:
    vague = archive_of(desk, "vague.warc", response(ADDRESS, PAGE, date="2023"))
    assert "received https://seoulwire.example/talks at “2023”, which is no moment." in desk.refused(
        "source", "capture", "nato-1", vague
    )
    text = desk.write("one.txt", TALKS)
    assert "one.txt is no web archive, so it has no records. Leave --record out." in desk.refused(
        "source", "capture", "nato-1", text, "--record", "1"
    )
    damaged = desk.folder / "damaged.warc.gz"
    damaged.write_bytes(gzip.compress(response(ADDRESS, PAGE), mtime=0)[:-30])
    assert "is only a part of a page" in desk.refused("source", "capture", "nato-1", str(damaged))
    assert archived(desk) == (0, 0)


def test_a_page_beside_the_wanted_one_that_cannot_be_read_is_no_hindrance(desk: Desk) -> None:
    packed = response("https://ads.example/", "x", more="Content-Encoding: br\r\n")
    path = archive_of(desk, "page.warc", packed, response(ADDRESS, PAGE))
    assert "is packed as 'br', which is not read" in desk.refused("source", "capture", "nato-1", path)
    desk.run("source", "capture", "nato-1", path, "--record", ADDRESS)


def test_without_its_extra_a_web_archive_is_refused_with_the_way_to_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive_of(desk, "page.warc", response(ADDRESS, PAGE))
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    said = desk.refused("source", "capture", "nato-1", path)
    assert "Web archives cannot be read yet: warcio is missing. pip install 'whence[warc]'" in said


# --- Sources that fill themselves ----------------------------------------------------------------------------------


def test_a_page_fills_the_registration_and_is_captured_with_it(desk: Desk) -> None:
    page = desk.write("page.html", PAGE)
    said = desk.refused("source", "add", page)
    assert "It says that its publisher is “The Seoul Wire”, which is not declared. Add --create" in said
    assert archived(desk) == (0, 0)
    said = desk.run("source", "add", page, "--create").out
    assert "Declared the-seoul-wire: The Seoul Wire, organization." in said
    assert "Registered the-seoul-wire-2023-02-17: Staff talks in Seoul (article, The Seoul Wire, 2023-02-17)." in said
    assert "Captured with it:" in said
    source = desk.json("source", "show", "the-seoul-wire-2023-02-17")["source"]
    assert (source["author"], source["language"]) == ("Kim Lee", "en")
    assert source["text_sha256"] is not None
    assert archived(desk) == (1, 1)
    assert "Known already" in desk.run("source", "add", page).out


def test_options_win_over_what_the_page_says(desk: Desk) -> None:
    options = ("--title", "Talks", "--publisher", "nato", "--author", "", "--published", "2023-02", "--id", "talks")
    source = desk.json("source", "add", desk.write("page.html", PAGE), *options)["source"]
    assert (source["title"], source["publisher"], source["author"]) == ("Talks", "nato", None)
    assert (source["published"], source["language"]) == ("2023-02", "en")
    nobody = desk.json("source", "add", desk.write("page.html", PAGE), "--publisher", "", "--id", "nobody")["source"]
    assert nobody["publisher"] is None


def test_a_page_that_is_fetched_gives_its_address_too(desk: Desk, site: str) -> None:
    desk.write("page.html", PAGE)
    source = desk.json("source", "add", f"{site}/page.html", "--allow-private", "--create")["source"]
    assert source["url"] == f"{site}/page.html"


def test_a_text_says_nothing_of_itself_so_its_title_is_asked_for(desk: Desk) -> None:
    path = desk.write("one.txt", TALKS)
    assert "The title is missing." in desk.refused("source", "add", path)
    assert archived(desk) == (0, 0)
    desk.run("source", "add", path, "--title", "Talks", "--id", "talks")
    assert "--text is for a document" in desk.refused("source", "add", "--title", "T", "--text", path)


# --- Attaching -----------------------------------------------------------------------------------------------------


def test_only_the_text_that_was_recorded_is_attached(desk: Desk) -> None:
    told(desk)
    with sqlite3.connect(desk.store) as store:
        store.execute("DELETE FROM capture_bytes")
        store.execute("DELETE FROM capture_text")
    store.close()
    said = desk.refused("source", "attach", "nato-1", desk.write("two.txt", LATER))
    assert f"This is not the text that was captured of nato-1: its SHA-256 begins {sha256(LATER)[:12]}." in said
    assert archived(desk) == (0, 0)
    assert "Nothing was captured of amr-1" in desk.refused("source", "attach", "amr-1", desk.write("one.txt", TALKS))
    head = desk.head()
    assert (
        "Attached: the bytes and text of nato-1"
        in desk.run("source", "attach", "nato-1", desk.write("one.txt", TALKS)).out
    )
    assert "Archived already" in desk.run("source", "attach", "nato-1", desk.write("one.txt", TALKS)).out
    assert (archived(desk), desk.head()) == ((1, 1), head)


# --- Evidence ------------------------------------------------------------------------------------------------------


def test_facts_without_a_passage_are_listed_and_marked_everywhere(desk: Desk) -> None:
    told(desk)
    assert desk.run("evidence").out == "Every fact has a claim that names a passage, or a place in its source.\n"
    desk.run("add", "Staff talks", "kind", "staff talks", "-s", "amr-1", "--no-passage")
    [line] = desk.run("evidence").out.splitlines()[1:]
    assert line.split("  ")[0] == "Staff talks"
    assert "no passage" in line
    assert "amr-1" in line
    assert "accepted (no passage)" in desk.run("show", "staff-talks").out
    assert "accepted (no passage)" in desk.run("facts").out
    why = desk.run("why", "staff-talks", "kind").out
    assert "accepted (no passage); fact" in why
    assert "passage      no passage is named" in why


def test_facts_whose_words_are_gone_or_altered_are_listed_and_marked_everywhere(desk: Desk) -> None:
    told(desk)
    for option, nothing in (("--gone", "are gone."), ("--altered", "were altered.")):
        assert desk.run("evidence", option).out == f"No fact rests only on words that {nothing}\n"
    desk.run("source", "capture", "nato-1", desk.write("two.txt", LATER))
    assert [one["value"] for one in desk.json("evidence", "--gone")["facts"]] == ["Lieutenant General"]
    assert [one["value"] for one in desk.json("evidence", "--altered")["facts"]] == ["75"]
    assert len(desk.json("evidence", "--altered", "--gone")["facts"]) == 2
    cut = desk.run("evidence", "--altered", "--gone", "--limit", "1")
    assert cut.err == "Only the first 1 are shown; --limit N shows more.\n"
    assert "accepted (words gone)" in desk.run("show", "francesco-diella").out
    assert "accepted (words altered)" in desk.run("facts").out
    assert "now          gone from version 2, captured " in desk.run("why", "francesco-diella", "rank").out
    assert (
        "now          altered at ¶ 2, characters 22 to 39, in version 2" in desk.run("why", "staff-talks", "troops").out
    )
    assert "About [-75-] {+80+} officers" in desk.run("why", "staff-talks", "troops").out


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE capture_text SET text = replace(text, 'led', 'lad')",
        "UPDATE capture_bytes SET bytes = CAST(replace(CAST(bytes AS TEXT), 'led', 'lad') AS BLOB)",
    ],
)
def test_one_changed_byte_of_a_capture_makes_verify_name_the_facts_that_rest_on_it(desk: Desk, change: str) -> None:
    told(desk)
    desk.run("add", "NATO", "alias", "OTAN", "-s", "amr-1", "--locator", "p. 1")
    assert desk.run("verify").code == 0
    with sqlite3.connect(desk.store) as store:
        store.execute(change)
    store.close()
    outcome = desk.try_("verify")
    assert outcome.code == 1
    for fact in desk.json("facts")["facts"]:
        assert (fact["fact"] in outcome.out) == (fact["value"] != "OTAN"), fact
    assert "is not what was captured; on it rest: francesco-diella rank Lieutenant General (" in outcome.out


def test_what_is_printed_as_json_is_what_the_page_says(desk: Desk) -> None:
    known = shapes()
    told(desk)
    path = desk.write("two.txt", LATER)
    for command in (
        ("source capture", "nato-1", path),
        ("source capture", "nato-1", path),
        ("source changes", "nato-1"),
        ("source changes", "amr-1"),
        ("source attach", "nato-1", path),
        ("source add", desk.write("page.html", PAGE), "--create"),
        ("evidence", "--gone"),
        ("completion", "bash"),
    ):
        check(desk.json(*command[0].split(), *command[1:]), f"whence {command[0]}", command[0], known)


def travelled(desk: Desk) -> None:
    """Take the texts away, as they are from a log that came as segments, and quote without them."""
    told(desk)
    with sqlite3.connect(desk.store) as store:
        store.execute("DELETE FROM capture_text")
    store.close()
    claim = ("--source", "nato-1", "--quote")
    desk.run("add", "Staff talks", "note", "in Brussels", *claim, "meet again next year in Brussels")
    desk.run("add", "Staff talks", "note", "in Mons", *claim, "The generals flew to Mons the same evening")
    desk.run("add", "Staff talks", "note", "somewhere", "-s", "nato-1", "--locator", "¶ 4")


@pytest.mark.parametrize("command", ["attach", "capture"])
def test_a_quote_from_before_its_text_was_here_is_looked_up_when_the_text_comes(desk: Desk, command: str) -> None:
    travelled(desk)
    before = desk.head()
    path = desk.write("one.txt", TALKS)
    said = desk.run("source", command, "nato-1", path).out
    assert "2 passages looked up in version 1: 0 kept, 1 moved, 0 altered, 1 gone." in said
    assert "Nothing was recorded" not in said
    [mons, brussels] = desk.json("source", "changes", "nato-1")["versions"][0]["changes"]
    assert (brussels["outcome"], brussels["locator"], brussels["start"]) == ("moved", "¶ 4", TALKS.index("meet again"))
    assert (mons["outcome"], mons["new"]) == ("gone", None)
    assert desk.head() == before + 2
    # Once is enough, and what has its place needs no looking up.
    again = desk.json("source", command, "nato-1", path)
    assert (again["recorded"], again["changes"], desk.head()) == (0, [], before + 2)
    desk.run("verify")


def test_a_dossier_that_brings_the_text_again_looks_up_what_was_quoted_without_it(desk: Desk) -> None:
    travelled(desk)
    desk.write("one.txt", TALKS)
    about = "id: nato-1, title: nato-1, publisher: nato, published: 2023-02-17, text: one.txt"
    dossier = desk.write("a.yaml", f"source: {{{about}}}\nfacts: {{}}\n")
    before = desk.head()
    desk.run("load", dossier)
    new = desk.json("log", "--after", str(before))["events"]
    assert [(one["type"], one["data"]["outcome"]) for one in new] == [
        ("passage.checked", "gone"),
        ("passage.checked", "moved"),
    ]


def test_an_older_text_that_is_attached_has_nothing_looked_up_in_it(desk: Desk) -> None:
    told(desk)
    desk.run("source", "capture", "nato-1", desk.write("two.txt", LATER))
    with sqlite3.connect(desk.store) as store:
        store.execute("DELETE FROM capture_text")
    store.close()
    desk.run("add", "Staff talks", "note", "in Brussels", "-s", "nato-1", "-q", "meet again next year in Brussels")
    before = desk.head()
    assert desk.json("source", "attach", "nato-1", desk.write("one.txt", TALKS))["changes"] == []
    assert desk.head() == before
    assert len(desk.json("source", "attach", "nato-1", desk.write("two.txt", LATER))["changes"]) == 1


def test_a_place_that_was_typed_before_the_text_was_here_is_looked_up_where_it_is_wrong(desk: Desk) -> None:
    travelled(desk)
    right, wrong = TALKS.index("three days"), TALKS.index("Brussels") + 3
    desk.run("add", "Staff talks", "note", "a", "-s", "nato-1", "-q", "three days", "--start", str(right))
    desk.run("add", "Staff talks", "note", "b", "-s", "nato-1", "-q", "the capital", "--start", str(wrong))
    changes = desk.json("source", "attach", "nato-1", desk.write("one.txt", TALKS))["changes"]
    assert sorted(one["said"].partition("note: ")[2] for one in changes) == ["b", "in Brussels", "in Mons"]


def test_the_articles_of_the_worked_example_are_attached_by_whoever_has_them(bare: Desk, shared: Path) -> None:
    seeds = {sha256(path.read_bytes()): path for path in (shared / "seeds").glob("*.txt")}
    if not seeds:
        pytest.skip("no articles in `shared/seeds`: nothing is attached to the worked example")
    segments = sorted(str(path) for path in (Path(__file__).parents[1] / "events").glob("*.jsonl"))
    bare.run("load", *segments)
    head = bare.head()
    sources = [one for one in bare.json("source", "list")["sources"] if one["text_sha256"] in seeds]
    assert len(sources) == len(seeds)
    for source in sources:
        seed = seeds[source["text_sha256"]]
        changed = bare.write("changed.txt", seed.read_text(encoding="utf-8").replace("the", "teh", 1))
        assert "This is not the text that was captured" in bare.refused("source", "attach", source["source"], changed)
        assert "Attached: " in bare.run("source", "attach", source["source"], str(seed)).out
    assert bare.head() == head
    with sqlite3.connect(bare.store) as store:
        rows = store.execute(
            "SELECT t.text, p.value ->> 'start', p.value ->> 'end', p.value ->> 'exact' FROM event e,"
            " json_each(e.data, '$.passages') p JOIN capture_text t ON t.text_sha256 = p.value ->> 'capture'"
            " WHERE e.type = 'claim.made'"
        ).fetchall()
    store.close()
    assert rows
    assert all(text[start:end] == exact for text, start, end, exact in rows)
    assert bare.run("verify").code == 0
