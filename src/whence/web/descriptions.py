"""What every published column holds, in a sentence; a test fails on a column that has none.

A column of one name holds the same in every view, so most are described once; `TABLES` says where it is more.
"""

from __future__ import annotations

from typing import Final

__all__ = ["COLUMNS", "EVENT", "FACT_BOUNDS", "NAME_OF_ENTITY", "TABLES", "TYPE_KEY"]

EVENT: Final = (
    "The log itself, as it was recorded: one event a row, in one total order. Nothing in it ever changes, and"
    " every other table follows from it."
)
NAME_OF_ENTITY: Final = "The name shown, as the last declaration of the entity gives it."
TYPE_KEY: Final = "The id of the entity; its page shows every fact on record with its sources."

FACT_BOUNDS: Final = {
    "earliest_start": "The first day on which it may have begun (YYYY-MM-DD); empty where nothing says when it began.",
    "latest_start": "The last day on which it may have begun; from this day on it held, until it may have ended.",
    "earliest_end": "The first day on which it may have ended; up to this day it held.",
    "latest_end": "The last day on which it may have ended; empty where nothing says that it ended.",
}

COLUMNS: Final = {
    **FACT_BOUNDS,
    "actor": "Who recorded it.",
    "current": "1 where this is what is shown as current; a property that keeps many values may have several.",
    "denies": "How many live claims deny it. They are counted beside the score and never subtracted.",
    "description": "What it means, in a sentence.",
    "entity": "The entity that it is about.",
    "evidence": "How it can be checked: quoted, altered, locator, none or gone; of a fact the best of its claims.",
    "expects": "How many live claims only expect it: planned or predicted.",
    "handling": "How it may be passed on: a TLP 2.0 label; empty where none was given.",
    "label": "The name that people read.",
    "reason": "Why, in the words of the person who ruled.",
    "origins": "How many independent voices affirm it; papers that quote one ministry are one voice.",
    "position": "The place in the log of the event that brought it in.",
    "property": "What is said of the entity; the table `property` describes each.",
    "recorded_at": "When it was recorded, UTC (RFC 3339).",
    "score": "The weight of the best origin, plus one for each further origin graded A to C, at most three.",
    "source": "The source that says it.",
    "supports": "How many live claims affirm it.",
    "value": "The value as the source gave it; for an entity its id.",
    "value_entity": "The entity that is the value, where the value is one.",
    "value_key": "The value in the form that tells whether two claims say the same.",
}

TABLES: Final[dict[str, dict[str, str]]] = {
    "type": {
        "type": "The name of the type, which is also the name of its own table.",
        "parent": "The type that it is a kind of; empty where it is none.",
        "position": "The place in the log of its first definition.",
    },
    "property": {
        "property": "The name of the property, which is also its column in the tables of its types.",
        "value_type": "How its values are read: text, entity, date, number, url or point.",
        "types": "The types of entity that may have it, as a JSON array.",
        "value_types": "The types of entity that may be its value, as a JSON array; empty where any may.",
        "many": "1 where an entity may have several values at once.",
        "changes": "1 where the value may differ over time.",
        "qualifies": "1 where it also qualifies claims, as a role qualifies a participant.",
        "inverse": "The property that says the same from the other side.",
        "symmetric": "1 where both directions are one fact, as in partner of.",
        "same_as": "Names for it elsewhere (FollowTheMoney, Wikidata, schema.org), as a JSON array.",
        "position": "The place in the log of its first definition.",
    },
    "derivation": {
        "source": "The source that derives from another.",
        "derived_from": "The source that it derives from.",
    },
    "source": {
        "source": "The id of the source; its page lists what it says.",
        "title": "Its title, as it gives it.",
        "kind": "What kind of document it is, such as article, register or video.",
        "publisher": "The organization that published it.",
        "url": "Where it was published.",
        "author": "Who wrote it, as it says.",
        "published": "When it was published (EDTF), as vague as it is known.",
        "published_from": "The first day on which it may have been published.",
        "withdrawn": "1 where it was withdrawn, so that nothing it says counts.",
        "judged_at": "The event that graded, withdrew or reinstated it last.",
        "published_upto": "The last day on which it may have been published.",
        "updated": "When it was last changed, as it says (EDTF).",
        "language": "Its language (BCP 47).",
        "grade": "Its reliability, A to F (Admiralty scale); empty where nobody has graded it.",
        "grade_points": "What its grade counts in a claim's weight: A 5, B 4, C 3, D 2, E 1, F or ungraded 2.",
        "origin": "The independent voice behind it: the publisher at the root of what it derives from.",
        "captured_at": "When its text was first captured, UTC.",
        "text_sha256": "The SHA-256 of the text that was captured last.",
        "position": "The place in the log of its first registration.",
    },
    "entity": {
        "entity": TYPE_KEY,
        "name": NAME_OF_ENTITY,
        "type": "Its type, as the last declaration gives it.",
        "canonical": "The entity under which its facts stand: itself, or the one that it was matched with.",
        "name_key": "Its name in the form by which names are compared.",
        "source": "The source in which it was first met, where one was named.",
        "position": "The place in the log of its first declaration.",
    },
    "speaks_for": {
        "claim": "The claim that says so, by its place in the log.",
        "entity": "Who speaks.",
        "organization": "For whom.",
    },
    "claim": {
        "claim": "The claim, by the place of its event in the log.",
        "low": "The value's lower bound, of a date or number.",
        "high": "The value's upper bound, of a date or number.",
        "extent": "1 where the value is a range of dates that it fills.",
        "stance": "Whether the claim affirms, denies or expects.",
        "quote": "The words that it rests on, as they stand in the source.",
        "locator": "Where the words stand, such as ¶ 4 or p. 12.",
        "speaker": "Who said it inside the source, nearest first, as a JSON array; empty where the publisher did.",
        "voice": "The first voice: the last of the speakers.",
        "origin": "The independent voice behind it, by which corroboration is counted.",
        "said": "When the speaker said it (EDTF).",
        "when_held": "When it held, as the claim states it: on, during, from, until.",
        "credibility": "The credibility of the claim, 1 to 6 (Admiralty scale); empty where nobody judged it.",
        "weight": "Grade points of the source times credibility points of the claim.",
        "inferred": "1 where the desk worked out a part of it; the note says which.",
        "qualifiers": "What qualifies it, such as a role, as a JSON object.",
        "note": "What the recorder noted beside it.",
        "live": "1 where it counts; 0 where it was retracted or its source withdrawn.",
        "retracted_by": "The event that retracted it.",
    },
    "fact": {
        "fact": "The id of the fact; its page is the audit: every claim for and against, and who recorded it.",
        "status": "accepted, contested, expected, denied, superseded, refined or rejected.",
        "verdict": "The verdict that decided it: on this value, or for another that it does not agree with.",
        "review": "1 where what the verdict rested on has changed since.",
        "low": "The value's lower bound, of a date or number.",
        "high": "The value's upper bound, of a date or number.",
        "spell": "The day on which this stretch of the value's time began, where it has several.",
        "position": "The place in the log of the last claim that bears on it.",
    },
    "conflict": {
        "conflict": "The id of the conflict.",
        "rivals": "The values on record, best first, as a JSON array of facts with their scores.",
        "best": "The score of the value that comes first.",
        "second": "The score of the best rival, or how many claims deny the one value.",
        "position": "The place in the log of the last claim that bears on it.",
    },
    "timeline": {
        "timeline": "The id of the fact that is dated.",
        "earliest": "The first day that it may touch; empty where its beginning is open.",
        "latest": "The last day that it may touch; empty where its end is open.",
        "kind": "date where the fact states a date, spell where it holds for a time.",
        "status": "The status of the fact.",
    },
    "match": {
        "match": "The event that ruled so.",
        "one": "The one entity.",
        "other": "The other entity, which is the same.",
        "live": "1 while it holds; 0 where it was undone.",
        "undone_by": "The event that undid it.",
    },
    "distinction": {
        "distinction": "The event that ruled so.",
        "one": "The one entity.",
        "other": "The other entity, which is not the same.",
        "live": "1 while it holds; 0 where it was undone.",
        "undone_by": "The event that undid it.",
    },
    "value_match": {
        "value_match": "The event that ruled so.",
        "subject": "The entity for which alone it holds; empty where it holds for all.",
        "one": "The one wording.",
        "other": "The other wording, which says the same.",
        "one_key": "The one wording in the form that tells whether two claims say the same.",
        "other_key": "The other wording in that form.",
        "live": "1 while it holds; 0 where it was undone.",
        "undone_by": "The event that undid it.",
    },
    "identity": {
        "identity": "An entity that goes under another.",
        "canonical": "The one it goes under: of all that were matched, the one declared first.",
    },
    "verdict": {
        "verdict": "The event that decided so.",
        "stance": "Whether it decides for the value (affirms) or against it (denies).",
        "when_held": "The time for which it decides, as it was stated; empty where for all time.",
        "earliest": "The first day for which it decides.",
        "latest": "The last day for which it decides.",
        "live": "1 while it holds; 0 where it was revoked.",
        "revoked_by": "The event that revoked it.",
        "rematched": "1 where whom or what it names was matched with another, or parted again, after it.",
    },
    "event": {
        "position": "Its place in the log: 1, 2, 3 … without gaps.",
        "id": "SHA-256 of a zero byte and its canonical bytes, the leaf hash of RFC 9162; its page computes it anew.",
        "type": "What happened, such as claim.made.",
        "source": "The source that it is about or rests on, where there is one.",
        "salt": "16 random bytes in hex, which keep its id from being guessed.",
        "data": "Its payload, as canonical JSON (RFC 8785).",
    },
}
