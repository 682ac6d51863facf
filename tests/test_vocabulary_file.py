"""A vocabulary file becomes definitions, or every problem is told with its line."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
import yaml

from whence import vocabulary
from whence.errors import BadData, BadInput
from whence.exchange import vocabulary_file
from whence.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def problems_of(folder: Path, text: str) -> list[str]:
    path = folder / "v.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadData) as caught:
        vocabulary_file.read(path)
    return [str(one).replace(f"{folder}/", "") for one in caught.value.problems]


def test_the_builtin_vocabulary_is_recorded_as_it_is_written(tmp_path: Path) -> None:
    drafts = list(vocabulary_file.builtin())
    text = files("whence").joinpath("builtin.yaml").read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    assert [draft.data for draft in drafts] == [
        {"name": name, **said} for section in ("types", "properties") for name, said in written[section].items()
    ]
    with Store.create(tmp_path / "whence.db") as store:
        assert store.record(drafts, actor="Jo Park").count == len(drafts)
        assert list(vocabulary.read(store.connection).types)[:2] == ["person", "organization"]
        assert store.record(vocabulary_file.builtin(), actor="Jo Park").count == 0


def test_names_are_read_as_people_write_them_and_the_label_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    path.write_text(
        "types:\n  Naval Vessel:\n    description: A ship.\n"
        "properties:\n  hull number:\n    description: Its number.\n    of: naval-vessel\n"
        "    value: Text\n    many: True\n"
    )
    type_, property_ = vocabulary_file.read(path)
    assert type_.data == {"name": "naval_vessel", "label": "naval vessel", "description": "A ship."}
    assert type_.where == f"{path}:2"
    assert property_.data == {
        "name": "hull_number", "label": "hull number", "description": "Its number.", "of": ["naval_vessel"],
        "value": "text", "many": True,
    }  # fmt: skip


def test_a_revision_gives_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    path.write_text("types:\n  person:\n    description: A human being.\n    reason: Shorter.\n")
    with Store.create(tmp_path / "whence.db") as store:
        store.record(vocabulary_file.builtin(), actor="Jo Park")
        assert store.record(vocabulary_file.read(path), actor="Jo Park").count == 1
        assert vocabulary.read(store.connection).types["person"].description == "A human being."


def test_every_problem_is_told_with_its_line(tmp_path: Path) -> None:
    told = problems_of(
        tmp_path,
        "types:\n"
        "  ship:\n"
        "    descripton: A ship.\n"
        "  boat: small\n"
        "properties:\n"
        "  hull:\n"
        "    description: ''\n"
        "    of: []\n"
        "    value: texts\n"
        "    many: yes\n"
        "kinds: x\n",
    )
    assert told[0] == "v.yaml:2: `ship`: `description` is missing."
    assert told[1] == "v.yaml:3: `descripton` is no field of a type. Did you mean `description`?"
    assert told[2] == "v.yaml:4: `boat` is not defined. Write label and description below it."
    assert any(one.startswith("v.yaml:6: `hull`: `of`") for one in told)
    assert any(one.startswith("v.yaml:6: `hull`: `value`") for one in told)
    assert any(one.startswith("v.yaml:7: `description` is empty.") for one in told)
    assert any(one == "v.yaml:10: `many` is neither true nor false: yes." for one in told)
    assert told[-1].startswith("v.yaml:11: `kinds` is no field of a vocabulary.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "v.yaml:1: The file holds nothing."),
        ("{}", "v.yaml:1: The file defines nothing. Write `types:` or `properties:`."),
        ("- a", "v.yaml:1: A vocabulary is a mapping. Write `types:` and `properties:`."),
        ("types: [", "v.yaml:1: A bracket is not closed, or a comma is missing."),
    ],
)
def test_a_file_that_is_no_vocabulary_is_told_so(tmp_path: Path, text: str, told: str) -> None:
    assert problems_of(tmp_path, text)[0].startswith(told)


def test_a_file_that_is_missing_or_a_folder_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"There is no file .*v\.yaml"):
        vocabulary_file.read(tmp_path / "v.yaml")
    with pytest.raises(BadInput, match="is a folder"):
        vocabulary_file.read(tmp_path)
