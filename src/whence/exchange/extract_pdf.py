"""Of a PDF the text is given page after page, with the place where each page begins; or why it cannot be.

A page that unpacks to more than it may, or that takes longer than it may, is refused: a PDF is a program of
sorts, and a small one can ask for years of work.
"""

from __future__ import annotations

import io
import logging
import time
from typing import TYPE_CHECKING, Final

from whence.errors import BadInput
from whence.exchange.extract_about import language_tag
from whence.exchange.extract_text import Extracted, line, paged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

__all__ = ["document"]

_MAX_UNPACKED: Final = 20_000_000  # bytes of one stream; pictures are not unpacked, so this is text alone
_MAX_TEXT: Final = 50_000_000
_HOW: Final = "Give its text with --text."
# What word processors write where nobody gave a title.
_NO_TITLES: Final = ("microsoft word - ", "untitled", "powerpoint presentation")


class _TooLongError(Exception):
    """The time that a document may take is over."""


def document(body: bytes, *, called: str, seconds: float = 60) -> Extracted:
    """Give the text of a PDF, its pages parted by blank lines, and the title and author that it states.

    The days that it states are when the file was made, not when the document was published, and are left.
    Raises BadInput for an encrypted, damaged or image-only PDF, and for one that takes more than `seconds`.
    """
    try:
        import pypdf  # noqa: PLC0415 - an extra, and slow to import
        from pypdf.errors import DependencyError, LimitReachedError  # noqa: PLC0415
    except ImportError as error:
        raise BadInput("PDFs cannot be read yet: pypdf is missing.", hint="pip install 'whence[pdf]'") from error
    # Else what it says of small damages reaches a terminal that asked for nothing.
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    limits = pypdf.Configuration(
        zlib_maximum_output_length=_MAX_UNPACKED,
        lzw_maximum_output_length=_MAX_UNPACKED,
        run_length_maximum_output_length=_MAX_UNPACKED,
        stream_decoding_work_maximum_length=2 * _MAX_UNPACKED,
    )
    try:
        with pypdf.apply_configuration(limits):
            reader = pypdf.PdfReader(io.BytesIO(body))
            _unlock(reader, called)
            text, pages = paged(_pages(reader, time.monotonic() + seconds), called=called)
            title, author, language = _about(reader)
    except BadInput:
        raise
    except _TooLongError as error:
        message = f"{called} is a PDF that takes more than {seconds:g} seconds to read, or holds too much text."
        raise BadInput(message, hint=_HOW) from error
    except DependencyError as error:
        message = f"{called} is an encrypted PDF (AES), which cannot be read yet: cryptography is missing."
        raise BadInput(message, hint="pip install 'whence[pdf]'") from error
    except LimitReachedError as error:
        message = f"{called} is a PDF that unpacks to more than a document would: {str(error)[:200]}"
        raise BadInput(message, hint=_HOW) from error
    except Exception as error:  # pypdf meets damage of any kind with any exception
        raise BadInput(f"{called} is a damaged PDF and cannot be read.", hint="Get a whole copy, or " + _HOW) from error
    if not text.strip():
        message = f"{called} is a PDF of pictures: none of its {len(pages)} pages holds text."
        raise BadInput(message, hint="Run it through text recognition, ocrmypdf for example, and give the result.")
    return Extracted(text, "application/pdf", title=title, author=author, language=language, pages=pages)


def _unlock(reader: PdfReader, called: str) -> None:
    # Many a public document is locked against changes only, and opens with an empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        message = f"{called} is an encrypted PDF: it needs a password to be read."
        raise BadInput(message, hint="Open it with the password, save it without one, and give that file.")


def _pages(reader: PdfReader, end: float) -> Iterator[str]:
    def in_time(*_: object) -> None:
        if time.monotonic() > end:
            raise _TooLongError

    size = 0
    for page in reader.pages:
        in_time()
        text = page.extract_text(visitor_operand_before=in_time)
        # pypdf goes on after a form within a page that raised; what was read of that page is not all of it.
        in_time()
        size += len(text)
        if size > _MAX_TEXT:
            raise _TooLongError
        yield text


def _about(reader: PdfReader) -> tuple[str | None, str | None, str | None]:
    try:
        stated = reader.metadata
        title = line(stated.title) if stated else None
        author = line(stated.author) if stated else None
        language = language_tag(reader.root_object.get("/Lang"))
    except Exception:  # noqa: BLE001 - a document is no worse for damaged notes about itself
        return None, None, None
    if title and title.casefold().startswith(_NO_TITLES):
        title = None
    return title, author, language
