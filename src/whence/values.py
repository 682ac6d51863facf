"""A value that `read` accepts has one key, and two values with one key say the same.

`read` keeps a value as the source gave it, up to normalization form C, outer white space and the many ways
to type a number. `key`, `low`, `high` and `extent` never raise, not even for a value that was recorded
before its property was given another value type: they are called from the SQL of the views.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from whence import dates
from whence.canonical import normal
from whence.errors import BadDate, BadInput, BadValue
from whence.folding import APOSTROPHES, INVISIBLE, fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

__all__ = ["MAX_CHARACTERS", "VALUE_TYPES", "extent", "high", "key", "low", "read", "slug"]

VALUE_TYPES: Final = ("text", "entity", "date", "number", "url", "point")
# Characters of a text, digits of a number, characters of an id, of an id made from a name, and of an address.
MAX_CHARACTERS, MAX_DIGITS, MAX_ID, MAX_SLUG, MAX_URL = 100_000, 40, 200, 60, 8_000

_SHORT: Final = 500  # characters; longer values are rare, and a cache of them would be large


def read(value_type: str, text: str) -> str:
    """Return the value to record: the text in form C without outer white space, checked against its type.

    A number is also put into the form the design gives it: `about 1,000` is read as `~1000`, `70 to 80` as
    `70..80`. Raises BadDate for a date, and BadValue otherwise, where the text is no value of the type.
    """
    return _cached_read(value_type, text) if len(text) <= _SHORT else _read(value_type, text)


def _read(value_type: str, text: str) -> str:
    reader = _READERS.get(value_type)
    if reader is None:
        message = f"There is no value type {value_type!r}."
        raise BadValue(message, hint=f"Use one of {', '.join(VALUE_TYPES)}.")
    try:
        value = normal(text).strip()
    except BadInput as error:
        raise BadValue(error.message, hint=error.hint) from None
    if not value:
        raise BadValue("The value is empty.", hint="Leave the claim out, or say what the source says.")
    return reader(value)


# A value is read when a draft is settled and again by the rules, and registers repeat the same few.
_cached_read = lru_cache(maxsize=20_000)(_read)


def key(value_type: str, value: str) -> str:
    """Return the value key: equal for two values of one type that say the same.

    text: NFKC, case-folded, white space, dashes and quotation marks folded, invisible characters dropped;
    date: canonical EDTF; number: plain decimal; url: normalised (RFC 3986, section 6.2); point: plain
    decimals; entity: as it is. A value that is none of its type has the key of a text. Never raises.
    """
    if value_type == "text":
        if value.isascii():
            return " ".join(value.lower().replace("`", "'").split())
    elif value_type == "entity":
        return value
    return _cached_key(value_type, value) if len(value) <= _SHORT else _make_key(value_type, value)


def low(value_type: str, value: str) -> int | float | str | None:
    """Return the lowest number or first day that the value can mean; None where open, or for other types.

    A number is an int where it is whole and fits 64 bits, else a float; a day is sortable text.
    """
    return _span(value_type, value)[0] if len(value) <= _SHORT else None


def high(value_type: str, value: str) -> int | float | str | None:
    """Return the highest number or last day that the value can mean, in the forms of `low`."""
    return _span(value_type, value)[1] if len(value) <= _SHORT else None


def extent(value_type: str, value: str) -> bool:
    """Tell whether the value is a date interval `a/b`: it lasts throughout, rather than being vague."""
    return _span(value_type, value)[2] if len(value) <= _SHORT else False


@cache
def _form(pattern: str) -> re.Pattern[str]:
    """Return a pattern, compiled when it is first asked for: of numbers and addresses most commands meet none."""
    return re.compile(pattern)


# --- Text ------------------------------------------------------------------------------------------------


def _read_text(value: str) -> str:
    if len(value) > MAX_CHARACTERS:
        message = f"The text has {len(value):,} characters; a value has at most {MAX_CHARACTERS:,}."
        raise BadValue(message, hint="Quote the passage that matters, and capture the document as a source.")
    if not value.isascii() and not fold(value[:_SHORT]) and not fold(value):
        raise BadValue("The value holds nothing that can be seen.", hint="Say what the source says.")
    return value


# --- Entity ----------------------------------------------------------------------------------------------

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_NOT_ID: Final = re.compile(r"[^a-z0-9]+")
_APOSTROPHES: Final = re.compile(rf"['{APOSTROPHES}]")
# Letters that stand for themselves in NFKD and have a customary spelling without their mark.
_LETTERS: Final = str.maketrans(
    {
        "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ħ": "h", "\u0131": "i", "ĸ": "k", "ł": "l",
        "ŋ": "ng", "œ": "oe", "ŧ": "t", "ə": "e", "ɖ": "d", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    }
)  # fmt: skip


def _read_entity(value: str) -> str:
    if len(value) > MAX_ID or not _ID.fullmatch(value):
        message = f"{_shown(value)} is no id of an entity."
        raise BadValue(message, hint=f"An id is small letters, digits and hyphens, such as {slug(value)}.")
    return value


def slug(text: str) -> str:
    """Return a readable id for a name, at most MAX_SLUG characters: `Đồng Văn Bình` gives `dong-van-binh`.

    A name mostly in another script than Latin gives `x-` and eight hex digits of its SHA-256. The same name
    gives the same id, and different names can share one. Raises BadInput for a text that `normal` refuses.
    """
    name = normal(text).strip()
    start = name[:_SHORT]
    if not start.isascii():
        start = normalize("NFKD", start.casefold().translate(_LETTERS))
    start = _APOSTROPHES.sub("", start.lower())
    words = _NOT_ID.sub("-", start.encode("ascii", "ignore").decode()).strip("-")
    lost = 0 if start.isascii() else sum(character.isalpha() and not character.isascii() for character in start)
    if not words or lost > len(words):
        return f"x-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    if len(words) > MAX_SLUG:
        whole = words[: MAX_SLUG + 1].rpartition("-")[0]
        words = (whole or words[:MAX_SLUG]).strip("-")
    return words


# --- Date ------------------------------------------------------------------------------------------------


def _read_date(value: str) -> str:
    if len(value) > _SHORT:
        raise BadDate(f"{_shown(value)} is too long for a date.", hint="Write a year, a month or a day.")
    dates.parse(value)
    return value


def _date_key(value: str) -> str | None:
    try:
        return dates.parse(value).text
    except BadDate:
        return None


# --- Number ----------------------------------------------------------------------------------------------

_DECIMAL: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_STORED: Final = "(~?)({0})|({0})?\\.\\.({0})?".format(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_SPACES: Final = ", \u00a0\u2009\u202f"  # what divides thousands
_GROUPED: Final = rf"[+-]?[1-9][0-9]{{0,2}}([{_SPACES}])[0-9]{{3}}(?:\1[0-9]{{3}})*(?:\.[0-9]+)?"
_UNGROUPED: Final = str.maketrans(dict.fromkeys(_SPACES))
_COMMA: Final = r"[+-]?[0-9]+,[0-9]+"
_ABOUT: Final = r"(?i)(?:[~\u2248]|(?:about|around|approx(?:imately)?|circa|ca?)[.\s])(.+)"
_RANGES: Final = (
    r"(.*?)\.\.(.*)",
    r"(?i)between\s(.+?)\sand\s(.+)",
    r"(?i)(?:from\s)?(.+?)\sto\s(.+)",
    r"([0-9][^-\u2013\u2014]*)[-\u2013\u2014](\s*[0-9].*)",
)
_NUMBER_HINT: Final = "Write 75 or 7.5; ~75 is about 75 (±10 %), 75.. at least 75, ..80 at most 80, 70..80 a range."
_INT64: Final = 2**63


def _read_number(value: str) -> str:
    if len(value) > _SHORT:
        raise BadValue(f"{_shown(value)} is too long for a number.", hint=_NUMBER_HINT)
    if about := _form(_ABOUT).fullmatch(value):
        return "~" + _decimal(about[1], value)
    found = next(filter(None, (_form(form).fullmatch(value) for form in _RANGES)), None)
    if found is None or not any(map(str.strip, found.groups())):
        return _decimal(value, value)
    first, last = (_decimal(part, value) if part.strip() else "" for part in found.groups())
    if first and last and _fraction(first) > _fraction(last):
        message = f"The range {_shown(value)} ends before it begins."
        raise BadValue(message, hint=f"Write {last}..{first} if that is meant.")
    return f"{first}..{last}"


def _decimal(part: str, whole: str) -> str:
    """Return a decimal without separators or plus sign; zeros stay as the source gave them."""
    part = part.strip().replace("\u2212", "-")
    if _form(_GROUPED).fullmatch(part):
        part = part.translate(_UNGROUPED)
    elif _form(_COMMA).fullmatch(part):
        message = f"{_shown(whole)} is ambiguous: a comma can divide thousands or decimals."
        raise BadValue(message, hint=f"Write {part.replace(',', '.')}, or leave the comma out.")
    if not _form(_DECIMAL).fullmatch(part):
        raise BadValue(f"{_shown(whole)} is not a number.", hint=_NUMBER_HINT)
    if sum(character.isdigit() for character in part) > MAX_DIGITS:
        raise BadValue(f"{_shown(whole)} has more than {MAX_DIGITS} digits.", hint="Round it.")
    return part.removeprefix("+")


def _number_key(value: str) -> str | None:
    found = _form(_STORED).fullmatch(value)
    if found is None or value == "..":
        return None
    about, single, first, last = found.groups()
    if single is not None:
        plain = _trimmed(single)
        return plain if plain == "0" else about + plain
    first, last = first and _trimmed(first), last and _trimmed(last)
    return first if first == last and first else f"{first or ''}..{last or ''}"


def _trimmed(decimal: str) -> str:
    whole, _, fraction = decimal.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    plain = f"{whole}.{fraction}" if fraction else whole
    return f"-{plain}" if decimal.startswith("-") and plain != "0" else plain


def _number_span(value: str) -> tuple[int | float | None, int | float | None]:
    found = _form(_STORED).fullmatch(value)
    if found is None:
        return None, None
    about, single, first, last = found.groups()
    if single is None:
        return (_stored(_fraction(first)) if first else None), (_stored(_fraction(last)) if last else None)
    number = _fraction(single)
    width = abs(number) / 10 if about else 0
    return _stored(number - width), _stored(number + width)


def _fraction(decimal: str) -> Fraction:
    # Imported here: only numbers and points need it, and it brings decimal along, 2 ms.
    from fractions import Fraction  # noqa: PLC0415

    return Fraction(decimal)


def _stored(number: Fraction) -> int | float:
    # Python's sqlite3 raises OverflowError for an int that does not fit a column.
    if number.denominator == 1 and -_INT64 <= number < _INT64:
        return int(number)
    return float(number)


# --- URL and point ---------------------------------------------------------------------------------------

_URL: Final = r"(?i:(https?))://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?"
_HOST: Final = r"((?:[^\[\]:@%]+)|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?"
_NOT_IN_URL: Final = rf'[\s<>"\\{INVISIBLE}]'
_ENCODED: Final = r"%([0-9A-Fa-f]{2})?|[^\x00-\x7f]+"
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_URL_HINT: Final = "Write the whole address, such as https://example.org/page."
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}
_MAX_PORT: Final = 65_535

_POINT: Final = r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*,\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)"
_POINT_HINT: Final = "Write latitude, then longitude, in decimal degrees, such as 37.5326,126.9786."


def _read_url(value: str) -> str:
    if len(value) > MAX_URL:
        raise BadValue(f"The address is longer than {MAX_URL:,} characters.", hint="Give a shorter one.")
    found = _form(_URL).fullmatch(value)
    if found is None:
        raise BadValue(f"{_shown(value)} is no address of http or https.", hint=_URL_HINT)
    if wrong := _form(_NOT_IN_URL).search(value):
        message = f"{_shown(value)} holds U+{ord(wrong.group()):04X}, which cannot stand in an address."
        raise BadValue(message, hint="Remove it, or write it percent-encoded.")
    if "@" in found[2]:
        message = f"{_shown(value)} holds a user name before its host."
        raise BadValue(message, hint="Leave the name and the @ out: what is recorded can be published.")
    host = _form(_HOST).fullmatch(found[2])
    if host is None or not any(map(str.isalnum, host[1])) or int(host[2] or 0) > _MAX_PORT:
        raise BadValue(f"{_shown(value)} names no host.", hint=_URL_HINT)
    return value


def _url_key(value: str) -> str | None:
    found = _form(_URL).fullmatch(value)
    host = found and _form(_HOST).fullmatch(found[2])
    if not found or not host:
        return None
    scheme = found[1].lower()
    port = (host[2] or "").lstrip("0")
    port = f":{port}" if port and port != _DEFAULT_PORTS[scheme] else ""
    path = _without_dots(_form(_ENCODED).sub(_encoded, found[3])) or "/"
    return f"{scheme}://{host[1].lower()}{port}{path}{_form(_ENCODED).sub(_encoded, found[4] or '')}"


def _encoded(found: re.Match[str]) -> str:
    if digits := found[1]:
        character = chr(int(digits, 16))
        return character if character in _UNRESERVED else f"%{digits.upper()}"
    # A bare percent sign is encoded, so that what follows it can never be read as its digits.
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "replace"))


def _without_dots(path: str) -> str:
    """Return the path with its dot segments resolved: RFC 3986, section 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _read_point(value: str) -> str:
    found = _form(_POINT).fullmatch(value.replace("\u2212", "-"))
    if found is None:
        raise BadValue(f"{_shown(value)} is no point.", hint=_POINT_HINT)
    latitude, longitude = found.groups()
    for name, degrees, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if abs(_fraction(degrees)) > most:
            raise BadValue(f"The {name} {degrees} is beyond ±{most} degrees.", hint=_POINT_HINT)
    return f"{latitude},{longitude}"


def _point_key(value: str) -> str | None:
    found = _form(_POINT).fullmatch(value)
    return found and f"{_trimmed(found[1])},{_trimmed(found[2])}"


# --- All of them -----------------------------------------------------------------------------------------

_READERS: Final[dict[str, Callable[[str], str]]] = {
    "text": _read_text, "entity": _read_entity, "date": _read_date, "number": _read_number,
    "url": _read_url, "point": _read_point,
}  # fmt: skip
_KEYS: Final[dict[str, Callable[[str], str | None]]] = {
    "date": _date_key, "number": _number_key, "url": _url_key, "point": _point_key,
}  # fmt: skip


def _make_key(value_type: str, value: str) -> str:
    maker = _KEYS.get(value_type)
    made = maker(value) if maker else None
    return fold(value) if made is None else made


_cached_key = lru_cache(maxsize=16_384)(_make_key)


@lru_cache(maxsize=16_384)
def _span(value_type: str, value: str) -> tuple[int | float | str | None, int | float | str | None, bool]:
    if value_type == "number":
        return *_number_span(value), False
    if value_type == "date":
        try:
            date = dates.parse(value)
        except BadDate:
            return None, None, False
        return date.lower, date.upper, date.extent
    return None, None, False


def _shown(value: str) -> str:
    return repr(value if len(value) <= MAX_SLUG else value[:MAX_SLUG] + "…")
