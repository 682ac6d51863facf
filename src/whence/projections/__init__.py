"""The views, one `.sql` file each, read into `View`s: the only place where their rules stand.

A file has a header comment (what one row is) and blocks, each begun by `-- :name`:
`table` (DDL), `sparse` (indexes of so few rows that they are made with the table: made later, each would look at all of
it), `touched KEYS (columns)` (SELECTs, one or more, of the keys that events after `:after` up to `:upto` may change; an
empty one, without columns, shares the keys of that name), `whole` (the first of these once more, in a wording that is
quicker where all events are new), `clear` (how touched rows leave; by default by the view's one key column), or in its
place `standing (columns)` (the rowids of the touched rows, of which those that stay as they are are left alone; of rows
with the same first column these columns are the same, too), `stage NAME` (a step kept in a temporary table, so that it
is prepared and carried out once however many later steps read it, and in the order of its key, so that they need not
sort) and `rows` (one SELECT of the touched keys' rows as of `:upto`, its columns in the table's order).
`stage NAME of OTHER` and `rows of OTHER` are empty where that step is, and are not carried out then.
"""

from __future__ import annotations

import functools
import hashlib
import re
import sqlite3
from pathlib import Path
from typing import NamedTuple

__all__ = ["RESERVED", "View", "fixed_views", "hashes", "search", "shared", "statements", "type_view"]

# In the order in which they are built: each reads the log and the views before it.
ORDER = (
    "type",
    "property",
    "derivation",
    "match",
    "distinction",
    "identity",
    "source",
    "entity",
    "value_match",
    "wording",
    "speaks_for",
    "verdict",
    "claim",
    "spell",
    "weighing",
    "fact",
    "conflict",
    "timeline",
    "shown",
)
RESERVED = frozenset({*ORDER, "search", "event", "tree", "projection", "entity_search", "claim_search"})


class Stage(NamedTuple):
    """A step between the keys and the rows of a view, kept in a temporary table of its name.

    `table` is its DDL, `fill` the statement that carries it out. Where the step `of` is empty, it is empty, too.
    """

    name: str
    of: str
    table: str
    fill: str


class Renewal(NamedTuple):
    """How a view's rows are made anew where some stand: a page that nothing changes is a page less to write.

    The step `next` takes the rows that are to stand; `change` changes those that differ, `leave` takes out those that
    are gone, `join` adds those that are new. All functions are called by `next`.
    """

    next: Stage
    change: str
    leave: str
    join: str


class Arm(NamedTuple):
    """One of the SELECTs of a `touched` block, and the types of events and the key tables that it reads.

    Where a window has none of the former and the latter are empty, it touches nothing and need not be asked.
    """

    collect: str
    reads_types: frozenset[str]
    reads_keys: frozenset[str]


class View(NamedTuple):
    """One view: its SQL, and the name and columns of the key table that tells what to build.

    `key_table` is the DDL of its key table, `arms` add a window's keys to that, `whole` those of the whole log, and
    `insert` adds their rows to the view, by its bare name, so that a temporary table shadows it; where the step
    `rows_of` is empty, there are none. Where rows stand, `clear` takes them out first, or `renewal` takes its place.
    `cells` are the properties of a type's view, each with the statement that makes its cells anew. A statement is
    one text for as long as the program runs: SQLite's module finds it prepared by that text.

    Rows go in with `OR FAIL`, for which SQLite keeps no copy of the pages that a statement changes, as long as it
    calls no function: where one fails, whoever began the transaction takes all of it back.
    """

    name: str
    about: str
    tables: tuple[str, ...]
    indexes: tuple[str, ...]
    sparse: tuple[str, ...]
    keys: str
    key_columns: tuple[str, ...]
    arms: tuple[Arm, ...]
    whole: tuple[str, ...]
    clear: tuple[str, ...]
    renewal: Renewal | None
    stages: tuple[Stage, ...]
    rows: str
    rows_of: str
    columns: tuple[str, ...]
    sha256: str
    key_table: str
    insert: str
    cells: tuple[tuple[str, str], ...] = ()


@functools.cache
def fixed_views() -> tuple[View, ...]:
    """Return the views that every store has, in the order in which they are built."""
    return tuple(_view(name, _text(name)) for name in ORDER)


@functools.cache
def search() -> dict[str, str]:
    """Return the blocks of the full-text indexes: `table`, `fill` (all rows) and `follow` (triggers)."""
    return {key.partition(" ")[0]: body for key, body in _blocks(_text("search"))[1].items()}


def shared() -> str:
    """Return the text of what is no view of its own: the steps between views, the types' template, and the search."""
    steps = [name for name in ORDER if name not in hashes()]
    return "".join(_text(name) for name in (*steps, "of_type", "search"))


@functools.cache
def type_view(type_: str, label: str, description: str, columns: tuple[tuple[str, bool, bool], ...]) -> View:
    """Return the view of one type, a column for each (property, many, symmetric), from validated names."""
    text = _text("of_type")
    blocks = _blocks(text)[1]
    cells = {}
    for name, many, symmetric in columns:
        kind = "a symmetric property" if symmetric else "many values" if many else "one value"
        cells[name] = blocks[f"cell of {kind}"].strip().replace("{property}", name)
    filled = (
        text[: text.index("-- :cell of one value")]
        .replace("{columns}", "".join(f',\n  "{name}" TEXT' for name, _, _ in columns))
        .replace("{cells}", "".join(f',\n  {_of(cell, "e.entity")} AS "{name}"' for name, cell in cells.items()))
        .replace("{type}", type_)
        .replace("{label}", label)
        .replace("{description}", description.replace("\n", " "))
    )
    alone = {
        name: blocks["cell alone"].strip().replace("{property}", name).replace("{cell}", _of(cell, 'e."{type}"'))
        for name, cell in cells.items()
    }
    return _view(type_, filled)._replace(
        cells=tuple((name, sql.replace("{type}", type_)) for name, sql in alone.items())
    )


def _of(cell: str, entity: str) -> str:
    """Return a cell's SQL for the entity that the expression gives."""
    return cell.replace("{entity}", entity)


@functools.cache
def hashes() -> dict[str, str]:
    """Return the hash of each view's SQL by its name: what tells whether another version made the view."""
    return {name: _hash(text) for name in ORDER if "\n-- :rows" in (text := _text(name))}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _text(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def _blocks(text: str) -> tuple[str, dict[str, str]]:
    """Split a file into its header comment and its blocks, `name argument` to text."""
    header, *parts = f"\n{text}".split("\n-- :")
    about = " ".join(line.removeprefix("--").strip() for line in header.splitlines() if line.startswith("--"))
    blocks = {}
    for part in parts:
        title, _, body = part.partition("\n")
        blocks[title.strip()] = body
    return about, blocks


def statements(script: str) -> list[str]:
    """Split a script into statements, triggers whole."""
    found, statement = [], ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            if _code(statement):
                found.append(statement.strip())
            statement = ""
    return found


def _code(statement: str) -> str:
    return "".join(line for line in statement.splitlines() if not line.strip().startswith("--")).strip()


def _stage(title: str, body: str) -> Stage:
    name, _, of = title.removeprefix("stage ").partition(" of ")
    table, _, select = body.partition(";")
    return Stage(name, of, table.strip(), f"INSERT OR FAIL INTO temp.{name}\n{select.strip().rstrip(';')}")


def _renewal(name: str, columns: tuple[str, ...], blocks: dict[str, str], rows: Stage) -> Renewal | None:
    """Return how a view with a block `standing` renews its rows, of which `rows` is the SELECT."""
    titles = [title for title in blocks if title.startswith("standing ")]
    if not titles:
        return None
    [standing] = statements(blocks[titles[0]])
    key = columns[0]
    told = {key, *(one.strip() for one in titles[0].removeprefix("standing (").rstrip(")").split(","))}
    changing = [column for column in columns if column not in told]
    here, there = (", ".join(f"{table}.{column}" for column in changing) for table in ("s", "n"))
    next_rows = f"temp.{rows.name} n"
    return Renewal(
        next=Stage(
            rows.name,
            rows.of,
            f"CREATE TEMP TABLE {rows.name} ({', '.join(columns)}, PRIMARY KEY ({key})) WITHOUT ROWID",
            f"INSERT OR FAIL INTO temp.{rows.name}\n{rows.fill.rstrip(';')}",
        ),
        change=(
            f"UPDATE OR FAIL {name} SET ({', '.join(changing)}) ="
            f" (SELECT {there} FROM {next_rows} WHERE n.{key} = {name}.{key})\nWHERE rowid IN ("
            f"SELECT s.rowid FROM {next_rows} CROSS JOIN {name} s ON s.{key} = n.{key} WHERE ({here}) IS NOT ({there}))"
        ),
        leave=(
            f"DELETE FROM {name} WHERE rowid IN (\n{standing.rstrip(';')}\n)"
            f" AND {key} NOT IN (SELECT {key} FROM {next_rows})"
        ),
        join=(
            f"INSERT OR FAIL INTO {name} ({', '.join(columns)})\nSELECT {', '.join(columns)} FROM {next_rows}"
            f" WHERE NOT EXISTS (SELECT 1 FROM {name} s WHERE s.{key} = n.{key})"
        ),
    )


def _arm(keys: str, keyed: str, select: str) -> Arm:
    return Arm(
        collect=f'INSERT OR IGNORE INTO temp."touched_{keys}" ({keyed})\n{select}',
        # What an index leaves out is named in the query (`e.type <> 'claim.made'`), and is not read.
        reads_types=frozenset(re.findall(r"(?<!<> )'([a-z]+\.[a-z]+)'", select)),
        reads_keys=frozenset(re.findall(r"\btouched_(\w+)", select)),
    )


def _view(name: str, text: str) -> View:
    about, blocks = _blocks(text)
    [(title, touched)] = [(key, body) for key, body in blocks.items() if key.startswith("touched ")]
    keys, _, listed = title.removeprefix("touched ").partition(" (")
    key_columns = tuple(one.strip() for one in listed.rstrip(")").split(",")) if listed else ()
    table = blocks.get("table", "")
    ddl = statements(table)
    clear = statements(blocks.get("clear", ""))
    columns = tuple(re.findall(r'^ {2}"?(\w+)"? (?:TEXT|INTEGER|ANY)\b', table, flags=re.MULTILINE))
    [rows_title] = [key for key in blocks if key.startswith("rows")] or ["rows"]
    rows = blocks.get(rows_title, "").strip()
    keyed = _listed(key_columns)
    arms = tuple(_arm(keys, keyed, one) for one in statements(touched))
    first = [_arm(keys, keyed, one) for one in statements(blocks.get("whole", ""))] or arms[:1]
    rows_of = rows_title.removeprefix("rows").removeprefix(" of ")
    renewal = _renewal(name, columns, blocks, Stage(f"stage_next_{name}", rows_of, "", rows))
    if table and not clear and not renewal:
        clear = [f'DELETE FROM "{name}" WHERE "{key_columns[0]}" IN (SELECT "{key_columns[0]}" FROM "touched_{keys}")']
    return View(
        name=name,
        about=about,
        tables=tuple(s for s in ddl if s.startswith("CREATE TABLE")),
        indexes=tuple(s for s in ddl if not s.startswith("CREATE TABLE")),
        sparse=tuple(statements(blocks.get("sparse", ""))),
        keys=keys,
        key_columns=key_columns,
        arms=arms,
        whole=tuple(arm.collect for arm in (*first, *arms[1:])),
        clear=tuple(clear),
        renewal=renewal,
        stages=tuple(_stage(key, body) for key, body in blocks.items() if key.startswith("stage ")),
        rows=rows,
        rows_of=rows_of,
        columns=columns,
        sha256=_hash(text),
        key_table=(
            f'CREATE TABLE IF NOT EXISTS temp."touched_{keys}" ({_listed(key_columns, " NOT NULL")},'
            f" PRIMARY KEY ({keyed})) WITHOUT ROWID"
        ),
        insert=f'INSERT OR FAIL INTO "{name}" ({_listed(columns)})\n{rows}',
    )


def _listed(names: tuple[str, ...], ending: str = "") -> str:
    return ", ".join(f'"{name}"{ending}' for name in names)
