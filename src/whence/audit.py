"""Says who? For a fact: the rule that made it what it is, and every claim for and against, with words and source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from whence import reading

if TYPE_CHECKING:
    import sqlite3

    from whence.reading import Fact

__all__ = ["Audit", "AuditedClaim", "Passage", "claim", "why"]

MOST = 500  # claims that one audit shows; a fact with more says how many it has
GRADES = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """The words a claim rests on, and where they stand in the source."""

    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    start: int | None = None
    end: int | None = None
    capture: str | None = None
    locator: str | None = None
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class AuditedClaim:
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
    live: bool
    retracted_by: str | None
    retraction_reason: str | None
    retraction_actor: str | None
    retracted_at: str | None


@dataclass(frozen=True, slots=True)
class Audit:
    """Why a fact stands as it does."""

    fact: Fact
    rule: str
    arithmetic: str
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
  c.credibility, c.weight, c.inferred, c.qualifiers, c.note, c.handling, c.actor, c.recorded_at, c.live,
  r.id, r.data ->> 'reason', r.actor, r.recorded_at,
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
    return Audit(
        fact=one,
        rule=_rule(one, others, many=bool(many)),
        arithmetic=_arithmetic(one, supporting or tuple(claim for claim in live if claim.stance == "expects")),
        supporting=supporting,
        denying=tuple(claim for claim in live if claim.stance == "denies"),
        expecting=tuple(claim for claim in live if claim.stance == "expects"),
        retracted=tuple(claim for claim in claims if not claim.live),
        others=others,
        many=bool(many),
        changes=bool(changes),
    )


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
    names = _names(connection, [speaker for row in rows for speaker in orjson.loads(row[15] or "[]")])
    return [_audited(row, names) for row in rows]


def _audited(row: tuple[Any, ...], names: dict[str, str]) -> AuditedClaim:
    grading = orjson.loads(row[33] or "{}")
    # The columns of CLAIM stand in the order of the fields.
    return AuditedClaim(
        *(
            *row[:14],
            grading.get("reason"),
            grading.get("actor"),
            tuple(Passage(**one) for one in orjson.loads(row[14] or "[]")),
            tuple((one, names.get(one, one)) for one in orjson.loads(row[15] or "[]")),
            row[16],
            row[17] or row[16],
            *row[18:22],
            bool(row[22]),
            orjson.loads(row[23] or "{}"),
            *row[24:28],
            bool(row[28]),
            *row[29:33],
        )
    )


def _names(connection: sqlite3.Connection, entities: list[str]) -> dict[str, str]:
    names = {}
    for one in set(entities):
        found = reading.entity(connection, one)
        names[one] = found.name if found else one
    return names


def _rule(one: Fact, others: tuple[Fact, ...], *, many: bool) -> str:
    """Say in one sentence which rule gave the fact its status."""
    rivals = [other for other in others if other.status == "contested"]
    if one.status == "accepted":
        alone = f"and “{one.label}” may have several values" if many else "and nothing on record rivals it"
        return f"Accepted: {_claims_say(one)}, {alone}."
    if one.status == "contested":
        return f"Contested: {_contest(one, rivals)}, and nobody has decided."
    return {
        "expected": f"Expected: {_count(one.expects, 'claim')} so far, and none affirms it yet.",
        "denied": f"Denied: {_count(one.denies, 'claim')} against it, and none affirms it.",
        "superseded": "Superseded: it has a stated end, or a later value follows it.",
        "refined": "Refined: it contains a more exact value that is on record; it agrees and adds nothing.",
    }[one.status]


def _contest(one: Fact, rivals: list[Fact]) -> str:
    reasons = []
    if rivals:
        place = "it comes first by score" if one.current else "another comes first by score"
        reasons.append(f"{_count(len(rivals), 'other value')} on record ({place})")
    if one.denies:
        reasons.append(f"{_count(one.denies, 'claim')} against it")
    return " and ".join(reasons) or "the beginnings or ends that its claims state exclude each other"


def _claims_say(one: Fact) -> str:
    verb = "affirms" if one.supports == 1 else "affirm"
    return f"{_count(one.supports, 'claim')} from {_count(one.origins, 'origin')} {verb} it"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _arithmetic(one: Fact, claims: tuple[AuditedClaim, ...]) -> str:
    """Say how the score came about: the best origin's weight, plus one for each further origin graded A to C."""
    if not claims or one.score == 0:
        return "Score 0: nothing affirms it."
    best = max(claims, key=lambda claim: claim.weight)
    grade = f"grade {best.grade}" if best.grade else "no grade"
    credibility = f"credibility {best.credibility}" if best.credibility else "no credibility given"
    further = one.score - best.weight
    more = f", plus {further} for further origins graded A to C" if further else ""
    return f"Score {one.score}: {best.weight} for the best claim ({best.origin_name}, {grade}, {credibility}){more}."
