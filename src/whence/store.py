"""The door to a store: open it, record what sources say, read what follows from it.

Everything recorded is durable when the call returns, and every view shows it. Reading imports neither
pydantic nor sqlite-utils.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from whence import audit, database, log, projector, reading
from whence.errors import BadInput, DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from types import TracebackType

    from whence.audit import Audit
    from whence.drafts import Capture, Draft
    from whence.log import Head, Writer
    from whence.reading import Fact
    from whence.recording import Recorded

__all__ = ["Store"]

LITTLE = 100_000  # events: what a store of fewer would show to readers meanwhile is no reason to load it more slowly


class Store:
    """An open store. Use it as a context manager, or call `close`."""

    def __init__(self, path: Path, connection: database.Connection, *, clock: Callable[[], datetime] = log.now) -> None:
        """Take an open connection; use `open` or `create`."""
        self.path = path
        self.connection = connection
        self._clock = clock
        self._upto: int | None = None

    @classmethod
    def open(cls, path: Path | str, *, write: bool = False, clock: Callable[[], datetime] = log.now) -> Self:
        """Open the store at `path`. Raises DatabaseError where it is none or cannot be used."""
        connection = database.connect(path, write=write)
        store = cls(Path(path), connection, clock=clock)
        with database.told(path):
            if projector.stale(connection):
                if not write:
                    connection.close()
                    raise DatabaseError(
                        f"The views of {path} were made by another version of whence.",
                        hint="Bring them up to date with `whence rebuild`.",
                    )
                store.rebuild()
        return store

    @classmethod
    def create(cls, path: Path | str, *, clock: Callable[[], datetime] = log.now) -> Self:
        """Make a new store without a vocabulary. Raises DatabaseError where something is at `path` already."""
        # Imported here: only a new store is migrated, and sqlite-utils costs 60 ms.
        from whence.migrations import migrate  # noqa: PLC0415

        path = Path(path)
        database.check_free(path)
        # Built beside its place and put there whole: of two that are made at once, one is there and complete.
        new = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            with contextlib.closing(database.create(new)) as connection:
                with database.told(path):
                    migrate(connection)
                with database.writing(connection, path):
                    projector.rebuild(connection, upto=0)
            database.place(new, path)
        finally:
            for ending in ("", "-wal", "-shm", "-journal"):
                new.with_name(new.name + ending).unlink(missing_ok=True)
        return cls(path, database.connect(path, write=True), clock=clock)

    def record(self, drafts: Iterable[Draft], *, actor: str, anew: bool = False) -> Recorded:
        """Record what is new of the drafts in one transaction, durable when this returns.

        `anew` records a claim again that was retracted; otherwise it counts as known. Raises BadData with
        every problem of the batch, DatabaseError where the file cannot be written; then nothing is recorded.
        """
        # Imported here: reading must not pay for pydantic.
        from whence.recording import append_all  # noqa: PLC0415

        with self.writing(actor) as writer:
            return append_all(self.connection, writer, drafts, anew=anew)

    def facts(
        self,
        entity: str | None = None,
        *,
        property: str | None = None,
        status: str | None = None,
        limit: int = 1_000,
    ) -> list[Fact]:
        """Return facts: of an entity (by id) in the vocabulary's order, or of all; of one property or status."""
        if entity is None:
            return reading.facts(self.connection, property=property, status=status, limit=limit)
        found = reading.facts_about(self.connection, entity, property=property, limit=limit)
        return [one for one in found if status is None or one.status == status]

    def why(self, fact: str) -> Audit | None:
        """Return the audit of a fact by its id: the rule, and every claim for and against; None where there is none."""
        return audit.why(self.connection, fact, upto=audit.EVER if self._upto is None else self._upto)

    @contextlib.contextmanager
    def as_of(self, moment: int | str, *, entity: str | None = None) -> Iterator[Self]:
        """Give the store as it stood at a position or a moment (UTC), to be read like this one.

        With an `entity` only what bears on it is there, in milliseconds; without, everything, and it takes as
        long as a rebuild. Raises BadInput for what is no position and no moment of the log.
        """
        # Imported here: only the past needs it, which no command that records reads.
        from whence import past  # noqa: PLC0415

        connection = past.connect(self.path)
        try:
            with database.told(self.path):
                upto = past.position_of(connection, str(moment))
                if entity is None:
                    past.shadow(connection, upto)
                else:
                    past.shadow_entity(connection, entity, upto)
            then = type(self)(self.path, connection, clock=self._clock)
            then._upto = upto  # noqa: SLF001 - its own class
            yield then
        finally:
            connection.close()

    def attach(self, source: str, captured: Capture, *, actor: str | None = None) -> str:
        """Archive a text, or the bytes, that the log has only the hash of; return the hash of the text.

        Where an `actor` is named and it is the source's last text, what was quoted while it was not here is looked
        up in it, and recorded is what became of each passage. Raises BadInput where no capture of the source has that
        hash: then it is another text.
        """
        from whence import archive, evidence  # noqa: PLC0415 - as in `record`
        from whence.recording import append_all  # noqa: PLC0415

        keys = (archive.sha256(captured.body), archive.sha256(captured.text))
        rows = self.connection.execute(
            "SELECT data ->> 'sha256', data ->> 'text_sha256' FROM event"
            " WHERE source = :source AND type = 'source.captured' AND type <> 'claim.made'",
            {"source": source},
        ).fetchall()
        if not rows:
            raise BadInput(f"Nothing was captured of {source}.", hint="`whence source capture` captures it.")
        if not any(keys[0] == row[0] or keys[1] == row[1] for row in rows):
            listed = ", ".join(row[1][:12] for row in rows)
            raise BadInput(
                f"This is not the text that was captured of {source}: its SHA-256 begins {keys[1][:12]}.",
                hint=f"The log has {listed}. To record it as a later version use `whence source capture`.",
            )
        with database.writing(self.connection, self.path):
            if any(keys[0] == row[0] for row in rows):
                archive.put_bytes(self.connection, captured.body)
            if any(keys[1] == row[1] for row in rows):
                archive.put_text(self.connection, captured.text, captured.pages)
                last = reading.source(self.connection, source)
                if actor is not None and last is not None and last.text_sha256 == keys[1]:
                    drafts = list(evidence.checks(self.connection, source, captured.text, keys[1], unplaced=True))
                    writer = log.Writer(self.connection, actor=actor, clock=self._clock)
                    append_all(self.connection, writer, drafts, anew=False)
        return keys[1]

    @contextlib.contextmanager
    def writing(self, actor: str, *, much: bool = False) -> Iterator[Writer]:
        """Open the one write transaction and give its writer; undone on any error.

        Where `much` may be recorded, a hundred thousand events or more, memory is spared at the cost of a moment; a
        store that holds little is written in place, and who wants to read it meanwhile has to wait.
        """
        with contextlib.ExitStack() as prepared:
            if much:
                prepared.enter_context(database.on_disk(self.connection))
                if self.head().position < LITTLE:
                    prepared.enter_context(database.in_place(self.connection))
            prepared.enter_context(database.writing(self.connection, self.path))
            writer = log.Writer(self.connection, actor=actor, clock=self._clock)
            yield writer
            database.write_ahead(self.connection, writer.position - writer.started_at)

    def rebuild(self) -> int:
        """Make every view anew from the log; return the position reached."""
        with database.on_disk(self.connection), database.writing(self.connection, self.path):
            upto = log.head(self.connection).position
            projector.rebuild(self.connection, upto=upto)
        return upto

    def head(self) -> Head:
        """Return the head of the log."""
        return log.head(self.connection)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
