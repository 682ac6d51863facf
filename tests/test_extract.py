"""Documents are made in each test, small and whole, and read as somebody's report would be."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import sys
import unicodedata
import zipfile
import zlib
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from whence.errors import BadInput
from whence.exchange.extract import MAX_BYTES, Extracted, page_locator, text_of
from whence.exchange.extract_warc import Archived, from_warc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def refused(body: bytes, **options: object) -> BadInput:
    with pytest.raises(BadInput) as caught:
        text_of(body, **options)  # type: ignore[arg-type]
    assert caught.value.hint, "every refusal says what to do next"
    return caught.value


@pytest.mark.parametrize(
    ("body", "library", "extra"),
    [
        (b"<html><body><p>Words.</p></body></html>", "trafilatura", "html"),
        (b"<html><body><p>Words.</p></body></html>", "lxml", "html"),
        (b"%PDF-1.7", "pypdf", "pdf"),
    ],
)
def test_what_needs_a_library_that_is_missing_says_how_to_get_it(
    body: bytes, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert refused(body).hint == f"pip install 'whence[{extra}]'"


# Plain text


def test_a_plain_text_stays_as_it_is_but_for_line_ends_and_normal_form() -> None:
    body = "\ufeffFirst\tline  \r\nCafe\u0301\rthird\u2028fourth\u0085fifth\n\n\n  end\n".encode()
    assert text_of(body) == Extracted("First\tline  \nCafé\nthird\nfourth\nfifth\n\n\n  end\n", "text/plain")


@pytest.mark.parametrize(
    "text",
    [
        "중장 프란체스코 디엘라가 한미 연합군 사령부를 방문했다.",
        "قال اللواء إن الوفد غادر يوم الإثنين.\u200f (NATO)",
        "Z\u0351\u0343a\u0316lgo",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 met \U0001f1f0\U0001f1f7 \U0001f44b\U0001f3fd",
        "\U00020000 beyond the basic plane",
    ],
)
def test_a_text_of_any_script_comes_in_normal_form(text: str) -> None:
    assert text_of(text.encode()).text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("euc-kr", "똠방각하"),
        ("windows-1252", "“Moscow” € 5"),
        ("ISO-8859-1", "“Moscow” € 5"),
        ("windows-1256", "اللواء"),
        ("gb2312", "中華人民共和國"),
        ("shift_jis", "①防衛省"),
        ("koi8-r", "генерал"),
        ("utf-16", "Diella"),
    ],
)
def test_a_charset_that_is_given_is_used_as_the_web_understands_it(charset: str, text: str) -> None:
    written = {"euc-kr": "cp949", "ISO-8859-1": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932"}
    assert text_of(text.encode(written.get(charset, charset)), charset=charset).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_more_than_the_charset_that_is_given(encoding: str) -> None:
    assert text_of("Général".encode(encoding), charset="windows-1252").text == "Général"


def test_bytes_that_are_no_utf_8_are_refused_with_their_place() -> None:
    error = refused(b"Caf\xe9 du Monde", name="memo.txt")
    assert error.message == "memo.txt is not valid UTF-8: byte 4 is 0xE9."
    assert "--charset" in error.hint
    assert "not valid euc-kr: byte 2 is 0xFF" in refused(b"a\xff\xff", charset="euc-kr").message


@pytest.mark.parametrize("charset", ["rot13", "zip", "utf-7", "unicode_escape", "klingon", "\0", "idna", ""])
def test_what_is_no_charset_is_refused(charset: str) -> None:
    assume_none = charset == ""
    if assume_none:
        assert text_of(b"plain", charset=charset).text == "plain"
    else:
        assert "is no charset" in refused(b"plain", charset=charset).message


def test_control_characters_are_left_out_and_a_null_is_refused() -> None:
    assert text_of(b"a\x1b[31mred\x07\x7f\x0bline\tend").text == "a[31mred\nline\tend"
    error = refused("wide".encode("utf-16-le"))
    assert "is no text: character 2 is a null character" in error.message
    assert text_of("wide".encode("utf-16-le"), charset="utf-16-le").text == "wide"


def test_form_feeds_part_the_pages_of_a_text() -> None:
    found = text_of(b"one\n\fCafe\xcc\x81 two\n\f\fthree\n\f")
    assert found.text == "one\n\nCafé two\n\nthree"
    assert [found.text[at:][:4] for at in found.pages] == ["one\n", "Café", "\n\nth", "thre"][: len(found.pages)]
    assert page_locator(found.pages, 0, 3) == "p. 1"
    assert page_locator(found.pages, found.text.index("three"), len(found.text)) == "p. 4"
    assert page_locator(found.pages, 0, 9) == "p. 1\N{EN DASH}2"
    assert page_locator((), 0, 9) is None


@pytest.mark.parametrize("body", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\x07"])
def test_a_document_without_text_is_refused(body: bytes) -> None:
    assert "empty.txt holds no text" in refused(body, name="empty.txt").message


def test_a_pile_of_combining_marks_is_refused_at_once() -> None:
    assert "combining marks" in refused(("e" + "\u0301\u0316" * 200_000).encode()).message
    rows = "—\u0301" * 300 + "-" * 300
    assert text_of(rows.encode()).text == unicodedata.normalize("NFC", rows)


@given(
    st.text(
        alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("\r\n\f\x0b\ufeff\u2028\u2029\x85e\u0301"))
    )
)
@example("\x01\ufeff\ufefftext")
@example("a\r\x01\nb\f\f\fc\f")
def test_a_text_that_was_extracted_is_extracted_as_it_is(text: str) -> None:
    assume("\0" not in text)
    try:
        first = text_of(text.encode())
    except BadInput:
        assume(False)
    again = text_of(first.text.encode())
    assert again.text == first.text
    assert unicodedata.is_normalized("NFC", first.text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in first.text)


# What a file is, whatever it is called


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, bytes(100_000))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (zipped("[Content_Types].xml", "word/document.xml"), "a Word document"),
        (zipped("xl/workbook.xml"), "an Excel workbook"),
        (zipped("a.txt"), "an archive (zip)"),
        (zipped("datapackage.json", "archive/data.warc.gz"), "a web archive (WACZ)"),
        (gzip.compress(bytes(1_000_000), mtime=0), "an archive (gzip)"),
        (gzip.compress(b"WARC/1.1\r\n", mtime=0), "a web archive (WARC)"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "a web archive (WARC)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a picture (WebP)"),
        (b'<?xml version="1.0"?><!-- drawn --><svg xmlns="x"><text>Hi</text></svg>', "a picture (SVG)"),
        (b"\0\0\0\x20ftypisom\0\0", "a video or sound"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "an old office document"),
        (b"{\\rtf1\\ansi Hello}", "an RTF document"),
        (b"SQLite format 3\0", "an SQLite database"),
    ],
)
def test_what_is_not_read_is_named_whatever_it_is_called(body: bytes, what: str) -> None:
    error = refused(body, media_type="text/plain", name="report.txt")
    assert f"report.txt is {what}" in error.message
    assert "are read" in error.hint


def test_a_text_that_begins_like_a_picture_is_a_text() -> None:
    for text in ("BMW sold 3 cars", "GIF89a is a format", "OggS", "BZh", "ID3 tags"):
        assert text_of(text.encode()).text == text


def test_a_web_page_that_is_called_a_text_is_read_as_a_web_page() -> None:
    body = b"\n<!-- saved -->\n<!DOCTYPE html><html><body><p>The talks were held.</p></body></html>"
    for media_type in (
        None,
        "text/plain",
        "application/octet-stream",
        "text/html; charset=utf-8",
        "application/xhtml+xml",
    ):
        assert text_of(body, media_type=media_type, name="page.txt").media_type == "text/html"


def test_a_text_that_is_called_a_web_page_is_read_as_a_text() -> None:
    assert text_of(b"5 < 6, and no tag", media_type="text/html") == Extracted("5 < 6, and no tag", "text/plain")
    assert text_of(b"# Title", name="a.md", media_type="text/markdown").media_type == "text/markdown"


def test_what_is_called_a_pdf_and_is_none_is_refused() -> None:
    error = refused(b"<html><body>Not found</body></html>", media_type="application/pdf", name="report.pdf")
    assert error.message == "report.pdf is said to be a PDF, and is a web page."
    assert "plain text" in refused(b"Not found", name="report.PDF").message


def test_more_than_the_limit_is_refused() -> None:
    assert f"up to {MAX_BYTES:,} are read" in refused(bytes(MAX_BYTES + 1)).message


# Web pages

ARTICLE = """<!doctype html>
<html lang="en-GB"><head>
<meta charset="utf-8">
<title>Staff talks held in Seoul | Example News</title>
<meta property="og:title" content="Staff talks held in Seoul">
<meta property="og:site_name" content="Example&nbsp;News">
<meta name="author" content="Jo Park"><meta property="article:published_time" content="2023-02-17T23:30:00-05:00">
<style>p { color: red }</style>
<script>var secret = "script words";</script>
</head><body>
<nav><a href="/">Home</a> <a href="/about">About us</a></nav>
<article><h1>Staff talks held in Seoul</h1>
<p>Lieutenant General <b>Francesco Diella</b> led the
   delegation of NATO&#8217;s International Military Staff.<br>Both sides spoke of cyber defence.</p>
<ul><li>The first meeting was in 2013</li><li>The next one <i>is due</i> in Brussels</li></ul>
<table><tr><th>Name</th><th>Rank</th></tr><tr><td>Kim Seung-kyum</td><td>General</td></tr></table>
<p>중장 디엘라 — cafe\u0301 \U0001f468\u200d\U0001f469 اللواء said that the delegation would stay for three days,
visit the demilitarised zone and return to Brussels at the end of the week, according to both sides.</p>
<script>document.write("more script words")</script><noscript>turn on scripts</noscript>
</article>
<footer>Copyright 2023</footer></body></html>"""


def test_the_main_text_of_a_web_page_comes_in_paragraphs_with_what_it_says_of_itself() -> None:
    assert text_of(ARTICLE.encode()) == Extracted(
        text=(
            "Staff talks held in Seoul\n\n"
            "Lieutenant General Francesco Diella led the delegation of NATO\u2019s International Military Staff.\n"
            "Both sides spoke of cyber defence.\n\n"
            "The first meeting was in 2013\nThe next one is due in Brussels\n\n"
            "Name\tRank\nKim Seung-kyum\tGeneral\n\n"
            "중장 디엘라 — café \U0001f468\u200d\U0001f469 اللواء said that the delegation would stay for three days,"
            " visit the demilitarised zone and return to Brussels at the end of the week, according to both sides."
        ),
        media_type="text/html",
        title="Staff talks held in Seoul",
        author="Jo Park",
        publisher="Example News",
        published="2023-02-17",
        language="en-GB",
    )


def test_the_same_page_gives_the_same_text_whatever_was_read_before() -> None:
    first = text_of(ARTICLE.encode())
    for _ in range(5):
        text_of(ARTICLE.replace("Seoul", "Busan").encode())
        assert text_of(ARTICLE.encode()) == first


def test_the_whole_text_of_a_page_is_given_when_asked_for_without_what_is_hidden() -> None:
    page = ARTICLE.replace("<footer>", '<p style="display: none">trap</p><p hidden>trap</p><footer>')
    found = text_of(page.encode(), whole=True)
    assert "About us" in found.text
    assert "Copyright 2023" in found.text
    for word in ("script words", "color", "turn on scripts", "trap", "secret", "| Example"):
        assert word not in found.text


@pytest.mark.parametrize(
    "page",
    [
        "<p>Only a fragment of a page</p>",
        "<html><body>Only a fragment of a page</body></html>",
        "<HTML><BODY><DIV><SPAN>Only a fragment</SPAN> of a page</BODY>",
    ],
)
def test_a_short_or_broken_page_is_read(page: str) -> None:
    assert text_of(page.encode(), name="page.html").text == "Only a fragment of a page"


def test_a_page_put_together_by_scripts_is_refused() -> None:
    page = "<!doctype html><title>App</title><body><div id=app></div><script>run('text')</script></body>"
    assert "holds no text" in refused(page.encode()).message


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ('<meta charset="euc-kr">', "cp949"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ks_c_5601-1987">', "cp949"),
        ('<meta charset="utf-16">', "utf-8"),
        ("", "utf-16"),
        ("", "utf-8"),
    ],
)
def test_the_charset_that_a_page_declares_is_used(declared: str, encoding: str) -> None:
    page = f"<!doctype html><html><head>{declared}</head><body><p>한국과 나토의 회담</p></body></html>"
    assert text_of(page.encode(encoding)).text == "한국과 나토의 회담"


def test_the_charset_of_the_server_counts_more_than_the_page_s_own() -> None:
    page = '<!doctype html><html><head><meta charset="utf-8"></head><body><p>한국</p></body></html>'
    assert text_of(page.encode("cp949"), charset="euc-kr").text == "한국"
    assert "not valid UTF-8: byte 66 is 0xC7" in refused(page.encode("cp949")).message


def test_an_xhtml_page_that_declares_its_encoding_is_read() -> None:
    page = (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">'
        "<head><title>Été</title></head><body><p>Le général arriva à Séoul.</p></body></html>"
    )
    found = text_of(page.encode("latin-1"), media_type="application/xhtml+xml")
    assert (found.text, found.title, found.language) == ("Le général arriva à Séoul.", "Été", "fr")


def said(head: str, body: str = "<p>Some words of the page.</p>") -> Extracted:
    return text_of(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


def test_linked_data_tells_title_author_publisher_date_and_language() -> None:
    found = said(
        """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
        {"@type": "WebSite", "@id": "#site", "name": "The Site"},
        {"@type": "Organization", "@id": "#org", "name": "Army Media &amp; Review"},
        {"@type": ["NewsArticle"], "headline": "Talks", "datePublished": "2023-02", "inLanguage": "ko_KR",
         "author": [{"@type": "Person", "name": "Jo Park"}, {"@id": "#kim"}], "publisher": {"@id": "#org"}},
        {"@type": "Person", "@id": "#kim", "name": "Kim\\n Lee"}]}</script>
        <title>Other</title><meta property="og:site_name" content="Other">"""
    )
    assert (found.title, found.author, found.publisher) == ("Talks", "Jo Park, Kim Lee", "Army Media & Review")
    assert (found.published, found.language) == ("2023-02", "ko-KR")


@pytest.mark.parametrize(
    "script", ["{", "[" * 5000, '{"@type": 5, "@graph": 7}', '{"@type": "Article", "author": 7}', "null"]
)
def test_broken_linked_data_is_passed_over(script: str) -> None:
    found = said(f'<script type="application/ld+json">{script}</script><title>The title</title>')
    assert (found.title, found.author, found.published) == ("The title", None, None)


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2023-02-17", "2023-02-17"),
        ("2023-02-17T08:00:00+09:00", "2023-02-17"),
        ("2023/2/7", "2023-02-07"),
        ("20230217", "2023-02-17"),
        ("2023-02", "2023-02"),
        ("2023", "2023"),
        ("2023-02-30", None),
        ("2023-13", None),
        ("17 February 2023", None),
        ("1676592000", None),
        ("", None),
    ],
)
def test_a_date_stays_as_vague_as_it_was_written(written: str, published: str | None) -> None:
    assert said(f'<meta name="citation_publication_date" content="{written}">').published == published


def test_what_a_page_does_not_say_is_not_made_up() -> None:
    found = said("", "<h1>One</h1><h1>Two</h1><p>On 3 March 2020 they met.</p><p>Copyright 2021 Somebody</p>")
    assert (found.title, found.author, found.publisher, found.published, found.language) == (None,) * 5


def test_the_one_time_of_an_article_is_its_date_and_of_several_none_is() -> None:
    one = '<article><time datetime="2023-02-17">Friday</time><p>Some words.</p></article>'
    assert said("", one).published == "2023-02-17"
    assert said("", one + one.replace("17", "18")).published is None


def test_a_page_too_large_to_be_a_report_is_refused_at_once() -> None:
    assert "up to 10,000,000 are read" in refused(b"<html><body>" + b"<p>word</p> " * 4_000_000).message
    assert "tags" in refused(b"<html><body>" + b"<p>word</p>" * 200_000).message
    assert "nested deeper" in refused(b"<html><body>" + b"<b>x" * 3000).message


# PDF


def pdf(pages: Sequence[str], *, more: str = "", content: bytes | None = None, trailer: str = "") -> bytes:
    """Return a PDF with a line of text on each page, in a font that knows every letter it needs."""
    letters = sorted(set("".join(pages)) | {" "})
    code = {letter: number for number, letter in enumerate(letters, 1)}
    mapping = "\n".join(f"<{code[c]:04X}> <{c.encode('utf-16-be').hex()}>" for c in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{mapping}\nendbfchar endcmap end end"
    ).encode()
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Lang (ko-KR) >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [4 0 R]"
        b" /ToUnicode 5 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        5: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
        6: "<< /Title <FEFF{}> /Author (Jo Park) /CreationDate (D:20230217) >>".format(
            "한국 보고서".encode("utf-16-be").hex()
        ).encode(),
    }
    for number, text in enumerate(pages):
        shown = "".join(f"{code[letter]:04X}" for letter in text)
        stream = content or f"BT /F 12 Tf 50 700 Td <{shown}> Tj ET".encode()
        packed = zlib.compress(stream)
        objects[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {11 + 2 * number} 0 R"
            f" /Resources << /Font << /F 3 0 R >> {more} >> >>"
        ).encode()
        objects[11 + 2 * number] = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (
            len(packed),
            packed,
        )
    return assembled(objects, trailer)


def assembled(objects: dict[int, bytes], trailer: str = "") -> bytes:
    body, places = b"%PDF-1.7\n", {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(
        f"{places[n]:010} 00000 n \n" if n in places else "0000000000 65535 f \n" for n in range(max(places) + 1)
    )
    start = len(body)
    end = (
        f"xref\n0 {max(places) + 1}\n{table}trailer\n<< /Size {max(places) + 1} /Root 1 0 R /Info 6 0 R {trailer} >>\n"
    )
    return body + end.encode() + f"startxref\n{start}\n%%EOF\n".encode()


def test_the_pages_of_a_pdf_are_kept_as_places_in_its_text() -> None:
    found = text_of(pdf(["The first page.", "", "중장 디엘라가 말했다.", "cafe\u0301 again"]), media_type="text/html")
    assert found == Extracted(
        text="The first page.\n\n중장 디엘라가 말했다.\n\ncafé again",
        media_type="application/pdf",
        title="한국 보고서",
        author="Jo Park",
        language="ko-KR",
        pages=(0, 15, 17, 31),
    )
    start = found.text.index("디엘라")
    assert page_locator(found.pages, start, start + 3) == "p. 3"
    assert page_locator(found.pages, start, len(found.text)) == "p. 3\N{EN DASH}4"


def test_a_pdf_of_pictures_is_refused() -> None:
    error = refused(pdf(["", ""]), name="scan.pdf")
    assert error.message == "scan.pdf is a PDF of pictures: none of its 2 pages holds text."
    assert "text recognition" in error.hint


def encrypted(password: str) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(["Locked words."])))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")  # noqa: S106 - a test's
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_pdf_with_a_password_is_refused_and_one_that_is_locked_against_changes_is_read() -> None:
    assert "it needs a password" in refused(encrypted("secret")).message
    assert text_of(encrypted("")).text == "Locked words."


@pytest.mark.parametrize("cut", [20, 200, 700])
def test_a_damaged_pdf_is_refused_or_read_but_never_a_traceback(cut: int) -> None:
    whole = pdf(["Some words."])
    try:
        outcome = text_of(whole[:cut]).text
    except BadInput as error:
        outcome = error.message
    assert outcome == "Some words." or "PDF" in outcome


def test_a_pdf_that_unpacks_to_more_than_it_may_is_refused() -> None:
    body = pdf(["x"], content=b" " * 30_000_000)
    assert len(body) < 40_000
    assert "unpacks to more" in refused(body).message


def test_a_pdf_that_asks_for_years_of_work_is_cut_off() -> None:
    # Each form shows the next one twenty times: twenty to the sixth power texts on one page.
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [10 0 R] >>",
        6: b"<< >>",
        10: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 20 0 R"
        b" /Resources << /XObject << /X 21 0 R >> >> >>",
    }
    for depth in range(7):
        stream = b"/X Do " * 20 if depth < 6 else b"BT (deep) Tj ET " * 2000
        form = (
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % (21 + depth)
            if depth
            else b""
        )
        objects[20 + depth] = b"<< %s /Length %d >>\nstream\n%s\nendstream" % (form, len(stream), stream)
    assert "takes more than 0.5 seconds" in refused(assembled(objects), seconds=0.5).message


# E-mail


def mail(**fields: str) -> EmailMessage:
    message = EmailMessage()
    written = {"From": "Jo Park <jo@example.org>", "To": "desk@example.org", "Subject": "Talks in Seoul", **fields}
    for name, value in {"Date": "Fri, 17 Feb 2023 23:30:00 -0500", "Message-ID": "<1@example.org>", **written}.items():
        message[name] = value
    return message


def test_an_e_mail_gives_its_plain_text_and_who_wrote_it_when() -> None:
    message = mail(Subject="한국 회담 — 요약")
    message.set_content("중장 디엘라가 왔다.\n\nIt was cafe\u0301 time.\n", charset="utf-8", cte="base64")
    message["Content-Language"] = "ko"
    message.add_alternative("<p>The page says other words.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4 attached", maintype="application", subtype="pdf", filename="a.pdf")
    assert text_of(message.as_bytes()) == Extracted(
        text="중장 디엘라가 왔다.\n\nIt was café time.\n",
        media_type="message/rfc822",
        title="한국 회담 — 요약",
        author="Jo Park",
        published="2023-02-17",
        language="ko",
    )


def test_an_e_mail_that_is_a_web_page_alone_gives_the_page_s_text() -> None:
    message = mail(From="desk@example.org")
    message.set_content(
        "<html lang=fr><body><p>Le délégué arriva.</p><script>x()</script></body></html>", subtype="html"
    )
    found = text_of(message.as_bytes(), name="mail.eml")
    assert (found.text, found.title, found.author, found.language) == (
        "Le délégué arriva.",
        "Talks in Seoul",
        "desk@example.org",
        "fr",
    )


def test_an_e_mail_in_an_old_charset_is_read_and_one_with_wrong_bytes_is_refused() -> None:
    head = b"From: x@example.org\r\nMessage-ID: <1@x>\r\nContent-Type: text/plain; charset=%s\r\n\r\n"
    assert text_of(head % b"euc-kr" + "회담".encode("cp949")).text == "회담"
    assert "not valid UTF-8" in refused(head % b"utf-8" + b"\xfd\xfe").message
    assert text_of(head % b"utf-8" + b"Caf\xe9", charset="windows-1252").text == "Café"


def test_an_e_mail_without_text_is_refused() -> None:
    message = mail()
    message.set_content(b"%PDF-1.4", maintype="application", subtype="pdf")
    assert "without a text" in refused(message.as_bytes()).message


@pytest.mark.parametrize(
    "head",
    [
        "Date: yesterday\r\nFrom: @@@\r\n",
        "Date: Fri, 99 Feb 99999 10:00:00 +9999\r\nFrom: =?x?y?z?=\r\n",
        "From: \xff\xfe\r\nSubject: =?utf-8?b?////?=\r\n",
        "Content-Type: multipart/mixed\r\n",
        "Content-Transfer-Encoding: base64\r\n",
    ],
)
def test_a_malformed_e_mail_is_read_or_refused_but_never_a_traceback(head: str) -> None:
    body = (f"Message-ID: <1@x>\r\nFrom: a@b\r\n{head}\r\nSome words.").encode("latin-1")
    try:
        outcome = str(text_of(body, name="m.eml"))
    except BadInput as error:
        outcome = error.message
    assert "m.eml" in outcome or ("media_type='message/rfc822'" in outcome and "published=None" in outcome)


@pytest.mark.parametrize(
    "intricate",
    [
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000)),
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n' * 200 + b"--\r\n" * 100_000,
        b"Content-Type: text/plain; " + b"a*0*=x; " * 3000,
        b"Subject: " + b"=?utf-8?q?x?= " * 3000,
    ],
)
def test_an_e_mail_that_is_made_to_be_slow_is_refused_at_once(intricate: bytes) -> None:
    body = b"Message-ID: <1@x>\r\nFrom: a@b\r\n" + intricate + b"\r\n\r\nx"
    assert "too intricate" in refused(body, name="slow.eml").message


def test_a_memo_that_begins_like_an_e_mail_is_a_text() -> None:
    memo = "From: the desk\nTo: all\nSubject: talks\nDate: today\n\nThey met.\n"
    assert text_of(memo.encode()) == Extracted(memo, "text/plain")
    assert text_of(memo.encode(), name="memo.eml").text == "They met.\n"


def test_a_page_that_a_browser_saved_in_one_file_is_read_as_the_page() -> None:
    message = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a\r\nSubject: Saved\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n'
        "----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        '<html lang=3D"en"><head><title>The page</title></head><body><p>Caf=C3=A9 words.</p></body></html>\r\n'
        "----b\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n----b--\r\n"
    )
    found = text_of(message.encode())
    assert (found.text, found.title, found.author, found.media_type) == ("Café words.", "The page", None, "text/html")


# Web archives


def warc(head: str, body: bytes) -> bytes:
    """Return a WARC of one response, the lines of its head ended as HTTP has it, with the digest of all of it."""
    pytest.importorskip("warcio", reason="warcio is an extra: web archives are not tested")
    block = (head.strip() + "\n\n").replace("\n", "\r\n").encode() + body
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    record = (
        "WARC/1.0\nWARC-Type: response\nWARC-Target-URI: https://example.org/a\nWARC-Date: 2023-02-17T10:00:00Z\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\nContent-Type: application/http\n"
        f"WARC-Block-Digest: sha1:{digest}\nContent-Length: {len(block)}\n\n"
    )
    return record.replace("\n", "\r\n").encode() + block + b"\r\n\r\n"


PAGE = "HTTP/1.1 200 OK\nContent-Type: text/html; charset=UTF-8"


def test_the_pages_of_a_web_archive_come_as_they_were_received() -> None:
    one = warc(PAGE, b"<p>One</p>")
    style = warc("HTTP/1.1 200 OK\nContent-Type: text/css", b"p {}")
    expected = [Archived("https://example.org/a", b"<p>One</p>", "text/html", "utf-8", "2023-02-17T10:00:00Z")]
    assert from_warc(one + style) == expected
    assert from_warc(gzip.compress(style, mtime=0) + gzip.compress(one, mtime=0)) == expected
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as wacz:
        wacz.writestr("datapackage.json", "{}")
        wacz.writestr("archive/data.warc.gz", gzip.compress(one, mtime=0))
    assert from_warc(buffer.getvalue()) == expected
    assert from_warc(warc(PAGE + "\nContent-Encoding: gzip", gzip.compress(b"<p>One</p>", mtime=0))) == expected
    assert from_warc(warc(PAGE + "\nTransfer-Encoding: chunked", b"a\r\n<p>One</p>\r\n0\r\n\r\n")) == expected


@pytest.mark.parametrize(
    "harm",
    [
        lambda whole: whole.replace(b"One", b"Two"),
        lambda whole: whole[:-12],
        lambda whole: gzip.compress(whole, mtime=0)[:-12],
        lambda whole: whole.replace(b"WARC-Type", b"WARC-Tap"),
        lambda whole: whole + b"more" + whole,
        lambda _: b"WARC/9.9\r\n\r\n",
        lambda _: b"PK\x03\x04 no zip",
        lambda whole: whole.replace(b"WARC-Type:", b"WARC-Truncated: length\r\nWARC-Type:"),
    ],
)
def test_a_web_archive_that_is_damaged_is_refused(
    harm: Callable[[bytes], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadInput):
        from_warc(harm(warc(PAGE, b"<p>One</p>")))
    assert capfd.readouterr().err == ""


def test_a_web_archive_without_a_page_is_refused_and_one_that_is_a_bomb() -> None:
    with pytest.raises(BadInput, match="without a page"):
        from_warc(warc("HTTP/1.1 404 Not Found\nContent-Type: text/html", b"<p>Gone</p>"))
    with pytest.raises(BadInput, match="unpacks to more"):
        from_warc(warc(PAGE + "\nContent-Encoding: gzip", gzip.compress(bytes(60_000_000), mtime=0)))
    with pytest.raises(BadInput, match="packed as 'br'"):
        from_warc(warc(PAGE + "\nContent-Encoding: br", b"packed"))
