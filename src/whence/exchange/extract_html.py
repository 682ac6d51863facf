"""Of a web page the main text is given, in its own words; scripts, styles and navigation never are.

trafilatura tells what the main text is, with its settings pinned: no clock, no cache and no network has a
say in it, so that the same bytes give the same text. The words come from the page's tree; nothing is put
between them but white space: a blank line between paragraphs, a line feed between the items of a list or
the rows of a table, a tab between cells.
"""

from __future__ import annotations

import logging
import re
from typing import Any, Final, TypeAlias

from whence.errors import BadInput
from whence.exchange.extract_about import about
from whence.exchange.extract_text import Extracted, decode, extracted, tidy

__all__ = ["MAX_BYTES", "MAX_TAGS", "page"]

# Beyond these a page is no report, and finding its main text could take minutes.
MAX_BYTES: Final = 10_000_000
MAX_TAGS: Final = 200_000

# lxml has no types of its own.
Element: TypeAlias = Any

_DECLARED: Final = re.compile(
    rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})|<\?xml[^>]{0,100}encoding=["']([\w.-]{1,40})"""
)
_BLOCKS: Final = frozenset(
    (
        *("p", "head", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "main", "header", "footer"),
        *("aside", "nav", "list", "ul", "ol", "dl", "table", "quote", "blockquote", "pre", "figure", "figcaption"),
        *("caption", "form", "fieldset", "address", "details", "summary", "hr", "body", "html", "title"),
    )
)
_LINES: Final = frozenset({"item", "li", "row", "tr", "dt", "dd", "option", "legend"})
_BREAKS: Final = frozenset({"lb", "br"})
_CELLS: Final = frozenset({"cell", "td", "th"})
_UNREAD: Final = (
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "canvas", "svg", "math"),
    *("head", "select", "button", "textarea", "input"),
)
_HIDDEN: Final = "//*[@hidden or @aria-hidden='true' or contains(translate(@style, ' ', ''), 'display:none')]"
# Stand for the breaks that tags make until all is put together: several in a row are one.
_APART, _BELOW = "\x1d", "\x1e"
_MARKS: Final = re.compile(f"[{_APART}{_BELOW}]")
_BLANKS: Final = re.compile(f"[ \\t\\r\\n\\f{_APART}{_BELOW}]+")
_BETWEEN: Final = re.compile(f"[ \\t\\n{_APART}{_BELOW}]+")
_HOW: Final = "Give its text with --text."


def page(body: bytes, *, called: str, charset: str | None = None, whole: bool = False) -> Extracted:
    """Give the main text of a web page and what it says of itself; `whole` gives all its visible text.

    The charset is the byte order mark's, else `charset`, else the one the page declares, else UTF-8.
    """
    if len(body) > MAX_BYTES:
        message = f"{called} is a web page of {len(body):,} bytes; up to {MAX_BYTES:,} are read."
        raise BadInput(message, hint=_HOW)
    if (tags := body.count(b"<")) > MAX_TAGS:
        message = f"{called} is a web page of some {tags:,} tags; up to {MAX_TAGS:,} are read."
        raise BadInput(message, hint=_HOW)
    tree = _tree(decode(body, charset=charset or _declared(body), called=called), called)
    if tree is None:
        return extracted(Extracted("", "text/html"), called=called)
    said = about(tree)
    found = None if whole else _main(tree)
    text = tidy(_written(found), called=called) if found is not None else ""
    if not text.strip():
        text = tidy(_written(_visible(tree)), called=called)
    if not text.strip():
        message = f"{called} holds no text: it may be put together by scripts, which are never run."
        raise BadInput(message, hint="Save the page in a browser once it is shown, and give that file.")
    return Extracted(text, "text/html", said.title, said.author, said.publisher, said.published, said.language)


def _declared(body: bytes) -> str | None:
    found = _DECLARED.search(body[:8192])
    label = (found[1] or found[2]).decode("ascii").lower() if found else None
    # What can be read as ASCII so far cannot be UTF-16, whatever it says (WHATWG HTML, section 13.2.3.3).
    return "utf-8" if label and label.startswith("utf-16") else label


def _tree(text: str, called: str) -> Element | None:
    try:
        from lxml import etree, html  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise _missing() from error
    # As bytes, because a text that declares its encoding is refused by lxml.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.replace("\0", "").encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        # The parser goes on, and leaves out what stands deeper.
        raise BadInput(f"{called} is a web page nested deeper than can be read whole.", hint=_HOW)
    return tree


def _main(tree: Element) -> Element | None:
    try:
        from trafilatura import bare_extraction  # noqa: PLC0415 - an extra, and slow to import
        from trafilatura.settings import Extractor, use_config  # noqa: PLC0415
    except ImportError as error:
        raise _missing() from error
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        # Else their warnings reach a terminal that asked for none.
        logging.getLogger(name).addHandler(logging.NullHandler())
    # With metadata, dates would be measured against today; with deduplication, one page against the last.
    options = Extractor(config=use_config(), output_format="python", comments=False, tables=True, dedup=False)
    try:
        document = bare_extraction(tree, options=options)
    except Exception:  # noqa: BLE001 - of a page that it stumbles over, the visible text is given
        return None
    return getattr(document, "body", None)


def _missing() -> BadInput:
    return BadInput("Web pages cannot be read yet: trafilatura is missing.", hint="pip install 'whence[html]'")


def _visible(tree: Element) -> Element:
    from lxml import etree  # noqa: PLC0415 - an extra, and slow to import

    etree.strip_elements(tree, *_UNREAD, with_tail=False)
    for element in tree.xpath(_HIDDEN):
        if element.getparent() is not None:
            element.drop_tree()
    return tree


def _written(root: Element) -> str:
    """Give the text of a tree, its blocks apart; the tags are HTML's and those of trafilatura."""
    from lxml import etree  # noqa: PLC0415 - an extra, and slow to import

    pieces: list[str] = []
    kept = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        kept += (1 if event == "start" else -1) if tag == "pre" else 0
        if tag in _BLOCKS:
            pieces.append(_APART)
        elif tag in _LINES:
            pieces.append(_BELOW)
        elif tag in _BREAKS and event == "start":
            pieces.append("\n")
        elif tag in _CELLS and event == "end":
            pieces.append("\t")
        text = element.text if event == "start" else element.tail if element is not root else None
        if text:
            as_it_stands = kept and not (event == "end" and tag == "pre")
            pieces.append(_MARKS.sub(" ", text) if as_it_stands else _BLANKS.sub(" ", text))
    return _BETWEEN.sub(_spaced, "".join(pieces)).strip("\n \t")


def _spaced(run: re.Match[str]) -> str:
    found = run.group()
    if _APART in found or found.count("\n") > 1:  # Two line breaks in a row are an old way to part paragraphs.
        return "\n\n"
    if "\n" in found or _BELOW in found:
        return "\n"
    return "\t" if "\t" in found else " "
