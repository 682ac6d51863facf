"""A desk at which tests use the command line: in this process for speed, or as the real one where that matters."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from whence.cli.program import program

__all__ = ["Desk", "Outcome", "at_desk"]

SOURCES = Path(__file__).resolve().parents[1] / "src"
ACTOR = "Jo Park <jo@example.org>"


class Outcome(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def event(self) -> str:
        """The id of the event that it says it recorded."""
        found = re.search(r"Recorded ([0-9a-f]{8,})", self.out)
        assert found, self
        return found[1]


class Desk:
    """A folder with a store in it, and commands to run there."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; `store` is the file that commands use."""
        self.folder = folder
        self.store = folder / "whence.db"
        self.env = {"WHENCE_DB": str(self.store), "WHENCE_ACTOR": ACTOR}

    def try_(self, *arguments: str) -> Outcome:
        """Run a command in this process, whatever comes of it."""
        result = CliRunner().invoke(program, arguments, env=self.env)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    def run(self, *arguments: str) -> Outcome:
        """Run a command that must succeed."""
        outcome = self.try_(*arguments)
        assert outcome.code == 0, outcome
        return outcome

    def refused(self, *arguments: str) -> str:
        """Run a command that must be refused: exit code 2, nothing recorded. Return what it says, on one line."""
        before = self.head()
        outcome = self.try_(*arguments)
        assert outcome.code == 2, outcome
        assert outcome.out == "", outcome
        assert self.head() == before
        return " ".join(outcome.err.split())

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever the document holds
        """Run a command with --json and return the document."""
        return json.loads(self.run(*arguments, "--json").out)

    def process(self, *arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401
        """Run the real process in the folder."""
        return subprocess.run(
            [sys.executable, "-m", "whence", *arguments],
            capture_output=settings.pop("capture_output", True),
            text=True,
            check=False,
            cwd=self.folder,
            env=self.environment(),
            timeout=60,
            **settings,
        )

    def environment(self) -> dict[str, str]:
        """Return the environment in which the real process runs."""
        return {**os.environ, **self.env, "PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1"}

    def head(self) -> int:
        """Return how many events the store holds; -1 where there is none that can be read."""
        outcome = self.try_("log", "--limit", "1", "--json")
        if outcome.code:
            return -1
        events = json.loads(outcome.out)["events"]
        return int(events[0]["position"]) if events else 0

    def write(self, name: str, text: str) -> str:
        """Write a file into the folder; return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@cache
def _made() -> Path:
    """Return a store with the built-in vocabulary, two organizations and two sources, made once."""
    desk = Desk(Path(tempfile.mkdtemp(prefix="whence-desk-")))
    desk.run("init")
    desk.run("entity", "add", "organization", "NATO")
    desk.run("entity", "add", "organization", "Asian Military Review", "--id", "amr")
    for id_, publisher, published in (("nato-1", "nato", "2023-02-17"), ("amr-1", "amr", "[2023-02-14..]")):
        desk.run("source", "add", "--id", id_, "--title", id_, "--publisher", publisher, "--published", published)
    desk.run("source", "grade", "nato-1", "B", "--reason", "its own release")
    return desk.store


@pytest.fixture(name="desk")
def at_desk(tmp_path: Path) -> Desk:
    """Return a desk whose store holds two organizations and their sources, nato-1 (grade B) and amr-1."""
    desk = Desk(tmp_path)
    shutil.copy(_made(), desk.store)
    return desk


@pytest.fixture(name="bare")
def bare_desk(tmp_path: Path) -> Desk:
    """Return a desk without a store."""
    return Desk(tmp_path)
