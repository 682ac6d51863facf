"""The rule behind a fact, the arithmetic of its score, and its scales, in words that a person can check by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.audit import AuditedClaim, Ruling
    from whence.reading import Fact

__all__ = ["CREDIBILITIES", "FLAGS", "arithmetic", "rule", "unaffirmed", "voices"]

# The Admiralty scale for one claim.
CREDIBILITIES = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtfully true",
    5: "improbable",
    6: "truth cannot be judged",
}
# What a fact rests on, in two words, where that is not a passage that its source still has.
FLAGS = {"altered": "words altered", "locator": "place only", "none": "no passage", "gone": "words gone"}


def rule(one: Fact, others: Sequence[Fact], verdict: Ruling | None, *, affirmed: bool, many: bool) -> str:
    """Say which rule gave the fact its status, what was decided, and that it wants a look, if it does.

    `affirmed` tells whether anything on record affirms the value that the verdict is for.
    """
    if verdict is None:
        return _rule(one, others, many=many)
    decided = f"{verdict.actor} decided {verdict.said}, because {verdict.reason.rstrip('.')}."
    if one.status in ("accepted", "rejected"):
        said = f"{one.status.capitalize()} by verdict: {decided}"
    elif one.status == "contested":
        said = f"Contested: another verdict stands against this one. {decided}"
    else:
        said = f"{_rule(one, others, many=many)} {decided}"
    if not one.review:
        return said
    if affirmed or one.status == "expected":
        return f"{said} Evidence has moved since: it wants another look."
    return f"{said} The verdict stands, though nothing on record affirms that value any more: it wants another look."


def unaffirmed(shown: str, when_held: str | None, reason: str, actor: str) -> str:
    """Say of a verdict for a value that nothing on record affirms any more that it stands."""
    when = f" {when_held}" if when_held else ""
    return (
        f"A verdict for “{shown}”{when} stands ({actor}: {reason.rstrip('.')}), which nothing on record affirms any"
        " more; it holds until somebody revokes it."
    )


def _rule(one: Fact, others: Sequence[Fact], *, many: bool) -> str:
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
        "refined": "Refined: it contains a more exact value; it agrees and adds nothing.",
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


def arithmetic(one: Fact, claims: Sequence[AuditedClaim]) -> str:
    """Say how the score came about: the best origin's weight, plus one for each further origin graded A to C."""
    if not claims or one.score == 0:
        return "Score 0: nothing affirms it."
    best = max(claims, key=lambda claim: claim.weight)
    grade = f"grade {best.grade}" if best.grade else "no grade"
    credibility = f"credibility {best.credibility}" if best.credibility else "no credibility given"
    further = one.score - best.weight
    more = f", plus {further} for further origins graded A to C" if further else ""
    return f"Score {one.score}: {best.weight} for the best claim ({best.origin_name}, {grade}, {credibility}){more}."


def voices(claims: Sequence[AuditedClaim]) -> tuple[str, ...]:
    """Say of each origin which sources give it a voice, and why they are one."""
    by_origin: dict[str, list[AuditedClaim]] = {}
    for claim in claims:
        by_origin.setdefault(claim.origin, []).append(claim)
    roots = {origin for origin in by_origin if "+" not in origin}
    return tuple(_voice(origin, heard, roots) for origin, heard in by_origin.items())


def _voice(origin: str, heard: Sequence[AuditedClaim], roots: set[str]) -> str:
    name = heard[0].origin_name
    outlets = list(dict.fromkeys(claim.publisher_name or claim.source_title for claim in heard))
    listed = outlets[0] if len(outlets) == 1 else ", ".join(outlets[:-1]) + " and " + outlets[-1]
    if "+" in origin:
        beside = roots & set(origin.split("+"))
        counts = "no further origin beside them" if beside else "one joint origin"
        return f"{listed}, which draws on {name}: {counts}"
    if outlets == [name]:
        return f"{name} itself: one origin"
    relaying = "relaying" if any(claim.speakers for claim in heard) else "drawing on"
    both = "both " if len(outlets) == 2 else "all " if len(outlets) > 2 else ""  # noqa: PLR2004 - two and more
    return f"{listed}, {both}{relaying} {name}: one origin"
