"""The canonical bytes of a value are unique: equal values give equal bytes, and no other bytes pass for them.

The form is RFC 8785 (JCS), restricted so that it cannot be misread: objects whose keys match
`[a-z][a-z0-9_]*`, strings, integers within ±(2^53-1), booleans and lists; no floats, no lone surrogates,
no control characters (C0, DEL, C1) other than tab and line feed; null only as the `source` of an event.
This is the only serializer that identity may rest on.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final, NoReturn, cast
from unicodedata import combining, is_normalized, normalize

import orjson

from whence.errors import BadInput

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "encode",
    "envelope",
    "is_canonical",
    "is_plain",
    "leaf_hash",
    "normal",
    "quote",
    "settled",
    "text",
]

MAX_BYTES: Final = 1_000_000  # the longest single text, in UTF-8 bytes
MAX_DEPTH: Final = 100  # levels of lists and objects within one another; orjson writes no more than 254
MAX_MARKS: Final = 200  # combining marks in a row
SHORT: Final = 10_000  # characters that normalising takes no time for, whatever they are
MAX_INTEGER: Final = 2**53 - 1  # what a double holds exactly, so that every JSON reader sees the same number

_EVENT_KEYS: Final = frozenset({"actor", "data", "recorded_at", "salt", "source", "type"})
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
_NAMES: Final = {
    "\x00": "a null character",
    "\r": "a carriage return",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\x1b": "an escape character",
    "\x7f": "a delete character",
}
# Normalising takes the square of the marks that follow one letter: half a megabyte of them, minutes. Unicode
# (UAX 15, section 13) calls 30 enough for any script. What stands here is wider than the marks and fast.
_MARKS: Final = re.compile(r"(?:[^\w\s]|[\uff9e\uff9f])+")
_CONTROL_HINT: Final = "Remove it: of the control characters only tab and line feed can stand in a text."


def encode(value: object) -> bytes:
    """Return the canonical bytes of `value` (RFC 8785, restricted as this module says).

    Raises BadInput where the value holds anything that the form does not allow.
    """
    if type(value) is dict and value.get("source", "") is None and value.keys() == _EVENT_KEYS:
        # Null has this one place, so the rest is checked as if the key did not stand.
        _check({key: item for key, item in value.items() if key != "source"}, 1)
    else:
        _check(value, 1)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def text(value: object) -> str:
    """Return what `encode` returns, as a string."""
    return encode(value).decode()


def settled(data: dict[str, object]) -> str:
    """Return canonical JSON of a payload that its model has checked and whose texts `normal` has passed.

    The same bytes as `text`, without looking at every value a second time.
    """
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def quote(string: str) -> str:
    """Return one string as canonical JSON, quotation marks included; raises BadInput as `encode` does."""
    _check_text(string)
    return orjson.dumps(string).decode()


def normal(text: str) -> str:
    """Return the text in Unicode normalization form C, as drafts record it.

    Raises BadInput for a lone surrogate, for a control character other than tab and line feed, naming the
    character and its place (counted in code points from 1), and for a text of more than MAX_BYTES bytes.
    """
    if text.isascii():
        size = len(text)
        if not text.isprintable():
            _check_text(text)
    else:
        # A far too long text is refused before the work of normalising it.
        if len(text) > MAX_BYTES:
            _refuse_length(len(text))
        _check_text(text)
        _check_marks(text)
        text = normalize("NFC", text)
        size = len(text.encode())
    if size > MAX_BYTES:
        _refuse_length(size)
    return text


def is_plain(settled: str) -> bool:
    """Tell quickly of canonical JSON that every text in it is as `normal` would return it.

    It says no of what it cannot see at once: what has an escape, and what is long and not ASCII.
    """
    if "\\" in settled:
        return False
    if settled.isascii():
        return "\x7f" not in settled and len(settled) <= MAX_BYTES
    return len(settled) < SHORT and not _FORBIDDEN.search(settled) and is_normalized("NFC", settled)


def envelope(
    *,
    type: str,
    actor: str,
    recorded_at: str,
    source: str | None,
    salt: str,
    data_text: str,
) -> bytes:
    """Return the canonical bytes of an event from its columns, without parsing its data.

    `data_text` must be canonical JSON already (`text`, or the stored column) and is copied as it stands:
    the result equals `encode` of the whole event. Raises BadInput where a column holds what no text may.
    """
    if not (words := f"{actor}{source}{recorded_at}{salt}{type}").isprintable():
        _check_text(words)
    return orjson.dumps(
        {
            "actor": actor,
            "data": orjson.Fragment(data_text),
            "recorded_at": recorded_at,
            "salt": salt,
            "source": source,
            "type": type,
        }
    )


def leaf_hash(data: bytes) -> str:
    """Return SHA-256(0x00 || data) in hex, the id of an event: RFC 9162, section 2.1.1."""
    return hashlib.sha256(b"\x00" + data).hexdigest()


def is_canonical(line: bytes) -> bool:
    """Tell whether the bytes are exactly what `encode` gives for the value they parse to.

    Never raises: malformed JSON, invalid UTF-8, repeated keys, white space, other key orders, needless
    escapes, floats, integers too large and nesting too deep all give False, and so does a line's own end.
    """
    try:
        return encode(orjson.loads(line)) == line
    except (BadInput, orjson.JSONDecodeError):
        return False


def _check(value: object, depth: int) -> None:
    """Raise BadInput unless the value has a canonical form."""
    # Exact types, because a bool is an int to isinstance and orjson writes enums, dates and UUIDs unasked.
    kind = type(value)
    if kind is str:
        _check_text(cast("str", value))
    elif kind is dict:
        _check_object(cast("dict[object, object]", value), depth)
    elif kind is list or kind is tuple:
        _check_depth(depth)
        for item in cast("list[object]", value):
            _check(item, depth + 1)
    elif kind is int:
        if not -MAX_INTEGER <= cast("int", value) <= MAX_INTEGER:
            message = "An integer beyond ±(2^53-1) cannot be recorded as a number."
            raise BadInput(message, hint="Write it as text.")
    elif kind is not bool:
        _refuse_kind(value)


def _check_object(value: dict[object, object], depth: int) -> None:
    _check_depth(depth)
    for key, item in value.items():
        if type(key) is not str or not _is_key(key):
            message = f"The key {key!a} cannot be recorded."
            raise BadInput(message, hint="Keys are lower-case letters, digits and _, a letter first.")
        if type(item) is str:  # most of them, and a call less
            if not item.isprintable():
                _check_text(item)
        else:
            _check(item, depth + 1)


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        message = f"The value nests more than {MAX_DEPTH} lists or objects within one another."
        raise BadInput(message, hint="Flatten it.")


@lru_cache(maxsize=1024)
def _is_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def _check_text(string: str) -> None:
    found = _FORBIDDEN.search(string)
    if found is None:
        return
    character, place = found.group(), found.start() + 1
    if "\ud800" <= character <= "\udfff":
        message = f"Character {place} is U+{ord(character):04X}, half of a surrogate pair, which is no character."
        raise BadInput(message, hint="The text was decoded wrongly: read it as UTF-8.")
    name = _NAMES.get(character, "a control character")
    message = f"Character {place} is U+{ord(character):04X}, {name}, which cannot be recorded."
    hint = "End lines with a line feed alone." if character == "\r" else _CONTROL_HINT
    raise BadInput(message, hint=hint)


def _check_marks(string: str) -> None:
    for run in _MARKS.finditer(string):
        if run.end() - run.start() < MAX_MARKS:
            continue
        count = 0
        for place, character in enumerate(run.group(), run.start() + 1):
            count = count + 1 if combining(normalize("NFKD", character)[0]) else 0
            if count == MAX_MARKS:
                message = f"{MAX_MARKS} combining marks stand in a row before character {place}."
                raise BadInput(message, hint="Remove them: no script needs more than a few on one letter.")


def _refuse_length(size: int) -> NoReturn:
    message = f"The text is {size:,} bytes long; at most {MAX_BYTES:,} can be recorded as one text."
    raise BadInput(message, hint="Record the whole document as a capture, and quote the passage that matters.")


def _refuse_kind(value: object) -> NoReturn:
    if value is None:
        raise BadInput("Null cannot be recorded.", hint="Leave the field out.")
    if type(value) is float:
        raise BadInput(f"The number {value!r} is a float, which cannot be recorded.", hint="Write it as text.")
    message = f"A value of the type {type(value).__name__} cannot be recorded."
    raise BadInput(message, hint="Use text, whole numbers, true or false, lists and objects.")
