"""Every reading command takes `--as-of`, and prints what it printed when the log ended there."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from desk import at_desk, bare_desk  # noqa: F401 - fixtures
from histories import ENTITIES, SOURCES, Clock, new_store
from test_projector import SAME_FOLDER, copy_log, grow
from whence import past, reading
from whence.cli import as_of
from whence.cli.program import program

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from desk import Desk

# Commands that record or judge, and so do nothing to an earlier time.
RECORDING = {
    *("init", "add", "load", "note", "retract", "correct", "decide", "match", "unmatch", "distinguish", "erase"),
    *("entity add", "vocabulary type", "vocabulary property", "rebuild"),
    *("source add", "source grade", "source withdraw", "source reinstate", "source capture", "source attach"),
}
# Commands that read and take no `--as-of`, and why.
EXCEPTIONS = {
    "suggest": "it proposes rulings, and a ruling is made now",
    "diff": "it is asked for two times itself",
    "verify": "it holds the whole log against the views as they stand",
    "export": "segments are the log, and the log up to an event is the first lines of it",
    "serve": "its pages take ?as_of=",
    "completion": "it reads no store",
}


def commands(group: click.Group = program, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        # A group that does something by itself is a command too.
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


def test_every_command_that_reads_takes_as_of() -> None:
    taking = {name for name, one in commands() if any("--as-of" in option.opts for option in one.params)}
    reading_now = {name for name, _ in commands()} - RECORDING - EXCEPTIONS.keys()
    assert taking == reading_now, "A new command belongs in RECORDING, or takes --as-of, or is an exception."


def asked(short: sqlite3.Connection) -> Iterator[tuple[str, ...]]:
    """Yield every reading command, of everything that a store holds."""
    yield from (("facts",), ("facts", "--type", "person"), ("facts", "--on", "2021-06-15"), ("log",), ("timeline",))
    yield from (("conflicts",), ("conflicts", "--review"), ("evidence",), ("evidence", "--gone", "--altered"))
    yield from (("search", "major"), ("search", "kim"), ("entity", "list"), ("source", "list"), ("vocabulary",))
    yield from (("vocabulary", "list", "--type", "person"), ("log", "--type", "claim", "--limit", "3"))
    for (source,) in short.execute("SELECT source FROM source"):
        yield from (("source", "show", source), ("source", "changes", source))
    for one in reading.entities(short):
        yield from (("show", one.entity), ("timeline", one.entity), ("history", one.entity))
    for (claim,) in short.execute("SELECT id FROM event WHERE type = 'claim.made'"):
        yield ("why", claim)
    for fact in reading.facts(short):
        yield from (("why", fact.fact), ("why", fact.entity, fact.property))


def printed(path: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["--db", str(path), *arguments])
    return result.exit_code, result.stdout


@SAME_FOLDER
@given(data=st.data())
def test_a_command_as_of_an_event_prints_what_it_prints_of_the_log_up_to_it(
    tmp_path: Path, data: st.DataObject
) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store, new_store(tmp_path / "b.db", empty=True) as short:
        heads = list(grow(data, store, clock))
        upto = data.draw(st.integers(heads[0] - len(ENTITIES) - len(SOURCES), heads[-1]))
        copy_log(store, short, upto)
        short.rebuild()
        everything = list(asked(short.connection))
        for command in data.draw(st.lists(st.sampled_from(everything), min_size=8, max_size=8, unique=True)):
            as_json = ("--json",) if data.draw(st.booleans()) else ()
            then = printed(store.path, *command, *as_json, "--as-of", str(upto))
            assert then == printed(short.path, *command, *as_json), command


@pytest.fixture(name="told")
def told_desk(desk: Desk) -> Desk:
    """Return a desk where an officer was declared, named otherwise since, and has a namesake since."""
    desk.run("entity", "add", "person", "Francesco Diella")
    desk.run("add", "francesco-diella", "alias", "Frank", "-s", "nato-1", "--no-passage")
    return desk


def test_an_entity_is_named_as_it_is_named_now_or_was_then(told: Desk) -> None:
    then = str(told.head())
    told.run("entity", "add", "person", "Francesco D.", "--id", "francesco-diella", "--reason", "as he signs")
    claim = told.json("why", "francesco-diella", "alias")["audits"][0]["supporting"][0]["event"]
    told.run("retract", claim, "--reason", "nobody calls him so")
    expected = told.run("show", "francesco-diella", "--as-of", then).out
    assert "Francesco Diella" in expected
    for name in ("Francesco D.", "Francesco Diella", "Frank"):
        assert told.run("show", name, "--as-of", then).out == expected
    assert "There is no entity `Frank`" in told.refused("show", "Frank")
    assert "did you mean" in told.refused("show", "Francesco Diela", "--as-of", then).lower()


def test_an_entity_is_found_by_a_name_from_a_source_that_is_withdrawn_since(told: Desk) -> None:
    then = str(told.head())
    expected = told.run("show", "francesco-diella", "--as-of", then).out
    told.run("source", "withdraw", "nato-1", "--reason", "its publisher took it back", "--yes")
    assert "There is no entity `Frank`" in told.refused("show", "Frank")
    assert told.run("show", "Frank", "--as-of", then).out == expected


def test_a_namesake_of_later_does_not_stand_in_the_way(told: Desk) -> None:
    then = str(told.head())
    told.run("entity", "add", "person", "Francesco Diella", "--id", "the-younger")
    assert "names several entities" in told.refused("show", "Francesco Diella")
    assert "Frank" in told.run("show", "Francesco Diella", "--as-of", then).out
    assert "there was no entity `the-younger`" in told.refused("show", "the-younger", "--as-of", then)


def test_what_is_recorded_later_is_not_there_yet(told: Desk) -> None:
    then = str(told.head())
    told.run("source", "add", "--id", "late-1", "--title", "Late", "--publisher", "nato")
    claim = told.run("add", "francesco-diella", "rank", "Colonel", "-s", "late-1", "--no-passage").event
    assert "there was no source `late-1`" in told.refused("source", "show", "late-1", "--as-of", then)
    assert "there was no source `late-1`" in told.refused("source", "changes", "late-1", "--as-of", then)
    assert "was made later" in told.refused("why", claim, "--as-of", then)
    assert "Nothing is on record about rank" in told.refused("why", "francesco-diella", "rank", "--as-of", then)
    assert "There is no entity `nobody`" in told.refused("history", "nobody", "--as-of", then)


def test_a_fact_that_fell_since_is_found_by_its_id(told: Desk) -> None:
    fact = told.json("facts", "--property", "alias")["facts"][0]["fact"]
    claim = told.json("why", fact)["audits"][0]["supporting"][0]["event"]
    before = told.run("why", fact).out
    then = str(told.head())
    told.run("retract", claim, "--reason", "nobody calls him so")
    assert "No fact's or claim's id begins with" in told.refused("why", fact)
    assert told.run("why", fact, "--as-of", then).out == before
    assert told.run("why", claim, "--as-of", then).out.startswith("Francesco Diella, alias: Frank")
    assert "No fact's or claim's id begins with" in told.refused("why", "0" * 16, "--as-of", then)
    assert "is no id of a fact or a claim" in told.refused("why", "nonsense", "--as-of", then)


def test_the_vocabulary_is_listed_as_it_was(told: Desk) -> None:
    before, then = told.run("vocabulary").out, str(told.head())
    told.run("vocabulary", "property", "shoe size", "--of", "person", "--description", "How large his shoes are.")
    assert "shoe size" in told.run("vocabulary").out
    assert told.run("vocabulary", "--as-of", then).out == before
    assert told.run("vocabulary", "list", "--as-of", then).out == before
    assert "--as-of is for the list" in told.refused("vocabulary", "--as-of", then, "list")


READING = [
    *(("show", "nato"), ("facts",), ("conflicts",), ("search", "nato"), ("timeline",), ("timeline", "nato"), ("log",)),
    *(("why", "nato", "alias"), ("history", "nato"), ("evidence",), ("entity", "list"), ("source", "list")),
    *(("source", "show", "nato-1"), ("source", "changes", "nato-1"), ("vocabulary",), ("vocabulary", "list")),
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_time_that_the_log_does_not_cover_is_refused_in_a_sentence(desk: Desk, command: tuple[str, ...]) -> None:
    head = desk.head()
    for when, said in (
        ("0", f"There is no event 0: the log has events 1 to {head}."),
        (str(head + 1), f"There is no event {head + 1}: the log has events 1 to {head}."),
        ("1999-01-01", "1999-01-01 is before the first event of the log."),
        ("2999-01-01", "2999-01-01 is in the future"),
        ("2999-01-01T10:00Z", "2999-01-01T10:00Z is in the future"),
        ("2023-02-30", "There is no moment 2023-02-30"),
        ("soon", "“soon” is neither a position nor a moment."),
        ("", "“” is neither a position nor a moment."),
    ):
        assert said in desk.refused(*command, "--as-of", when)


def test_an_empty_log_has_no_earlier_time(bare: Desk) -> None:
    bare.run("init", "--empty")
    for when in ("1", "0", "2024-01-01", "2999-01-01"):
        assert "The log is empty" in bare.refused("facts", "--as-of", when)


def test_a_stretch_that_ends_before_it_begins_is_refused(told: Desk) -> None:
    head = told.head()
    assert "Name the earlier first" in told.refused("diff", str(head), "9")
    assert "ends before it begins" in told.refused("timeline", "--since", "2024", "--until", "2023")
    assert f"the log ended at event 9, before --after {head}" in told.refused(
        "log", "--after", str(head), "--as-of", "9"
    )
    backwards = ("--from", "2024", "--until", "2023")
    assert "before" in told.refused("add", "nato", "alias", "OTAN", "-s", "nato-1", "--no-passage", *backwards)
    assert "before" in told.refused("decide", "francesco-diella", "alias", "Frank", "--reason", "so", *backwards)
    assert told.run("timeline", "--since", "2023", "--until", "2023").code == 0


def test_a_bar_tells_on_a_terminal_how_far_a_replay_is(told: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pty = pytest.importorskip("pty")
    monkeypatch.setattr(as_of, "SLOW", 0)
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as terminal, contextlib.redirect_stderr(terminal):
        assert terminal.isatty()
        with contextlib.closing(past.connect(told.store)) as connection:
            as_of.replay(connection, 50, "fact", what=", 1 of 2")
    shown = os.read(reader, 100_000).decode()
    os.close(reader)
    assert "Replaying 50 events, 1 of 2" in shown
    assert "━" in shown


def test_in_a_pipe_there_is_no_bar(told: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_of, "SLOW", 0)
    assert told.run("facts", "--as-of", "60").err == ""
