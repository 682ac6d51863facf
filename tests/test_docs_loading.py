"""docs/loading.md tells the truth: its example is run as it stands, and every key and option is on the page."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from test_readme import as_expected, settled
from whence.exchange import mapping, own_names
from whence.exchange.vocabulary_file import builtin
from whence.store import Store
from whence.vocabulary import read

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "loading.md").read_text(encoding="utf-8")
WHENCE = f'whence() {{ {shlex.quote(sys.executable)} -m whence "$@"; }}; '


def examples() -> list[tuple[str, list[str]]]:
    """Return each command of the page with the lines that it must print."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def test_the_example_prints_what_the_page_says(tmp_path: Path) -> None:
    for name, content in re.findall(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(content, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUTF8": "1",
        "WHENCE_ACTOR": "Jo Park <jo@example.org>",
    }
    for command, expected in examples():
        done = subprocess.run(
            ["bash", "-c", WHENCE + command], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        printed = [settled(line) for line in done.stdout.splitlines() if line.strip()]
        wanted = [settled(line) for line in expected if line.strip()]
        assert as_expected(printed, wanted), f"$ {command}\n{done.stdout}"


@pytest.mark.parametrize(
    "keys",
    [
        mapping.SECTIONS,
        mapping.TABLE,
        mapping.SOURCE,
        mapping.ENTITY,
        mapping.PROPERTY,
        mapping.CLAIM,
        own_names.COLUMNS,
        (
            "--mapping FILE",
            "--dry-run",
            "--skip-bad FILE",
            "--batch N",
            "--source S",
            "--sketch",
            "--encoding",
            "--delimiter",
        ),
    ],
)
def test_every_key_is_on_the_page(keys: tuple[str, ...]) -> None:
    missing = [key for key in keys if not re.search(rf"`{re.escape(key)}[`:]", PAGE)]
    assert not missing


def test_every_mapping_on_the_page_is_one(tmp_path: Path) -> None:
    with Store.create(tmp_path / "whence.db") as store:
        store.record(builtin(), actor="Jo")
        known = read(store.connection)
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        assert mapping.read(block, known).entities
