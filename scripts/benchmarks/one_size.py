"""Measures a store of one size in a process of its own, so that the peak of memory is this size's alone.

`python -m benchmarks.one_size FOLDER SIZE SEED ADDS [--one-store]` prints what it measured as one JSON object, and
leaves the store in the folder.
"""

from __future__ import annotations

import contextlib
import json
import random
import statistics
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from benchmarks import clock, floor, loads, three_views
from benchmarks.claims import Claims, vocabulary_drafts

from whence import Draft, Store, audit, database, log, past, reading, segments
from whence.recording import append_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ACTOR = "Jo Park <jo@example.org>"
MOMENT = "2026-01-02T03:04:05.678901Z"
WARM = 20
BATCH, BATCHES = 1_000, 9
READS = 200
READ_BYTES = 2**20  # at a time
MANY_VALUES = 20_000
ROUNDS = 3


class Measures:
    """One store, and the floor beside it; each method measures one thing and notes it under its key."""

    def __init__(self, folder: Path, *, size: int, seed: int, adds: int) -> None:
        vocabulary = yaml.safe_load(files("whence").joinpath("builtin.yaml").read_text(encoding="utf-8"))
        self.definitions = list(vocabulary_drafts(vocabulary))
        self.size = size
        self.count_of_adds = adds
        self.folder = folder
        self.random = random.Random(seed)  # noqa: S311 - reproducible, and nothing secret
        self.made = Claims(vocabulary, size=size, seed=seed)
        self.store = Store.create(folder / "store.db")
        self.store.record(self.definitions, actor=ACTOR)
        self.found: dict[str, dict[str, float | None]] = {}
        self.costs: list[tuple[str, int]] = []
        self.loading = 0.0  # seconds that the bulk load took
        self.floors: list[float] = []  # claims a second, as plain rows
        self.floor_rate = 0.0

    def note(self, key: str, value: float, beside: float | None = None) -> None:
        """Note a figure, and the one that it is measured against."""
        self.found[key] = {"value": value, "beside": beside}

    def bulk(self) -> None:
        """Load everything in one transaction."""
        with clock.Clock() as loading, self.store.writing(ACTOR, much=True) as writer:
            append_all(self.store.connection, writer, loading.feed(self.made.drafts()), anew=False)
        self.loading = loading.seconds

    def plain_rows(self) -> None:
        """Insert the same claims as plain rows: the floor, the median of all its times."""
        self.floor = floor.Floor(self.folder / "floor.db", like=self.store.connection)
        self.floors.append(self._filled(self.floor))
        self.floor_rate = statistics.median(self.floors)
        self.note("bulk", self.size / self.loading, self.floor_rate)

    def bulk_three(self) -> None:
        """Load everything into other stores that have three views only, and rebuild them; the floor around each.

        Of each the time is noted whose ratio is the median.
        """
        path = self.folder / "three.db"
        loads, rebuilds = [], []

        def between() -> None:
            self.floors.append(self._plain())

        between()
        for _ in range(ROUNDS):
            loading, rebuilding = three_views.measure(
                path, self.definitions, self.made.drafts(), actor=ACTOR, between=between
            )
            between()
            path.unlink()
            loads.append((self.size / loading, statistics.mean(self.floors[-3:-1])))
            rebuilds.append((self.size / rebuilding, statistics.mean(self.floors[-2:])))
        for key, times in (("bulk_three", loads), ("rebuild_three", rebuilds)):
            self.note(key, *sorted(times, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2])

    def _plain(self) -> float:
        """Return how many claims a second go as plain rows into a table that is then thrown away."""
        path = self.folder / "plain.db"
        made = floor.Floor(path, like=self.store.connection)
        rate = self._filled(made)
        made.connection.close()
        path.unlink()
        return rate

    def _filled(self, made: floor.Floor) -> float:
        ready = floor.rows(self.made.drafts(), actor=ACTOR, recorded_at=MOMENT)
        with clock.Clock() as inserting:
            made.insert(inserting.feed(ready))
        return self.size / inserting.seconds

    def loads(self) -> None:
        """Load the same claims from files."""
        segment = segments.write(self.store.connection, self.folder)
        found = loads.measure(self.folder, self.made, self.definitions, segment, actor=ACTOR)
        for form, (rate, _) in found.items():
            self.note(f"load_{form}", rate, self.floor_rate)
        self.note("load_peak", max(peak for _, peak in found.values()))

    def bytes(self) -> None:
        """Count the bytes a claim has on disk, and those of each table and index."""
        self.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        length = (self.folder / "store.db").stat().st_size
        self.note("bytes", length / self.size, self.floor.bytes() / self.size)
        options = {one for (one,) in self.store.connection.execute("PRAGMA compile_options")}
        # Without SQLite's dbstat table, which some builds leave out, only the whole is known.
        if "ENABLE_DBSTAT_VTAB" in options:
            # Its own count of bytes has 32 bits, and ten million claims need more.
            query = "SELECT name, pageno * :page AS bytes FROM dbstat WHERE aggregate = TRUE ORDER BY bytes DESC, name"
            self.costs = self.store.connection.execute(query, {"page": database.PAGE_BYTES}).fetchall()

    def adds(self) -> None:
        """Record one claim at a time, each durable, with a plain row before each; the first ones only warm up."""
        self._read_through()
        ours, plain = [], []
        for draft in self.made.claims(WARM + self.count_of_adds, stream=1):
            ready = list(floor.rows([draft], actor=ACTOR, recorded_at=MOMENT))
            plain.append(_seconds(self.floor.insert, ready))
            ours.append(_seconds(self._record, [draft]))
        for key, share in (("add_p50", 0.5), ("add_p99", 0.99)):
            self.note(key, clock.quantile(ours[WARM:], share), clock.quantile(plain[WARM:], share))

    def batches(self) -> None:
        """Record batches of 1,000 claims; their median and, as some of them copy the log into the file, their mean."""
        self._read_through()
        ours, plain = [], []
        for number in range(BATCHES):
            drafts = list(self.made.claims(BATCH, stream=2 + number))
            ready = list(floor.rows(drafts, actor=ACTOR, recorded_at=MOMENT))
            plain.append(_seconds(self.floor.insert, ready))
            ours.append(_seconds(self._record, drafts))
        self.note("batch", statistics.median(ours), statistics.median(plain))
        self.note("batch_mean", statistics.mean(ours), statistics.mean(plain))

    def many(self) -> None:
        """Add to a property of one entity that has thousands of values already."""
        count = min(MANY_VALUES, self.size // 5)
        self.store.record((self._alias(number) for number in range(count)), actor=ACTOR)
        more = [self._alias(number) for number in range(count, count + WARM + self.count_of_adds // 3 + 1)]
        ours = [_seconds(self._record, [one]) for one in more]
        self.note("many_add_p50", clock.quantile(ours[WARM:], 0.5), self.found["add_p50"]["value"])

    def _read_through(self) -> None:
        """Read the store once: what is in use is in memory, and some machines give up what was not read lately."""
        with (self.folder / "store.db").open("rb") as file:
            while file.read(READ_BYTES):
                pass

    def _record(self, drafts: Iterable[Draft]) -> None:
        self.store.record(drafts, actor=ACTOR)

    def _alias(self, number: int) -> Draft:
        subject, source = self.made.entities[0], self.made.sources[number % len(self.made.sources)]
        data = {"subject": subject, "property": "alias", "value": f"number {number}"}
        return Draft("claim.made", data, source=source)

    def reads(self) -> None:
        """Read entities and audits, each another one; the plain table has an index on subject for it."""
        self.floor.index()
        picked = self.random.choices(range(len(self.made.entities) - len(self.made.publishers)), k=WARM + READS)
        entities = [self.made.entities[one] for one in picked]
        (last,) = self.store.connection.execute("SELECT max(rowid) FROM fact").fetchone()
        query = "SELECT fact, entity, property FROM fact WHERE rowid >= ? LIMIT 1"
        facts = [
            self.store.connection.execute(query, (self.random.randint(1, last),)).fetchone()
            for _ in range(WARM + READS)
        ]
        with Store.open(self.folder / "store.db") as reader:
            show, why = _show(reader), _why(reader)
            self.note(
                "show_p50", _median(show, ((one,) for one in entities)), _median(self.floor.claims, zip(entities))
            )
            self.note(
                "why_p50",
                _median(why, ((one,) for one, *_ in facts)),
                _median(self.floor.claims, (tuple(key) for _, *key in facts)),
            )
            position = reader.head().position // 2
        past_of = self._past(position)
        self.note("as_of_p50", _median(past_of, zip(entities[: READS // 4])))

    def _past(self, position: int) -> Callable[[str], object]:
        """Return what reads an entity as of a position, on a connection of its own as the past must be."""

        def read(entity: str) -> object:
            with contextlib.closing(database.connect(self.folder / "store.db")) as connection:
                past.shadow_entity(connection, entity, position)
                return reading.facts_about(connection, entity)

        return read

    def rebuild(self) -> None:
        """Make every view anew."""
        (count,) = self.store.connection.execute("SELECT count(*) FROM claim").fetchone()
        self.note("rebuild", count / _seconds(self.store.rebuild), self.floor_rate)

    def verify(self) -> None:
        """Compute every id and the root of the tree again."""
        position = self.store.head().position
        wrong: list[str] = []
        seconds = _seconds(lambda: wrong.extend(log.check(self.store.connection)))
        if wrong:
            raise SystemExit("\n".join(wrong))
        self.note("verify", position / seconds, self.floor_rate)

    def example(self) -> dict[str, str]:
        """Return a subject, property and source that commands can name."""
        query = "SELECT entity, property, source FROM claim WHERE property = 'kind' ORDER BY claim LIMIT 1"
        row = self.store.connection.execute(query).fetchone()
        return dict(zip(("subject", "property", "source"), row, strict=True))

    def peak(self) -> None:
        """Note the most memory that this process held, for the bulk load and the making of what it loads."""
        self.note("peak", clock.peak_bytes())


def _show(store: Store) -> Callable[[str], object]:
    """Return what reads an entity as a page shows it: what is said of it, and where it is named."""
    door: Callable[[str], object] | None = getattr(store, "show", None)
    return door or (
        lambda entity: (
            reading.entity(store.connection, entity),
            reading.facts_about(store.connection, entity),
            reading.facts_naming(store.connection, entity),
        )
    )


def _why(store: Store) -> Callable[[str], object]:
    door: Callable[[str], object] | None = getattr(store, "why", None)
    return door or (lambda fact: audit.why(store.connection, fact))


def _seconds(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def _median(work: Callable[..., object], arguments: Iterable[Sequence[Any]]) -> float:
    times = [_seconds(work, *given) for given in arguments]
    return clock.quantile(times[min(WARM, len(times) // 2) :], 0.5)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    size, seed, adds = (int(argument) for argument in arguments[1:4])
    alone = "--one-store" in arguments
    measures = Measures(Path(arguments[0]), size=size, seed=seed, adds=adds)
    for work in (
        measures.bulk,
        measures.peak,
        *(() if alone else (measures.bulk_three,)),
        measures.plain_rows,
        *(() if alone else (measures.loads,)),
        measures.bytes,
        measures.adds,
        measures.batches,
        measures.reads,
        measures.many,
        measures.rebuild,
        measures.verify,
    ):
        clock.say(f"{size:,} claims: {work.__name__} …")
        work()
    found = {"measures": measures.found, "costs": measures.costs, "example": measures.example()}
    measures.store.close()
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
