"""A batch of drafts is recorded whole or not at all: checked, hashed, appended and projected in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import ValidationError

from whence import archive, canonical, projector, values
from whence.drafts import Capture, Draft, Ref
from whence.errors import BadData, BadInput, Problem
from whence.events import REFERENCES, payload, payload_problems
from whence.projector import untold
from whence.rules import asks_views, known, problems, source_id_problems
from whence.state import LogState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from whence.log import Writer
    from whence.projector import Progress

__all__ = ["Batch", "KnownAlready", "Recorded", "append_all"]

KEPT = 10_000  # ids of a batch that are kept: a Ref reaches that far, and no loader of registers uses one
OVERLAID = ("entity.declared", "source.registered")  # what later drafts of the same batch speak of
TOLD = 1_000  # problems that are told; a file with more has one cause


class KnownAlready(NamedTuple):
    """A draft that said what is on record already; `id` is the event that does, for a claim."""

    draft: Draft
    id: str | None = None
    retracted: bool = False


@dataclass(slots=True)
class Recorded:
    """What came of a batch: the positions it took, the id of each draft by its place, and what was known.

    `ids` and `known` hold the first of very many; the counts count all, `retracted_count` what is known as retracted.
    """

    first: int = 0
    last: int = 0
    ids: list[str] = field(default_factory=list)
    known: list[KnownAlready] = field(default_factory=list)
    known_count: int = 0
    retracted_count: int = 0

    @property
    def count(self) -> int:
        """How many events were recorded."""
        return self.last - self.first + 1 if self.last >= self.first > 0 else 0


def append_all(connection: sqlite3.Connection, writer: Writer, drafts: Iterable[Draft], *, anew: bool) -> Recorded:
    """Append what is new of the drafts, in order; advance the views. The caller holds the transaction.

    `anew` records a claim again that was retracted; otherwise such a claim is reported as known.
    Raises BadData with every problem of every draft, and then nothing may be committed.
    """
    batch = Batch(connection, writer, anew=anew)
    for draft in drafts:
        batch.add(draft)
    return batch.finish()


class Batch:
    """Drafts on their way into the log, within a transaction that the caller holds."""

    def __init__(self, connection: sqlite3.Connection, writer: Writer, *, anew: bool = False) -> None:
        """Take a writer that has appended nothing yet; `anew` as for `append_all`."""
        self.connection = connection
        self.state = LogState(connection, writer)
        self.advance = projector.Advance(connection, writer, self.state.vocabulary)
        self.writer = writer
        self.anew = anew
        self.problems: list[Problem] = []
        self.more_problems = 0
        self.recorded = Recorded()

    def add(self, draft: Draft) -> None:
        """Append one draft, or note what is wrong with it."""
        checked = self._checked(draft)
        if checked is None:
            self._keep("")
            return
        data, data_text = checked
        if asks_views(draft.type, data, self.state):
            self._advance()
        if draft.capture is not None:
            archive.put_bytes(self.connection, draft.capture.body)
            archive.put_text(self.connection, draft.capture.text, draft.capture.pages)
        if self._is_known(draft, data, data_text):
            if draft.capture is not None and draft.source is not None:
                self._look_up_again(draft.source, draft.capture)
            return
        wrong = problems(draft.type, draft.source, data, self.state)
        if wrong:
            self._note(draft, wrong)
            self._keep("")
            # Laid over the state all the same: what follows it should not be blamed for it.
            if draft.type in OVERLAID:
                self.state.add(draft.type, self.writer.position, draft.source, data, data_text)
            return
        self._append(draft, data, data_text)
        if draft.capture is not None and draft.source is not None:
            self._look_up_again(draft.source, draft.capture)

    def together(self, drafts: Sequence[Draft]) -> list[Problem]:
        """Append drafts that stand or fall together, as those of one row do, and return what is wrong with them.

        Of drafts with a problem nothing is appended, and the next ones do not see them. They may declare entities,
        register sources and make claims.
        """
        known = (self.recorded.known_count, self.recorded.retracted_count, len(self.recorded.known))
        found: list[Problem] = []
        ready: list[tuple[Draft, dict[str, Any], str]] = []
        said: set[tuple[str, str | None, str]] = set()
        for draft in drafts:
            noted, self.problems = self.problems, found
            checked = self._checked(draft)
            self.problems = noted
            if checked is None or self._is_known(draft, *checked):
                continue
            wrong = problems(draft.type, draft.source, checked[0], self.state)
            found.extend(_told_of(draft, wrong))
            if (draft.type, draft.source, checked[1]) not in said:
                said.add((draft.type, draft.source, checked[1]))
                ready.append((draft, *checked))
                if draft.type in OVERLAID:
                    self.state.add(draft.type, self.writer.position, draft.source, *checked)
        if found:
            self.recorded.known_count, self.recorded.retracted_count = known[:2]
            del self.recorded.known[known[2] :]
            for draft, data, _ in ready:
                self.state.forget(draft.type, draft.source, data)
            return found
        for one in ready:
            self._append(*one)
        return []

    def finish(self, progress: Progress = untold) -> Recorded:
        """Advance the views to what was appended, and tell how far it is. Raises BadData where a draft was wrong."""
        if self.problems:
            raise BadData(self.problems, more=self.more_problems)
        self.writer.close()
        if self.writer.position > self.writer.started_at:
            self.recorded.first, self.recorded.last = self.writer.started_at + 1, self.writer.position
            self.advance(progress)
        return self.recorded

    def _advance(self) -> None:
        """Let the views show all that was appended so far."""
        self.advance()
        self.state.look_again()

    def _append(self, draft: Draft, data: dict[str, Any], data_text: str) -> None:
        event = self.writer.append(draft.type, data_text, draft.source)
        self.state.add(draft.type, self.writer.position, draft.source, data, data_text)
        self._keep(event)

    def _checked(self, draft: Draft) -> tuple[dict[str, Any], str] | None:
        """Return the payload, its references filled in, and its canonical text; None where it is wrong, and noted."""
        # Before anything else is done with it: it may hold what no text can, and then nothing can be hashed.
        if draft.source is not None and (wrong := source_id_problems(draft.source)):
            self._note(draft, wrong)
            return None
        try:
            resolved = self._resolved(draft) if draft.type in REFERENCES else draft.data
            return self._plain(draft.type, resolved) or self._settled(
                draft.type, payload(draft.type, _normal(resolved))
            )
        except ValidationError:
            self._note(draft, payload_problems(draft.type, _normal(resolved)))
        except BadInput as error:
            self._note(draft, [Problem(error.message, hint=error.hint)])
        except _Unrecorded:
            pass  # What it names is wrong, and that has been told.
        return None

    def _plain(self, type_: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], str] | None:
        """Return what `_checked` does, where every text can be seen at once to be in its normal form; else None."""
        try:
            settled, text = self._settled(type_, payload(type_, data))
        except (ValidationError, TypeError):
            return None  # A text that is none may be to blame, and that is told better after a look at each.
        return (settled, text) if canonical.is_plain(text) else None

    def _settled(self, type_: str, data: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Put a claim's value into the form that is recorded (`about 75` is `~75`); leave a wrong one to the rules."""
        if type_ == "claim.made":
            one = self.state.vocabulary.properties.get(data["property"])
            if one is not None:
                # A wrong value stays as it is, and the rules say what is wrong with it.
                try:  # noqa: SIM105 - a context costs every claim half a microsecond
                    data["value"] = values.read(one.value, data["value"])
                except BadInput:
                    pass
        return data, canonical.settled(data)

    def _look_up_again(self, source: str, capture: Capture) -> None:
        """Say of every passage of the source's claims what became of it in a new text: an event each."""
        # Imported here: a batch without a capture needs none of it.
        from whence.evidence import checks  # noqa: PLC0415

        (before,) = self.connection.execute(
            "SELECT max(text_sha256) FROM source WHERE source = :source", {"source": source}
        ).fetchone()
        self._advance()
        given = len(self.recorded.ids)
        # Nothing can have moved in a text that is the one in force; but quotes may be older than its coming here.
        unplaced = before == capture.text_sha256
        for check in list(checks(self.connection, source, capture.text, capture.text_sha256, unplaced=unplaced)):
            self.add(check)
        # A Ref counts the drafts that were given, and these were not.
        del self.recorded.ids[given:]

    def _note(self, draft: Draft, found: list[Problem]) -> None:
        room = max(0, TOLD - len(self.problems))
        self.problems.extend(_told_of(draft, found[:room]))
        self.more_problems += max(0, len(found) - room)

    def _keep(self, event: str) -> None:
        if len(self.recorded.ids) < KEPT:
            self.recorded.ids.append(event)

    def _is_known(self, draft: Draft, data: Mapping[str, Any], data_text: str) -> bool:
        if draft.type == "claim.made" and draft.source is not None:
            if self.state.redefined:
                self._advance()  # The same claim is found by what the views show that its property is about.
            same = self.state.same_claim(draft.source, data, data_text)
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
        self.recorded.retracted_count += one.retracted
        if len(self.recorded.known) < KEPT:
            self.recorded.known.append(one)

    def _resolved(self, draft: Draft) -> dict[str, Any]:
        """Fill in the ids of the drafts that this one names by their place."""
        data = dict(draft.data)
        for name in REFERENCES.get(draft.type, ()):
            named = data.get(name)
            if isinstance(named, Ref):
                if len(self.recorded.ids) == KEPT <= named.place:
                    message = f"`{name}` names draft {named.place:,} of a batch, whose first {KEPT:,} can be named."
                    raise BadInput(message, hint="Record it in a batch of its own.")
                if not 0 <= named.place < len(self.recorded.ids):
                    raise BadInput(f"`{name}` names draft {named.place} of the batch, which does not come before it.")
                data[name] = self.recorded.ids[named.place]
                if not data[name] and self.problems:
                    raise _Unrecorded
        return data


class _Unrecorded(Exception):  # noqa: N818 - never leaves this module
    """A draft names one that was not recorded."""


def _told_of(draft: Draft, found: Iterable[Problem]) -> list[Problem]:
    """Return the problems of a draft, each with where the draft was read."""
    return [Problem(one.message, where=one.where or draft.where, hint=one.hint) for one in found]


def _normal(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload with every text in NFC. Raises BadInput for a text that cannot be recorded."""
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
