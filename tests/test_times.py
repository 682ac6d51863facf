from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from whence.reading import Fact
from whence.times import days, held, moment

SOURCES = Path(__file__).resolve().parents[1] / "src" / "whence"


def fact(*bounds: str | None) -> Fact:
    """Return a fact with those four bounds; the rest of it does not matter here."""
    names = ("earliest_start", "latest_start", "earliest_end", "latest_end")
    rest: dict[str, Any] = dict.fromkeys(Fact._fields, "")
    return Fact(**{**rest, **dict(zip(names, bounds, strict=True))})


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((None, None, None, None), ""),
        ((None, "2023-02-13", "2023-02-13", None), "on 2023-02-13"),
        ((None, "2023-02-13", "2023-02-17", None), "on record for 2023-02-13 to 2023-02-17"),
        ((None, "2023-02-01", "2023-02-28", None), "on record for 2023-02"),
        ((None, "2023-02-13", None, None), "on record for 2023-02-13 or later"),
        ((None, "2023-01-31", "2023-01-01", None), "at some time in 2023-01"),
        ((None, "2026-11-21", "2023-02-14", None), "at some time in 2023-02-14 to 2026-11-21"),
        (("2005-01-01", "2005-12-31", "2023-02-14", None), "from 2005, still so on 2023-02-14"),
        (("2005-01-01", "2006-12-31", None, None), "from between 2005 and 2006"),
        (("1968-03-01", "1968-03-31", "2001-01-01", "2001-12-31"), "from 1968-03 until 2001"),
        ((None, None, "2001-05-01", "2001-05-01"), "until 2001-05-01"),
        ((None, None, "2022-05-01", "2022-05-14"), "until between 2022-05-01 and 2022-05-14"),
        ((None, "-9998-03-15", "-9998-03-15", None), "on -0001-03-15"),
    ],
)  # fmt: skip
def test_a_time_is_told_no_more_exactly_than_its_bounds(bounds: tuple[str | None, ...], said: str) -> None:
    assert held(fact(*bounds)) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2023-02-13", "2023-02-13", "2023-02-13"),
        ("2023-02-01", "2023-02-28", "2023-02"),
        ("2024-02-01", "2024-02-29", "2024-02"),
        ("2023-02-01", "2024-02-28", "2023-02-01 to 2024-02-28"),
        ("2020-01-01", "2023-12-31", "2020 to 2023"),
        ("2023-01-01", "2023-11-30", "2023-01 to 2023-11"),
        (None, "2023-01-31", "2023-01-31 or earlier"),
        ("2023-02-14", None, "2023-02-14 or later"),
        (None, None, "an unknown time"),
        ("-9998-03-15", "-9998-03-15", "-0001-03-15"),
    ],
)
def test_a_stretch_of_days_is_told_in_the_shortest_words(first: str | None, last: str | None, said: str) -> None:
    assert days(first, last) == said


def test_a_moment_is_told_to_the_second_and_a_day_as_it_is() -> None:
    assert moment("2026-11-21T10:22:33.123456Z") == "2026-11-21 10:22:33 UTC"
    assert moment("2026-11-21") == "2026-11-21"


def test_what_the_terminal_and_the_pages_say_alike_is_written_once() -> None:
    written: list[set[str]] = []
    for part in ("cli", "web"):
        tree = ast.parse((SOURCES / part / "wording.py").read_text(encoding="utf-8"))
        named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        written.append(named | {ast.unparse(node.value) for node in tree.body if isinstance(node, ast.Assign)})
    assert not written[0] & written[1]
