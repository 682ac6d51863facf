"""Says who? For a fact: the rule that made it what it is, and every claim for and against, with words and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from whence import explaining, reading

if TYPE_CHECKING:
    import sqlite3

    from whence.reading import Fact

__all__ = [
    "EVER",
    "GRADES",
    "Audit",
    "AuditedClaim",
    "Passage",
    "Ruling",
    "Unaffirmed",
    "claim",
    "fact_of",
    "unaffirmed",
    "why",
]

MOST = 500  # claims that one audit shows; a fact with more says how many it has
GRADES = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}


class Passage(NamedTuple):
    """The words a claim rests on, and where they stand in the source."""

    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    start: int | None = None
    end: int | None = None
    capture: str | None = None
    locator: str | None = None
    translation: str | None = None


class AuditedClaim(NamedTuple):
    """One claim with everything that answers "says who?": its words, source, speaker, origin and recorder."""

    position: int
    event: str
    entity: str
    property: str
    value: str
    shown: str
    stance: str
    source: str
    source_title: str
    source_url: str | None
    publisher: str | None
    publisher_name: str | None
    published: str | None
    grade: str | None
    grade_reason: str | None
    grader: str | None
    passages: tuple[Passage, ...]
    speakers: tuple[tuple[str, str], ...]
    origin: str
    origin_name: str
    said: str | None
    when_held: str | None
    credibility: int | None
    weight: int
    inferred: bool
    qualifiers: dict[str, str]
    note: str | None
    handling: str | None
    actor: str
    recorded_at: str
    evidence: str
    live: bool
    withdrawn: bool
    retracted_by: str | None
    retraction_reason: str | None
    retraction_actor: str | None
    retracted_at: str | None


class Ruling(NamedTuple):
    """A person's decision that bears on a fact: a match, a verdict; who made it, when and why."""

    kind: str
    event: str
    said: str
    reason: str
    actor: str
    recorded_at: str


class Unaffirmed(NamedTuple):
    """A verdict in force for a value that nothing on record affirms any more."""

    event: str
    entity: str
    entity_name: str
    property: str
    label: str
    shown: str
    when_held: str | None
    reason: str
    actor: str
    recorded_at: str
    said: str


class Audit(NamedTuple):
    """Why a fact stands as it does."""

    fact: Fact
    rule: str
    arithmetic: str
    voices: tuple[str, ...]
    verdict: Ruling | None
    matches: tuple[Ruling, ...]
    supporting: tuple[AuditedClaim, ...]
    denying: tuple[AuditedClaim, ...]
    expecting: tuple[AuditedClaim, ...]
    retracted: tuple[AuditedClaim, ...]
    others: tuple[Fact, ...]
    many: bool
    changes: bool


CLAIM = """
SELECT c.claim, e.id, c.entity, c.property, c.value, coalesce(v.name, c.value), c.stance, c.source, s.title, s.url,
  s.publisher, n.name, s.published, s.grade, e.data ->> 'passages', c.speaker, c.origin, o.name, c.said, c.when_held,
  c.credibility, c.weight, c.inferred, c.qualifiers, c.note, c.handling, c.actor, c.recorded_at, c.evidence, c.live,
  s.withdrawn, r.id, r.data ->> 'reason', r.actor, r.recorded_at,
  (
    SELECT json_object('reason', g.data ->> 'reason', 'actor', g.actor) FROM event g
    WHERE g.source = c.source AND g.type = 'source.graded' AND g.type <> 'claim.made' AND g.position <= :upto
    ORDER BY g.position DESC LIMIT 1
  )
"""
JOINED = """
CROSS JOIN event e ON e.position = c.claim
CROSS JOIN source s ON s.source = c.source
LEFT JOIN entity n ON n.entity = s.publisher
LEFT JOIN entity o ON o.entity = c.origin
LEFT JOIN entity v ON v.entity = c.value_entity
LEFT JOIN event r ON r.position = c.retracted_by
"""
# Whether anything affirms the value that a verdict is for.
AFFIRMED = (
    "EXISTS (SELECT 1 FROM fact f WHERE f.entity = v.entity AND f.property = v.property"
    " AND f.value_key = v.value_key AND f.supports > 0)"
)
EVER = 2**62


def why(connection: sqlite3.Connection, fact: str, *, upto: int = EVER) -> Audit | None:
    """Return the audit of a fact by its id; None where there is no such fact."""
    one = reading.fact(connection, fact)
    if one is None:
        return None
    value_key, spell, many, changes = connection.execute(
        "SELECT f.value_key, f.spell, p.many, p.changes FROM fact f CROSS JOIN property p ON p.property = f.property"
        " WHERE f.fact = :fact",
        {"fact": fact},
    ).fetchone()
    claims = _claims(
        connection,
        "WHERE c.entity = :entity AND c.property = :property AND c.value_key = :value_key"
        " ORDER BY c.live DESC, c.weight DESC, c.claim LIMIT :most",
        {"entity": one.entity, "property": one.property, "value_key": value_key, "most": MOST, "upto": upto},
    )
    if changes:
        claims = [claim for claim in claims if _spell_of(connection, claim, value_key) == spell]
    others = (
        ()
        if many
        else tuple(
            other
            for other in reading.facts_about(connection, one.entity, property=one.property, limit=100)
            if other.fact != fact
        )
    )
    live = [claim for claim in claims if claim.live]
    supporting = tuple(claim for claim in live if claim.stance == "affirms")
    weighed = supporting or tuple(claim for claim in live if claim.stance == "expects")
    verdict, affirmed = _verdict(connection, one)
    return Audit(
        fact=one,
        rule=explaining.rule(one, others, verdict, affirmed=affirmed, many=bool(many)),
        arithmetic=explaining.arithmetic(one, weighed),
        voices=explaining.voices(weighed),
        verdict=verdict,
        matches=_matches(connection, one.entity, one.property, value_key),
        supporting=supporting,
        denying=tuple(claim for claim in live if claim.stance == "denies"),
        expecting=tuple(claim for claim in live if claim.stance == "expects"),
        retracted=tuple(claim for claim in claims if not claim.live),
        others=others,
        many=bool(many),
        changes=bool(changes),
    )


def _verdict(connection: sqlite3.Connection, one: Fact) -> tuple[Ruling | None, bool]:
    """Return the verdict that decided the fact, on it or for a rival, and whether anything affirms its value."""
    if one.verdict is None:
        return None, True
    row = connection.execute(
        "SELECT e.id, v.stance, coalesce(n.name, v.value), v.when_held, v.reason, v.actor, v.recorded_at,"
        f" {AFFIRMED} FROM verdict v CROSS JOIN event e ON e.position = v.verdict"
        " LEFT JOIN entity n ON n.entity = v.value_key WHERE v.verdict = :verdict",
        {"verdict": one.verdict},
    ).fetchone()
    side = "for" if row[1] == "affirms" else "against"
    said = f"{side} “{row[2]}”" + (f" {row[3]}" if row[3] else "")
    return Ruling("verdict", row[0], said, *row[4:7]), bool(row[7]) or row[1] == "denies"


def unaffirmed(
    connection: sqlite3.Connection, *, entity: str | None = None, property: str | None = None, limit: int = 100
) -> list[Unaffirmed]:
    """Return the verdicts in force for a value that nothing on record affirms or expects any more.

    Such a value is no fact, and what it was chosen over stays rejected until the verdict is revoked.
    """
    terms = ["v.live", "v.stance = 'affirms'", f"NOT {AFFIRMED.replace('f.supports', 'f.supports + f.expects')}"]
    terms += ["v.entity = :entity"] if entity else []
    terms += ["v.property = :property"] if property else []
    rows = connection.execute(
        "SELECT e.id, v.entity, s.name, v.property, p.label, coalesce(n.name, v.value), v.when_held, v.reason,"
        " v.actor, v.recorded_at FROM verdict v CROSS JOIN event e ON e.position = v.verdict"
        " CROSS JOIN entity s ON s.entity = v.entity CROSS JOIN property p ON p.property = v.property"
        f" LEFT JOIN entity n ON n.entity = v.value_key AND p.value_type = 'entity' WHERE {' AND '.join(terms)}"
        " ORDER BY v.entity, p.position, v.verdict LIMIT :limit",
        {"entity": entity, "property": property, "limit": limit},
    )
    return [Unaffirmed._make((*row, explaining.unaffirmed(*row[5:9]))) for row in rows]


def _matches(connection: sqlite3.Connection, entity: str, property: str, value_key: str) -> tuple[Ruling, ...]:
    """Return the matches that the fact rests on: of its entity, of its value where that is one, and of wordings."""
    rows = connection.execute(
        "WITH RECURSIVE member (entity) AS ("
        " SELECT :entity UNION SELECT :value"
        " UNION SELECT m.other FROM member CROSS JOIN match m ON m.one = member.entity AND m.live"
        " UNION SELECT m.one FROM member CROSS JOIN match m ON m.other = member.entity AND m.live)"
        " SELECT e.id, a.name || ' is ' || b.name, m.reason, m.actor, m.recorded_at, m.match FROM member"
        " CROSS JOIN match m ON m.one = member.entity AND m.live CROSS JOIN event e ON e.position = m.match"
        " CROSS JOIN entity a ON a.entity = m.one CROSS JOIN entity b ON b.entity = m.other"
        " UNION"
        " SELECT e.id, '“' || v.one || '” is “' || v.other || '”', v.reason, v.actor, v.recorded_at, v.value_match"
        " FROM wording w CROSS JOIN value_match v ON v.property = w.property AND v.one_key = w.value_key AND v.live"
        " CROSS JOIN event e ON e.position = v.value_match"
        " WHERE w.property = :property AND w.canonical = :value AND w.subject IN ('', :entity) ORDER BY 6",
        {"entity": entity, "property": property, "value": value_key},
    )
    return tuple(Ruling("match", *row[:5]) for row in rows)


def claim(connection: sqlite3.Connection, position: int, *, upto: int = EVER) -> AuditedClaim | None:
    """Return one claim by the position of its event; None where there is none."""
    found = _claims(connection, "WHERE c.claim = :claim", {"claim": position, "upto": upto})
    return found[0] if found else None


def fact_of(connection: sqlite3.Connection, position: int) -> str | None:
    """Return the id of the fact that a claim bears on; None for a retracted claim whose value nobody else claims."""
    row = connection.execute(
        "SELECT f.fact FROM claim c CROSS JOIN fact f ON f.entity = c.entity AND f.property = c.property"
        " AND f.value_key = c.value_key AND f.spell = coalesce(("
        "  SELECT max(l.spell) FROM spell l WHERE l.entity = c.entity AND l.property = c.property"
        "  AND l.value_key = c.value_key AND l.spell <= coalesce(c.earliest_start, c.earliest_end, c.latest_start, '')"
        " ), '') WHERE c.claim = :claim",
        {"claim": position},
    ).fetchone()
    return None if row is None else str(row[0])


def _spell_of(connection: sqlite3.Connection, one: AuditedClaim, value_key: str) -> str:
    (spell,) = connection.execute(
        "SELECT max(l.spell) FROM claim c CROSS JOIN spell l ON l.entity = c.entity AND l.property = c.property"
        " AND l.value_key = :value_key AND l.spell <= coalesce(c.earliest_start, c.earliest_end, c.latest_start, '')"
        " WHERE c.claim = :claim",
        {"claim": one.position, "value_key": value_key},
    ).fetchone()
    return spell or ""


def _claims(connection: sqlite3.Connection, where: str, values: dict[str, object]) -> list[AuditedClaim]:
    rows = connection.execute(f"{CLAIM} FROM claim c {JOINED} {where}", values).fetchall()
    named = [speaker for row in rows for speaker in orjson.loads(row[15] or "[]")]
    named += [one for row in rows if "+" in row[16] for one in row[16].split("+")]
    names = _names(connection, named)
    return [_audited(row, names) for row in rows]


def _audited(row: tuple[Any, ...], names: dict[str, str]) -> AuditedClaim:
    grading = orjson.loads(row[35] or "{}")
    # The columns of CLAIM stand in the order of the fields.
    return AuditedClaim(
        *(
            *row[:14],
            grading.get("reason"),
            grading.get("actor"),
            tuple(Passage(**one) for one in orjson.loads(row[14] or "[]")),
            tuple((one, names.get(one, one)) for one in orjson.loads(row[15] or "[]")),
            row[16],
            row[17]
            # A source whose publisher nobody gave is a voice of its own, under its title.
            or (row[8] if row[16] == f"source:{row[7]}" else None)
            or " and ".join(names.get(one, one) for one in row[16].removeprefix("source:").split("+")),
            *row[18:22],
            bool(row[22]),
            orjson.loads(row[23] or "{}"),
            *row[24:29],
            bool(row[29]),
            bool(row[30]),
            *row[31:35],
        )
    )


def _names(connection: sqlite3.Connection, entities: list[str]) -> dict[str, str]:
    names = {}
    for one in set(entities):
        found = reading.entity(connection, one)
        names[one] = found.name if found else one
    return names
