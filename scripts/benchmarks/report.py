"""What is measured, under which name, beside what and against which bar; and the table that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["DRIFT", "ROWS", "Row", "costs", "missed", "table"]

THREE = "the same with the source, claim and fact views"
FLOOR = "rows/s: executemany of the same claims, ready, into one STRICT table"
MEBIBYTE = 1024 * 1024
COSTLIEST = 12  # tables and indexes that are told by name
MILLION = 1_000_000


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1_000
    return f"{milliseconds:.3f} ms" if milliseconds < 1 else f"{milliseconds:,.2f} ms"


def _rate(per_second: float) -> str:
    return f"{per_second:,.0f}/s"


def _mib(length: float) -> str:
    return f"{length / MEBIBYTE:,.0f} MiB"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. A bar is the worst that passes and the figure to reach for.

    It holds for the ratio to what stands beside, where there is that, unless `absolute`, and from `least` claims
    on; `more` is whether more is better.
    """

    key: str
    label: str
    shown: Callable[[float], str]
    beside: str = ""
    bar: float | None = None
    reach: float | None = None
    more: bool = False
    absolute: bool = False
    least: int = 0

    def judged(self, found: Mapping[str, Any]) -> float | None:
        """Return the figure that the bar is for; None where there is no bar or nothing to compare with."""
        if self.bar is None:
            return None
        return found["value"] if self.absolute else _ratio(found)

    def passes(self, found: Mapping[str, Any], size: int) -> bool:
        """Tell whether a figure meets the bar; what has none always does."""
        figure = self.judged(found)
        if figure is None or self.bar is None or size < self.least:
            return True
        return figure >= self.bar if self.more else figure <= self.bar


ROWS = (
    # What is done to much at once has its bar at a million: to begin takes its time, however little it is.
    Row("bulk", "bulk load, claims", _rate, FLOOR, 0.06, 0.10, more=True, least=MILLION),
    Row("bulk_three", THREE, _rate, FLOOR, 0.12, 0.20, more=True, least=MILLION),
    Row("load_csv", "whence load of a CSV file, claims", _rate, FLOOR, 0.06, 0.10, more=True, least=MILLION),
    Row("load_jsonl", "whence load of a JSON Lines file, claims", _rate, FLOOR, 0.06, 0.10, more=True, least=MILLION),
    Row("load_segments", "whence load of a segment, claims", _rate, FLOOR, 0.06, 0.10, more=True, least=MILLION),
    Row("load_peak", "peak of memory of these loads", _mib, bar=400 * MEBIBYTE, absolute=True),
    Row("add_p50", "one durable add, p50", _ms, "one row in a transaction of its own, p50", 5, 2),
    Row("add_p99", "one durable add, p99", _ms, "the same, p99"),
    Row("many_add_p50", "add to one of thousands of values, p50", _ms, "one durable add, p50", 2),
    Row("batch", "a batch of 1,000, p50", _ms, "1,000 rows at once, p50", 0.3, 0.15, absolute=True, least=MILLION),
    Row("batch_mean", "a batch of 1,000, mean", _ms, "the same, mean"),
    Row("rebuild", "rebuild, claims", _rate, FLOOR, 0.12, 0.20, more=True, least=MILLION),
    Row("rebuild_three", THREE, _rate, FLOOR, 0.20, 0.35, more=True, least=MILLION),
    Row("verify", "verify of the log, events", _rate, FLOOR, 0.6, more=True),
    Row("show_p50", "read one entity, p50", _ms, "its rows, by an index", 0.002, absolute=True),
    Row("why_p50", "audit of one fact, p50", _ms, "the rows of its property, by an index", 0.002, absolute=True),
    Row("as_of_p50", "one entity as of an earlier position, p50", _ms, bar=0.010, absolute=True),
    Row("bytes", "bytes a claim", lambda n: f"{n:,.0f}", "bytes a row", 1_600, 1_000, absolute=True),
    Row("peak", "peak of memory of the bulk load, its making included", _mib, bar=400 * MEBIBYTE, absolute=True),
    Row("help", "whence --help", _ms, 'python -c "import click, sqlite3"', 2, 1.3),
    Row("add", "whence add", _ms, "sqlite-utils insert of one row", 1.3, 0.8),
    Row("why", "whence why", _ms, "sqlite-utils insert of one row", 1.0, 0.6),
    Row("show", "whence show", _ms, "sqlite-utils insert of one row", 1.0, 0.6),
)

# Passages found again in later texts: the least (of deleted ones the most) that passes.
DRIFT = {"unchanged": 0.99, "edited": 0.97, "deleted_claimed": 0.02}


def _ratio(found: Mapping[str, Any]) -> float | None:
    beside = found.get("beside")
    return found["value"] / beside if beside else None


def table(sizes: Mapping[int, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a Markdown table: a line for each row, and one for what it is measured against."""
    head = [f"{size:,} claims" for size in sizes]
    lines = [["", *head, "bar"]]
    for row in ROWS:
        found = [measures.get(row.key) for measures in sizes.values()]
        if not any(found):
            continue
        lines.append([row.label, *(_cell(row, one, size) for one, size in zip(found, sizes, strict=True)), _bar(row)])
        if row.beside and row.beside != FLOOR:
            cells = [row.shown(one["beside"]) if one and one.get("beside") else "" for one in found]
            lines.append([f"· {row.beside}", *cells, ""])
    floors = [measures.get("bulk", {}).get("beside") for measures in sizes.values()]
    lines.append([f"· the floor, {FLOOR}", *(_rate(one) if one else "" for one in floors), ""])
    yield from _aligned(lines)


def _cell(row: Row, found: Mapping[str, Any] | None, size: int) -> str:
    if found is None:
        return ""
    ratio = _ratio(found)
    text = row.shown(found["value"]) + ("" if ratio is None else f" ({_figure(ratio)})")
    return text if row.passes(found, size) else f"{text} ✗"


def _bar(row: Row) -> str:
    if row.bar is None:
        return ""
    told = [row.shown(one) if row.absolute else _figure(one) for one in (row.bar, row.reach) if one is not None]
    return f"{'≥' if row.more else '≤'} {told[0]}" + (f", reach {told[1]}" if len(told) > 1 else "")


def _figure(ratio: float) -> str:
    return f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"  # noqa: PLR2004


def costs(per_table: Sequence[tuple[str, int]], *, size: int) -> Iterator[str]:
    """Yield a Markdown table of the bytes a claim that each table and index takes; the small ones as one."""
    lines = [["table or index", "bytes a claim", "share"]]
    whole = sum(length for _, length in per_table)
    rest = sum(length for _, length in per_table[COSTLIEST:])
    several = [("the others together", rest)] if rest else []
    for name, length in (*per_table[:COSTLIEST], *several):
        lines.append([name, f"{length / size:,.0f}", f"{length / whole:.0%}"])
    yield from _aligned(lines)


def missed(sizes: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """Return a sentence for every figure that misses its bar."""
    return [
        f"{row.label}, {size:,} claims: {_cell(row, measures[row.key], size).rstrip(' ✗')}, and the bar is {_bar(row)}"
        for size, measures in sizes.items()
        for row in ROWS
        if row.key in measures and not row.passes(measures[row.key], size)
    ]


def _aligned(lines: list[list[str]]) -> Iterator[str]:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for number, line in enumerate(lines):
        cells = [line[0].ljust(widths[0])] + [
            cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)
        ]
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            dashes = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
            yield f"| {' | '.join(dashes)} |"
