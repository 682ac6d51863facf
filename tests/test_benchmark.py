"""The benchmark runs, its table has every row, and what it generates is what the design describes."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from whence import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from whence import Draft

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
ACTOR = "Jo Park <jo@example.org>"
SIZE = 400


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Return what imports a module of the benchmark."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """Run the benchmark once at a tiny size; return its table and its figures."""
    folder = tmp_path_factory.mktemp("benchmark")
    figures = folder / "figures.json"
    command = [sys.executable, str(SCRIPTS / "benchmark"), "--sizes", str(SIZE), "--adds", "5", "--rounds", "1"]
    command += ["--folder", str(folder), "--json", str(figures)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(figures.read_text(encoding="utf-8"))


@cache
def vocabulary() -> Any:  # noqa: ANN401 - YAML
    return yaml.safe_load(files("whence").joinpath("builtin.yaml").read_text(encoding="utf-8"))


def test_the_table_has_every_row_and_what_stands_beside_it(
    run: tuple[str, dict[str, Any]], part: Callable[[str], ModuleType]
) -> None:
    table, _ = run
    assert f"{SIZE} claims" in table
    for row in part("report").ROWS:
        assert f"| {row.label} " in table
        assert row.beside in table


def test_every_row_has_a_figure(run: tuple[str, dict[str, Any]], part: Callable[[str], ModuleType]) -> None:
    measures = run[1]["sizes"][str(SIZE)]
    assert [row.key for row in part("report").ROWS if row.key not in measures] == []
    assert all(one["value"] > 0 for one in measures.values())
    assert all(one["beside"] > 0 for one in measures.values() if one["beside"] is not None)


def test_the_bytes_of_the_tables_add_up_to_those_of_the_file(run: tuple[str, dict[str, Any]]) -> None:
    costs = run[1]["bytes"][str(SIZE)]
    if not costs:
        pytest.skip("this SQLite was built without dbstat, so what each table costs is not known")
    whole = round(run[1]["sizes"][str(SIZE)]["bytes"]["value"] * SIZE)
    # What is in no table are free pages.
    assert 0.9 * whole < sum(length for _, length in costs) <= whole


def test_one_seed_makes_the_same_claims_and_another_makes_others(part: Callable[[str], ModuleType]) -> None:
    one, same, other = (list(part("claims").Claims(vocabulary(), size=SIZE, seed=seed).drafts()) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_as_many_claims_are_recorded_as_were_asked_for(tmp_path: Path, part: Callable[[str], ModuleType]) -> None:
    made = part("claims").Claims(vocabulary(), size=SIZE, seed=1)
    with Store.create(tmp_path / "store.db") as store:
        store.record(part("claims").vocabulary_drafts(vocabulary()), actor=ACTOR)
        store.record(made.drafts(), actor=ACTOR)
        assert store.connection.execute("SELECT count(*) FROM claim").fetchone() == (SIZE,)


def test_the_claims_are_of_every_kind_that_the_design_names(part: Callable[[str], ModuleType]) -> None:
    size = 20_000
    drafts: list[Draft] = list(part("claims").Claims(vocabulary(), size=size, seed=1).drafts())
    claims = [draft.data for draft in drafts if draft.type == "claim.made"]
    value_types = {vocabulary()["properties"][claim["property"]]["value"] for claim in claims}

    def share(key: str, value: object = None) -> float:
        return sum(key in claim and value in (None, claim[key]) for claim in claims) / size

    assert len(claims) == size
    assert value_types == {"text", "entity", "date", "number", "url", "point"}
    assert 0.28 < share("when") < 0.40
    assert share("passages") > 0.9
    assert 0.05 < share("speaker") < 0.15
    assert 0.015 < share("stance", "denies") < 0.025
    assert 0.005 < share("stance", "expects") < 0.015
    assert len({draft.source for draft in drafts if draft.type == "source.registered"}) == 400
    assert len({draft.data["publisher"] for draft in drafts if "publisher" in draft.data}) == 300


def test_making_what_is_recorded_is_left_out_of_the_time(part: Callable[[str], ModuleType]) -> None:
    def slowly() -> Iterator[int]:
        for number in range(3):
            time.sleep(0.1)
            yield number

    with part("clock").Clock() as timed:
        assert list(timed.feed(slowly())) == [0, 1, 2]
    assert timed.seconds < 0.1


def test_a_missed_bar_is_named_and_a_met_one_is_not(part: Callable[[str], ModuleType]) -> None:
    measured = {"bulk": {"value": 1_000.0, "beside": 100_000.0}, "batch": {"value": 0.1, "beside": 0.01}}
    told = part("report").missed({1_000_000: measured})
    assert told == ["bulk load, claims, 1,000,000 claims: 1,000/s (0.010), and the bar is ≥ 0.060, reach 0.10"]


def test_a_bar_that_is_meant_for_a_million_is_not_judged_before(part: Callable[[str], ModuleType]) -> None:
    measured = {"bulk": {"value": 1_000.0, "beside": 100_000.0}, "why_p50": {"value": 0.003, "beside": None}}
    told = part("report").missed({10_000: measured})
    assert told == ["audit of one fact, p50, 10,000 claims: 3.00 ms, and the bar is ≤ 2.00 ms"]
