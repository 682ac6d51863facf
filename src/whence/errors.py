"""Every failure a user can meet is a `WhenceError`: what is wrong, what to do next, and the exit code.

Exit codes: 0 done, 1 a check found something, 2 usage or bad input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BadData",
    "BadDate",
    "BadInput",
    "BadValue",
    "CheckFailed",
    "DatabaseError",
    "Problem",
    "WhenceError",
]


class WhenceError(Exception):
    """Something a person can mend: `message` says what is wrong and where, `hint` what to do next."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class BadInput(WhenceError):  # noqa: N818 - read aloud it says what it is
    """What was typed or loaded cannot be recorded."""


class BadDate(BadInput):
    """A date that is not EDTF (ISO 8601-2:2019), or names no day that exists."""


class BadValue(BadInput):
    """A value that its value type does not allow."""


class Problem:
    """One thing wrong with one draft: where it stands (`nato.yaml:12`, or empty), what, and what to do."""

    __slots__ = ("hint", "message", "where")

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        self.message = message
        self.where = where
        self.hint = hint

    def __repr__(self) -> str:
        return f"Problem({str(self)!r})"

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}" + (f" {self.hint}" if self.hint else "")


class BadData(BadInput):
    """A batch with problems: all of them are told in one go, and nothing was recorded.

    `more` counts those that are not among the problems: a file with very many has few causes.
    """

    def __init__(self, problems: Sequence[Problem], *, more: int = 0) -> None:
        self.problems = list(problems)
        self.more = more
        lines = "\n".join(str(problem) for problem in self.problems)
        count = len(self.problems) + more
        left_out = f"\nAnd {more:,} more of them." if more else ""
        ending = "" if count == 1 else f"{left_out}\n{count:,} problems; nothing was recorded."
        super().__init__(lines + ending)


class DatabaseError(WhenceError):
    """The database file cannot be used as it is."""


class CheckFailed(WhenceError):  # noqa: N818 - read aloud it says what it is
    """A check ran and found something."""

    exit_code = 1
