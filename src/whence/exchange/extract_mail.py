"""Of an e-mail the text that its writer wrote is given, and who wrote it when; attachments are left.

The plain text is taken where there is one, else the web page. A page that a browser saved in one file
(MHTML) has the form of an e-mail, and is read as the page it holds.
"""

from __future__ import annotations

import email
import email.policy
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from whence.errors import BadInput
from whence.exchange import extract_html
from whence.exchange.extract_about import iso_date, language_tag
from whence.exchange.extract_text import Extracted, decode, extracted, line, tidy

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

__all__ = ["message"]

_BOUNDARY: Final = re.compile(rb"(?i)\bboundary\s*=")
_FIELD: Final = re.compile(rb"(?im)^(?:content-[a-z-]+|from|subject|date):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
_MAX_CHECKS: Final = 20_000_000
_MAX_SQUARES: Final = 300_000_000


def message(body: bytes, *, called: str, charset: str | None = None) -> Extracted:
    """Give the text of an e-mail (RFC 5322); title, author and day are its Subject, From and Date.

    The day is the one its writer's clock showed. `charset` overrules what the parts declare.
    """
    _check_work(body, called)
    try:
        parsed = email.message_from_bytes(body, policy=email.policy.default)
        part = parsed.get_body(preferencelist=("plain", "html"))
        payload = part.get_payload(decode=True) if part is not None else None
    except Exception as error:  # the parser meets some malformed mail with any exception
        raise BadInput(f"{called} is no e-mail that can be read.", hint="Give its text with --text.") from error
    if part is None or not isinstance(payload, bytes):
        raise BadInput(f"{called} is an e-mail without a text.", hint="Give the attachment that holds it, as a file.")
    return _read(parsed, part, payload, called=called, charset=charset or part.get_content_charset())


def _check_work(body: bytes, called: str) -> None:
    """Refuse what would keep the standard library's parser busy for minutes."""
    # It holds every line against the boundaries of all parts around it, and takes the square of a field's length.
    checks = body.count(b"\n") * len(_BOUNDARY.findall(body))
    squares = sum((found.end() - found.start()) ** 2 for found in _FIELD.finditer(body))
    if checks > _MAX_CHECKS or squares > _MAX_SQUARES:
        problem = f"{called} is an e-mail too intricate to be read in good time."
        raise BadInput(problem, hint="Give its text with --text.")


def _read(parsed: EmailMessage, part: MIMEPart, payload: bytes, *, called: str, charset: str | None) -> Extracted:
    if part.get_content_type() == "text/html":
        page = extract_html.page(payload, called=called, charset=charset)
        if "Snapshot-Content-Location" in parsed:
            return page
        text, language = page.text, page.language
    else:
        text, language = tidy(decode(payload, charset=charset, called=called), called=called), None
    mail = Extracted(
        text=text,
        media_type="message/rfc822",
        title=_header(parsed, "Subject"),
        author=_author(parsed),
        published=_day(parsed),
        language=language_tag(_header(part, "Content-Language") or _header(parsed, "Content-Language")) or language,
    )
    return extracted(mail, called=called)


def _header(parsed: MIMEPart, name: str) -> str | None:
    try:
        return line(str(parsed[name])) if name in parsed else None
    except Exception:  # noqa: BLE001 - a malformed header raises whatever its parser stumbled over
        return None


def _author(parsed: EmailMessage) -> str | None:
    try:
        writers = [one.display_name or one.addr_spec for one in parsed["From"].addresses]
    except Exception:  # noqa: BLE001 - as above; and there may be no From at all
        return _header(parsed, "From")
    return line(", ".join(writer for writer in writers if writer)) or _header(parsed, "From")


def _day(parsed: EmailMessage) -> str | None:
    try:
        return iso_date(parsedate_to_datetime(_header(parsed, "Date") or "").date().isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
