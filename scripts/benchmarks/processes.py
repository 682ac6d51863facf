"""Measures whole commands, from the shell's point of view, beside programs that people know.

The commands take turns, so that whatever else the machine does meets all of them alike; the median counts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["measure", "program"]

# Compiled modules are kept, as installed programs have theirs: otherwise our own are compiled each time.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
BARE = "bare import"
INSERT = "sqlite-utils insert"
ROW = {"subject": "kim-park-1", "property": "rank", "value": "Colonel", "source": "source-1", "quote": "Colonel"}
# What each command is measured against.
BESIDE = {"help": BARE, "add": INSERT, "why": INSERT, "show": INSERT}


def measure(folder: Path, example: Mapping[str, str], *, rounds: int) -> dict[str, dict[str, float]]:
    """Return the seconds of each command by its key, with those of what stands beside it.

    `folder` holds `store.db`; `example` names a subject, property and source there. A command that is not
    there yet, or fails, is left out.
    """
    commands = _commands(folder, example)
    usable = {name: command for name, command in commands.items() if _run(command(0)) is not None}
    times: dict[str, list[float]] = {name: [] for name in usable}
    for number in range(1, rounds + 1):
        for name, command in usable.items():
            taken = _run(command(number))
            if taken is not None:
                times[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in times.items() if taken}
    return {
        name: {"value": medians[name], "beside": medians[beside]}
        for name, beside in BESIDE.items()
        if name in medians and beside in medians
    }


def _commands(folder: Path, example: Mapping[str, str]) -> dict[str, Callable[[int], tuple[list[str], str]]]:
    """Return what makes each command and its input for a round: every `add` says something new."""
    python = sys.executable
    whence = [*program("whence", "from whence.cli import main; main()"), "--db", str(folder / "store.db")]
    insert = [*program("sqlite-utils", "from sqlite_utils.cli import cli; cli()"), "insert"]
    subject, about, source = example["subject"], example["property"], example["source"]
    add = ["--actor", "Jo Park <jo@example.org>", "add", subject, "alias"]
    return {
        BARE: lambda _number: ([python, "-c", "import click, sqlite3"], ""),
        INSERT: lambda _number: ([*insert, str(folder / "insert.db"), "claim", "-"], json.dumps(ROW)),
        "help": lambda _number: ([*whence[:-2], "--help"], ""),
        "add": lambda number: ([*whence, *add, f"run {number}", "--source", source, "--locator", "p. 1"], ""),
        "why": lambda _number: ([*whence, "why", subject, about], ""),
        "show": lambda _number: ([*whence, "show", subject], ""),
    }


def program(name: str, otherwise: str) -> list[str]:
    """Return the installed program, or the same through Python where it runs from its sources."""
    program = Path(sys.executable).parent / name
    return [str(program)] if program.exists() else [sys.executable, "-c", otherwise]


def _run(command: tuple[list[str], str]) -> float | None:
    """Return how long a command took, None if it failed."""
    words, given = command
    began = time.perf_counter()
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    return time.perf_counter() - began if done.returncode == 0 else None
