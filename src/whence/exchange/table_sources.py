"""The source of each row of a table: one that is on record, or one that the row registers, once for each id.

A second row may not say anything else of a source than the first: nothing is decided silently.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from whence import archive, evidence, names
from whence.drafts import Draft
from whence.errors import BadInput
from whence.exchange.roster import id_of
from whence.remembered import Remembered

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from whence.exchange.cells import Cell
    from whence.exchange.plan import Plan
    from whence.exchange.roster import Roster
    from whence.exchange.tables import Row

__all__ = ["Quotes", "Sources"]

KIND: Final = "register"
GRADE_REASON: Final = "graded when registered"
TEXTS: Final = ("kind", "title", "url", "author", "published", "updated", "language", "handling", "reason")
REMEMBERED: Final = 50_000  # sources
TEXTS_REMEMBERED: Final = 8  # each may be large
SEARCHED: Final = 50  # unknown sources for which near ones are searched

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,199}")
_QUERY: Final = (
    "SELECT data FROM event WHERE source = :source AND type = :type AND type <> 'claim.made' ORDER BY position"
)


class Sources:
    """Finds the source of each row, and drafts its registration."""

    def __init__(self, plan: Plan, roster: Roster, bind: Callable[[Cell], Callable[[Row], str]]) -> None:
        """Compile what the plan says of sources for the table."""
        self._connection: sqlite3.Connection = roster.connection
        self._roster = roster
        self._known: Remembered[str, int] = Remembered(REMEMBERED)
        self._open: tuple[str, int] | None = None
        self._named: Remembered[str, str | BadInput] = Remembered(REMEMBERED)
        self._misses = 0
        source = plan.source
        if source is None:
            raise BadInput(
                "No source is named, and every fact needs one.",
                hint="Write `source:` into the mapping, or name one that is on record with --source.",
            )
        if source.named is not None and (constant_id := source.named.constant) is not None:
            self._on_record(constant_id)
        self._get_named = None if source.named is None else bind(source.named)
        self._texts = {key: bind(cell) for key, cell in source.texts.items()}
        self._publisher = None if source.publisher is None else bind(source.publisher.cell)
        create = None if source.publisher is None else source.publisher.create
        self._create = None if create is None else bind(create)
        self._derived = [bind(cell) for cell in source.derived_from]
        constant = all(cell.constant is not None for cell in source.texts.values())
        constant &= source.publisher is None or source.publisher.cell.constant is not None
        self._constant = constant and source.named is None
        self._kind = KIND if self._constant else "article"

    def opening(self, where: str) -> list[Draft]:
        """Return the drafts that register a source which is the same for every row; none where rows name theirs."""
        if not self._constant:
            return []
        no_row: Any = None  # A constant text looks at none.
        _, found = self.of(no_row, where)
        self.keep()
        return found

    def of(self, row: Row, where: str) -> tuple[str, list[Draft]]:
        """Return the id of the row's source, and the drafts that register it. Raises BadInput where it has none."""
        if self._get_named is not None:
            return self._on_record(self._get_named(row)), []
        if self._constant and self._known:
            return next(iter(self._known)), []
        texts = {key: text for key, get in self._texts.items() if (text := get(row))}
        if "id" not in texts:
            raise BadInput("The row names no source, and every fact needs one.")
        source = texts["id"] if _ID.fullmatch(texts["id"]) else id_of(texts["id"])
        publisher = "" if self._publisher is None else self._publisher(row)
        said = hash((tuple(texts.items()), publisher, *(get(row) for get in self._derived)))
        if source in self._known:
            if self._known[source] != said:
                message = f"The row says other things of the source `{source}` than a row before it."
                raise BadInput(message, hint="Leave out of the mapping what differs, or give it another id.")
            return source, []
        self._open = (source, said)
        return source, self._registered(row, source, texts, publisher, where)

    def keep(self) -> None:
        """Count the source of the open row as registered."""
        if self._open is not None:
            self._known.keep(*self._open)
            self._open = None

    def drop(self) -> None:
        """Forget the source of the open row."""
        self._open = None

    def _registered(self, row: Row, source: str, texts: dict[str, str], publisher: str, where: str) -> list[Draft]:
        data: dict[str, Any] = {"kind": self._kind, **{key: texts[key] for key in TEXTS if key in texts}}
        if "handling" in data:
            data["handling"] = data["handling"].upper()
        if "title" not in data:
            raise BadInput(f"The source `{source}` has no title.", hint="The cell of its `title` is empty.")
        found: list[Draft] = []
        if publisher:
            before = len(self._roster.drafts)
            create = "" if self._create is None else self._roster.type(self._create(row))
            types = ("organization", "person")
            data["publisher"] = self._roster.by_name(publisher, types, create, source=None, where=where)
            # Declared before the source that names it.
            found += self._roster.drafts[before:]
            del self._roster.drafts[before:]
        if derived := [self._on_record(text) for get in self._derived if (text := get(row))]:
            data["derived_from"] = derived
        registered = [Draft("source.registered", data, source=source, where=where)]
        if "grade" in texts:
            graded = {"grade": texts["grade"].upper(), "reason": texts.get("grade_reason", GRADE_REASON)}
            registered.append(Draft("source.graded", graded, source=source, where=where))
        return found + [draft for draft in registered if self._is_fresh(draft)]

    def _is_fresh(self, draft: Draft) -> bool:
        """Tell whether this was not said of the source before and revised since: loading again undoes nothing."""
        rows = self._connection.execute(_QUERY, {"source": draft.source, "type": draft.type})
        earlier = [orjson.loads(row[0]) for row in rows]
        return draft.data not in earlier[:-1] or draft.data == earlier[-1]

    def _on_record(self, text: str) -> str:
        """Return the id of a source that is there, by its id or title."""
        if not text:
            raise BadInput("The row names no source, and every fact needs one.")
        found = self._named.get(text)
        if found is None:
            try:
                found = names.source(self._connection, text, near=self._misses < SEARCHED)
            except BadInput as error:
                self._misses += 1
                found = error
            self._named.keep(text, found)
        if isinstance(found, BadInput):
            raise BadInput(found.message, hint=found.hint)
        return found


class Quotes:
    """Looks quotes up in the captured texts of their sources, the last few of which are kept."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take up the store."""
        self._connection = connection
        self._texts: Remembered[str, tuple[str, str, Sequence[int]]] = Remembered(TEXTS_REMEMBERED)
        self._without: Remembered[str, None] = Remembered(REMEMBERED)  # sources of which no text is archived

    def passage(self, source: str, quote: str) -> dict[str, Any]:
        """Return the passage of a quote: with its place, where the source's text is archived.

        Raises BadInput where the text does not have it, or has it in several places.
        """
        if source in self._without:
            return {"exact": quote}
        there = self._texts.get(source)
        if there is None:
            there = self._text(source)
            if there is None:
                self._without.keep(source, None)
                return {"exact": quote}
            self._texts.keep(source, there)
        try:
            return evidence.passage_in(there[0], there[1], quote, source=source, pages=there[2])
        except BadInput as error:
            hint = error.hint.replace("Choose one with --nth N, or with --prefix or --suffix.", "Quote more words.")
            raise BadInput(error.message, hint=hint) from None

    def _text(self, source: str) -> tuple[str, str, Sequence[int]] | None:
        query = "SELECT text_sha256 FROM source WHERE source = :source"
        row = self._connection.execute(query, {"source": source}).fetchone()
        capture = None if row is None else row[0]
        text = archive.text(self._connection, capture)
        if capture is None or text is None:
            return None
        return text, capture, archive.pages(self._connection, capture)
