"""Texts that differ only in case, white space, dashes, quotation marks or invisible characters fold to one."""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

__all__ = ["APOSTROPHES", "INVISIBLE", "fold"]

_DASHES: Final = (
    "\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead"
)
APOSTROPHES: Final = (
    "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u055a\u05f3\u07f4\u07f5\u2018\u2019\u201a\u201b\u2032"
    "\u2035\u2039\u203a\u275b\u275c\ua78c\uff07\uff40"
)
_DOUBLE: Final = (
    "\u00ab\u00bb\u02ba\u02dd\u02ee\u05f4\u201c\u201d\u201e\u201f\u2033\u2036\u275d\u275e\u2e42\u300c\u300d"
    "\u300e\u300f\u301d\u301e\u301f\uff02\uff62\uff63"
)
INVISIBLE: Final = "".join(
    chr(code)
    for first, last in (
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
        (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)  # fmt: skip
_FOLDS: Final = ((_DASHES, "-"), (APOSTROPHES, "'"), (_DOUBLE, '"'), (INVISIBLE, ""))
_FOLDED: Final = str.maketrans({character: to for characters, to in _FOLDS for character in characters})


def fold(value: str) -> str:
    """Return what a text has in common with all that say the same: NFKC, case-folded, in plain typography."""
    # Folded before NFKC, which takes a double prime apart, and after it, because it makes new dashes.
    folded = normalize("NFKC", value.translate(_FOLDED)).casefold()
    return " ".join(normalize("NFKC", folded).translate(_FOLDED).split())
