"""How the terminal says what the views hold: a status, a claim's words, a speaker; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from whence.explaining import FLAGS

if TYPE_CHECKING:
    from whence.audit import Passage
    from whence.reading import Fact

__all__ = [
    "EVIDENCE",
    "HANDLINGS",
    "STATUSES",
    "fields_named",
    "marked",
    "spoken",
    "standing",
    "status",
]

# How a payload's check names a field that stands within another: `passages.0.exact`, `when.on`, `speaker.1`.
INNER = re.compile(r"`(?:[a-z_]+\.\d+|when|qualifiers)\.([a-z_]+)`")
MEMBER = re.compile(r"`([a-z_]+)\.\d+`")
# Exactly the words of the views, in the order of their weight.
STATUSES = ("accepted", "contested", "expected", "denied", "superseded", "refined", "rejected")
# The labels of TLP 2.0 (first.org/tlp).
HANDLINGS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
# What is said of a fact whose best evidence is not a passage that its source still has. A place in the source is
# evidence to look up, and a book has no other.
EVIDENCE = {kind: words for kind, words in FLAGS.items() if kind != "locator"}


def status(one: Fact) -> str:
    """Return a fact's status in words; of rivals, the one that is shown as current says so."""
    return "contested (current)" if one.status == "contested" and one.current else one.status


def standing(one: Fact) -> str:
    """Return a fact's status with its marks: current among rivals, up for review, without words to show."""
    marks = ["current"] if one.status == "contested" and one.current else []
    marks += ["review"] if one.review else []
    marks += [EVIDENCE[one.evidence]] if one.evidence in EVIDENCE else []
    return f"{one.status} ({', '.join(marks)})" if marks else one.status


def marked(passage: Passage) -> str:
    """Return the words of a passage between quotation marks, with what stands around them."""
    before = f"…{passage.prefix}" if passage.prefix else ""
    after = f"{passage.suffix}…" if passage.suffix else ""
    return f"{before}“{passage.exact}”{after}" if passage.exact else ""


def spoken(speakers: tuple[tuple[str, str], ...]) -> str:
    """Return the chain of speakers, the nearest first."""
    return ", who reports ".join(f"{name} ({entity})" for entity, name in speakers)


def fields_named(message: str) -> str:
    """Return a problem's message with fields as they are typed: `quote`, where the payload has `passages.0.exact`."""
    return MEMBER.sub(r"`\1`", INNER.sub(r"`\1`", message)).replace("`exact`", "`quote`")
