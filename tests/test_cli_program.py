from __future__ import annotations

import getpass
import importlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from desk import SOURCES, at_desk, bare_desk  # noqa: F401 - fixtures
from whence import __version__
from whence.cli.program import COMMANDS, Command, Group, program
from whence.cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from desk import Desk

# What neither reading nor recording one claim may load: each costs more than all the rest of a run.
HEAVY = ("pydantic", "sqlite_utils", "datasette", "rich", "yaml", "rapidfuzz")
# What recording one claim does without as well.
NEEDLESS = ("whence.history", "whence.past", "whence.payloads", "difflib", "csv", "email", "subprocess")


def every_command(group: click.Group = program, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{before}{name} ")


def loaded_by(code: str, desk: Desk | None = None) -> set[str]:
    """Return the modules that a process has loaded once it has run the code."""
    code += "\nprint('\\n'.join(sys.modules))"
    environment = {"PYTHONPATH": str(SOURCES), **(desk.env if desk else {})}
    command = [sys.executable, "-c", "import sys\n" + code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return set(done.stdout.split())


def test_the_sentences_of_the_help_are_those_of_the_commands() -> None:
    for section in COMMANDS.values():
        for name, (module, sentence) in section.items():
            command = getattr(importlib.import_module(f"whence.cli.{module}"), name)
            first = (command.help or "").splitlines()[0]
            assert first == sentence, name


def test_every_command_and_every_option_is_explained() -> None:
    for path, command in every_command():
        assert command.help, path
        assert isinstance(command, Command | Group), path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, f"{path} {parameter.opts}"


def test_help_loads_neither_the_store_nor_anything_heavy() -> None:
    code = "from whence.cli.program import program\ntry: program.main(['--help'])\nexcept SystemExit: pass"
    assert not loaded_by(code).intersection({*HEAVY, "sqlite3", "orjson"})


def test_reading_loads_nothing_heavy(desk: Desk) -> None:
    for command in (["show", "nato"], ["why", "nato", "name"], ["facts"], ["log"], ["verify"], ["source", "list"]):
        code = f"from whence.cli.program import program\ntry: program.main({command!r})\nexcept SystemExit: pass"
        assert not loaded_by(code, desk).intersection({*HEAVY, "pydantic_core"}), command


def test_recording_a_claim_loads_nothing_that_it_does_not_need(desk: Desk) -> None:
    command = ["add", "nato", "alias", "the alliance", "--source", "nato-1", "--locator", "p. 1"]
    code = f"from whence.cli.program import program\ntry: program.main({command!r})\nexcept SystemExit: pass"
    loaded = loaded_by(code, desk)
    assert "whence.recording" in loaded
    assert not loaded.intersection({*HEAVY, *NEEDLESS})


def test_help_lists_every_command_with_its_sentence(bare: Desk) -> None:
    said = bare.run("--help").out
    for section in COMMANDS.values():
        for name, (_, sentence) in section.items():
            assert f"{name.ljust(11)}  {sentence}" in said


def test_the_version_is_told(bare: Desk) -> None:
    assert bare.run("--version").out == f"whence {__version__}\n"


def test_the_options_of_the_program_may_follow_the_command(desk: Desk, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    desk.run("init", "--db", other)
    assert desk.run("--db", other, "entity", "list").out == desk.run("entity", "list", "--db", other).out
    assert desk.run("--json", "conflicts").out == desk.run("conflicts", "--json").out
    desk.run("entity", "add", "person", "Kim", "--actor", "Kim's friend", "--db", other)
    assert desk.json("log", "--db", other, "--limit", "1")["events"][0]["actor"] == "Kim's friend"


def test_a_mistyped_command_is_answered_with_near_ones(bare: Desk) -> None:
    outcome = bare.try_("shw")
    assert (outcome.code, outcome.out) == (2, "")
    assert "There is no command `shw`. Did you mean `show`?" in outcome.err
    assert "Did you mean `grade`?" in bare.try_("source", "grad").err


def test_without_a_command_the_help_is_shown_and_the_code_says_that_usage_was_wrong(bare: Desk) -> None:
    outcome = bare.try_()
    assert outcome.code == 2
    assert "Usage: whence" in outcome.out + outcome.err


def test_an_error_under_json_is_json_on_stderr(desk: Desk) -> None:
    outcome = desk.try_("show", "Natoo", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert json.loads(outcome.err) == {
        "error": {"message": "There is no entity `Natoo`.", "hint": "Did you mean `nato`?", "problems": []}
    }
    usage = json.loads(desk.try_("show", "--json").err)
    assert usage["error"] == {
        "message": "Missing argument 'ENTITY'.",
        "hint": "Try `whence show --help`.",
        "problems": [],
    }


def test_a_fault_of_our_own_is_one_plain_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "reading", lambda _self: 1 / 0)
    outcome = desk.try_("show", "nato")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("A fault of whence itself stopped this: ZeroDivisionError: division by zero.\n")
    assert "Traceback" not in outcome.err
    monkeypatch.setenv("WHENCE_DEBUG", "1")
    assert "Traceback" in desk.try_("show", "nato").err


def actor(desk: Desk) -> str:
    done = desk.process("entity", "add", "person", f"Person {desk.head()}")
    assert done.returncode == 0, done.stderr
    recorded = desk.json("log", "--limit", "1")["events"][0]["actor"]
    assert isinstance(recorded, str)
    return recorded


def test_the_actor_is_the_option_else_the_environment_else_git_else_the_account(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_CONFIG_COUNT", "GIT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.setenv(
        "GIT_CONFIG_GLOBAL", desk.write("gitconfig", "[user]\nname = Kim Lee\nemail = kim@example.org\n")
    )
    assert actor(desk) == "Jo Park <jo@example.org>"
    desk.run("entity", "add", "person", "Somebody", "--actor", "Max Roe")
    assert desk.json("log", "--limit", "1")["events"][0]["actor"] == "Max Roe"
    desk.env.pop("WHENCE_ACTOR")
    monkeypatch.delenv("WHENCE_ACTOR", raising=False)
    assert actor(desk) == "Kim Lee <kim@example.org>"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert actor(desk) == getpass.getuser()


def test_git_is_not_asked_where_nothing_is_recorded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Settings) -> str:
        raise AssertionError

    monkeypatch.setattr(Settings, "recorder", refuse)
    for command in (["show", "nato"], ["facts"], ["verify"], ["rebuild"], ["source", "list"]):
        assert desk.try_(*command).code == 0


def test_an_actor_without_a_name_is_refused(desk: Desk) -> None:
    assert "Nobody is named" in desk.refused("--actor", "  ", "entity", "add", "person", "Kim")
    assert "longer than" in desk.refused("--actor", "x" * 501, "entity", "add", "person", "Kim")
