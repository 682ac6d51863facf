from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from desk import SOURCES, at_desk, bare_desk  # noqa: F401 - fixtures
from whence.cli.completion import INSTALL, LIMIT

if TYPE_CHECKING:
    from desk import Desk

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture(name="desk")
def told(desk: Desk) -> Desk:
    desk.run("entity", "add", "person", "Francesco Diella")
    desk.run("entity", "add", "person", "김수광")
    desk.run("entity", "add", "engagement", "Staff talks")
    desk.run("add", "Francesco Diella", "alias", "Il Generale", "-s", "nato-1", "--no-passage")
    desk.run("add", "Francesco Diella", "rank", "General", "-s", "nato-1", "--no-passage")
    return desk


def offered(desk: Desk, *words: str, shell: str = "bash", **more: str) -> list[str]:
    """Return what the shell is offered for the last word; every other word was typed before it."""
    line = shlex.join(("whence", *words))
    word = words[-1] if shell == "fish" else str(len(words))
    desk.env |= {"_WHENCE_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": word, **more}
    done = desk.process()
    for name in ("_WHENCE_COMPLETE", "COMP_WORDS", "COMP_CWORD"):
        desk.env.pop(name)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [one.removeprefix("plain,") for one in done.stdout.splitlines() if one]


def test_entities_are_completed_by_id_name_and_alias(desk: Desk) -> None:
    assert offered(desk, "show", "fran") == ["francesco-diella"]
    assert offered(desk, "show", "FRAN") == ["francesco-diella"]
    assert offered(desk, "add", "asian m") == ["amr"]
    assert offered(desk, "timeline", "il gen") == ["francesco-diella"]
    [kim] = [one["entity"] for one in desk.json("entity", "list")["entities"] if one["name"] == "김수광"]
    assert offered(desk, "why", "김") == [kim]
    assert len(offered(desk, "show", "")) == 5


def test_sources_properties_types_and_values_are_completed_where_they_stand(desk: Desk) -> None:
    assert offered(desk, "source", "capture", "na") == ["nato-1"]
    assert offered(desk, "add", "nato", "alias", "x", "--source", "") == ["amr-1", "nato-1"]
    assert offered(desk, "source", "add", "--derived-from", "am") == ["amr-1"]
    assert offered(desk, "add", "francesco-diella", "ran") == ["rank"]
    assert "partner-of" in offered(desk, "facts", "--property", "par")
    # A person has no partners, and a rank is no entity.
    assert offered(desk, "why", "francesco-diella", "partner") == []
    assert offered(desk, "add", "francesco-diella", "rank", "na") == []
    assert offered(desk, "add", "staff-talks", "led-by", "fran") == ["francesco-diella"]
    assert offered(desk, "why", "francesco-diella", "rank", "G") == ["General"]
    assert offered(desk, "entity", "add", "per") == ["person"]
    assert offered(desk, "facts", "--type", "engag") == ["engagement"]


def test_claims_and_facts_are_completed_by_the_digits_of_their_ids(desk: Desk) -> None:
    claims = [event["id"] for event in desk.json("log", "--type", "claim.made")["events"]]
    assert offered(desk, "retract", "") == [one[:12] for one in claims]
    assert offered(desk, "retract", claims[0][:8]) == [claims[0][:12]]
    [fact] = desk.json("facts", "--property", "rank")["facts"]
    assert fact["fact"] in offered(desk, "why", fact["fact"][:6])


def test_files_are_left_to_the_shell(desk: Desk) -> None:
    assert offered(desk, "load", "") == ["file,"]
    assert offered(desk, "source", "capture", "nato-1", "") == ["file,"]


def test_commands_and_options_are_completed(desk: Desk) -> None:
    assert offered(desk, "sho") == ["show"]
    assert offered(desk, "source", "cap") == ["capture"]
    assert "--quote" in offered(desk, "add", "--")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_is_answered_in_its_own_form(desk: Desk, shell: str) -> None:
    lines = {
        "bash": ["francesco-diella"],
        "zsh": ["plain", "francesco-diella", "Francesco Diella, person"],
        "fish": ["francesco-diella\tFrancesco Diella, person"],
    }
    assert offered(desk, "show", "fran", shell=shell) == lines[shell]


def test_no_more_are_offered_than_one_can_look_through(desk: Desk) -> None:
    for number in range(LIMIT + 10):
        desk.run("entity", "add", "person", f"Many {number}")
    assert len(offered(desk, "show", "many")) == LIMIT


def test_the_store_that_is_named_is_asked_wherever_it_is_named(desk: Desk) -> None:
    store = desk.env["WHENCE_DB"]
    desk.env["WHENCE_DB"] = "none.db"
    assert offered(desk, "--db", store, "show", "fran") == ["francesco-diella"]
    assert offered(desk, "show", "--db", store, "fran") == ["francesco-diella"]


def test_without_a_store_nothing_is_offered_and_nothing_is_said(bare: Desk) -> None:
    assert offered(bare, "show", "fran") == []
    bare.store.write_bytes(b"no store" * 1000)
    assert offered(bare, "show", "fran") == []
    for words in (("nonsense", ""), ("show", "'"), ("add", "x", "y", "z", "--source", "")):
        assert offered(bare, *words) == []
    assert offered(bare, "show", "", COMP_WORDS="whence show 'unclosed") == []
    bare.env["_WHENCE_COMPLETE"] = "csh_complete"
    assert bare.process().stdout == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_each_shell_is_printed_and_is_one(bare: Desk, shell: str) -> None:
    script = bare.run("completion", shell).out
    assert f"_WHENCE_COMPLETE={shell}_complete" in script
    assert INSTALL[shell] in " ".join(bare.run("completion", "--help").out.split("\n  "))
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} on this machine: its script is not read by it")
    subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_bash_completes_with_the_script(desk: Desk) -> None:
    if shutil.which("bash") is None:
        pytest.skip("no bash on this machine")
    script = desk.run("completion", "bash").out
    # A whence on PATH that is this one, and the line as bash would hand it over.
    tool = desk.folder / "whence"
    tool.write_text(f'#!/bin/sh\nPYTHONPATH={SOURCES} exec {shlex.quote(sys.executable)} -m whence "$@"\n')
    tool.chmod(0o755)
    line = "COMP_WORDS=(whence show fran); COMP_CWORD=2; _whence_completion ./whence; echo ${COMPREPLY[@]}"
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{line}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=desk.folder,
        env=desk.environment(),
    )
    assert done.stdout == "francesco-diella\n"
