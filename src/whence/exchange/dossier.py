"""A dossier, one source's facts in YAML, becomes drafts, or an error that tells every problem with its line.

It names things as people do; what is typed stays as it was typed. A claim that is known already is a draft
all the same: recording tells that it is known.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from whence import archive, names, values
from whence.drafts import Draft
from whence.errors import BadInput, Problem
from whence.exchange.capture import from_file
from whence.exchange.cast import Cast
from whence.exchange.dossier_claims import Claims
from whence.exchange.fields import Fields
from whence.exchange.yaml_lines import Mapped, Scalar, Sheet, parse, text_of
from whence.rules import known, problems
from whence.state import LogState
from whence.vocabulary import named

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from whence.exchange.yaml_lines import Node
    from whence.vocabulary import Vocabulary

__all__ = ["drafts"]

SECTIONS: Final = ("source", "defaults", "entities", "facts")
SOURCE: Final = (
    "id", "kind", "title", "publisher", "url", "author", "published", "updated", "language", "derived_from",
    "handling", "grade", "grade_reason", "capture", "text", "reason",
)  # fmt: skip
CAPTURE: Final = ("sha256", "text_sha256", "media_type", "size", "retrieved_at", "url")
ENTITY: Final = ("type", "id", "reason")
KIND: Final = "article"
GRADE_REASON: Final = "graded when registered"

_SOURCE_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,199}")
_QUERY: Final = (
    "SELECT data FROM event WHERE source = :source AND type = :type AND type <> 'claim.made' ORDER BY position"
)


def drafts(
    path_or_text: Path | str,
    connection: sqlite3.Connection,
    vocabulary: Vocabulary,
    *,
    name: str = "",
    before: Iterable[Draft] = (),
) -> list[Draft]:
    """Return the drafts of a dossier: declarations, the source, its capture and grade, and the claims.

    A `Path` is a file to read, a `str` the text itself; `name` is what stands before the line in `where`
    (the path, where it is left out). `before` are drafts of the same batch that are recorded first, such as
    those of other dossiers. Raises BadInput where the file cannot be read, and BadData with every problem: of
    the form, of the names, and then also what the rules have against the rest.
    """
    text = text_of(path_or_text) if isinstance(path_or_text, Path) else path_or_text
    sheet = Sheet(name or (str(path_or_text) if isinstance(path_or_text, Path) else "dossier"))
    root = parse(text, sheet)
    if isinstance(root, Mapped):
        earlier = list(before)
        folder = path_or_text.parent if isinstance(path_or_text, Path) else Path()
        reader = _Dossier(sheet, connection, vocabulary, earlier, folder)
        found = reader.read(root)
        if not sheet.problems:
            return found
        reader.check([*earlier, *found])
    elif root is not None:
        sheet.note(root.line, "A dossier is a mapping.", "Write `source:` and `facts:`.")
    sheet.refuse()
    return []


class _Dossier:
    def __init__(
        self, sheet: Sheet, connection: sqlite3.Connection, vocabulary: Vocabulary, before: list[Draft], folder: Path
    ) -> None:
        self.folder = folder
        self.sheet = sheet
        self.connection = connection
        self.vocabulary = vocabulary
        self.earlier = {
            draft.source: draft.data for draft in before if draft.type == "source.registered" and draft.source
        }
        self.cast = Cast(sheet, connection, vocabulary, before)

    def read(self, root: Mapped) -> list[Draft]:
        sections = Fields(root, self.sheet, SECTIONS, what="a dossier")
        about = sections.mapped("source")
        if about is None and not self.sheet.problems:
            self.sheet.note(root.line, "The dossier has no `source`.", "Every fact needs one: say where this was read.")
        entities, facts = sections.mapped("entities"), sections.mapped("facts")
        self._declare(entities, facts)
        source, registered, publisher = self._source(about) if about else ("", [], None)
        # A passage is of the capture that the dossier brings, else of the one that the source has.
        brought = [draft for draft in registered if draft.type == "source.captured"]
        capture = brought[0].data.get("text_sha256") if brought else self._captured(source)
        read = brought[0].capture if brought else None
        claims = Claims(
            self.sheet,
            self.cast,
            self.vocabulary,
            source=source,
            capture=capture,
            text=read.text if read else archive.text(self.connection, capture),
            pages=read.pages if read else archive.pages(self.connection, capture),
            defaults=sections.mapped("defaults"),
        )
        made = list(self._claims(facts, claims)) if facts else []
        first, rest = self.cast.drafts(source or None, publisher)
        return [*first, *(self._fresh(registered)), *rest, *made]

    # --- Entities and claims -----------------------------------------------------------------------------------

    def _declare(self, entities: Mapped | None, facts: Mapped | None) -> None:
        for name, node in entities.entries if entities else ():
            if isinstance(node, Scalar) and node.text:
                self.cast.declare(name, node, None, None)
            elif isinstance(node, Mapped):
                fields = Fields(node, self.sheet, ENTITY, what="an entity")
                self._declare_one(name, fields.node("type"), fields.node("id"), fields.text("reason"))
            else:
                self._declare_one(name, None, None, None)
        for name, node in facts.entries if facts else ():
            keys = {named(key.text): value for key, value in node.entries} if isinstance(node, Mapped) else {}
            if "type" in keys:
                self._declare_one(name, keys["type"], keys.get("id"), None)
            elif "id" in keys:
                message = f"`{name.text}` has an `id` and no `type`."
                self.sheet.note(name.line, message, "Add its `type`, or name it by its id.")

    def _declare_one(self, name: Scalar, type_: Node | None, given: Node | None, reason: str | None) -> None:
        if not isinstance(type_, Scalar) or not type_.text:
            hint = f"It is one of {', '.join(self.vocabulary.types)}."
            self.sheet.note(name.line if type_ is None else type_.line, f"`{name.text}` has no `type`.", hint)
        elif given is not None and not isinstance(given, Scalar):
            self.sheet.note(given.line, f"The `id` of `{name.text}` is no text.", "Write one id.")
        else:
            self.cast.declare(name, type_, given, reason)

    def _claims(self, facts: Mapped, claims: Claims) -> Iterator[Draft]:
        for name, node in facts.entries:
            if not isinstance(node, Mapped):
                self.sheet.note(name.line, f"Nothing is said of `{name.text}`.", "Write its properties below it.")
                continue
            given = [value for key, value in node.entries if named(key.text) == "id" and isinstance(value, Scalar)]
            subject = self.cast.find(Scalar(given[0].text if given else name.text, name.line))
            for key, value in node.entries:
                if named(key.text) not in ("type", "id"):
                    yield from claims.of(subject, key, value)

    # --- The source --------------------------------------------------------------------------------------------

    def _source(self, about: Mapped) -> tuple[str, list[Draft], str | None]:
        """Return the source's id, its drafts and its publisher's id."""
        fields = Fields(about, self.sheet, SOURCE, what="a source")
        data: dict[str, Any] = {"kind": fields.text("kind") or KIND, "title": fields.text("title")}
        for key in ("url", "author", "language", "reason"):
            data[key] = fields.text(key)
        for key in ("published", "updated"):
            data[key] = fields.date(key)
        handling = fields.text("handling")
        data["handling"] = handling and handling.strip().upper()
        publisher = fields.text("publisher")
        if publisher is not None:
            named_one = Scalar(publisher, fields.line_of("publisher"))
            data["publisher"] = self.cast.find(named_one, ("organization", "person")) or self.cast.stand_in(())
        if derived := fields.scalars("derived_from"):
            data["derived_from"] = [one for text in derived if (one := self._root(text)) is not None]
        if data["title"] is None:
            if "title" not in fields:
                self.sheet.note(about.line, "The source has no `title`.")
            data["title"] = "unresolved"
        data = {key: value for key, value in data.items() if value}
        source = self._id(fields, data)
        found = [Draft("source.registered", data, source=source, where=self.sheet.where(about.line))]
        found.extend(self._judged(fields, source, data.get("url")))
        return source, found, data.get("publisher")

    def _id(self, fields: Fields, data: dict[str, Any]) -> str:
        given = fields.text("id")
        if given is not None:
            if not _SOURCE_ID.fullmatch(given):
                hint = f"An id is small letters, digits and hyphens, such as {values.slug(given)}."
                self.sheet.note(fields.line_of("id"), f"`{given}` is no id of a source.", hint)
            return given

        def is_another(one: str) -> bool:
            rows = self.connection.execute(_QUERY, {"source": one, "type": "source.registered"})
            there = [orjson.loads(row[0]) for row in rows]
            there.extend(data for source, data in self.earlier.items() if source == one)
            mine = (data["title"], data.get("publisher"))
            return bool(there) and not any((each["title"], each.get("publisher")) == mine for each in there)

        published = data.get("published", "")
        return names.source_id(
            is_another, title=data["title"], publisher=data.get("publisher", ""), published=published
        )

    def _judged(self, fields: Fields, source: str, address: str | None) -> Iterator[Draft]:
        """Yield the capture and the grade; of a web archive the page of the source's address is captured."""
        capture = fields.mapped("capture")
        if capture is not None:
            found = Fields(capture, self.sheet, CAPTURE, what="a capture")
            data = {key: found.number(key) if key == "size" else found.text(key) for key in CAPTURE}
            said = {key: value for key, value in data.items() if value is not None}
            yield Draft("source.captured", said, source=source, where=self.sheet.where(capture.line))
        file = fields.text("text")
        if file is not None and capture is not None:
            self.sheet.note(
                fields.line_of("text"), "A source has a `text` or a `capture` of hashes, not both.", "Keep one."
            )
        elif file is not None:
            try:
                read = from_file(self.folder / file, address=address).capture
                yield read.draft(source, where=self.sheet.where(fields.line_of("text")))
            except BadInput as error:
                self.sheet.note(fields.line_of("text"), error.message, error.hint)
        grade, reason = fields.text("grade"), fields.text("grade_reason")
        if grade is not None:
            judged = {"grade": grade.strip().upper(), "reason": reason or GRADE_REASON}
            yield Draft("source.graded", judged, source=source, where=self.sheet.where(fields.line_of("grade")))
        elif reason is not None:
            self.sheet.note(fields.line_of("grade_reason"), "There is a `grade_reason` and no `grade`.", "Add it.")

    def _root(self, text: Scalar) -> str | None:
        if text.text in self.earlier:
            return text.text
        try:
            return names.source(self.connection, text.text)
        except BadInput as error:
            self.sheet.note(text.line, error.message, error.hint)
            return None

    def _captured(self, source: str) -> str | None:
        row = self.connection.execute(
            "SELECT text_sha256 FROM source WHERE source = :source", {"source": source}
        ).fetchone()
        return None if row is None else row[0]

    def _fresh(self, found: list[Draft]) -> Iterator[Draft]:
        """Yield what was not said of the source before and revised since: loading a file again undoes nothing."""
        for draft in found:
            rows = self.connection.execute(_QUERY, {"source": draft.source, "type": draft.type})
            earlier = [orjson.loads(row[0]) for row in rows]
            if draft.data not in earlier[:-1] or draft.data == earlier[-1]:
                yield draft

    # --- Problems ----------------------------------------------------------------------------------------------

    def check(self, found: list[Draft]) -> None:
        """Note what the rules have against the drafts, so that a file with other problems tells these too."""
        # Imported here: it imports pydantic's core, and only a file with problems comes this way.
        from whence.events import payload_problems  # noqa: PLC0415

        state = LogState(self.connection)
        for entity, type_ in self.cast.stand_ins.items():
            state.add("entity.declared", 0, None, {"entity": entity, "type": type_, "name": entity}, "")
        for draft in found:
            wrong = payload_problems(draft.type, draft.data)
            if not wrong:
                data = _settled(draft, self.vocabulary)
                if not known(draft.type, draft.source, data, state):
                    wrong = problems(draft.type, draft.source, data, state)
                if draft.type != "claim.made":
                    state.add(draft.type, 0, draft.source, data, "")
            if draft.where.startswith(f"{self.sheet.name}:"):
                self.sheet.problems.extend(Problem(one.message, where=draft.where, hint=one.hint) for one in wrong)


def _settled(draft: Draft, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the payload with its value in the form that is recorded; a wrong one is left for the rules."""
    data = dict(draft.data)
    one = vocabulary.properties.get(data.get("property", ""))
    if one is not None:
        with contextlib.suppress(BadInput):
            data["value"] = values.read(one.value, data["value"])
    return data
