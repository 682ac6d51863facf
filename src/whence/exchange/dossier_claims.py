"""What a dossier says of an entity becomes claims, each with its passages, its time and its speakers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from whence import evidence, names
from whence.drafts import Draft
from whence.errors import BadInput
from whence.exchange.fields import Fields, parts, text_of_node
from whence.exchange.yaml_lines import Listed, Mapped, Scalar, edtf_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from whence.exchange.cast import Cast
    from whence.exchange.yaml_lines import Node, Sheet
    from whence.vocabulary import Property, Vocabulary

__all__ = ["Claims"]

WHEN: Final = ("on", "from", "until", "during")
DEFAULTS: Final = (
    *WHEN, "speaker", "said", "locator", "credibility", "handling", "stance", "denies", "expects", "inferred", "note",
)  # fmt: skip
WORDS: Final = ("start", "end", "locator", "translation", "prefix", "suffix", "capture", "nth")
CLAIM: Final = tuple(dict.fromkeys(("value", "quote", *WORDS, "passages", *DEFAULTS, "qualifiers")))
PASSAGE: Final = ("exact", "quote", *WORDS)
# In place of a value that cannot be read: nothing is recorded then, and the rest of the claim can be checked.
UNREAD: Final = {"text": "?", "date": "2000", "number": "0", "url": "https://example.org/", "point": "0,0"}


class Claims:
    """Makes the drafts of the claims of one source; what is wrong with one is noted with its line."""

    def __init__(
        self,
        sheet: Sheet,
        cast: Cast,
        vocabulary: Vocabulary,
        *,
        source: str,
        capture: str | None,
        text: str | None,
        pages: Sequence[int],
        defaults: Mapped | None,
    ) -> None:
        """Take the source's id, its text, if there is one, with its hash and pages, and what holds for the rest."""
        self._sheet = sheet
        self._cast = cast
        self._vocabulary = vocabulary
        self._source = source
        self._capture = capture
        self._text = text
        self._pages = pages
        found = Fields(defaults, sheet, DEFAULTS, what="the defaults") if defaults else None
        self._defaults = self._said(found) if found else {}
        self._when = self._times(found) if found else {}
        self._locator = found.text("locator") if found else None

    def of(self, subject: str | None, key: Scalar, node: Node) -> Iterator[Draft]:
        """Yield the claims of one property of an entity: one, or one for each item of a list.

        A list in brackets of plain texts is a one-of set where the property holds dates. None as subject is
        an entity that was not found.
        """
        try:
            one = names.property(self._vocabulary, key.text)
        except BadInput as error:
            self._sheet.note(key.line, error.message, error.hint)
            return
        if subject is None:
            subject = self._cast.stand_in(one.of)
        nodes = [node] if one.value == "date" and edtf_set(node) else parts(node)
        if not nodes:
            self._sheet.note(key.line, f"`{key.text}` is an empty list.", "Leave it out, or say what the source says.")
        for item in nodes:
            yield self._claim(subject, one, item)

    def _claim(self, subject: str, one: Property, node: Node) -> Draft:
        data: dict[str, Any] = {"subject": subject, "property": one.name, **self._defaults}
        said: Node | None = node
        passages: list[dict[str, Any]] = []
        when = self._when if one.changes else {}
        if isinstance(node, Mapped) and not (one.value == "date" and edtf_set(node)):
            fields = Fields(node, self._sheet, CLAIM, what="a claim")
            data |= self._said(fields)
            if "speaker" in fields and not data.get("speaker"):
                data.pop("speaker", None)  # An empty list says that it is the publisher's own word.
            data |= self._qualifiers(fields)
            when = self._times(fields) or when
            passages = self._passages(fields)
            said = fields.node("value")
        elif self._locator is not None:
            passages = [{"locator": self._locator}]
        if said is None:
            hint = "Write `value:` and then what the source says."
            self._sheet.note(node.line, f"A claim of `{one.label}` has no `value`.", hint)
        value = None if said is None else self._value(one, said)
        if value is None:
            value = self._cast.stand_in(one.value_of) if one.value == "entity" else UNREAD[one.value]
        data["value"] = value
        if passages:
            data["passages"] = passages
        if when:
            data["when"] = dict(when)
        return Draft("claim.made", data, source=self._source, where=self._sheet.where(node.line))

    def _value(self, one: Property, node: Node) -> str | None:
        if one.value == "date" and (dates := edtf_set(node)):
            return dates
        if isinstance(node, Listed) and not node.flow:
            message = f"One claim of `{one.label}` has one value, and this is a list."
            self._sheet.note(node.line, message, "Make each value a claim of its own.")
            return None
        text = text_of_node(node, self._sheet, one.label)
        if text is None or one.value != "entity":
            return text
        return self._cast.find(Scalar(text, node.line), one.value_of) or self._cast.stand_in(one.value_of)

    def _said(self, fields: Fields) -> dict[str, Any]:
        """Return how it was said: by whom, when, with which stance, and what the desk has to say to it."""
        found: dict[str, Any] = {
            "said": fields.date("said"),
            "inferred": fields.flag("inferred"),
            "credibility": fields.number("credibility"),
            "note": fields.text("note"),
            "stance": self._stance(fields),
        }
        handling = fields.text("handling")
        found["handling"] = None if handling is None else handling.strip().upper()
        speakers = fields.scalars("speaker")
        if speakers is not None:
            # The last is the first voice, so an order that was typed is kept.
            found["speaker"] = [self._cast.find(one) or self._cast.stand_in(()) for one in speakers]
        return {key: value for key, value in found.items() if value is not None}

    def _stance(self, fields: Fields) -> str | None:
        told = {key for key in ("denies", "expects") if fields.flag(key)}
        stance = fields.text("stance")
        if stance is not None:
            told.add(stance.strip().lower())
        if len(told) > 1:
            line = max(fields.line_of(key) for key in ("stance", "denies", "expects"))
            self._sheet.note(line, f"A claim has one stance, and this has {' and '.join(sorted(told))}.", "Keep one.")
        return next(iter(sorted(told)), None)

    def _times(self, fields: Fields) -> dict[str, str]:
        found = {key: fields.date(key) for key in WHEN}
        return {key: text for key, text in found.items() if text is not None}

    def _qualifiers(self, fields: Fields) -> dict[str, dict[str, str]]:
        found: dict[str, str] = {}
        node = fields.mapped("qualifiers")
        for key, value in node.entries if node else ():
            try:
                one = names.property(self._vocabulary, key.text)
            except BadInput as error:
                self._sheet.note(key.line, error.message, error.hint)
                continue
            text = self._value(one, value)
            if text is not None:
                found[one.name] = text
        return {"qualifiers": found} if found else {}

    def _passages(self, fields: Fields) -> list[dict[str, Any]]:
        """Return what a claim rests on: `passages`, or the one that its own quote and locator make."""
        own = [key for key in ("quote", *WORDS) if key in fields]
        listed = fields.node("passages")
        if listed is None:
            found = self._passage(fields, "quote")
            return [found] if found else []
        if own:
            message = f"A claim has `passages` or a `{own[0]}` of its own, not both."
            self._sheet.note(listed.line, message, "Write each among the passages.")
        found_all = []
        for node in parts(listed):
            if not isinstance(node, Mapped):
                self._sheet.note(node.line, "A passage is a mapping.", "Write `exact:`, `start:` or `locator:`.")
                continue
            passage = Fields(node, self._sheet, PASSAGE, what="a passage")
            found_all.append(self._passage(passage, "exact" if "exact" in passage else "quote"))
        return [one for one in found_all if one]

    def _passage(self, fields: Fields, words: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "exact": fields.text(words),
            "prefix": fields.text("prefix"),
            "suffix": fields.text("suffix"),
            "start": fields.number("start"),
            "end": fields.number("end"),
            "capture": fields.text("capture"),
            "locator": fields.text("locator") or self._locator,
            "translation": fields.text("translation"),
        }
        nth = fields.number("nth")
        if found["start"] is None and found["exact"] is not None and self._text is not None:
            return self._looked_up(fields, words, found, nth)
        if nth is not None:
            self._note_nth(fields, found)
        if found["start"] is not None and found["exact"] is not None:
            if found["end"] is None:
                found["end"] = found["start"] + len(found["exact"])
            if found["capture"] is None:
                found["capture"] = self._capture
        return {key: value for key, value in found.items() if value is not None}

    def _note_nth(self, fields: Fields, given: dict[str, Any]) -> None:
        """Note that `nth` counts nothing here: without a text it would be left out in silence, and any place taken."""
        line = fields.line_of("nth")
        if given["exact"] is None:
            self._sheet.note(line, "`nth` belongs to a quote.", "Give its words, or leave `nth` out.")
        elif given["start"] is not None:
            self._sheet.note(line, "`start` and `nth` both say where the quote stands.", "Give one of them.")
        else:
            message = f"No text of {self._source} is archived here, so `nth` has nothing to count in."
            hint = "Bring the text with `text:` of the source, or leave `nth` out and say `prefix` or `suffix`."
            self._sheet.note(line, message, hint)

    def _looked_up(self, fields: Fields, words: str, given: dict[str, Any], nth: int | None) -> dict[str, Any]:
        """Return the passage with its place in the captured text; a quote that is not there is a problem."""
        try:
            found = evidence.passage_in(
                self._text or "",
                self._capture or "",
                given["exact"],
                source=self._source,
                prefix=given["prefix"] or "",
                suffix=given["suffix"] or "",
                nth=nth,
                pages=self._pages,
            )
        except BadInput as error:
            self._sheet.note(fields.line_of(words), error.message, error.hint)
            return {}
        own = {key: given[key] for key in ("locator", "translation") if given[key] is not None}
        return {**found, **own}
