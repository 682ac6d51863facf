from __future__ import annotations

import functools
import http.server
import sqlite3
import threading
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
