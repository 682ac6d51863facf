"""What a person typed finds the one thing it names, or an error that lists what it may name.

Exact hits cost an index lookup at any size; only a miss reads all names, to suggest near ones. Importing
this module imports no pydantic: reading commands resolve names too.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from whence import suggestions, values
from whence.errors import BadInput
from whence.suggestions import did_you_mean
from whence.vocabulary import Property, Type, Vocabulary, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "Candidate",
    "ambiguous",
    "candidates",
    "entity",
    "fact",
    "free_id",
    "meant",
    "property",
    "source",
    "source_id",
    "type",
]

LISTED: Final = 10  # candidates of an ambiguous name that are listed; the rest are counted
NEAR: Final = 500_000  # names that are searched for a near one
MEANT: Final = 3  # near names that are suggested
LONGEST: Final = 2_000  # characters of a name; longer texts are no name's
SHOWN: Final = 80  # characters of a text that an error repeats
SHORTEST_ID: Final = 4  # digits of a fact's id that may name it
FACT_ID: Final = 16

_Defined = TypeVar("_Defined", bound=Property | Type)


class Candidate(NamedTuple):
    """An entity that a text may name."""

    id: str
    type: str
    name: str


def entity(connection: sqlite3.Connection, text: str, *, types: tuple[str, ...] = (), near: bool = True) -> str:
    """Return the id of the entity that `text` names: by id, by declared name, by a live claim of its name or alias.

    Case, white space, dashes and quotation marks of a name do not matter. An id goes before names; among
    several that bear the name, `types` (or their subtypes) narrow. `near=False` spares the search for near
    names. Raises BadInput where nothing is named so, and where several are, listing them all.
    """
    found = candidates(connection, text)
    if len(found) > 1 and types:
        wanted = _with_subtypes(connection, types)
        found = [one for one in found if one.type in wanted] or found
    if len(found) == 1:
        return found[0].id
    if found:
        raise ambiguous(text, found)
    hint = meant(text, _entity_names(connection)) if near else ""
    raise BadInput(
        f"There is no entity `{_shown(text)}`.", hint=hint or "Declare it with `whence entity add TYPE NAME`."
    )


def candidates(connection: sqlite3.Connection, text: str, *, any_case: bool = True) -> list[Candidate]:
    """Return every entity that `text` may name, in the order of their ids; an entity with that id is the only one.

    `any_case` takes a text that nothing is named by for an id in capitals.
    """
    wanted = text.strip()
    by_id = "SELECT entity, type, name FROM entity WHERE entity = :id"
    rows = connection.execute(by_id, {"id": wanted}).fetchall() if wanted else []
    if not rows and wanted and len(wanted) <= LONGEST:
        rows = connection.execute(
            "SELECT entity, type, name FROM entity WHERE name_key = :key"
            " UNION"
            " SELECT e.entity, e.type, e.name FROM fact f CROSS JOIN entity e ON e.entity = f.entity"
            " WHERE f.property IN ('alias', 'name') AND f.value_key = :key AND f.supports > 0"
            " ORDER BY 1",
            {"key": values.key("text", wanted)},
        ).fetchall()
    if not rows and wanted and any_case:
        rows = connection.execute(by_id, {"id": wanted.lower()}).fetchall()
    if len(rows) > 1:
        # Namesakes that were matched are one, under the one declared first.
        under = "SELECT n.entity, n.type, n.name FROM entity e CROSS JOIN entity n ON n.entity = e.canonical"
        one_by_one = (connection.execute(f"{under} WHERE e.entity = :id", {"id": row[0]}).fetchone() for row in rows)
        rows = sorted(set(one_by_one))
    return [Candidate(row[0], row[1], row[2]) for row in rows]


def ambiguous(text: str, found: Iterable[Candidate]) -> BadInput:
    """Return the error for a text that names several entities, which it lists."""
    listed = [f"`{one.id}` ({one.type}, {one.name})" for one in found]
    more = f" and {len(listed) - LISTED:,} more" if len(listed) > LISTED else ""
    message = f"`{_shown(text)}` names several entities: {', '.join(listed[:LISTED])}{more}."
    return BadInput(message, hint="Write the id of the one that is meant.")


def meant(text: str, known: Iterable[str]) -> str:
    """Return `did you mean …?` with the names nearest to `text`, a name and the id made of it once; or nothing."""
    if len(text) > LONGEST:
        return ""
    found: dict[str, str] = {}
    for one in suggestions.near(text.strip(), known, limit=2 * MEANT):
        found.setdefault(values.slug(one), one)
    return did_you_mean(text, list(found.values())[:MEANT])


def _entity_names(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM entity UNION SELECT entity FROM entity"
        " UNION SELECT value FROM fact WHERE property IN ('alias', 'name') LIMIT :limit",
        {"limit": NEAR},
    )
    return [row[0] for row in rows]


def _with_subtypes(connection: sqlite3.Connection, types: tuple[str, ...]) -> set[str]:
    parents = dict(connection.execute("SELECT type, parent FROM type"))
    wanted = set(types)
    # Once through for each level that subtypes can stand below a type.
    for _ in parents:
        more = {name for name, parent in parents.items() if parent in wanted} - wanted
        if not more:
            break
        wanted |= more
    return wanted


def source(connection: sqlite3.Connection, text: str, *, near: bool = True) -> str:
    """Return the id of the source that `text` names: by id, or by its title.

    Raises BadInput where there is none, with near ids and titles, and where several bear the title.
    """
    wanted = text.strip()
    by_id = "SELECT source FROM source WHERE source = :id"
    row = (
        connection.execute(by_id, {"id": wanted}).fetchone()
        or connection.execute(by_id, {"id": wanted.lower()}).fetchone()
    )
    if row is not None:
        return str(row[0])
    key = values.key("text", wanted)
    titled = [
        (one, title) for one, title in connection.execute("SELECT source, title FROM source ORDER BY source")
        if title == wanted or values.key("text", title) == key
    ]  # fmt: skip
    exact = [one for one, title in titled if title == wanted] or [one for one, _ in titled]
    if len(exact) == 1:
        return str(exact[0])
    if exact:
        listed = ", ".join(f"`{one}`" for one in exact[:LISTED])
        raise BadInput(
            f"`{_shown(text)}` is the title of {len(exact)} sources: {listed}.",
            hint="Write the id of the one that is meant.",
        )
    hint = ""
    if near:
        names = connection.execute(
            "SELECT source FROM source UNION SELECT title FROM source LIMIT :limit", {"limit": NEAR}
        )
        hint = meant(wanted, (row[0] for row in names))
    raise BadInput(f"There is no source `{_shown(text)}`.", hint=hint or "`whence source list` shows them all.")


def property(vocabulary: Vocabulary, text: str) -> Property:  # noqa: A001 - the glossary's word
    """Return the property that `text` names: `led-by`, `led by` and `Led By` are `led_by`, and labels count too.

    Raises BadInput, with near names, where there is none.
    """
    found = vocabulary.properties.get(named(text)) or _labelled(vocabulary.properties, text)
    if found is None:
        hint = _near(text, vocabulary.properties) or "`whence vocabulary` lists the properties."
        raise BadInput(f"There is no property `{_shown(text)}`.", hint=hint)
    return found


def type(vocabulary: Vocabulary, text: str) -> Type:  # noqa: A001 - the glossary's word
    """Return the type that `text` names, by name or label, whatever the case.

    Raises BadInput, with near names, where there is none.
    """
    found = vocabulary.types.get(named(text)) or _labelled(vocabulary.types, text)
    if found is None:
        hint = _near(text, vocabulary.types) or "`whence vocabulary` lists the types."
        raise BadInput(f"There is no type `{_shown(text)}`.", hint=hint)
    return found


def _labelled(defined: Mapping[str, _Defined], text: str) -> _Defined | None:
    wanted = values.key("text", text)
    found = [one for one in defined.values() if values.key("text", one.label) == wanted]
    return found[0] if len(found) == 1 else None


def _near(text: str, defined: Mapping[str, _Defined]) -> str:
    if len(text) > LONGEST:
        return ""
    name = named(text)
    # A label that is its name with spaces would only say the same twice.
    others = [one.label for one in defined.values() if named(one.label) not in defined]
    return did_you_mean(name, [*defined, *others])


def fact(connection: sqlite3.Connection, text: str) -> str:
    """Return the id of the fact that `text` names, by its id or by a beginning of it that no other fact shares.

    Raises BadInput where it is no such id, where no fact has it, and where several do.
    """
    wanted = text.strip().lower()
    if not SHORTEST_ID <= len(wanted) <= FACT_ID or wanted.strip("0123456789abcdef"):
        raise BadInput(
            f"`{_shown(text)}` is no id of a fact.", hint="It has 16 hex digits, of which 4 or more are enough."
        )
    rows = connection.execute(
        "SELECT fact FROM fact WHERE fact >= :low AND fact < :high ORDER BY fact LIMIT 4",
        {"low": wanted, "high": wanted + "g"},
    ).fetchall()
    if not rows:
        raise BadInput(f"No fact's id begins with {wanted}.", hint="`whence facts` lists them.")
    if len(rows) > 1:
        listed = ", ".join(row[0] for row in rows[:3])
        more = " and more" if len(rows) > 3 else ""  # noqa: PLR2004 - one was asked for beyond those listed
        raise BadInput(f"Several facts' ids begin with {wanted}: {listed}{more}.", hint="Type more digits.")
    return str(rows[0][0])


def free_id(taken: sqlite3.Connection | Callable[[str], bool], name: str) -> str:
    """Return a readable id for an entity of that name, `kim-su-kwang`, with `-2`, `-3` … where it is taken.

    `taken` is the store, or tells of an id whether it is. Raises BadInput for a text that cannot be recorded.
    """
    return _free(_taken(taken, "SELECT 1 FROM entity WHERE entity = :id"), values.slug(name))


def source_id(
    taken: sqlite3.Connection | Callable[[str], bool], *, title: str, publisher: str = "", published: str = ""
) -> str:
    """Return a readable id for a source, `nato-2023-02-17`: of its publisher and date, else of its title.

    `taken` is as in `free_id`. Raises BadInput for a text that cannot be recorded.
    """
    parts = [publisher, published] if publisher and published else [publisher, title]
    slug = values.slug(" ".join(part for part in parts if part))
    return _free(_taken(taken, "SELECT 1 FROM source WHERE source = :id"), slug)


def _taken(taken: sqlite3.Connection | Callable[[str], bool], query: str) -> Callable[[str], bool]:
    # A connection is callable too, so the other way round would take every store for a function.
    if isinstance(taken, sqlite3.Connection):
        store = taken
        return lambda one: store.execute(query, {"id": one}).fetchone() is not None
    return taken


def _free(taken: Callable[[str], bool], slug: str) -> str:
    if not taken(slug):
        return slug
    # Doubled and then halved: the thousandth of a name costs twenty lookups and not a thousand.
    high = 2
    while taken(f"{slug}-{high}"):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if taken(f"{slug}-{middle}"):
            low = middle
        else:
            high = middle
    return f"{slug}-{high}"


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
