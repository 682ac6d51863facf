"""The rules of the house, held by a program, so that nobody has to remember them in a review.

What is under `src/whence` is read, never imported: a rule holds for a module that no test loads, too.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src"

# A module, or a package with all that is in it, and its floor. A module imports from its own floor and from
# those below. `whence` is the library's door, `whence/__init__.py`.
FLOORS = {
    "errors": 1,
    "canonical": 1,
    "dates": 1,
    "values": 1,
    "folding": 1,
    "passages": 1,
    "drift": 1,
    "merkle": 1,
    "likeness": 1,
    "romanisation": 1,
    "syllables": 1,
    "words": 1,
    "remembered": 1,
    "suggestions": 1,
    "drafts": 2,
    "events": 2,
    "payloads": 2,
    "functions": 2,
    "projections": 2,
    "vocabulary": 2,
    "database": 3,
    "migrations": 3,
    "log": 3,
    "rulings": 3,
    "rules": 3,
    "archive": 3,
    "claiming": 3,
    "recent": 3,
    "state": 4,
    "building": 3,
    "projector": 4,
    "checking": 5,
    "recording": 4,
    "segments": 5,
    "names": 4,
    "past": 5,
    "scope": 5,
    "segment_lines": 4,
    "suggest": 5,
    "history": 5,
    "wording": 1,
    "reading": 4,
    "evidence": 4,
    "store": 5,
    "audit": 5,
    "explaining": 5,
    "timeline": 4,
    "times": 5,
    "whence": 5,
    "exchange": 6,
    "publish": 6,
    "web": 6,
    "cli": 7,
    "__main__": 7,
}

# What only one part of the house may know.
ONLY_IN = {"click": "cli", "datasette": "web"}

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
WORDS_THAT_SAY_NOTHING = {"base", "common", "helper", "helpers", "manager", "managers", "util", "utils"}

# SQL's comments and strings: what stands in them is not carried out.
SQL_ASIDES = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
# `v.*` is no match: in a later step of a query it carries on the columns that an earlier step names.
SELECT_EVERYTHING = re.compile(r"\bselect\s+(?:distinct\s+|all\s+)?\*", re.IGNORECASE)
REPLACING_INSERT = re.compile(r"\binsert\s+or\s+replace\b|\breplace\s+into\b", re.IGNORECASE)

# Places of one machine, and hosts of package registries. The patterns do not match their own text.
TIES_TO_A_MACHINE = re.compile(
    r"(?<![\w.~])/(?:(?:work|root)/|tmp/v\b)|pypi\.org|pythonhoste[d]\.org|registry\.npmjs|deb\.debian\.org"
)


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of every module by its dotted name; a package has the name of its folder."""
    return {
        module_name(path): ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for path in sorted(SOURCES.rglob("*.py"))
    }


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part(module: str) -> str:
    """Return the part of the house that a module belongs to: `whence.cli.load` is in `cli`."""
    return module.split(".")[1] if "." in module else module


def imports(module: str, *, typing_too: bool = False) -> Iterator[str]:
    """Yield what a module imports by dotted names, lazily imported modules too; of ours, always modules."""
    package = module if (SOURCES / module.replace(".", "/")).is_dir() else module.rpartition(".")[0]
    waiting: list[ast.AST] = [trees()[module]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not typing_too:
            waiting.extend(node.orelse)
            continue
        waiting.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            named = (f"{start}.{alias.name}" for alias in node.names)
            yield from (name if name in trees() else start for name in named)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(name.value) for name in node.args[:1] if isinstance(name, ast.Constant))


def own_imports(module: str) -> set[str]:
    found = {name for name in imports(module) if name.split(".")[0] == "whence"}
    return found - {module}


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield every string of a module with its line, those with values put in as one, without docstrings."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node) is not None and isinstance(node.body[0], ast.Expr):
                skipped.add(node.body[0].value)
        elif isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
            pieces = (p.value if isinstance(p, ast.Constant) else "x" for p in node.values)
            yield node.lineno, "".join(str(piece) for piece in pieces)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.lineno, node.value


def sql_found(pattern: re.Pattern[str]) -> list[str]:
    """Return where a pattern stands in the SQL of the sources: their .sql files and their strings."""
    pieces = [
        (
            path.name,
            1,
            SQL_ASIDES.sub(lambda aside: "\n" * aside[0].count("\n"), path.read_text(encoding="utf-8")),
        )
        for path in sorted(SOURCES.rglob("*.sql"))
    ]
    pieces += [(module, line, text) for module, tree in trees().items() for line, text in texts(tree)]
    return [
        f"{where}, line {line + text.count(chr(10), 0, match.start())}: {' '.join(match[0].split())}"
        for where, line, text in pieces
        for match in pattern.finditer(text)
    ]


def files_of_the_repository() -> list[Path]:
    """Return the files that git tracks or would take up; without git, all but what scripts make."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        ignored = {".git", ".venv", "build", "dist", "__pycache__"}
        paths = [p for p in ROOT.rglob("*") if not ignored.intersection(p.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file()]


def test_every_module_has_a_floor() -> None:
    homeless = [module for module in trees() if part(module) not in FLOORS]
    assert not homeless, f"give these a floor in FLOORS, or a place in a part that has one: {homeless}"


def test_imports_go_down_the_floors_only() -> None:
    upwards = [
        f"{module} (floor {FLOORS[part(module)]}) imports {name} (floor {FLOORS[part(name)]})"
        for module in trees()
        for name in sorted(own_imports(module))
        if part(module) in FLOORS and FLOORS[part(module)] < FLOORS.get(part(name), 0)
    ]
    assert not upwards, "\n".join(upwards)


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter({module: own_imports(module) for module in trees()}).prepare()
    except CycleError as error:
        circle = " ← ".join(error.args[1])
        raise AssertionError(f"these import each other in a circle: {circle}") from None


def test_only_the_command_line_knows_click_and_only_the_site_knows_datasette() -> None:
    strays = [
        f"{module} imports {name}: only {ONLY_IN[name.split('.')[0]]}/ may"
        for module in trees()
        for name in imports(module, typing_too=True)
        if ONLY_IN.get(name.split(".")[0], part(module)) != part(module)
    ]
    assert not strays, "\n".join(strays)


def test_no_module_is_longer_than_400_lines() -> None:
    counted = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES.rglob("*.py")}
    long = [f"{p.relative_to(ROOT)}: {lines} lines" for p, lines in counted.items() if lines > LONGEST_MODULE]
    assert not long, f"divide these: {long}"


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{module}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, f"divide these: {long}"


def test_sql_names_the_columns_it_selects() -> None:
    found = sql_found(SELECT_EVERYTHING)
    assert not found, "name the columns:\n" + "\n".join(found)


def test_nothing_inserts_by_replacing() -> None:
    found = sql_found(REPLACING_INSERT)
    assert not found, "this goes past delete triggers; write ON CONFLICT … DO UPDATE:\n" + "\n".join(found)


def test_every_public_module_says_what_is_public() -> None:
    silent = []
    for module, tree in trees().items():
        private = any(name.startswith("_") for name in module.split("."))
        docstring = 0 if ast.get_docstring(tree) is None else 1
        names = {ast.unparse(t) for node in tree.body if isinstance(node, ast.Assign) for t in node.targets}
        names |= {ast.unparse(node.target) for node in tree.body if isinstance(node, ast.AnnAssign)}
        # A package whose door is empty has nothing to name.
        if not private and tree.body[docstring:] and "__all__" not in names:
            silent.append(module)
    assert not silent, f"these have no __all__: {silent}"


def test_module_names_say_what_is_in_the_module() -> None:
    paths = [*SOURCES.rglob("*"), *(ROOT / "tests").rglob("*.py")]
    empty = [
        str(path.relative_to(ROOT))
        for path in paths
        if (path.is_dir() or path.suffix in {".py", ".sql"})
        and WORDS_THAT_SAY_NOTHING.intersection(path.stem.lower().split("_"))
    ]
    assert not empty, f"name these after what they hold: {empty}"


def test_no_file_names_a_place_of_one_machine_or_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}, line {number}: {line.strip()[:120]}"
        for path in files_of_the_repository()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if TIES_TO_A_MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


def test_everything_that_pyproject_asks_for_is_pinned_to_a_version_that_fits() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = asked["project"].get("optional-dependencies", {}).values()
    lines = [*asked["build-system"]["requires"], *asked["project"]["dependencies"], *chain(*extras)]
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", constraints, re.MULTILINE))
    unpinned = [
        line
        for line in lines
        if not Requirement(line).specifier.contains(pins.get(canonicalize_name(Requirement(line).name), "0"))
    ]
    assert not unpinned, f"run scripts/lock: constraints.txt does not fit {unpinned}"
