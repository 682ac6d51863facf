"""A batch of drafts is recorded whole or not at all: checked, hashed, appended and projected in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from whence import archive, canonical, projector, values
from whence.drafts import Capture, Draft, Ref
from whence.errors import BadData, BadInput, Problem
from whence.events import REFERENCES, payload, payload_problems
from whence.rules import known, problems, source_id_problems
from whence.rulings import RULINGS
from whence.state import LogState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from whence.log import Writer

__all__ = ["KnownAlready", "Recorded", "append_all"]

KEPT = 10_000  # ids of a batch that are kept: a Ref reaches that far, and no loader of registers uses one
TOLD = 1_000  # problems that are told; a file with more has one cause


@dataclass(frozen=True, slots=True)
class KnownAlready:
    """A draft that said what is on record already; `id` is the event that does, for a claim."""

    draft: Draft
    id: str | None = None
    retracted: bool = False


@dataclass(slots=True)
class Recorded:
    """What came of a batch: the positions it took, the id of each draft by its place, and what was known."""

    first: int = 0
    last: int = 0
    ids: list[str] = field(default_factory=list)
    known: list[KnownAlready] = field(default_factory=list)
    known_count: int = 0

    @property
    def count(self) -> int:
        """How many events were recorded."""
        return self.last - self.first + 1 if self.last >= self.first > 0 else 0


def append_all(connection: sqlite3.Connection, writer: Writer, drafts: Iterable[Draft], *, anew: bool) -> Recorded:
    """Append what is new of the drafts, in order; advance the views. The caller holds the transaction.

    `anew` records a claim again that was retracted; otherwise such a claim is reported as known.
    Raises BadData with every problem of every draft, and then nothing may be committed.
    """
    batch = _Batch(connection, writer, anew=anew)
    for draft in drafts:
        batch.add(draft)
    if batch.problems:
        raise BadData(batch.problems[:TOLD])
    writer.close()
    if writer.position > writer.started_at:
        batch.recorded.first, batch.recorded.last = writer.started_at + 1, writer.position
        batch.advance()
    return batch.recorded


class _Batch:
    def __init__(self, connection: sqlite3.Connection, writer: Writer, *, anew: bool) -> None:
        self.connection = connection
        self.advance = projector.Advance(connection, writer)
        self.state = LogState(connection, flush=writer.flush)
        self.writer = writer
        self.anew = anew
        self.problems: list[Problem] = []
        self.recorded = Recorded()

    def add(self, draft: Draft) -> None:
        """Append one draft, or note what is wrong with it."""
        data = self._checked(draft)
        if data is None:
            self._keep("")
            return
        if draft.type == "claim.made":
            data = self._settled(data)
        elif draft.type in RULINGS:
            self.advance()
        data_text = canonical.settled(data)
        if draft.capture is not None:
            archive.put_bytes(self.connection, draft.capture.body)
            archive.put_text(self.connection, draft.capture.text, draft.capture.pages)
        if self._is_known(draft, data, data_text):
            return
        wrong = problems(draft.type, draft.source, data, self.state)
        self._note(draft, wrong)
        # A wrong draft is laid over the state all the same: what follows it should not be blamed for it.
        event = self.writer.append(draft.type, data_text, draft.source) if not wrong else ""
        if not wrong or draft.type in ("entity.declared", "source.registered"):
            self.state.add(draft.type, self.writer.position, draft.source, data, data_text)
        self._keep(event)
        if draft.capture is not None and draft.source is not None and not wrong:
            self._look_up_again(draft.source, draft.capture)

    def _checked(self, draft: Draft) -> dict[str, Any] | None:
        """Return the payload, its references filled in; None where it has not its form, which is noted."""
        # Before anything else is done with it: it may hold what no text can, and then nothing can be hashed.
        if draft.source is not None and (wrong := list(source_id_problems(draft.source))):
            self._note(draft, wrong)
            return None
        try:
            resolved = _normal(self._resolved(draft))
            return payload(draft.type, resolved)
        except ValidationError:
            self._note(draft, payload_problems(draft.type, resolved))
        except BadInput as error:
            self._note(draft, [Problem(error.message, hint=error.hint)])
        except _Unrecorded:
            pass  # What it names is wrong, and that has been told.
        return None

    def _look_up_again(self, source: str, capture: Capture) -> None:
        """Say of every passage of the source's claims what became of it in a new text: an event each."""
        # Imported here: a batch without a capture needs none of it.
        from whence.evidence import checks  # noqa: PLC0415

        (before,) = self.connection.execute(
            "SELECT max(text_sha256) FROM source WHERE source = :source", {"source": source}
        ).fetchone()
        self.advance()
        # Nothing can have moved in a text that is the one in force.
        if before != capture.text_sha256:
            given = len(self.recorded.ids)
            for check in list(checks(self.connection, source, capture.text, capture.text_sha256)):
                self.add(check)
            # A Ref counts the drafts that were given, and these were not.
            del self.recorded.ids[given:]

    def _note(self, draft: Draft, found: list[Problem]) -> None:
        self.problems.extend(Problem(one.message, where=one.where or draft.where, hint=one.hint) for one in found)

    def _keep(self, event: str) -> None:
        if len(self.recorded.ids) < KEPT:
            self.recorded.ids.append(event)

    def _is_known(self, draft: Draft, data: Mapping[str, Any], data_text: str) -> bool:
        if draft.type == "claim.made" and draft.source is not None:
            same = self.state.same_claim(draft.source, data_text)
            if same is None or (not same[1] and self.anew):
                return False
            self._known(KnownAlready(draft, same[0], retracted=not same[1]))
            self._keep(same[0])
            return True
        if known(draft.type, draft.source, data, self.state):
            self._known(KnownAlready(draft))
            self._keep("")
            return True
        return False

    def _known(self, one: KnownAlready) -> None:
        self.recorded.known_count += 1
        if len(self.recorded.known) < KEPT:
            self.recorded.known.append(one)

    def _settled(self, data: dict[str, Any]) -> dict[str, Any]:
        """Put a claim's value into the form that is recorded (`about 75` is `~75`); leave a wrong one to the rules."""
        one = self.state.vocabulary.properties.get(data["property"])
        if one is not None:
            try:
                data["value"] = values.read(one.value, data["value"])
            except BadInput:
                return data
        return data

    def _resolved(self, draft: Draft) -> dict[str, Any]:
        """Fill in the ids of the drafts that this one names by their place."""
        data = dict(draft.data)
        for name in REFERENCES.get(draft.type, ()):
            named = data.get(name)
            if isinstance(named, Ref):
                if not 0 <= named.place < len(self.recorded.ids):
                    raise BadInput(f"`{name}` names draft {named.place} of the batch, which does not come before it.")
                data[name] = self.recorded.ids[named.place]
                if not data[name] and self.problems:
                    raise _Unrecorded
        return data


class _Unrecorded(Exception):  # noqa: N818 - never leaves this module
    """A draft names one that was not recorded."""


def _normal(data: dict[str, Any]) -> dict[str, Any]:
    """Return the payload with every text in NFC. Raises BadInput for a text that cannot be recorded."""
    try:
        raw = orjson.dumps(data)
    except (TypeError, orjson.JSONEncodeError):
        raw = b"\\"
    if raw.isascii() and b"\\" not in raw and b"\x7f" not in raw and len(raw) <= canonical.MAX_BYTES:
        return data
    if b"\\" not in raw and canonical.is_normal(raw.decode()):
        return data
    return {_normal_value(key, 1): _normal_value(value, 1) for key, value in data.items()}


def _normal_value(value: Any, depth: int) -> Any:  # noqa: ANN401 - whatever a draft may hold
    if isinstance(value, str):
        return canonical.normal(value)
    if depth > canonical.MAX_DEPTH:
        raise BadInput(
            f"More than {canonical.MAX_DEPTH} lists and objects stand within one another.",
            hint="No event has need of more than four.",
        )
    if isinstance(value, dict):
        return {_normal_value(key, depth): _normal_value(one, depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normal_value(one, depth + 1) for one in value]
    return value
