"""How many events a load recorded, in words; the same whatever was loaded."""

from __future__ import annotations

from whence.cli import printing

__all__ = ["counted"]


def counted(count: int, known: int, retracted: int, *, dry_run: bool) -> str:
    """Return how many events were recorded, or would be, and how many were known."""
    line = f"{printing.count(count, 'event')} {'would be recorded' if dry_run else 'recorded'}, {known:,} known already"
    return f"{line} ({retracted:,} of them retracted, which they stay)" if retracted else line
