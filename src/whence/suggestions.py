"""Near misses: what somebody probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "near", "with_article"]

FEW = 10_000  # names up to which the standard library is quick enough; beyond it rapidfuzz is loaded


def near(name: str, names: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the names nearest to `name`, the nearest first; none where none is near."""
    wanted = name.casefold()
    folded = {one.casefold(): one for one in names}
    # Loaded only here: most commands never look for a near name, and rapidfuzz costs 20 ms.
    if len(folded) <= FEW and len(wanted) <= 100:  # noqa: PLR2004 - difflib is quadratic in the length
        import difflib  # noqa: PLC0415

        found = difflib.get_close_matches(wanted, folded, n=limit, cutoff=0.72)
        return [folded[one] for one in found]
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    scored = process.extract(wanted, folded.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=75)
    return [folded[one] for one, _, _ in scored]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return `did you mean …?` with the nearest names, or nothing."""
    found = near(name, names)
    if not found:
        return ""
    listed = " or ".join(f"`{one}`" for one in found)
    return f"Did you mean {listed}?"


def with_article(noun: str) -> str:
    """Return the noun with its indefinite article: `a person`, `an organization`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
