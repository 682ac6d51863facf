"""The README tells the truth: its command reference is the program's, and its examples print what they say.

An example is a block of type `console`. Its lines `$ whence …` are run in order, block after block, in one
empty folder that holds the repository's `events/`; the lines below a command are what it must print. A line `…`
stands for any number of lines, and `…` at the end of a line for the rest of it, of the last line for all that
follows. Ids, moments and days of today differ from run to run and are not compared. Other commands
(`$ scripts/demo`) are not run; that they exist is tested.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
ANYTHING = "…"
CHANGING = (
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "MOMENT"),
    (re.compile(re.escape(datetime.now(UTC).date().isoformat())), "TODAY"),
)


def examples() -> Iterator[tuple[str, list[str]]]:
    """Yield each command of the README with the lines that it must print."""
    for block in re.findall(r"^```console\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        command = ""
        expected: list[str] = []
        for line in block.replace("\\\n", "").splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, expected
                command, expected = line.removeprefix("$ "), []
            else:
                expected.append(line)
        if command:
            yield command, expected


def settled(text: str) -> str:
    """Return a text without what differs from run to run; blanks count once, because columns align by ids too."""
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return " ".join(text.split())


def as_expected(printed: list[str], expected: list[str]) -> bool:
    """Tell whether the lines are those expected, `…` standing for what may be anything."""
    if not expected:
        return not printed
    if expected[0] == ANYTHING:
        return any(as_expected(printed[place:], expected[1:]) for place in range(len(printed) + 1))
    if not printed:
        return False
    if expected[0].endswith(ANYTHING) and printed[0].startswith(expected[0].removesuffix(ANYTHING)):
        return len(expected) == 1 or as_expected(printed[1:], expected[1:])
    return printed[0] == expected[0] and as_expected(printed[1:], expected[1:])


def test_the_command_reference_is_what_the_program_says() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "reference"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_examples_print_what_the_readme_says(tmp_path: Path) -> None:
    (tmp_path / "events").symlink_to(ROOT / "events")
    (tmp_path / "build").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUTF8": "1",
        "WHENCE_ACTOR": "Jo Park <jo@example.org>",
    }
    whence = f'whence() {{ {shlex.quote(sys.executable)} -m whence "$@"; }}; '
    ran = 0
    for command, expected in examples():
        if not command.startswith("whence "):
            continue
        done = subprocess.run(
            ["bash", "-c", whence + command],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=environment,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        printed = [settled(line) for line in done.stdout.splitlines() if line.strip()]
        wanted = [settled(line) for line in expected if line.strip()]
        assert as_expected(printed, wanted), f"$ {command}\n{done.stdout}"
        ran += 1
    assert ran, "the README shows no example"


def test_the_scripts_that_the_readme_names_are_there() -> None:
    named = set(re.findall(r"\bscripts/(\w+)", README.read_text(encoding="utf-8")))
    assert {"demo", "test"} <= named
    for name in named:
        assert os.access(ROOT / "scripts" / name, os.X_OK) or (ROOT / "scripts" / name).is_dir(), name


def test_the_pages_that_the_readme_links_to_are_there() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", README.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_bash_is_there_for_the_examples() -> None:
    if shutil.which("bash") is None:
        pytest.skip("no bash on this machine: the README's examples are not run")
