from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    import subprocess

    from desk import Desk

TEXT = "Lieutenant General Francesco Diella led the talks.\n\nAbout 75 officers took part in them."
DIELLA = """\
facts:
  Francesco Diella:
    type: person
    rank: {value: Lieutenant General, quote: Lieutenant General}
"""
# An editor that opens the file as a person would: each time it is run it does the next of the replacements.
EDITOR = """\
import json, pathlib, sys
plan = pathlib.Path(sys.argv[1])
steps = json.loads(plan.read_text())
path = pathlib.Path(sys.argv[2])
(plan.parent / f"seen-{len(steps)}").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
old, new = steps.pop(0)
plan.write_text(json.dumps(steps))
text = path.read_text(encoding="utf-8")
path.write_text(new if old is None else text.replace(old, new), encoding="utf-8")
"""


@pytest.fixture(name="desk")
def captured(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(desk.folder)
    desk.run("source", "capture", "nato-1", desk.write("nato.txt", TEXT))
    return desk


def edits(desk: Desk, *steps: tuple[str | None, str]) -> None:
    """Make EDITOR do these steps, one each time that it is opened: replace the old text, or (None) the whole."""
    plan = desk.write("plan.json", json.dumps(steps))
    script = desk.write("editor.py", EDITOR)
    desk.env["EDITOR"] = shlex.join([sys.executable, script, plan])
    desk.env["VISUAL"] = ""


def seen(desk: Desk, opened: int, of: int) -> str:
    """Return what stood in the file when it was opened."""
    return (desk.folder / f"seen-{of - opened + 1}").read_text(encoding="utf-8")


def test_a_note_opens_on_the_source_its_text_and_the_vocabulary_and_is_recorded_whole(desk: Desk) -> None:
    edits(desk, ("facts:\n", DIELLA))
    assert desk.run("note", "nato-1").out == "2 events recorded, 1 known already.\n"
    opened = seen(desk, 1, 1)
    assert "# Facts from nato-1: nato-1" in opened
    assert '\nsource:\n  id: nato-1\n  kind: "article"\n  title: "nato-1"\n  publisher: "nato"\n' in opened
    assert "# ¶ 1\n# Lieutenant General Francesco Diella led the talks.\n" in opened
    assert "# ¶ 2\n# About 75 officers took part in them.\n" in opened
    assert "#   rank (text, of person" in opened
    assert "#   person: " in opened
    [claim] = desk.json("log", "--type", "claim.made")["events"]
    assert claim["data"]["passages"][0]["start"] == 0
    assert claim["data"]["passages"][0]["locator"] == "¶ 1"


def test_a_file_that_is_left_as_it_is_or_emptied_records_nothing(desk: Desk) -> None:
    head = desk.head()
    for step in (("# Facts", "# My facts"), (None, ""), (None, "# only a comment\n")):
        edits(desk, step)
        assert desk.run("note", "nato-1").out == "The dossier says nothing new. Nothing was recorded.\n"
    edits(desk, (None, ""))
    assert desk.json("note", "nato-1") == {"source": "nato-1", "recorded": 0, "known": 0}
    assert desk.head() == head


def test_every_problem_is_shown_in_place_and_can_be_mended(desk: Desk) -> None:
    wrong = DIELLA.replace("quote: Lieutenant General", "quote: Leftenant General") + "    rnk: Major\n"
    edits(desk, ("facts:\n", wrong), ("Leftenant", "Lieutenant"), ("    rnk: Major\n", ""))
    done = run(desk, "y\ny\n", "note", "nato-1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("2 events recorded, 1 known already.\n")
    opened = seen(desk, 2, 3).splitlines()
    assert opened[0].startswith("# ! 2 problems; nothing was recorded yet.")
    for sign, line in (
        ("The quote “Leftenant General” is not in", "    rank:"),
        ("There is no property `rnk`", "    rnk"),
    ):
        [place] = [number for number, words in enumerate(opened) if sign in words]
        after = next(number for number in range(place, len(opened)) if "# !" not in opened[number])
        assert opened[after].startswith(line)
        assert f"# ! line {after + 1}: " in opened[place]
    third = seen(desk, 3, 3)
    assert third.startswith("# ! 1 problem;")
    assert third.count("# ! ") == 2


def test_who_does_not_mend_it_finds_the_draft_and_can_go_on_with_it(desk: Desk) -> None:
    head = desk.head()
    edits(desk, ("facts:\n", DIELLA.replace("rank:", "rnk:")))
    done = run(desk, "n\n", "note", "nato-1")
    assert done.returncode == 2
    assert "1 problem; nothing was recorded. The draft is kept in nato-1.yaml." in done.stderr
    assert desk.head() == head
    edits(desk, ("rnk:", "rank:"))
    assert desk.run("note", "nato-1", "--from", "nato-1.yaml").out == "2 events recorded, 1 known already.\n"
    # No terminal to answer is a no, and an earlier draft is not written over.
    edits(desk, ("facts:\n", DIELLA.replace("rank:", "rnk:")))
    assert "kept in nato-1-2.yaml" in run(desk, "", "note", "nato-1").stderr


def test_what_the_rules_refuse_is_shown_in_place_too(desk: Desk) -> None:
    edits(desk, ("facts:\n", "facts:\n  NATO:\n    founded: {value: 1949-02-30, locator: p. 1}\n"))
    done = run(desk, "n\n", "note", "nato-1")
    assert done.returncode == 2
    assert "line " in done.stderr
    assert "# ! line " in (desk.folder / "nato-1.yaml").read_text(encoding="utf-8")


def test_an_editor_that_is_not_there_or_fails_is_told(desk: Desk) -> None:
    desk.env |= {"VISUAL": "", "EDITOR": "no-such-editor"}
    assert "The editor `no-such-editor` cannot be run: No such file" in desk.refused("note", "nato-1")
    desk.env["EDITOR"] = "false"
    assert "ended with code 1; nothing was recorded." in desk.refused("note", "nato-1")
    desk.env["EDITOR"] = "'"
    assert "cannot be run" in desk.refused("note", "nato-1")
    assert "There is no source `nope`" in desk.refused("note", "nope")


def test_a_source_without_a_text_can_be_noted_too(desk: Desk) -> None:
    edits(desk, ("facts:\n", "facts:\n  NATO:\n    alias: {value: OTAN, locator: p. 3}\n"))
    assert desk.run("note", "amr-1").out == "1 event recorded, 1 known already.\n"
    assert "# --- The text is not archived here" in seen(desk, 1, 1)


def run(desk: Desk, typed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real process with something typed at it."""
    return desk.process(*arguments, input=typed)
