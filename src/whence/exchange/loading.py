"""The rows of tables are recorded in one transaction or, by batches, each batch in its own: whole or not at all.

A row stands or falls as a whole. Whatever stops a load, it is known how far it came, and the same load run again
goes on: what is recorded is then known already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from whence import vocabulary
from whence.errors import BadData, BadInput
from whence.exchange.roster import Roster
from whence.exchange.rows import Rows, is_blank
from whence.projector import untold
from whence.recording import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from whence.drafts import Draft
    from whence.errors import Problem
    from whence.exchange.plan import Plan
    from whence.exchange.refused import Refused
    from whence.exchange.tables import Row, Table
    from whence.log import Writer
    from whence.projector import Progress
    from whence.recording import Recorded
    from whence.store import Store

__all__ = ["BadRows", "Loading"]

KEPT: Final = 1_000  # problems that are kept; the others are counted
SHOWN: Final = 20  # problems that are told; --json tells all that are kept
ENOUGH: Final = 10_000  # rows with problems after which the rest is not read: they have one cause
PREVIEWED: Final = 8  # claims shown of a dry run
EVERY: Final = 250  # rows between two words about the progress

# What a table makes besides claims; by the index that leaves claims out, so that a million of them are not read.
COUNTS: Final = (
    "SELECT type, count(*) FROM event WHERE type IN ('source.registered', 'source.graded', 'entity.declared')"
    " AND type <> 'claim.made' AND position >= :first AND position <= :last GROUP BY type"
)

_LINE: Final = re.compile(r":(\d+)")


class BadRows(BadData):
    """Rows with problems: the first of them are told, the others are counted."""

    def __init__(self, problems: Sequence[Problem], *, count: int, ending: str, hint: str = "") -> None:
        """Take the problems that were kept, how many there are, and what became of the load."""
        super().__init__(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if count > len(lines):
            lines.append(f"… and {count - len(lines):,} more.")
        self.message = "\n".join([*lines, ending])
        self.hint = hint
        self.args = (self.message,)


class _Undone(Exception):  # noqa: N818 - no error: it undoes the transaction of a dry run
    pass


@dataclass(slots=True)
class Loading:
    """A load of tables: what it is to do, and what has come of it so far."""

    store: Store
    tables: Sequence[Table]
    plan: Plan
    actor: str
    batch: int = 0
    dry_run: bool = False
    refused: Refused | None = None
    progress: Callable[[Loading], object] | None = None
    building: Progress = untold

    rows: int = 0
    bad_rows: int = 0
    silent: int = 0
    recorded: int = 0
    known: int = 0
    retracted: int = 0
    types: dict[str, int] = field(default_factory=dict)
    preview: list[Draft] = field(default_factory=list)
    preview_names: dict[str, str] = field(default_factory=dict)
    batches: int = 0
    committed_rows: int = 0
    all_read: bool = False
    _problems: list[Problem] = field(default_factory=list)
    _count: int = 0
    _roster: Roster | None = None
    _compiled: list[Rows] = field(default_factory=list)

    def run(self) -> None:
        """Record the tables. Raises BadRows with what is wrong with rows, and BadInput for a file that breaks off."""
        rows: Iterator[tuple[Rows, Row]] | None = None
        while not self.all_read:
            try:
                with self.store.writing(self.actor, much=not self._by_batches) as writer:
                    rows = rows or self._opened()
                    self._transaction(writer, rows)
            except _Undone:
                return
            except BadRows:
                raise
            except BadInput as error:
                if not self.committed_rows:
                    raise
                standing = self.standing()
                raise BadInput(error.message, hint=f"{standing[0].upper()}{standing[1:]} {error.hint}") from error
            self.batches += 1
            self.committed_rows = self.rows
            if self.refused is not None:
                self.refused.flush()

    def _transaction(self, writer: Writer, rows: Iterator[tuple[Rows, Row]]) -> None:
        """Record all rows, or a batch of them."""
        batch = Batch(self.store.connection, writer)
        self.roster.begin(batch.state.entity)
        if not self.batches:
            for compiled in self._compiled:
                if wrong := batch.together(compiled.opening()):
                    raise BadData(wrong)
                compiled.keep()
        before = self.rows
        for compiled, row in islice(rows, self.batch) if self._by_batches else rows:
            self._add(batch, compiled, row)
        self.all_read = not self._by_batches or self.rows - before < self.batch
        if self.progress is not None:
            self.progress(self)
        if self._problems and not self.dry_run:
            raise self._bad_rows()
        self._take(batch.finish(self.building))
        if self._problems:
            raise self._bad_rows()
        if self.dry_run:
            raise _Undone

    def _add(self, batch: Batch, rows: Rows, row: Row) -> None:
        """Append the drafts of a row, or refuse it."""
        self.rows += 1
        if self.progress is not None and not self.rows % EVERY:
            self.progress(self)
        try:
            drafts = rows.drafts(row)
            wrong = _caused(batch.together(drafts), drafts)
        except BadData as error:
            wrong = error.problems
        if wrong:
            rows.drop()
            self._refuse(row, wrong)
            return
        rows.keep()
        self.silent += not drafts and not is_blank(row)
        if self.dry_run and len(self.preview) < PREVIEWED:
            self._show(batch, drafts)

    def _show(self, batch: Batch, drafts: Sequence[Draft]) -> None:
        """Keep the first claims, with the names of their entities: a dry run leaves nothing to look them up in."""
        for draft in drafts:
            if draft.type == "claim.made" and len(self.preview) < PREVIEWED:
                self.preview.append(draft)
                for entity in (draft.data["subject"], draft.data["value"]):
                    if (told := batch.state.entity(entity)) is not None:
                        self.preview_names[entity] = told[1]

    @property
    def roster(self) -> Roster:
        """The entities that the rows name."""
        assert self._roster is not None  # noqa: S101 - there from the first row on
        return self._roster

    def notes(self) -> Iterator[str]:
        """Yield what whoever loads should know besides the counts."""
        for table in self.tables:
            if table.empty:
                yield f"{table.name} has a header and no row."
            if table.short:
                rows = f"{table.short:,} rows of {table.name} are" if table.short > 1 else f"A row of {table.name} is"
                yield f"{rows} shorter than the header: what is missing counts as empty."
        if self.silent:
            rows = f"{self.silent:,} rows say" if self.silent > 1 else "A row says"
            yield f"{rows} nothing that is asked for."
        for rows_ in self._compiled:
            yield from rows_.notes()
        if self._roster is not None and self._roster.renamed:
            times = f"{self._roster.renamed:,} rows give" if self._roster.renamed > 1 else "A row gives"
            first = self._roster.first_renamed
            yield f"{times} an entity another name than it is declared by, which stays: {first}."

    # --- Steps -------------------------------------------------------------------------------------------------

    @property
    def _by_batches(self) -> bool:
        return self.batch > 0 and not self.dry_run

    def _opened(self) -> Iterator[tuple[Rows, Row]]:
        """Compile the plan for every table and return their rows. Raises BadData where a column is missing."""
        self._roster = Roster(self.store.connection, vocabulary.read(self.store.connection))
        self._compiled = [Rows(self.plan, table, self._roster) for table in self.tables]
        return ((rows, row) for rows, table in zip(self._compiled, self.tables, strict=True) for row in table.rows())

    def _take(self, recorded: Recorded) -> None:
        """Count what a transaction recorded."""
        self.recorded += recorded.count
        self.known += recorded.known_count
        self.retracted += recorded.retracted_count
        if recorded.count:
            window = {"first": recorded.first, "last": recorded.last}
            found = dict(self.store.connection.execute(COUNTS, window))
            found["claim.made"] = recorded.count - sum(found.values())
            for type_, count in found.items():
                self.types[type_] = self.types.get(type_, 0) + count

    # --- Problems ----------------------------------------------------------------------------------------------

    def _refuse(self, row: Row, problems: Sequence[Problem]) -> None:
        self.bad_rows += 1
        if self.refused is not None:
            self.refused.add(row, problems)
        else:
            self._note(problems)
            if self.bad_rows > ENOUGH:
                raise self._bad_rows(more=True)

    def _note(self, problems: Sequence[Problem]) -> None:
        self._count += len(problems)
        self._problems.extend(problems[: KEPT - len(self._problems)])

    def _bad_rows(self, *, more: bool = False) -> BadRows:
        names = {table.name: place for place, table in enumerate(self.tables)}
        ordered = sorted(self._problems, key=lambda one: _order(one, names))
        count = f"{self._count:,} problem{'s' * (self._count != 1)} in {self.rows:,} row{'s' * (self.rows != 1)}"
        if more:
            count = f"More than {ENOUGH:,} rows with problems among the first {self.rows:,}: the rest was not read"
        ending = f"{count}; {self.standing()}"
        hint = (
            "" if self.refused is not None else "--skip-bad FILE records the good rows and writes the others to FILE."
        )
        return BadRows(ordered, count=self._count, ending=ending, hint=hint)

    def standing(self) -> str:
        """Return what of the load is on record where it ends before its end."""
        if not self.committed_rows or self.dry_run:
            return "nothing was recorded."
        batches = f"{self.batches:,} batch{'es' * (self.batches != 1)}"
        return (
            f"the first {self.committed_rows:,} rows are recorded, in {batches}, and nothing after them."
            " The same command goes on from there."
        )


def _caused(problems: list[Problem], drafts: Sequence[Draft]) -> list[Problem]:
    """Leave out that an entity is not there which the row would have declared, had nothing been wrong with that."""
    if len(problems) < 2:  # noqa: PLR2004 - one has no other as its cause
        return problems
    declared = {draft.data["entity"] for draft in drafts if draft.type == "entity.declared"}
    missing = {f"There is no entity `{entity}`." for entity in declared}
    return [one for one in problems if one.message not in missing] or problems


def _order(problem: Problem, names: dict[str, int]) -> tuple[int, int]:
    """Return where a problem stands: the file's place among the tables, and the line."""
    name = next((one for one in names if problem.where.startswith(f"{one}:")), "")
    found = _LINE.match(problem.where, len(name))
    return names.get(name, -1), int(found[1]) if found else 0
