"""What a terminal shows, and what a pipe gets; a pseudo-terminal stands for the person."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from typing import TYPE_CHECKING

import pytest

from desk import at_desk  # noqa: F401 - a fixture
from whence.cli import printing

if TYPE_CHECKING:
    from desk import Desk

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(desk: Desk, *arguments: str, columns: int = 100, **environment: str) -> str:
    """Run the real process on a terminal that is so wide; return what is shown."""
    child, screen = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        settings = {**desk.environment(), "TERM": "xterm-256color", **environment}
        settings.pop("COLUMNS", None)
        os.execve(sys.executable, [sys.executable, "-m", "whence", *arguments], settings)  # noqa: S606 - our own command
    shown = b""
    while True:
        try:
            part = os.read(screen, 4096)
        except OSError:  # Linux says so when the other side has closed.
            break
        if not part:
            break
        shown += part
    os.waitpid(child, 0)
    os.close(screen)
    return shown.decode().replace("\r\n", "\n")


@pytest.fixture(name="told")
def told_desk(desk: Desk) -> Desk:
    """Return a desk where two sources disagree, in words of several scripts."""
    desk.run("entity", "add", "person", "김수광", "--id", "kim")
    rank = "Major General [bold]of the Republic of Korea Army[/bold]"
    desk.run("add", "kim", "rank", rank, "-s", "nato-1", "-q", "Major General")
    desk.run("add", "kim", "rank", "소장", "-s", "amr-1", "-q", "소장")
    return desk


def test_a_terminal_gets_a_table_as_wide_as_it_is(told: Desk) -> None:
    shown = on_terminal(told, "show", "kim", columns=110)
    assert "\x1b[1m" in shown
    lines = ESCAPE.sub("", shown).splitlines()
    assert "─" * 50 in ESCAPE.sub("", shown)
    assert all(len(line) <= 110 for line in lines)
    assert "contested (current)" in ESCAPE.sub("", shown)


def test_a_narrow_terminal_gets_every_value_whole(told: Desk) -> None:
    for columns in (20, 40, 60):
        shown = ESCAPE.sub("", on_terminal(told, "show", "kim", columns=columns))
        words = " ".join(shown.split())
        assert "contested (current)" in words, shown
        assert "Republic of Korea Army" in words, shown


def test_what_a_source_wrote_is_no_markup(told: Desk) -> None:
    shown = " ".join(ESCAPE.sub("", on_terminal(told, "show", "kim", columns=60)).split())
    assert "[bold]of the Republic of Korea Army[/bold]" in shown


def test_no_color_leaves_colour_out(told: Desk) -> None:
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", on_terminal(told, "conflicts"))
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", on_terminal(told, "conflicts", NO_COLOR="1"))


def test_a_pipe_gets_neither_colour_nor_boxes_nor_broken_lines(told: Desk) -> None:
    for command in (("show", "kim"), ("why", "kim", "rank"), ("conflicts",), ("vocabulary",), ("log",)):
        out = told.process(*command).stdout
        assert "\x1b" not in out
        assert "─" not in out
    assert (
        "Major General [bold]of the Republic of Korea Army[/bold]  contested (current)"
        in told.process("show", "kim").stdout
    )


def test_columns_align_by_what_a_letter_takes(capsys: pytest.CaptureFixture[str]) -> None:
    printing.table(("name", "value"), (("소장", "1"), ("é", "2"), ("e\u0301", "3"), ("a\nb", "4")))
    assert capsys.readouterr().out.splitlines() == ["NAME  VALUE", "소장  1", "é     2", "e\u0301     3", "a b   4"]


def test_what_turns_the_direction_of_a_line_is_written_out(desk: Desk) -> None:
    desk.run("add", "nato", "alias", "abc\u202edef\u2066", "-s", "nato-1", "--no-passage")
    shown = desk.run("facts").out
    assert "abc⟨U+202E⟩def⟨U+2066⟩" in shown
    for columns in (40, 120):
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", on_terminal(desk, "facts", columns=columns))
    assert "\u202e" not in desk.refused("show", "abc\u202edeg")
    assert desk.json("facts")["facts"][0]["value"] == "abc\u202edef\u2066"


def test_a_mark_of_direction_turns_nothing_beside_its_cell(desk: Desk) -> None:
    desk.run("add", "nato", "alias", "حلف\u200f (1)", "-s", "nato-1", "--no-passage")
    for shown in (desk.run("facts").out, on_terminal(desk, "facts", columns=30)):
        assert "\u2068حلف\u200f (1)\u2069" in shown


def test_a_table_cuts_a_cell_that_is_a_page_long(desk: Desk) -> None:
    desk.run("add", "nato", "note", "x" * 90_000, "-s", "nato-1", "--no-passage")
    assert max(map(len, desk.run("facts").out.splitlines())) < 400
    assert "x" * 299 + "…" in desk.run("facts").out
