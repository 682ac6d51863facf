"""A quote is what the source's text says, or it is refused; and when the text changes, every passage is looked up anew.

Offsets are Unicode code points of the capture's text (NFC, line feeds); selectors are those of the W3C Web
Annotation Data Model, 4.2.4 and 4.2.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from unicodedata import normalize

import orjson

from whence import archive, passages
from whence.drafts import Draft
from whence.errors import BadInput

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from whence.drift import Drift, Refound

__all__ = ["Change", "changes", "checks", "diff", "edits", "latest", "locator", "of_claims", "passage", "passage_in"]

SHORTEST = 2  # characters of a quote: one letter stands everywhere and finds nothing again
AROUND = 40  # characters shown on each side of a place to choose from


def passage(
    connection: sqlite3.Connection,
    source: str,
    quote: str,
    *,
    prefix: str = "",
    suffix: str = "",
    nth: int | None = None,
) -> dict[str, Any]:
    """Return the passage of a quote in the source's current capture, with selectors and locator.

    Where the text is not archived here, the quote is kept as given. Raises as `passage_in`.
    """
    row = connection.execute("SELECT text_sha256 FROM source WHERE source = :source", {"source": source}).fetchone()
    capture = row[0] if row else None
    text = archive.text(connection, capture)
    if capture is None or text is None:
        _check_length(quote)
        given = {"exact": quote, "prefix": prefix, "suffix": suffix}
        return {key: value for key, value in given.items() if value}
    pages = archive.pages(connection, capture)
    return passage_in(text, capture, quote, source=source, prefix=prefix, suffix=suffix, nth=nth, pages=pages)


def passage_in(
    text: str,
    capture: str,
    quote: str,
    *,
    source: str,
    prefix: str = "",
    suffix: str = "",
    nth: int | None = None,
    pages: Sequence[int] = (),
) -> dict[str, Any]:
    """Return the passage of a quote in a text whose SHA-256 is `capture`.

    Raises BadInput where the quote is not there (the nearest words are shown with what differs), where it
    stands in several places and neither `nth` (from 1) nor prefix and suffix choose one, and where it is too
    short or the whole text.
    """
    _check_length(quote)
    place = _choose(text, source, quote, passages.find(text, quote, prefix=prefix, suffix=suffix), nth)
    if text[place.start : place.end].strip() == text.strip():
        raise BadInput("The quote is the whole text.", hint="Quote the words that carry the fact.")
    return _selectors(text, capture, place.start, place.end, pages=pages)


def _check_length(quote: str) -> None:
    # Folded, so that a mark of direction or a decomposed accent does not count as a second letter.
    if len(passages.fold(normalize("NFC", quote))) < SHORTEST:
        raise BadInput(f"The quote “{quote}” is too short to be found again.", hint="Quote at least a word.")


def _selectors(
    text: str,
    capture: str,
    start: int,
    end: int,
    *,
    pages: Sequence[int],
    among: Sequence[passages.Place] | None = None,
) -> dict[str, Any]:
    before, after = passages.context(text, start, end)
    found = {
        "exact": text[start:end],
        "prefix": before,
        "suffix": after,
        "start": start,
        "end": end,
        "capture": capture,
        "locator": locator(text, start, end, pages, among=among),
    }
    return {key: value for key, value in found.items() if value != ""}


def _choose(text: str, source: str, quote: str, found: passages.Found, nth: int | None) -> passages.Place:
    places = found.places
    if not places:
        near = "\n".join(f"  nearest: {diff(quote, one.text)}" for one in found.near[:3])
        raise BadInput(
            f"The quote “{_short(quote)}” is not in the captured text of {source}.",
            hint=f"{near}\n" * bool(near) + "Quote its own words; a near match is never taken silently.",
        )
    if nth is not None:
        if not 1 <= nth <= len(places):
            raise BadInput(f"The quote stands in {len(places)} places, so --nth is 1 to {len(places)}.")
        return places[nth - 1]
    if len(places) > 1:
        listed = "\n".join(f"  {number}. {_around(text, place)}" for number, place in enumerate(places[:9], 1))
        more = f"\n  … and {len(places) - 9} more" if len(places) > 9 else ""  # noqa: PLR2004 - one digit
        raise BadInput(
            f"The quote “{_short(quote)}” stands in {len(places)} places of {source}:\n{listed}{more}",
            hint="Choose one with --nth N, or with --prefix or --suffix.",
        )
    return places[0]


def _around(text: str, place: passages.Place) -> str:
    before = text[max(0, place.start - AROUND) : place.start]
    after = text[place.end : place.end + AROUND]
    shown = f"…{before}[{text[place.start : place.end]}]{after}…"
    where = passages.paragraph(text, place.start, place.end).locator
    return f"{where}: " + " ".join(shown.split())


def _short(quote: str) -> str:
    return quote if len(quote) <= 80 else quote[:79] + "…"  # noqa: PLR2004 - a line of a terminal


def locator(
    text: str, start: int, end: int, pages: Sequence[int] = (), *, among: Sequence[passages.Place] | None = None
) -> str:
    """Return where a stretch stands, for people: `¶ 4`, or `p. 2` in a text with pages.

    `among` is as in `passages.paragraph`.
    """
    if pages:
        first = sum(1 for page in pages if page <= start)
        last = sum(1 for page in pages if page < end)
        return f"p. {first}" if first >= last else f"pp. {first}\N{EN DASH}{last}"
    return passages.paragraph(text, start, end, among=among).locator


def edits(old: str, new: str) -> Iterator[tuple[Literal["same", "gone", "added"], str]]:
    """Yield the words of both in order: those that stayed, those that are gone, those that were added."""
    # Imported here: only what a text had and has no more is compared word by word.
    import difflib  # noqa: PLC0415

    before, after = old.split(), new.split()
    for kind, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", " ".join(after[c:d])
            continue
        if b > a:
            yield "gone", " ".join(before[a:b])
        if d > c:
            yield "added", " ".join(after[c:d])


def diff(old: str, new: str) -> str:
    """Return the new words with what changed marked: `[-gone-]` and `{+added+}`."""
    marks = {"same": "{}", "gone": "[-{}-]", "added": "{{+{}+}}"}
    return " ".join(marks[kind].format(words) for kind, words in edits(old, new))


class Change(NamedTuple):
    """What became of one passage of a claim in a later capture of its source, the `version`-th."""

    event: str
    claim: str
    position: int
    fact: str | None
    said: str
    outcome: str
    old: str
    new: str | None
    capture: str
    recorded_at: str
    version: int
    place: int
    start: int | None
    end: int | None
    locator: str | None


def checks(
    connection: sqlite3.Connection, source: str, text: str, capture: str, *, unplaced: bool = False
) -> Iterator[Draft]:
    """Yield a `passage.checked` draft for every quoted passage of the source's live claims, looked up in a new text.

    With `unplaced`, for those alone that have no place in it yet: they were quoted while it was not here.
    """
    again = _Again(connection, text)
    pages, among = archive.pages(connection, capture), passages.paragraphs(text)
    rows = connection.execute(
        "SELECT e.id, e.data -> 'passages' FROM claim c CROSS JOIN event e ON e.position = c.claim"
        " WHERE c.source = :source AND c.live AND e.data -> 'passages' IS NOT NULL ORDER BY c.claim",
        {"source": source},
    ).fetchall()
    for claim, listed in rows:
        for place, original in enumerate(orjson.loads(listed)):
            if "exact" not in original or (unplaced and _has_place(connection, claim, place, original, text, capture)):
                continue
            found = again.find(original, _last_known(connection, claim, place))
            data: dict[str, Any] = {"claim": claim, "capture": capture, "outcome": found.outcome}
            if place:
                data["place"] = place
            if found.start is not None and found.end is not None:
                data["passage"] = _selectors(text, capture, found.start, found.end, pages=pages, among=among)
            yield Draft("passage.checked", data)


def _has_place(  # noqa: PLR0917 - a passage is named by three of these
    connection: sqlite3.Connection, claim: str, place: int, original: dict[str, Any], text: str, capture: str
) -> bool:
    """Tell whether a passage names its place in this capture, or was looked up in it."""
    if original.get("capture") == capture and "start" in original:
        return text[original["start"] : original["end"]] == str(original["exact"])
    query = (
        "SELECT 1 FROM event WHERE type = 'passage.checked' AND data ->> 'claim' = :claim"
        " AND coalesce(data ->> 'place', 0) = :place AND data ->> 'capture' = :capture"
    )
    return connection.execute(query, {"claim": claim, "place": place, "capture": capture}).fetchone() is not None


class _Again:
    """Finds passages again in one new text; each earlier text is aligned with it once."""

    def __init__(self, connection: sqlite3.Connection, text: str) -> None:
        self._connection = connection
        self._text = text
        self._aligned: dict[str, Drift] = {}

    def find(self, original: dict[str, Any], last: dict[str, Any] | None) -> Refound:
        """Find a passage by what the claim quoted, else by what it had become when it was found last.

        The outcome always compares with what was quoted: words that were edited once stay altered, however
        often their new form is found again, and are kept once the source says them again.
        """
        found = self._refound(original)
        if last is None or last == original or found.outcome in ("kept", "moved"):
            return found
        later = self._refound(last)
        if later.start is None or later.end is None:
            return found
        now = self._text[later.start : later.end]
        same = passages.fold(now) == passages.fold(original["exact"])
        return later._replace(outcome="moved" if same else "altered")

    def _refound(self, one: dict[str, Any]) -> Refound:
        # Only a new capture aligns texts; whoever quotes need not load it.
        from whence.drift import Drift, refind  # noqa: PLC0415

        words = {
            "exact": one["exact"],
            "prefix": one.get("prefix", ""),
            "suffix": one.get("suffix", ""),
            "start": one.get("start", 0),
        }
        capture = one.get("capture", "")
        if capture not in self._aligned:
            old = archive.text(self._connection, capture)
            if old is None:
                return refind(self._text, **words)
            self._aligned[capture] = Drift(old, self._text)
        return self._aligned[capture].refind(**words)


def _last_known(connection: sqlite3.Connection, claim: str, place: int) -> dict[str, Any] | None:
    """Return where a passage was found last; None where it never was looked up again."""
    row = connection.execute(
        "SELECT data -> 'passage' FROM event WHERE type = 'passage.checked' AND data ->> 'claim' = :claim"
        " AND coalesce(data ->> 'place', 0) = :place AND data -> 'passage' IS NOT NULL"
        " ORDER BY position DESC LIMIT 1",
        {"claim": claim, "place": place},
    ).fetchone()
    return None if row is None else orjson.loads(row[0])


CHANGES = """
SELECT k.id, e.id, c.claim, f.fact, n.name || ', ' || p.label || ': ' || coalesce(v.name, c.value),
  k.data ->> 'outcome', e.data ->> ('$.passages[' || coalesce(k.data ->> 'place', 0) || '].exact'),
  k.data ->> '$.passage.exact', k.data ->> 'capture', k.recorded_at,
  (
    SELECT count(*) FROM event s
    WHERE s.source = c.source AND s.type = 'source.captured' AND s.type <> 'claim.made' AND s.position < k.position
  ),
  coalesce(k.data ->> 'place', 0), k.data ->> '$.passage.start', k.data ->> '$.passage.end',
  k.data ->> '$.passage.locator'
FROM claim c
CROSS JOIN event e ON e.position = c.claim
CROSS JOIN event k ON k.type = 'passage.checked' AND k.data ->> 'claim' = +e.id
CROSS JOIN entity n ON n.entity = c.entity
CROSS JOIN property p ON p.property = c.property
LEFT JOIN entity v ON v.entity = c.value_entity
LEFT JOIN fact f ON f.entity = c.entity AND f.property = c.property AND f.value_key = c.value_key
  AND f.spell = coalesce((
    SELECT max(l.spell) FROM spell l WHERE l.entity = c.entity AND l.property = c.property
    AND l.value_key = c.value_key AND l.spell <= coalesce(c.earliest_start, c.earliest_end, c.latest_start, '')
  ), '')
"""


EVER = 2**62


def changes(connection: sqlite3.Connection, source: str, *, upto: int = EVER) -> list[Change]:
    """Return what became of the passages of the source's live claims, capture after capture, the latest first."""
    rows = connection.execute(
        f"{CHANGES} WHERE c.source = :source AND c.live AND +k.position <= :upto ORDER BY k.position DESC",
        {"source": source, "upto": upto},
    )
    return [Change(*row) for row in rows]


def latest(connection: sqlite3.Connection, claim: int, *, upto: int = EVER) -> list[Change]:
    """Return what the source's last capture says in place of each passage of a claim, where it was looked up there."""
    rows = connection.execute(
        f"{CHANGES} CROSS JOIN source s ON s.source = c.source AND s.text_sha256 = k.data ->> 'capture'"
        " WHERE c.claim = :claim AND +k.position <= :upto ORDER BY k.position",
        {"claim": claim, "upto": upto},
    )
    return list({one.place: one for one in (Change(*row) for row in rows)}.values())


def of_claims(connection: sqlite3.Connection, claims: Sequence[int], *, upto: int = EVER) -> list[Change]:
    """Return what became of the passages of these claims, capture after capture, the earliest first."""
    rows = connection.execute(
        f"{CHANGES} WHERE c.claim IN (SELECT value FROM json_each(:claims)) AND +k.position <= :upto"
        " ORDER BY k.position",
        {"claims": orjson.dumps(list(claims)).decode(), "upto": upto},
    )
    return [Change(*row) for row in rows]
