"""The real process on bad input, bad files, pipes and signals: plain sentences, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk import SOURCES, Desk, at_desk, bare_desk  # noqa: F401 - fixtures
from whence import Draft, Store

DOSSIER = "source: {id: paper, kind: article, title: A paper, publisher: nato}\nfacts:\n  NATO:\n"
CLAIM = ("add", "nato", "alias", "the alliance", "--source", "nato-1", "--no-passage")


def refused(desk: Desk, *arguments: str) -> str:
    """Run the real process, which must refuse with exit code 2 and record nothing; return what it says."""
    before = desk.head()
    done = desk.process(*arguments)
    said = " ".join(done.stderr.split())
    assert done.returncode == 2, said
    assert done.stdout == ""
    assert "Traceback" not in said
    assert "fault of whence" not in said
    assert said.endswith((".", "?", ")", "…", "'"))
    assert desk.head() == before
    return said


def in_shell(desk: Desk, command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command in which `whence` is the real process."""
    whence = f'whence() {{ {shlex.quote(sys.executable)} -m whence "$@"; }}; set -o pipefail; '
    return subprocess.run(
        ["bash", "-c", whence + command],
        capture_output=True,
        text=True,
        check=False,
        cwd=desk.folder,
        env=desk.environment(),
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "nato", "alias", "x", "-s", "nato-9", "--no-passage"), "There is no source `nato-9`."),
        (("add", "Natoo", "alias", "x", "-s", "nato-1", "--no-passage"), "There is no entity `Natoo`."),
        (("add", "nato", "aliass", "x", "-s", "nato-1", "--no-passage"), "There is no property `aliass`."),
        (("entity", "add", "persn", "Kim"), "There is no type `persn`."),
        (("add", "nato", "founded", "2023-02-30", "-s", "nato-1", "--no-passage"), "February 2023 has 28 days."),
        (("add", "nato", "founded", "13/02/23", "-s", "nato-1", "--no-passage"), "13/02/23"),
        (("add", "nato", "headquarters", "amr", "-s", "nato-1", "--no-passage"), "takes a place as value"),
        (("add", "nato", "website", "nato.int", "-s", "nato-1", "--no-passage"), "is no address of http or https."),
        (("add", "nato", "alias", " ", "-s", "nato-1", "--no-passage"), "empty"),
        (("add", "nato", "alias", "\u200b", "-s", "nato-1", "--no-passage"), "nothing that can be seen"),
        (("add", "nato", "alias", "a\x1b[31m", "-s", "nato-1", "--no-passage"), "an escape character"),
        (("add", "nato", "alias", "\udcff", "-s", "nato-1", "--no-passage"), "VALUE is not valid UTF-8 text: \\xff."),
        (("add", "nato", "note", "x" * 100_001, "-s", "nato-1", "--no-passage"), "100,000"),
        (("add", "x" * 100_001, "note", "x", "-s", "nato-1", "--no-passage"), "There is no entity `xxx"),
        (("show", ""), "There is no entity"),
        (("why", "\udcff"), "is not valid UTF-8 text: \\xff."),
        (("add", "\udcff", "alias", "x", "-s", "nato-1", "--no-passage"), "SUBJECT is not valid UTF-8 text"),
        (("add", "nato", "alias", "x", "-s", "\udcff", "--no-passage"), "--source / -s is not valid UTF-8 text"),
        (("add", "nato", "alias", "x", "-s", "nato-1", "--locator", "\udcff"), "--locator is not valid UTF-8 text"),
        (("timeline", "\udcff"), "is not valid UTF-8 text"),
        (("history", "\udcff"), "is not valid UTF-8 text"),
        (("note", "\udcff"), "is not valid UTF-8 text"),
        (("match", "nato", "\udcff", "--reason", "x"), "is not valid UTF-8 text"),
        (("source", "grade", "nato-1", "B", "--reason", "\udcff"), "is not valid UTF-8 text"),
        (("source", "capture", "\udcff", "x"), "is not valid UTF-8 text"),
        (("source", "add", "--title", "x", "--publisher", "\udcff"), "is not valid UTF-8 text"),
        (("entity", "add", "person", "\udcff"), "is not valid UTF-8 text"),
        (("vocabulary", "type", "\udcff", "--description", "x"), "is not valid UTF-8 text"),
        (("--actor", "\udcff", *CLAIM), "not valid UTF-8 text"),
        (("--db", "\udcff", "facts"), "not valid UTF-8 text"),
        (("load", "\udcff"), "\\udcff"),
        (("--db", "", "facts"), "--db names no file: it is empty."),
        (("facts", "--db", ""), "--db names no file: it is empty."),
        (("export", ""), "The folder's name is empty."),
        (("add", "nato", "alias", "x", "-s", "nato-1", "--locator", ""), "--locator is empty"),
        (("add", "nato", "alias", "x", "-s", "nato-1", "--locator", "p" * 2001), "`locator` is longer than"),
        (("add", "nato", "alias", "xyz", "-s", "nato-1", "-q", "xyz", "--nth", "3"), "No text of nato-1 is archived"),
        (("add", "nato", "alias", "x", "-s", "nato-1", "--locator", "p. 1", "--nth", "3"), "--nth belongs to a quote"),
        (("retract", "zzzz", "--reason", "x"), "is no event id"),
        (("frobnicate",), "There is no command `frobnicate`."),
        (("show", "nato", "--frobnicate"), "--frobnicate"),
    ],
)
def test_a_mistake_is_told_in_plain_words_and_nothing_is_recorded(
    desk: Desk, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(desk, *arguments)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ('    alias: {value: "a\\0b", locator: p. 1}\n', "a null character"),
        ('    alias: {value: "a\\ud800b", locator: p. 1}\n', ":4:"),
        (f"    note: {{value: {'x' * 1_000_001}, locator: p. 1}}\n", ":4:"),
        ("    alias: {value: , locator: p. 1}\n", ":4:"),
        ("    alias: [value\n", ":"),
        ("    founded: {value: 2023-02-30, locator: p. 1}\n", "February 2023 has 28 days."),
        ("    alias: {value: x, lokator: p. 1}\n", "lo"),
        ("\talias: x\n", ":4:"),
        ("    alias: &a [*a]\n", ":4:"),
        ("    alias: !!python/object:os.system x\n", ":4:"),
    ],
)
def test_a_broken_dossier_is_told_with_file_and_line(desk: Desk, facts: str, sentence: str) -> None:
    said = refused(desk, "load", desk.write("paper.yaml", DOSSIER + facts))
    assert "paper.yaml:" in said
    assert sentence in said


def test_a_dossier_that_is_no_text_is_told(desk: Desk) -> None:
    for content in (b"source: \xff\xfe\nfacts: x\n", b"\x00" * 100, b"", os.urandom(1000)):
        path = desk.folder / "noise.yaml"
        path.write_bytes(content)
        assert "noise.yaml" in refused(desk, "load", str(path))


def test_a_segment_that_is_not_as_it_was_written_is_refused_with_its_line(desk: Desk) -> None:
    desk.run("export", str(desk.folder / "events"))
    [path] = (desk.folder / "events").iterdir()
    lines = path.read_bytes().splitlines(keepends=True)
    new = Desk(desk.folder)
    new.env = {**desk.env, "WHENCE_DB": str(desk.folder / "new.db")}
    changed = {
        "altered": [*lines[:4], lines[4].replace(b"description", b"descriptiom"), *lines[5:]],
        "reordered": [*lines[:2], lines[3], lines[2], *lines[4:]],
        "truncated": [*lines[:-1], lines[-1][:20]],
        "cut": lines[:-3],
        "spaced": [*lines[:4], lines[4].replace(b'","', b'", "', 1), *lines[5:]],
        "unended": [*lines[:-1], lines[-1].rstrip(b"\n")],
        "torn": [*lines[:4], lines[4][:30] + b"\n", *lines[5:]],
    }
    for name, content in changed.items():
        file = desk.folder / f"{name}.jsonl"
        file.write_bytes(b"".join(content))
        assert f"{name}.jsonl:" in refused(new, "load", str(file)), name
    assert not (desk.folder / "new.db").exists()


def test_a_clock_behind_the_log_is_refused(desk: Desk) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with Store.open(desk.store, write=True, clock=lambda: tomorrow) as store:
        store.record([Draft("entity.declared", {"entity": "kim", "type": "person", "name": "Kim"})], actor="Kim")
    assert "clock is" in refused(desk, *CLAIM)


def test_a_file_that_is_no_store_is_told(bare: Desk) -> None:
    assert "There is no store at" in refused(bare, *CLAIM)
    bare.store.write_bytes(b"")
    assert "is empty" in refused(bare, "show", "nato")
    bare.store.write_bytes(b"This is not a database, but it is long enough to be looked at. " * 100)
    assert "is not an SQLite database" in refused(bare, "show", "nato")
    bare.store.unlink()
    sqlite3.connect(bare.store).execute("CREATE TABLE t (x)").connection.close()
    assert "is an SQLite database, but no store of whence" in refused(bare, *CLAIM)
    assert "is a folder" in refused(bare, "--db", str(bare.folder), "show", "nato")


def test_a_store_of_a_newer_version_is_told(desk: Desk) -> None:
    connection = sqlite3.connect(desk.store)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for command in (CLAIM, ("show", "nato"), ("verify",)):
        assert "newer version" in refused(desk, *command)


def test_a_damaged_store_is_told(desk: Desk) -> None:
    with desk.store.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 8192 * 20)
    for command in (("show", "nato"), ("verify",), ("log",), CLAIM, ("export", "-")):
        done = desk.process(*command)
        assert done.returncode in (1, 2), command
        assert "Traceback" not in done.stderr
        assert "fault of whence" not in done.stderr, done.stderr


def test_a_locked_store_is_told_and_can_still_be_read(desk: Desk) -> None:
    other = sqlite3.connect(desk.store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert desk.process("show", "nato").returncode == 0
        assert "is locked: another program is writing to it." in refused(desk, *CLAIM)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert desk.process(*CLAIM).returncode == 0


def as_an_account(desk: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody who is held to the permissions of files."""
    # Root may write everywhere, unless it gives that up.
    give_up = "setpriv --bounding-set=-dac_override,-dac_read_search " if os.geteuid() == 0 else ""
    if give_up and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    return in_shell(desk, f"{give_up}{shlex.quote(sys.executable)} -m whence {shlex.join(arguments)}")


def test_segments_that_hold_nothing_new_are_known_to_a_store_that_may_not_be_written(desk: Desk) -> None:
    desk.run("export", str(desk.folder / "events"))
    [segment] = (str(one) for one in (desk.folder / "events").iterdir())
    events = desk.head()
    desk.store.chmod(0o444)
    done = as_an_account(desk, "load", segment)
    assert done.stdout == f"0 events recorded, {events} known already.\n", done
    desk.store.chmod(0o644)
    desk.run("entity", "add", "person", "Kim")
    desk.run("export", str(desk.folder / "events"))
    [_, later] = sorted(str(one) for one in (desk.folder / "events").iterdir())
    older = desk.folder / "older.db"
    desk.process("load", segment, "--db", str(older))
    older.chmod(0o444)
    done = as_an_account(desk, "load", later, "--db", str(older))
    assert "older.db may not be written by this account, so nothing can be recorded." in done.stderr


@pytest.mark.parametrize(
    ("closed", "arguments", "told"),
    [
        ("closed", ("--db", "closed/a.db", "log"), "This account may not look into the folder of closed/a.db."),
        ("closed", ("--db", "closed/a.db", "init"), "This account may not look into the folder of closed/a.db."),
        ("sealed", ("--db", "sealed/a.db", "init"), "The folder sealed may not be written by this account"),
        ("whence.db", ("log",), "could not be opened: this account may not read it."),
        ("closed", ("load", "closed/a.yaml"), "closed/a.yaml"),
        ("closed", ("export", "closed/events"), "closed/events may not be used by this account."),
        ("a.txt", ("source", "capture", "nato-1", "a.txt"), "a.txt cannot be read: Permission denied."),
        ("closed", ("--db", "closed/a.db", "load", "segment.jsonl"), "closed/a.db"),
    ],
)
def test_what_this_account_may_not_do_is_told_with_what_to_do(
    desk: Desk, closed: str, arguments: tuple[str, ...], told: str
) -> None:
    (desk.folder / "closed").mkdir()
    (desk.folder / "sealed").mkdir()
    desk.write("a.txt", "Some words.")
    desk.process("export", "events")
    next((desk.folder / "events").iterdir()).rename(desk.folder / "segment.jsonl")
    (desk.folder / closed).chmod(0o555 if closed == "sealed" else 0)
    done = as_an_account(desk, *arguments)
    (desk.folder / closed).chmod(0o755)
    assert done.returncode == 2, done
    said = done.stderr.splitlines()
    assert told in said[0]
    assert len(said) == 2, said
    assert "permissions" in said[1]
    assert "published" not in done.stderr


def test_a_store_that_may_not_be_written_is_told(desk: Desk) -> None:
    before = desk.head()
    desk.store.chmod(0o444)
    done = as_an_account(desk, *CLAIM)
    assert done.returncode == 2, done
    assert "may not be written by this account" in done.stderr
    assert "Traceback" not in done.stderr
    assert desk.head() == before


def test_a_disk_that_takes_no_more_is_told_and_nothing_is_recorded(desk: Desk) -> None:
    before = desk.head()
    done = in_shell(desk, "ulimit -f 8; whence " + shlex.join(CLAIM))
    assert done.returncode == 2, done
    assert "disk" in done.stderr
    assert "nothing was recorded" in done.stderr
    assert "Traceback" not in done.stderr
    assert desk.head() == before
    assert desk.run("verify")
    done = in_shell(desk, "ulimit -f 8; whence export out")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not list((desk.folder / "out").glob("*"))


@pytest.mark.parametrize(
    "command",
    [("facts",), ("show", "nato"), ("conflicts",), ("evidence",), ("log",), ("entity", "list"), ("source", "list"),
     ("search", "nato"), ("timeline", "nato")],
)  # fmt: skip
def test_a_limit_beyond_all_counting_is_refused(desk: Desk, command: tuple[str, ...]) -> None:
    assert "is larger than 2,147,483,648." in desk.refused(*command, "--limit", "99999999999999999999")
    desk.run(*command, "--limit", "2147483648")


def test_a_file_whose_name_is_no_text_is_loaded_and_named_in_json(desk: Desk) -> None:
    desk.write("caf\udce9.yaml", DOSSIER + "    alias: {value: x, locator: p. 1}\n")
    done = desk.process("load", "caf\udce9.yaml", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] == ["caf\\udce9.yaml"]
    done = desk.process("export", "s\udce9", "--json")
    assert json.loads(done.stdout)["segment"].startswith("s\\udce9"), done.stderr


def test_a_position_beyond_all_counting_is_refused(desk: Desk) -> None:
    assert "is larger than 2,147,483,648." in desk.refused("log", "--after", "99999999999999999999")
    assert desk.json("log", "--after", "2147483648")["events"] == []


def test_what_was_recorded_but_cannot_be_printed_is_told_and_has_its_own_exit_code(desk: Desk) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    before = desk.head()
    done = in_shell(desk, f"whence {shlex.join(CLAIM)} > /dev/full")
    assert (done.returncode, done.stderr) == (3, "Recorded, but it could not be printed: No space left on device.\n")
    assert desk.head() == before + 1
    # Known already: nothing is recorded this time.
    assert in_shell(desk, f"whence {shlex.join(CLAIM)} > /dev/full").returncode == 2
    assert in_shell(desk, "whence entity add person Kim > /dev/full 2>&1").returncode == 3
    assert desk.head() == before + 2


def test_closed_streams_are_no_fault(desk: Desk) -> None:
    before = desk.head()
    done = in_shell(desk, f"whence {shlex.join(CLAIM)} <&- >&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert desk.head() == before + 1
    for command, code in (("facts", 0), ("facts --json", 0), ("show nobody", 2)):
        assert in_shell(desk, f"whence {command} >&- 2>&-").returncode == code, command


def test_ctrl_c_inside_a_function_that_sql_calls_ends_it_as_ctrl_c_does() -> None:
    code = """
import os, signal, sqlite3, sys
from whence import database
from whence.cli.ending import end, watch
watch()
connection = sqlite3.connect(":memory:")
connection.create_function("stopped", 0, lambda: os.kill(os.getpid(), signal.SIGINT))
def run():
    with database.told("x.db"):
        connection.execute("SELECT stopped()").fetchone()
sys.exit(end(run, []))
"""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=environment, timeout=60)
    assert (done.returncode, done.stderr) == (130, b"")


def test_a_full_stdout_is_told(desk: Desk) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for command in ("log", "export -", "facts", "show nato"):
        done = in_shell(desk, f"whence {command} > /dev/full")
        assert (done.returncode, done.stderr) == (2, "No space left on device.\n"), command


def test_a_reader_that_goes_away_ends_it_quietly(desk: Desk) -> None:
    for command in ("whence log --limit 1000 | head -n 1", "whence export - | head -c 10", "whence vocabulary | true"):
        done = in_shell(desk, command)
        assert done.stderr == "", command
        assert done.returncode in (0, 141), command


def test_ctrl_c_ends_it_quietly_and_at_once(desk: Desk) -> None:
    for number in range(3):
        desk.run("add", "nato", "note", f"{number}" * 90_000, "-s", "nato-1", "--no-passage")
    process = subprocess.Popen(
        [sys.executable, "-m", "whence", "export", "-"],
        env=desk.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    # Nobody reads on, so the pipe is full and it waits.
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    assert process.stderr.read() == b""
    process.stdout.close()
    process.stderr.close()


def test_several_processes_record_at_once_and_nothing_is_lost(desk: Desk) -> None:
    head = desk.head()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "whence", "add", "nato", "alias", f"alias {number}", "-s", "nato-1", "--no-passage"],
            env=desk.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(6)
    ]
    outcomes = [(process.communicate(timeout=60), process.returncode) for process in processes]
    assert [code for _, code in outcomes] == [0] * 6, outcomes
    assert desk.head() == head + 6
    assert desk.run("verify")


def test_the_module_runs_as_the_command_does(desk: Desk) -> None:
    done = desk.process("log", "--limit", "1", "--json")
    assert json.loads(done.stdout) == desk.json("log", "--limit", "1")
    assert str(SOURCES) in desk.environment()["PYTHONPATH"]
