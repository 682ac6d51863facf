"""`whence load` of tables: whole or not at all, or by batches; what is refused is told and can be mended."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import Desk, Outcome, at_desk, bare_desk  # noqa: F401 - fixtures
from whence import state
from whence.cli.program import program

MAPPING = """\
source: {id: register, title: A register, publisher: nato, published: 2026}
defaults: {locator: "row {row}"}
entities:
  company:
    type: organization
    id: c-{No}
    name: "{Name}"
    properties:
      founded: {column: Founded, format: DD.MM.YYYY}
      headquarters: {column: City, create: place}
"""
HEADER = "No;Name;Founded;City\n"
GOOD = "1;Acme;31.12.2001;Ghent\n2;Baltic;2010;Riga\n3;Coast;;Ghent\n"
BAD = "4;Delta;31.02.2001;Oslo\n"
CLAIMS = (
    "subject,property,value,source,locator\nnato,alias,OTAN,nato-1,p. 1\nAsian Military Review,kind,journal,amr-1,\n"
)


@pytest.fixture(name="register")
def a_register(desk: Desk) -> str:
    """Write a mapping and a table that fits it; return the table's path."""
    desk.write("m.yaml", MAPPING)
    return desk.write("t.csv", HEADER + GOOD)


def load(desk: Desk, *arguments: str) -> Outcome:
    return desk.run("load", *arguments, "--mapping", str(desk.folder / "m.yaml"))


def refused(desk: Desk, *arguments: str) -> str:
    return desk.refused("load", *arguments, "--mapping", str(desk.folder / "m.yaml")).replace(f"{desk.folder}/", "")


def piped(desk: Desk, stream: Any, *arguments: str) -> Outcome:  # noqa: ANN401 - bytes, or what gives them
    done = CliRunner().invoke(program, ["load", "-", *arguments], input=stream, env=desk.env)
    return Outcome(done.exit_code, done.stdout, done.stderr)


def numbered(count: int, start: int = 1) -> str:
    return "".join(f"{number};Name {number};2001;Ghent\n" for number in range(start, start + count))


# --- Whole -------------------------------------------------------------------------------------------------------


def test_a_table_is_loaded_and_loading_it_again_adds_nothing(desk: Desk, register: str) -> None:
    first = load(desk, register)
    assert first.out == ("11 events recorded, 0 known already, from 3 rows: 1 source, 5 entities, 5 claims.\n")
    assert first.err == ""
    head = desk.head()
    assert load(desk, register).out == "0 events recorded, 6 known already, from 3 rows.\n"
    assert desk.head() == head
    assert "founded" in desk.run("show", "c-1").out
    assert "row 2" in desk.run("why", "c-1", "founded").out
    desk.run("verify")


def test_a_row_finds_what_it_declares_itself_however_little_is_remembered(
    desk: Desk, register: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "REMEMBERED", 2)
    desk.write("t.csv", HEADER + numbered(7).replace("Ghent", "Riga"))
    load(desk, register)
    assert len(desk.json("facts", "--property", "headquarters")["facts"]) == 7


def test_a_table_with_our_names_needs_no_mapping(desk: Desk) -> None:
    table = desk.write("claims.csv", CLAIMS)
    assert desk.run("load", table).out == "2 events recorded, 0 known already, from 2 rows: 2 claims.\n"
    assert desk.run("load", table).out == "0 events recorded, 2 known already, from 2 rows.\n"
    assert "`qoute` is no column of a table of claims" in desk.refused(
        "load", desk.write("b.csv", "subject,property,value,source,qoute\n")
    )
    assert "Did you mean `quote`?" in desk.refused("load", desk.write("b.csv", "subject,property,value,source,qoute\n"))
    said = desk.refused("load", desk.write("c.csv", "a,b\n1,2\n"))
    assert "has no column `subject`, `property`, `value`, and no mapping says what its columns are." in said
    assert "--sketch > mapping.yaml" in said


def test_the_source_may_be_named_on_the_command_line(desk: Desk, register: str) -> None:
    table = desk.write("claims.csv", "subject,property,value\nnato,alias,OTAN\n")
    assert "No source is named" in desk.refused("load", table)
    assert desk.run("load", table, "--source", "nato-1").out.startswith("1 event recorded")
    assert "There is no source `nato-9`." in desk.refused("load", table, "--source", "nato-9")
    assert "m.yaml says what the source is, and --source does too." in refused(desk, register, "-s", "nato-1")


def test_json_lines_are_a_table_unless_they_are_a_segment(desk: Desk) -> None:
    line = {"actor": "x", "subject": "nato", "property": "alias", "value": ["OTAN", "the alliance"], "source": "nato-1"}
    table = desk.write("t.jsonl", json.dumps({key: line[key] for key in list(line)[1:]}) + "\n")
    assert desk.run("load", table).out == "2 events recorded, 0 known already, from 1 row: 2 claims.\n"
    desk.write("m.yaml", "source: nato-1\nclaim: {subject: '{subject}', property: '{property}', value: '{value}'}\n")
    assert load(desk, desk.write("u.jsonl", json.dumps(line) + "\n")).out.startswith("0 events recorded, 2 known")
    desk.run("export", str(desk.folder / "events"))
    [segment] = (desk.folder / "events").iterdir()
    assert "known already" in desk.run("load", str(segment)).out
    assert "--batch is for a table" in desk.refused("load", str(segment), "--batch", "5")
    assert "cannot be loaded together" in desk.refused("load", str(segment), table)


def test_a_table_comes_packed_or_through_a_pipe(desk: Desk, register: str) -> None:
    packed = desk.folder / "t.csv.gz"
    packed.write_bytes(gzip.compress((HEADER + GOOD).encode()))
    mapping = str(desk.folder / "m.yaml")
    assert load(desk, str(packed)).out.startswith("11 events recorded")
    again = piped(desk, packed.read_bytes(), "--mapping", mapping)
    assert again.out == "0 events recorded, 6 known already, from 3 rows.\n"
    done = desk.process("load", "-", "--mapping", mapping, input=HEADER + GOOD)
    assert done.stdout == "0 events recorded, 6 known already, from 3 rows.\n"
    assert done.stderr == ""  # no bar where nobody looks
    told = piped(desk, (HEADER + BAD).encode(), "--mapping", mapping)
    assert told.err.startswith("stdin:2, column Founded: `founded`: 2001-02-31: February 2001 has 28 days.")
    assert register


def test_several_tables_are_one_transaction(desk: Desk, register: str) -> None:
    second = desk.write("u.csv", HEADER + "9;Nine;2001;Ghent\n" + BAD)
    assert "u.csv:3, column Founded" in refused(desk, register, second)
    desk.write("u.csv", HEADER + "9;Nine;2001;Ghent\n")
    assert "from 4 rows" in load(desk, register, second).out


def test_encoding_and_delimiter_may_be_said_on_the_command_line(desk: Desk, register: str) -> None:
    path = desk.folder / "t.csv"
    path.write_bytes((HEADER + "7;Société;2001;Liège\n").encode("cp1252"))
    said = refused(desk, register)
    assert "t.csv:2: The byte 0xE9 is not UTF-8." in said
    assert "“7;Société;2001;Liège” is how it should read" in said
    assert "recorded" in load(desk, register, "--encoding", "latin-1").out
    assert "Société" in desk.run("show", "c-7").out
    path.write_text("No,Name;Founded\n", encoding="utf-8")
    assert "Say which is the delimiter with --delimiter." in refused(desk, register)
    path.write_text((HEADER + GOOD).replace(";", "\t"), encoding="utf-8")
    assert "from 3 rows" in load(desk, register, "--delimiter", "tab").out
    assert "--delimiter is one character, or tab." in refused(desk, register, "--delimiter", "ab")


# --- Problems ----------------------------------------------------------------------------------------------------


def test_every_problem_is_told_with_file_line_and_column_and_nothing_is_recorded(desk: Desk, register: str) -> None:
    desk.write("t.csv", HEADER + '1;"Ac\nme";2001;Ghent\n' + BAD + "5;E;2001;Ghent;too;many\n;F;2001;\n")
    said = refused(desk, register)
    assert "t.csv:4 (row 3), column Founded: `founded`: 2001-02-31: February 2001 has 28 days." in said
    assert "t.csv:5 (row 4): The row has 6 cells, and the header 4." in said
    assert "t.csv:6 (row 5): The row gives its company a name and no id: F." in said
    assert "3 problems in 4 rows; nothing was recorded." in said
    assert said.endswith("--skip-bad FILE records the good rows and writes the others to FILE.")


def test_of_very_many_problems_the_first_are_told_and_all_are_counted(desk: Desk, register: str) -> None:
    desk.write("t.csv", HEADER + BAD * 500)
    said = refused(desk, register)
    assert said.count("column Founded") == 20
    assert "… and 480 more. 500 problems in 500 rows; nothing was recorded." in said
    told = desk.try_("load", register, "--mapping", str(desk.folder / "m.yaml"), "--json")
    assert len(json.loads(told.err)["error"]["problems"]) == 500


def test_a_table_that_is_wrong_throughout_is_not_read_to_its_end(
    desk: Desk, register: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whence.exchange.loading.ENOUGH", 50)
    desk.write("t.csv", HEADER + BAD * 500)
    assert (
        "More than 50 rows with problems among the first 51: the rest was not read; nothing was recorded."
        in refused(desk, register)
    )


def test_what_is_no_table_is_told(desk: Desk, register: str) -> None:
    assert "is a folder. Name the files in it" in refused(desk, str(desk.folder))
    assert "There is no file missing.csv." in desk.refused("load", "missing.csv")
    for content, sentence in (
        (b"", "is empty"),
        (b"<html>", "is a page"),
        (b"\x81\x01;\x03,\x04\n", "is not UTF-8"),
        (b"PK\x03\x04", "is a spreadsheet"),
        (gzip.compress((HEADER + numbered(20_000)).encode())[:-900], "is cut off"),
    ):
        (desk.folder / "t.csv").write_bytes(content)
        assert sentence in refused(desk, register)
    assert "m.yaml is a mapping: it says what the columns of a table are." in desk.refused(
        "load", str(desk.folder / "m.yaml")
    )
    assert "There is no file nope.yaml." in desk.refused("load", register, "--mapping", "nope.yaml")


def test_what_is_only_for_tables_is_refused_elsewhere(desk: Desk) -> None:
    dossier = desk.write("d.yaml", "source: {id: d, title: D}\nfacts: {}\n")
    for option in (("--batch", "3"), ("--skip-bad", "x"), ("--mapping", "x"), ("--sketch",), ("--encoding", "utf-8")):
        assert f"{option[0]} is for a table, and" in desk.refused("load", dossier, *option)


# --- Skipping bad rows -------------------------------------------------------------------------------------------


def test_bad_rows_are_skipped_written_as_they_stood_and_loaded_when_they_are_mended(desk: Desk, register: str) -> None:
    desk.write("t.csv", HEADER + GOOD + BAD + '5;"E; f";2001;Ghent;too;many\n')
    bad = desk.folder / "bad.csv"
    outcome = load(desk, register, "--skip-bad", str(bad))
    assert outcome.out.startswith("11 events recorded")
    assert outcome.out.endswith(f"2 rows were refused, and written to {bad} with the reasons.\n")
    header, first, second = bad.read_text(encoding="utf-8").splitlines()
    assert header == "refused_because;refused_row;No;Name;Founded;City"
    assert first.startswith(f'"{register}:5, column Founded: `founded`: 2001-02-31: February 2001 has 28 days.')
    assert first.endswith('";5;4;Delta;31.02.2001;Oslo')
    assert second.endswith('";6;5;"E; f";2001;Ghent;too;many')
    mended = desk.write(
        "mended.csv", f"{header}\n{first.replace('31.02', '28.02')}\n{second.replace(';too;many', '')}\n"
    )
    assert "from 2 rows: 3 entities, 4 claims" in load(desk, mended).out
    assert "row 5" in desk.run("why", "c-4", "founded").out


def test_a_refused_row_leaves_nothing_of_itself(desk: Desk, register: str) -> None:
    desk.write("t.csv", HEADER + "4;Delta;nonsense;Oslo\n4;Delta Ltd;2001;Oslo\n")
    load(desk, register, "--skip-bad", str(desk.folder / "bad.csv"))
    names = {one["name"] for one in desk.json("entity", "list")["entities"]}
    assert names == {"NATO", "Asian Military Review", "Delta Ltd", "Oslo"}
    assert len(desk.json("facts")["facts"]) == 2


def test_a_file_of_refused_rows_is_never_overwritten_and_none_is_left_without_rows(desk: Desk, register: str) -> None:
    bad = desk.folder / "bad.csv"
    assert "No row was refused." in load(desk, register, "--skip-bad", str(bad)).out
    assert not bad.exists()
    bad.write_text("mine", encoding="utf-8")
    assert "bad.csv is there already." in refused(desk, register, "--skip-bad", str(bad))
    assert bad.read_text(encoding="utf-8") == "mine"
    other = desk.write("u.csv", "No;Name;Founded;City;More\n")
    assert "cannot share a file" in refused(desk, register, other, "--skip-bad", str(desk.folder / "b.csv"))


def test_refused_lines_of_json_stay_as_they_were_and_are_known_again(desk: Desk) -> None:
    desk.write("m.yaml", "source: nato-1\nclaim: {subject: nato, property: founded, value: '{n}'}\n")
    table = desk.write("t.jsonl", '{"n": 1949, "o": [1]}\n{"n": "many", "x": 1.10}\n{"n": \n')
    bad = desk.folder / "bad.jsonl"
    load(desk, table, "--skip-bad", str(bad))
    first, second = bad.read_text(encoding="utf-8").splitlines()
    assert first.endswith(', "refused_row": 2, "n": "many", "x": 1.10}')
    assert json.loads(second)["line"] == '{"n":'
    again = desk.folder / "again.jsonl"
    assert "0 events recorded" in load(desk, str(bad), "--skip-bad", str(again)).out
    assert [json.loads(one)["refused_row"] for one in again.read_text(encoding="utf-8").splitlines()] == [2, 3]
    bad.write_text(first.replace('"many"', "1950") + "\n", encoding="utf-8")
    assert "1 event recorded" in load(desk, str(bad)).out


def test_refused_rows_are_in_the_encoding_of_the_table(desk: Desk, register: str) -> None:
    for encoding, options in (("cp1252", ("--encoding", "latin-1")), ("utf-16", ()), ("utf-8-sig", ())):
        (desk.folder / "t.csv").write_bytes((HEADER + "4;Société;nonsense;Liège\n").encode(encoding))
        bad = desk.folder / f"{encoding}.csv"
        load(desk, register, "--skip-bad", str(bad), *options)
        assert "Société;nonsense;Liège" in bad.read_bytes().decode(encoding)
        bad.write_bytes(bad.read_bytes().decode(encoding).replace(";nonsense;", ";2001;").encode(encoding))
        assert "from 1 row" in load(desk, str(bad), *options).out


# --- Batches and Ctrl-C ------------------------------------------------------------------------------------------


def test_by_batches_what_stands_before_a_problem_is_recorded_and_the_same_command_goes_on(
    desk: Desk, register: str
) -> None:
    desk.write("t.csv", HEADER + numbered(7) + BAD + numbered(3, 20))
    outcome = desk.try_("load", register, "--mapping", str(desk.folder / "m.yaml"), "--batch", "3")
    assert outcome.code == 2
    assert "1 problem in 9 rows; the first 6 rows are recorded, in 2 batches, and nothing after them." in outcome.err
    assert "The same command goes on from there." in outcome.err
    assert len(desk.json("facts", "--property", "founded")["facts"]) == 6
    desk.write("t.csv", HEADER + numbered(7) + BAD.replace("02", "03") + numbered(3, 20))
    assert load(desk, register, "--batch", "3").out.startswith("15 events recorded, 13 known already, from 11 rows")
    desk.run("verify")


def test_batches_record_what_one_transaction_does(desk: Desk, register: str) -> None:
    desk.write("t.csv", HEADER + numbered(10) + GOOD + numbered(5))
    whole = Desk(desk.folder)
    whole.store = desk.folder / "whole.db"
    whole.env = {**desk.env, "WHENCE_DB": str(whole.store)}
    whole.store.write_bytes(desk.store.read_bytes())
    load(whole, register)
    for size in ("4", "1"):
        load(desk, register, "--batch", size)
        facts = [[one["fact"] for one in each.json("facts")["facts"]] for each in (desk, whole)]
        assert facts[0] == facts[1]
    # The one after the last row is no batch.
    assert load(desk, register, "--batch", "9").out.startswith("0 events recorded")


class Stopping(io.RawIOBase):
    """A stream at whose end somebody presses Ctrl-C."""

    def __init__(self, content: str) -> None:
        self._content = io.BytesIO(content.encode())
        self._pressed = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
        count = self._content.readinto(buffer)
        if not count and len(buffer) and not self._pressed:  # click asks for nothing to see what it is
            self._pressed = True
            raise KeyboardInterrupt
        return count


def test_ctrl_c_leaves_nothing_recorded_and_says_so(desk: Desk, register: str) -> None:
    head = desk.head()
    many = HEADER + numbered(9_000)
    bad = desk.folder / "bad.csv"
    outcome = piped(desk, Stopping(many), "--mapping", str(desk.folder / "m.yaml"), "--skip-bad", str(bad))
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "Stopped: nothing was recorded.\n")
    assert desk.head() == head
    assert not bad.exists()
    assert register


def test_ctrl_c_between_batches_says_how_far_it_came_and_the_next_run_goes_on(desk: Desk, register: str) -> None:
    # More than is read at a time, so that rows are recorded before the stream ends.
    many = HEADER + BAD + "".join(f"{number};{'x' * 1_500};2001;Ghent\n" for number in range(320))
    mapping, bad = str(desk.folder / "m.yaml"), desk.folder / "bad.csv"
    arguments = ("--mapping", mapping, "--batch", "50", "--skip-bad", str(bad))
    outcome = piped(desk, Stopping(many), *arguments)
    assert outcome.code == 130
    assert "The rows refused so far stand in" in outcome.err
    assert "Stopped: the first 300 rows are recorded, in 6 batches" in outcome.err
    assert len(desk.json("facts", "--property", "founded", "--limit", "500")["facts"]) == 299
    bad.unlink()
    assert "21 entities, 42 claims" in piped(desk, many.encode(), *arguments).out
    assert len(desk.json("facts", "--property", "founded", "--limit", "500")["facts"]) == 320
    assert register


# --- Dry runs and sketches ---------------------------------------------------------------------------------------


def test_a_dry_run_counts_and_shows_the_first_claims_and_records_nothing(desk: Desk, register: str) -> None:
    head = desk.head()
    out = load(desk, register, "--dry-run").out
    assert out.startswith(
        "11 events would be recorded, 0 known already, from 3 rows: 1 source, 5 entities, 5 claims.\n"
    )
    assert "Acme (c-1)" in out
    assert "Ghent (ghent)" in out
    assert "2001-12-31" in out
    assert "row 2" in out
    assert desk.head() == head
    preview = desk.json("load", register, "--mapping", str(desk.folder / "m.yaml"), "--dry-run")["preview"]
    assert preview[0] == {
        "subject": "c-1",
        "subject_name": "Acme",
        "property": "founded",
        "value": "2001-12-31",
        "when": "",
        "words": "row 2",
        "source": "register",
    }
    load(desk, register)
    assert load(desk, register, "--dry-run").out.startswith("0 events would be recorded, 6 known already")


def test_a_dry_run_shows_the_first_problems_and_what_the_rest_would_be(desk: Desk, register: str) -> None:
    desk.write("t.csv", HEADER + GOOD + BAD)
    outcome = desk.try_("load", register, "--mapping", str(desk.folder / "m.yaml"), "--dry-run")
    assert outcome.code == 2
    assert outcome.out.startswith("11 events would be recorded, 0 known already, from 4 rows, without the 1 bad row:")
    assert "t.csv:5, column Founded" in outcome.err
    assert desk.try_("load", register, "--mapping", str(desk.folder / "m.yaml"), "--dry-run", "--json").out == ""


def test_a_sketch_names_every_column_and_loads_as_it_is(desk: Desk, register: str) -> None:
    sketch = desk.run("load", register, "--sketch").out
    desk.write("m.yaml", sketch)
    for column in HEADER.strip().split(";"):
        assert f"{{column: {column}}}" in sketch
    assert "such as Acme" in sketch
    assert "      founded: {column: Founded}" in sketch
    desk.write("t.csv", HEADER + "1;Acme;2001;Ghent\n")
    assert load(desk, register).out.startswith("4 events recorded")
    assert "--sketch is for one table without a mapping." in refused(desk, register, "--sketch")
    odd = desk.write("o.csv", 'a: "b" {c},#d,\n1,2,3\n')
    desk.write("m.yaml", desk.run("load", odd, "--sketch").out.replace("???", "'#d'"))
    assert "recorded" in load(desk, odd).out


# --- What else should be known -----------------------------------------------------------------------------------


def test_short_rows_silent_rows_and_other_names_are_noted(desk: Desk, register: str) -> None:
    desk.write("t.csv", HEADER + "1;Acme\n1;Acme Limited;2001;\n;;;\n")
    outcome = load(desk, register)
    assert "A row of" in outcome.err
    assert "is shorter than the header: what is missing counts as empty." in outcome.err
    assert "`c-1` is “Acme” on record, “Acme Limited” here." in outcome.err
    desk.write("t.csv", HEADER)
    assert "has a header and no row." in load(desk, register).err
    desk.write("m.yaml", "source: nato-1\nclaim: {subject: nato, property: alias, value: '{nmae}'}\n")
    assert "No row of" in load(desk, desk.write("t.jsonl", '{"name": "x"}\n')).err


def test_an_entity_that_was_renamed_since_is_no_other_when_the_table_is_loaded_again(desk: Desk, register: str) -> None:
    load(desk, register)
    desk.run("entity", "add", "place", "Gent", "--id", "ghent", "--reason", "its own name")
    assert load(desk, register).out == "0 events recorded, 6 known already, from 3 rows.\n"


def test_a_claim_that_was_retracted_stays_so(desk: Desk, register: str) -> None:
    load(desk, register)
    [claim] = [one for one in desk.json("log", "--type", "claim")["events"] if one["data"]["value"] == "2001-12-31"]
    desk.run("retract", claim["id"], "--reason", "misread")
    assert "0 events recorded, 6 known already (1 of them retracted, which they stay)" in load(desk, register).out


TEXTS = st.sampled_from(["Acme", "acme", "ACME Ltd", "NATO", "Ann Roe", "Ån Rø", "김수", "x-1", "", "a,b", 'a"b', "1"])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6))
def test_whatever_table_is_loaded_twice_adds_nothing_the_second_time(
    desk: Desk, rows: list[tuple[str, str, str]]
) -> None:
    before = desk.folder / "before.db"
    if not before.exists():
        shutil.copy(desk.store, before)
    for path in desk.folder.glob("whence.db*"):
        path.unlink()
    shutil.copy(before, desk.store)
    desk.write(
        "m.yaml",
        "table: {quote: none}\n"
        "source: {id: r, title: R}\n"
        "entities:\n"
        "  one: {type: organization, name: '{A}', properties: {alias: '{B}', part_of: {entity: two}}}\n"
        "  two: {type: organization, id: 'n-{C}', properties: {headquarters: {column: B, create: place}}}\n",
    )
    table = desk.write("t.tsv", "A\tB\tC\n" + "".join("\t".join(row) + "\n" for row in rows))
    numbers = []
    for name in ("first", "second"):
        bad = desk.folder / name
        bad.unlink(missing_ok=True)
        out = load(desk, table, "--skip-bad", str(bad)).out
        lines = bad.read_text(encoding="utf-8").splitlines()[1:] if bad.exists() else []
        numbers.append([line.split("\t")[1] for line in lines])
    assert out.startswith("0 events recorded")
    assert numbers[0] == numbers[1]
