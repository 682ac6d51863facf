"""Measures `whence load` as a process of its own: CSV, JSON Lines and segments, with the most memory that it held.

The tables hold claims of entities and sources that the store has; the segment holds everything.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.processes import program

from whence import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from benchmarks.claims import Claims

    from whence import Draft

__all__ = ["measure"]

WHEN = ("on", "from", "until", "during")
PLAIN = ("subject", "property", "value", "stance", "said", "credibility", "note", "handling")
COLUMNS = (*PLAIN, "source", "quote", "locator", "speaker", *WHEN)


def measure(
    folder: Path, made: Claims, definitions: Iterable[Draft], segment: Path | None, *, actor: str
) -> dict[str, tuple[float, int]]:
    """Return for each form the claims a second and the peak of memory in bytes.

    `segment` is a file of everything, that the store was exported to.
    """
    known = folder / "known.db"
    with Store.create(known) as store:
        store.record(definitions, actor=actor)
        store.record((draft for draft in made.drafts() if draft.type != "claim.made"), actor=actor)
    found = {}
    for form, file in (("csv", _csv(folder, made)), ("jsonl", _json_lines(folder, made)), ("segments", segment)):
        path = folder / f"{form}.db"
        if file is None:
            raise SystemExit("There is no segment to load.")
        if form == "segments":
            Store.create(path).close()
        else:
            path.write_bytes(known.read_bytes())
        seconds, peak = _load(path, file, actor)
        with Store.open(path) as store:
            (count,) = store.connection.execute("SELECT count(*) FROM claim").fetchone()
        found[form] = (count / seconds, peak)
        path.unlink()
        file.unlink()
    known.unlink()
    return found


def _rows(made: Claims) -> Iterator[dict[str, Any]]:
    for draft in made.drafts():
        if draft.type == "claim.made":
            data: Mapping[str, Any] = draft.data
            passage = data.get("passages", [{}])[0]
            yield {
                **{name: data[name] for name in PLAIN if name in data},
                **data.get("when", {}),
                "source": draft.source,
                "quote": passage.get("exact"),
                "locator": passage.get("locator"),
                "speaker": data.get("speaker", [None])[0],
            }


def _csv(folder: Path, made: Claims) -> Path:
    path = folder / "claims.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_rows(made))
    return path


def _json_lines(folder: Path, made: Claims) -> Path:
    path = folder / "claims.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(made):
            file.write(json.dumps({name: str(one) for name, one in row.items() if one is not None}) + "\n")
    return path


def _load(store: Path, file: Path, actor: str) -> tuple[float, int]:
    """Return how long it took and the most memory that the process held. Raises SystemExit where it failed."""
    command = [*program("whence", "from whence.cli import main; main()"), "--db", str(store), "--actor", actor]
    timed = [sys.executable, "-m", "benchmarks.timed", *command, "load", str(file)]
    done = subprocess.run(timed, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{file.name} was not loaded")
    told = json.loads(done.stdout)
    return told["seconds"], told["peak"]
