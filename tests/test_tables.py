"""Whatever wrote a table, its rows are read as they were written, or it is said which line cannot be."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whence.errors import BadInput
from whence.exchange.tables import CsvTable, Dialect, Row, table
from whence.exchange.unpacked import Unpacked

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "id,name\n"


def rows(path: Path, content: bytes | str, **dialect: Any) -> list[Row]:  # noqa: ANN401 - a dialect's fields
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with Unpacked(path) as file:
        return list(table(file, Dialect(**dialect)).rows())


def cells(path: Path, content: bytes | str, **dialect: Any) -> list[Any]:  # noqa: ANN401
    found = rows(path, content, **dialect)
    assert [row.wrong for row in found if row.wrong is not None] == []
    return [row.cells for row in found]


def refused(path: Path, content: bytes | str, **dialect: Any) -> str:  # noqa: ANN401
    with pytest.raises(BadInput) as told:
        rows(path, content, **dialect)
    return str(told.value)


@pytest.fixture(name="path")
def a_path(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


# --- What was written is read back -------------------------------------------------------------------------------

LETTERS = st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\ufeff")
CELLS = st.text(LETTERS, max_size=8) | st.sampled_from(
    ["", '"', '""', ",", ";", "a\nb", "a\r\nb", "\r", " a ", "\\", "'"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quote=st.sampled_from(['"', "'", ""]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    ends=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_a_table_that_the_csv_module_wrote_reads_back_equal(  # noqa: PLR0917 - as hypothesis calls it
    tmp_path: Path, written: list[list[str]], delimiter: str, quote: str, quoting: int, ends: str, encoding: str
) -> None:
    if not quote or quoting == csv.QUOTE_MINIMAL:
        # That module leaves a lone carriage return without quotation marks, so that nobody can tell what it is.
        written = [[cell.replace("\r", "") for cell in row] for row in written]
    text = io.StringIO(newline="")
    form: dict[str, Any] = {"delimiter": delimiter, "lineterminator": ends}
    if quote:
        form |= {"quotechar": quote, "quoting": quoting}
    else:
        form |= {"quoting": csv.QUOTE_NONE, "escapechar": "\\"}
    writer = csv.writer(text, **form)
    writer.writerow(["a", "b", "c"])
    writer.writerows(written)
    read = cells(
        tmp_path / "t.csv",
        text.getvalue().encode(encoding),
        quote=quote,
        escape="" if quote else "\\",
        delimiter=delimiter,
    )
    # A line end within a cell is a line feed; everything else is as it was.
    assert read == [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in written]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(st.text(LETTERS, min_size=1, max_size=4), CELLS | st.booleans() | st.none(), max_size=4))
)
def test_json_lines_read_back_equal(tmp_path: Path, written: list[dict[str, Any]]) -> None:
    content = "{}\n" + "".join(json.dumps(one) + "\n" for one in written)
    assert cells(tmp_path / "t.jsonl", content) == [{}, *written]


def test_the_delimiter_is_the_one_that_divides_the_header_into_most_cells(path: Path) -> None:
    for delimiter in ",;\t|":
        found = cells(path, f'id{delimiter}"a, b; c"{delimiter}d\n1{delimiter}2{delimiter}3\n')
        assert found == [["1", "2", "3"]]
    assert "a comma and a semicolon divide the header" in refused(path, "a,b;c\n1,2;3\n").lower()
    assert cells(path, "a,b;c\n1,2;3\n", delimiter=";") == [["1,2", "3"]]
    assert cells(path, "sep=|\na|b,c,d\n1|2\n") == [["1", "2"]]


def test_line_and_row_are_told_apart_where_a_cell_holds_line_feeds(path: Path) -> None:
    found = rows(path, 'id,name\n1,"a\nb\r\nc"\n\n2,d\n')
    assert [(row.line, row.number, row.cells) for row in found] == [(2, 2, ["1", "a\nb\nc"]), (6, 4, ["2", "d"])]


def test_a_row_is_given_as_it_stands(path: Path) -> None:
    [first, last] = rows(path, b'id,name\r\n1,"a\r\nb"\r\n2,c')
    assert (first.text(), last.text()) == (b'1,"a\r\nb"\r\n', b"2,c")


# --- Encodings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_encoding_is_utf_8_or_what_the_byte_order_mark_says(path: Path, encoding: str, ends: str) -> None:
    text = f"id,naïve{ends}1,Đồng{ends}2,서울"
    path.write_bytes(text.encode(encoding))
    with Unpacked(path) as file:
        found = table(file, Dialect())
        assert found.columns == ("id", "naïve")
        assert [row.cells for row in found.rows()] == [["1", "Đồng"], ["2", "서울"]]


@pytest.mark.parametrize("name", ["windows-1252", "latin-1", "ISO-8859-1", "cp1252"])
def test_latin_1_is_windows_1252_as_it_mostly_is(path: Path, name: str) -> None:
    assert cells(path, b"id,name\n1,\x80 Soci\xe9t\xe9\n", encoding=name) == [["1", "€ Société"]]


def test_a_byte_that_is_not_utf_8_is_told_with_how_it_would_read_and_never_guessed(path: Path) -> None:
    found = rows(path, b"id,name\n1,a\n2,Soci\xe9t\xe9\n3,c\n")
    assert [row.wrong is None for row in found] == [True, False, True]
    wrong = found[1].wrong
    assert wrong is not None
    assert "0xE9 is not UTF-8" in wrong.message
    assert "“2,Société”" in wrong.hint
    assert "--encoding windows-1252" in wrong.hint
    assert "t.csv:1: The byte 0xE9" in refused(path, b"id,pr\xe9nom\n1,a\n")


def test_an_encoding_that_is_none_or_contradicts_the_mark_is_refused(path: Path) -> None:
    assert "Did you mean `utf-8`?" in refused(path, HEADER, encoding="utf-88")
    assert "no encoding `rot13`" in refused(path, HEADER, encoding="rot13")
    assert "byte order mark of UTF-8" in refused(path, b"\xef\xbb\xbf" + HEADER.encode(), encoding="latin-1")
    assert "--encoding utf-16-le" in refused(path, HEADER.encode("utf-16-le"))
    assert cells(path, f"{HEADER}1,é\n".encode("utf-16-le"), encoding="utf-16-le") == [["1", "é"]]
    assert "is no UTF-16-LE text" in refused(path, b"\xff\xfe" + "id,name\n1,a\n".encode("utf-16-le") + b"\x00")


# --- Ragged and broken rows --------------------------------------------------------------------------------------


def test_a_short_row_ends_in_empty_cells_and_is_counted(path: Path) -> None:
    path.write_text("a,b,c\n1\n1,2,3\n", encoding="utf-8")
    with Unpacked(path) as file:
        found = table(file, Dialect())
        assert [row.cells for row in found.rows()] == [["1", "", ""], ["1", "2", "3"]]
        assert found.short == 1


def test_a_long_row_is_wrong_unless_only_empty_cells_are_too_many(path: Path) -> None:
    first, second = rows(path, "a,b\n1,2,,\n1,2,3\n")
    assert first.wrong is None
    assert second.wrong is not None
    assert second.wrong.message == "The row has 3 cells, and the header 2."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('2,"b" c\n', "a quotation mark closes a cell, and more follows"),
        ('2,"b\n', "The file ends within a quoted cell of the row that begins on line 3."),
        ('2,"' + "x" * 1_000_001 + '"\n', "A cell that begins on line 3 is longer than 1,000,000 characters."),
        ("2,a\rb\n", "A carriage return stands within line 3"),
    ],
)
def test_a_row_that_is_no_csv_is_told_and_the_rows_around_it_are_read(path: Path, line: str, sentence: str) -> None:
    found = rows(path, f"id,name\n1,a\n{line}")
    assert found[0].cells == ["1", "a"]
    assert found[1].wrong is not None
    assert sentence in found[1].wrong.message
    assert found[1].line == 3


def test_without_quoting_a_quotation_mark_is_a_letter(path: Path) -> None:
    assert cells(path, 'id\tname\n1\t5" gun\n2\t"b\n', quote="") == [["1", '5" gun'], ["2", '"b']]


def test_an_escaped_quotation_mark_is_read_where_that_is_said(path: Path) -> None:
    assert cells(path, 'id,name\n1,"a \\"b\\", c"\n', escape="\\") == [["1", 'a "b", c']]


def test_rows_above_the_header_and_a_missing_header_are_said(path: Path) -> None:
    assert cells(path, "Register of 2026,\n\nid,name\n1,a\n", skip=2) == [["1", "a"]]
    path.write_text("1,a\n2,b\n", encoding="utf-8")
    with Unpacked(path) as file:
        found = table(file, Dialect(columns=("id", "name")))
        assert found.columns == ("id", "name")
        assert [(row.number, row.cells) for row in found.rows()] == [(1, ["1", "a"]), (2, ["2", "b"])]


# --- No tables ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n", "There is no header."),
        (b"<!DOCTYPE html>\n<p>Log in", "is a page (HTML or XML), no table."),
        (b"PK\x03\x04...", "is a spreadsheet or a zip archive"),
        (b"%PDF-1.7", "is a PDF"),
        (b'[{"a": 1}]', "is one JSON array, not JSON Lines."),
        (b"BZh91AY&SY", "is packed (bzip2)."),
        (b"\x01\x02\x03,\x04\n", "a control character"),
    ],
)
def test_what_is_no_table_is_told(path: Path, content: bytes, sentence: str) -> None:
    assert sentence in refused(path, content)


def test_a_line_without_end_does_not_fill_the_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.exchange.table_lines.LONGEST", 1_000)
    assert "The line is longer than" in refused(path, HEADER + "x" * 5_000)


# --- JSON Lines --------------------------------------------------------------------------------------------------


def test_numbers_of_json_stay_as_they_were_typed(path: Path) -> None:
    assert cells(path, '{"a": 1.10, "b": 12345678901234567890, "c": -0}\n') == [
        {"a": "1.10", "b": "12345678901234567890", "c": "-0"}
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"a": }', "The line is no JSON: at character 7, expecting value."),
        ("[1]", "The line is no JSON object."),
        ('{"a": 1, "a": 2}', "`a` stands twice in one object."),
        ('{"a": NaN}', "NaN is no number of JSON."),
        ('{"a":' + "[" * 5_000 + "]" * 5_000 + "}", "nests too deep"),
    ],
)
def test_a_line_that_is_no_object_is_told(path: Path, line: str, sentence: str) -> None:
    first, _, second = rows(path, f'{{"a": "b"}}\n\n{line}\n{{}}\n')
    assert first.cells == {"a": "b"}
    assert second.cells == {}
    wrong = rows(path, f'{{"a": "b"}}\n{line}\n')[1].wrong
    assert wrong is not None
    assert sentence in wrong.message


def test_what_is_said_of_csv_is_refused_for_json_lines(path: Path) -> None:
    assert "`delimiter` is for CSV" in refused(path, "{}\n", delimiter=";")


# --- Packed ------------------------------------------------------------------------------------------------------


def zstandard(content: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415
    else:
        zstd = pytest.importorskip("backports.zstd", reason="the extra `zstd` is not installed")
    return bytes(zstd.compress(content))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard])
def test_a_packed_table_is_known_by_its_bytes_and_unpacked_as_it_is_read(path: Path, pack: Any) -> None:  # noqa: ANN401
    lines = "".join(f"{number},name {number}\n" for number in range(20_000))
    whole = pack(HEADER.encode()) + pack(lines.encode())  # several in one file, as tools that append make them
    found = cells(path, whole)
    assert len(found) == 20_000
    assert found[-1] == ["19999", "name 19999"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard])
def test_a_packed_table_that_is_cut_off_or_damaged_is_told(path: Path, pack: Any) -> None:  # noqa: ANN401
    lines = "".join(f"{number},{number * 7919 % 10_007}\n" for number in range(60_000))
    whole = pack((HEADER + lines).encode())
    assert "t.csv is cut off: the packed file ends too early" in refused(path, whole[: len(whole) // 2])
    assert "t.csv is cut off" in refused(path, whole[:-4])
    assert "t.csv is damaged" in refused(path, whole + b"more")


def test_how_much_of_a_packed_file_is_read_is_known(path: Path) -> None:
    path.write_bytes(gzip.compress((HEADER + "1,a\n" * 100_000).encode()))
    with Unpacked(path) as file:
        assert file.size == path.stat().st_size
        found = table(file, Dialect())
        assert isinstance(found, CsvTable)
        assert sum(1 for _ in found.rows()) == 100_000
        assert file.done() == file.size


class Endless(io.RawIOBase):
    """A stream of rows without end, which counts what is taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
        row = b"1,name\n"
        content = (row * (len(buffer) // len(row) + 1))[self.taken % len(row) :][: len(buffer)]
        buffer[: len(content)] = content
        self.taken += len(content)
        return len(content)


def test_no_more_is_read_than_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Endless()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(endless)))  # type: ignore[type-var]
    with Unpacked("-") as file:
        assert file.size is None
        found = table(file, Dialect(columns=("id", "name"))).rows()
        assert [next(found).cells for _ in range(10_000)][-1] == ["1", "name"]
    assert endless.taken < 1_000_000
