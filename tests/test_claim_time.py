"""When a claim holds that does not say it: it was so on some day of when it was said, and known by then."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from histories import ACTOR, Clock, captured, claimed, declared, new_store, registered

if TYPE_CHECKING:
    from pathlib import Path

BOUNDS = "earliest_start, latest_start, earliest_end, latest_end"


def bounds(folder: Path, known: str, source: dict[str, str], claim: dict[str, object]) -> tuple[str | None, ...]:
    """Return the bounds of a claim that was recorded on the day `known`."""
    clock = Clock(datetime.fromisoformat(f"{known}T12:00:00+00:00"))
    with new_store(folder / "a.db", clock=clock) as store:
        drafts = [declared("kim"), registered("s1", **source), claimed("s1", "kim", "rank", "major", **claim)]
        store.record(drafts, actor=ACTOR)
        return tuple(store.connection.execute(f"SELECT {BOUNDS} FROM claim").fetchone())


@pytest.mark.parametrize("told", ["said", "published"])
@pytest.mark.parametrize(
    ("seen", "known", "expected"),
    [
        ("2026-02", "2027-01-01", (None, "2026-02-28", "2026-02-01", None)),
        ("2026-02", "2026-02-17", (None, "2026-02-17", "2026-02-01", None)),
        ("2026-02", "2025-12-31", (None, "2026-02-28", "2026-02-01", None)),
        ("../2026-02", "2026-02-17", (None, "2026-02-17", None, None)),
        ("2026-02/..", "2027-01-01", (None, "2027-01-01", "2026-02-01", None)),
        ("2026-02/..", "2025-12-31", (None, None, "2026-02-01", None)),
        (None, "2026-02-17", (None, "2026-02-17", None, None)),
    ],
)
def test_an_observation_held_on_some_day_until_it_was_known(
    tmp_path: Path, told: str, seen: str | None, known: str, expected: tuple[str | None, ...]
) -> None:
    at = {told: seen} if seen else {}
    source, claim = (at, {}) if told == "published" else ({}, at)
    assert bounds(tmp_path, known, dict(source), dict(claim)) == expected


def test_when_it_was_said_counts_and_not_when_that_was_published(tmp_path: Path) -> None:
    found = bounds(tmp_path, "2027-01-01", {"published": "2026-05-02"}, {"said": "../2026-02"})
    assert found == (None, "2026-02-28", None, None)


def test_the_first_capture_tells_by_when_it_was_known(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db", clock=Clock(datetime.fromisoformat("2027-01-01T12:00:00+00:00"))) as store:
        founding = [declared("kim"), registered("s1", published="2026-02"), claimed("s1", "kim", "rank", "major")]
        store.record([*founding, captured("s1", "2026-02-20"), captured("s1", "2026-02-17", text="c")], actor=ACTOR)
        assert store.connection.execute("SELECT latest_start FROM claim").fetchone() == ("2026-02-17",)


def test_what_says_when_it_held_says_no_more_than_that(tmp_path: Path) -> None:
    found = bounds(tmp_path, "2027-01-01", {"published": "2026-05-02"}, {"when": {"from": "2024"}, "said": "2025"})
    assert found == ("2024-01-01", "2024-12-31", "2024-01-01", None)
