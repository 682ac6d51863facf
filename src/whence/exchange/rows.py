"""A row of a table becomes the drafts that its plan says, or an error with everything that is wrong with the row.

The plan is compiled once for each table; a row costs a few microseconds a claim and nothing of it is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.errors import BadData, BadInput, Problem
from whence.exchange.cells import ROW, Cell
from whence.exchange.plan import Reference, cells_of
from whence.exchange.row_claims import ClaimOf, EntityOf, NamedOf, SaidOf, Which
from whence.exchange.table_sources import Quotes, Sources
from whence.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from whence.drafts import Draft
    from whence.exchange.plan import Claim, Entity, Named, Plan, Said
    from whence.exchange.roster import Roster
    from whence.exchange.tables import Row, Table

__all__ = ["Rows", "is_blank", "place"]


def place(name: str, row: Row) -> str:
    """Return where a row stands: file and line, and its number where that is another."""
    return f"{name}:{row.line}" if row.line == row.number else f"{name}:{row.line} (row {row.number})"


class Rows:
    """Makes the drafts of one table's rows. `keep` or `drop` each row before the next is asked for."""

    def __init__(self, plan: Plan, table: Table, roster: Roster) -> None:
        """Compile the plan for the table. Raises BadData where the table has not the columns that the plan names."""
        self._plan = plan
        self._table = table
        self._roster = roster
        self._quotes = Quotes(roster.connection)
        self._problems: list[Problem] = []
        self._shared: dict[int, SaidOf] = {}  # by the identity of what the plan holds: those of the defaults
        self._check_constants()
        self._sources = self._compiled_sources()
        self._blocks = [self._block(entity) for entity in plan.entities]
        if self._problems:
            raise BadData(sorted(self._problems, key=lambda one: int(one.where.rpartition(":")[2])))
        # An object may leave a key out, so that what is misspelt is known only at the end.
        named = {name.partition(".")[0] for cell in cells_of(plan) for name in cell.columns if name != ROW}
        self._unseen = named if table.form == "jsonl" and not plan.own else set()

    def notes(self) -> Iterator[str]:
        """Yield what whoever loads should know of the columns."""
        for name in sorted(self._unseen):
            near = did_you_mean(name, self._table.columns)
            yield f"No row of {self._table.name} has `{name}`, which the mapping names.{' ' * bool(near)}{near}"

    def opening(self) -> list[Draft]:
        """Return the drafts that come before the first row. Raises BadData with what is wrong with them."""
        line = 0 if self._plan.source is None else self._plan.source.line
        where = f"{self._plan.name}:{line}"
        try:
            return self._sources.opening(where)
        except BadInput as error:
            raise BadData([Problem(error.message, where=where, hint=error.hint)]) from None

    def drafts(self, row: Row) -> list[Draft]:
        """Return the drafts of a row, none where it says nothing. Raises BadData with everything wrong with it."""
        where = place(self._table.name, row)
        if self._unseen:
            self._unseen.difference_update(row.cells)
        if row.wrong is not None:
            raise BadData([Problem(row.wrong.message, where=where, hint=row.wrong.hint)])
        problems: list[Problem] = []
        source, registered = self._registered(row, where, problems)
        ids = {block.key: self._identified(block, row, source, where, problems) for block in self._blocks}
        claims: list[Draft] = []
        for block in self._blocks:
            subject = ids[block.key]
            for claim in () if subject is None else block.claims:
                try:
                    claim.add(claims, row, subject or "", source=source, ids=ids, where=where)
                except BadInput as error:
                    # What the defaults say is wrong with each claim of the row in the same way.
                    if all(problem.message != error.message for problem in problems):
                        problems.append(Problem(error.message, where=where + claim.suffix, hint=error.hint))
        if problems:
            if is_blank(row):
                self.drop()
                return []
            raise BadData(problems)
        return [*registered, *self._roster.drafts, *claims]

    def _registered(self, row: Row, where: str, problems: list[Problem]) -> tuple[str, list[Draft]]:
        try:
            return self._sources.of(row, where)
        except BadInput as error:
            problems.append(Problem(error.message, where=where, hint=error.hint))
            return "", []

    def _identified(self, block: EntityOf, row: Row, source: str, where: str, problems: list[Problem]) -> str | None:
        """Return the id of an entity of the row; None where it has none, and a problem where that loses values."""
        try:
            found = block.identify(row, source, where)
        except BadInput as error:
            problems.append(Problem(error.message, where=where, hint=error.hint))
            return None
        if found is None and (lost := next((claim for claim in block.claims if claim.has_value(row)), None)):
            message = f"The row does not name its {block.key.replace('_', ' ')}, and says something of it."
            hint = "Fill in the cell, or empty the others that say something of it."
            problems.append(Problem(message, where=where + lost.suffix, hint=hint))
        return found

    def keep(self) -> None:
        """Count what the row declared as declared."""
        self._sources.keep()
        self._roster.keep()

    def drop(self) -> None:
        """Forget what the row declared."""
        self._sources.drop()
        self._roster.drop()

    # --- Compiling -------------------------------------------------------------------------------------------

    def _check_constants(self) -> None:
        """Note a constant text that is called like a column: most often its cells are meant."""
        columns = set(self._table.columns)
        for cell in cells_of(self._plan):
            text = cell.constant
            if text is not None and not cell.exact and text in columns:
                message = f"`{text}` is a column of {self._table.name}."
                hint = (
                    f"Write {{column: {text}}} for what stands in it, or {{text: {text}}} for these words themselves."
                )
                self._problems.append(Problem(message, where=f"{self._plan.name}:{cell.line}", hint=hint))

    def _compiled_sources(self) -> Sources:
        """Compile where the source stands. Raises BadInput where none is named, or none of that name is there."""
        try:
            return Sources(self._plan, self._roster, self._bind)
        except BadInput as error:
            if self._plan.source is None or not self._plan.source.line:
                raise
            where = f"{self._plan.name}:{self._plan.source.line}"
            raise BadData([*self._problems, Problem(error.message, where=where, hint=error.hint)]) from None

    def _bind(self, cell: Cell) -> Callable[[Row], str]:
        try:
            return cell.bind(self._table, self._plan.empty)
        except BadInput as error:
            self._problems.append(Problem(error.message, where=f"{self._plan.name}:{cell.line}", hint=error.hint))
            return lambda _row: ""

    def _bind_all(self, cell: Cell) -> Callable[[Row], Sequence[str]]:
        try:
            return cell.bind_all(self._table, self._plan.empty)
        except BadInput as error:
            self._problems.append(Problem(error.message, where=f"{self._plan.name}:{cell.line}", hint=error.hint))
            return lambda _row: ()

    def _block(self, entity: Entity) -> EntityOf:
        claims = [self._claim(claim) for claim in entity.claims]
        get_type, get_id, get_name = (
            None if cell is None else self._bind(cell) for cell in (entity.type, entity.id, entity.name)
        )
        named = None if entity.named is None else self._named(entity.named, ())
        return EntityOf(entity.key, self._roster, type_=get_type, id_=get_id, name=get_name, named=named, claims=claims)

    def _named(self, named: Named, types: tuple[str, ...]) -> NamedOf:
        create = None if named.create is None else self._bind(named.create)
        return NamedOf(self._roster, self._bind_all(named.cell), create, types)

    def _claim(self, claim: Claim) -> ClaimOf:
        reference, named = "", None
        if isinstance(claim.value, Reference):
            reference = claim.value.entity
        else:
            types = () if isinstance(claim.property, Cell) else claim.property.value_of
            named = self._named(claim.value, types)
        said = self._said(claim.said)
        suffix = _suffix(claim)
        if isinstance(claim.property, Cell):
            which = Which(self._roster.vocabulary, self._bind(claim.property))
            return ClaimOf(which, reference, named, said, suffix)
        return ClaimOf(claim.property, reference, named, said, suffix)

    def _said(self, said: Said) -> SaidOf:
        if id(said) in self._shared:
            return self._shared[id(said)]
        self._shared[id(said)] = compiled = SaidOf(
            texts={key: self._bind(cell) for key, cell in said.texts.items()},
            fixed=frozenset(key for key, cell in said.texts.items() if cell.constant is not None),
            when={key: self._bind(cell) for key, cell in said.when.items()},
            when_changing=said.when_changing,
            speaker=None if said.speaker is None else [self._named(one, ()) for one in said.speaker],
            qualifiers=[(one, self._named(named, one.value_of)) for one, named in said.qualifiers],
            quotes=self._quotes,
        )
        return compiled


def is_blank(row: Row) -> bool:
    """Tell whether no cell of a row holds anything, as in those that a spreadsheet leaves at the end."""
    return type(row.cells) is list and not any(cell.strip() for cell in row.cells)


def _suffix(claim: Claim) -> str:
    """Return the columns that a claim is made of, for the place of what is wrong with it."""
    found = dict.fromkeys(name for cell in claim.cells() for name in cell.columns if name != ROW)
    if not found or len(found) > 3:  # noqa: PLR2004 - more would not help to find it
        return ""
    return f", column{'s' * (len(found) > 1)} {', '.join(found)}"
