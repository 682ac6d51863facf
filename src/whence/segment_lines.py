"""A line of a segment is appended as it stands, or refused: an event in its only form, that may follow the log.

Importing this module imports pydantic's core, so `segments` does it only to load.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from whence import canonical, log
from whence.errors import BadData, BadInput
from whence.events import TypeNotKnown, payload, payload_problems
from whence.projector import Advance
from whence.rules import asks_views, problems
from whence.state import LogState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from whence.log import Writer

__all__ = ["Lines"]


class Lines:
    """Appends the lines of segments to the log, each held to the rules of whatever is recorded."""

    def __init__(self, connection: sqlite3.Connection, writer: Writer) -> None:
        """Take up the state at the head; `writer` is that of the open transaction."""
        self._state = LogState(connection, writer)
        self._advance = Advance(connection, writer, self._state.vocabulary)
        self._writer = writer

    def close(self) -> None:
        """Bring the views up to the last line."""
        self._advance()

    def append(self, line: bytes) -> str:
        """Append one event and return its id; raises BadInput where the line is none that can follow."""
        event = _event(line)
        _check_texts(event, line.decode())
        kind, source, data = event["type"], event["source"], event["data"]
        try:
            if len(payload(kind, data)) != len(data):
                raise BadInput("A field stands here that equals its default, which is never recorded.")
        except ValueError:
            raise BadData(payload_problems(kind, data)) from None
        if event["recorded_at"] > self._writer.latest:
            raise BadInput(
                f"It says that it was recorded at {event['recorded_at']}, which this machine's clock has not reached.",
                hint="Check the clock here and where it was recorded: nothing could be recorded after it until then.",
            )
        if asks_views(kind, data, self._state):
            self._advance()
        if found := problems(kind, source, data, self._state):
            raise BadData(found)
        try:
            event_id = self._writer.append_line(event)
        except BadInput as error:
            # What to do about it would be said to whoever drafts it.
            raise BadInput(error.message) from None
        # Claims are found in the log when one is asked for: a million of them would fill the memory.
        if kind != "claim.made":
            self._state.add(kind, self._writer.position, source, data, "")
        return event_id


def _event(line: bytes) -> dict[str, Any]:
    """Return the event of a line; raises BadInput unless it is one in its only form."""
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise BadInput("The line is no JSON.") from None
    if type(event) is dict and "erased" in event:
        raise TypeNotKnown("event.erased")
    if type(event) is not dict or event.keys() != _FORMS.keys():
        raise BadInput(f"The line is no event: it has not exactly the keys {', '.join(_FORMS)}.")
    # What a canonical text may not hold is refused when the event is appended; that its bytes are the same,
    # here. Both by `canonical.encode` would cost a quarter of the time that loading takes.
    try:
        same = orjson.dumps(event, option=orjson.OPT_SORT_KEYS) == line
    except orjson.JSONEncodeError:
        same = False  # It nests too deep to be written.
    if not same:
        raise BadInput("The line is not in canonical form: something rewrote it.")
    for key, (fits, form) in _FORMS.items():
        if not fits(event[key]):
            raise BadInput(f"`{key}` is not {form}.")
    return event


def _check_texts(event: dict[str, Any], line: str) -> None:
    """Raise BadInput for a text that drafting records in another form, or not at all.

    Asked for is what every version did, and not how a value is written today: a segment of old must load.
    """
    if len(event["actor"]) > log.LONGEST_ACTOR:
        raise BadInput(f"`actor` is longer than {log.LONGEST_ACTOR} characters.")
    value = event["data"].get("value") if event["type"] == "claim.made" else None
    for name, text in (("actor", event["actor"]), ("value", value)):
        if type(text) is str and text != text.strip():
            raise BadInput(f"`{name}` begins or ends with white space, which is never recorded.")
    if not canonical.is_plain(line):
        try:
            _check_normal(event)
        except BadInput as error:
            raise BadInput(error.message) from None  # as in `Lines.append`


def _check_normal(value: object) -> None:
    if type(value) is str:
        if canonical.normal(value) != value:
            raise BadInput(f"“{value[:60]}” is not in Unicode's normalization form C, in which texts are recorded.")
    elif type(value) is dict:
        for one in value.values():
            _check_normal(one)
    elif type(value) is list:
        for one in value:
            _check_normal(one)


def _is_text(value: object) -> bool:
    return type(value) is str and value.strip() != ""


def _is_salt(value: object) -> bool:
    return type(value) is str and re.fullmatch(r"[0-9a-f]{32}", value) is not None


@lru_cache(maxsize=1_024)  # The events of a batch share their time.
def _is_moment(text: object) -> bool:
    try:
        return type(text) is str and log.stamp(datetime.strptime(text, log.FORM).replace(tzinfo=UTC)) == text
    except ValueError:
        return False


_FORMS: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "actor": (_is_text, "a text"),
    "data": (lambda value: type(value) is dict, "an object"),
    "recorded_at": (_is_moment, "a time of the form 2023-02-17T09:30:00.000000Z"),
    "salt": (_is_salt, "32 small hex digits"),
    "source": (lambda value: value is None or _is_text(value), "a text or null"),
    "type": (_is_text, "a text"),
}
