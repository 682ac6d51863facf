"""The log only grows: every attack through plain SQLite is refused, and what gets past its triggers is found."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from histories import ACTOR, Clock, claimed, declared, new_store, registered
from whence import canonical, checking, database, log
from whence.errors import BadInput, DatabaseError
from whence.merkle import root
from whence.recording import append_all
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = "'claim.made', 'x', '2024-01-10T12:00:00.000000Z', 's1', '00112233445566778899aabbccddeeff', '{}'"
COLUMNS = "position, id, type, actor, recorded_at, source, salt, data"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with a vocabulary, an entity, a source and two claims."""
    with new_store(tmp_path / "log.db") as made:
        said = [claimed("s1", "kim", "rank", "Major"), claimed("s1", "kim", "rank", "Colonel")]
        made.record([declared("kim"), registered("s1"), *said], actor=ACTOR)
        yield made


def plain(store: Store, *, recursive: bool = False) -> sqlite3.Connection:
    """Return a connection that knows nothing of whence."""
    connection = sqlite3.connect(store.path, isolation_level=None)
    connection.execute(f"PRAGMA recursive_triggers = {'ON' if recursive else 'OFF'}")
    return connection


def told(store: Store) -> list[str]:
    """Return what a check says of the log and, where that is whole, of the views."""
    with closing(database.connect(store.path)) as reader:
        return list(log.check(reader)) or list(checking.differences(reader, store.head().position))


# --- Attacks that are refused ------------------------------------------------------------------------------

A = "'" + "a" * 64 + "'"
FIRST_ID = "(SELECT id FROM event WHERE position = 1)"
NEXT = "(SELECT max(position) + 1 FROM event)"

ATTACKS = {
    "an update": "UPDATE event SET data = '{}' WHERE position = 1",
    "an update of the position": "UPDATE event SET position = 999 WHERE position = 1",
    "an update that replaces": "UPDATE OR REPLACE event SET position = 2 WHERE position = 1",
    "an update that ignores": "UPDATE OR IGNORE event SET actor = 'x' WHERE position = 1",
    "an update to the id of another": f"UPDATE OR REPLACE event SET id = {FIRST_ID} WHERE position = 2",
    "an update to what an erasure leaves": "UPDATE event SET actor = NULL, salt = NULL, data = NULL WHERE position = 1",
    "a delete": "DELETE FROM event WHERE position = 1",
    "a delete of the last": "DELETE FROM event WHERE position = (SELECT max(position) FROM event)",
    "a delete of all": "DELETE FROM event",
    "an insert that replaces an event": f"INSERT OR REPLACE INTO event ({COLUMNS}) VALUES (1, {A}, {NEW})",
    "a replace": f"REPLACE INTO event ({COLUMNS}) VALUES (1, {A}, {NEW})",
    "a replace by the id": f"REPLACE INTO event ({COLUMNS}) VALUES ({NEXT}, {FIRST_ID}, {NEW})",
    "a replace without a position": f"REPLACE INTO event ({COLUMNS}) VALUES (NULL, {FIRST_ID}, {NEW})",
    "an upsert by the position": f"INSERT INTO event ({COLUMNS}) VALUES (1, {A}, {NEW})"
    " ON CONFLICT (position) DO UPDATE SET data = '{}'",
    "an upsert by the id": f"INSERT INTO event ({COLUMNS}) VALUES ({NEXT}, {FIRST_ID}, {NEW})"
    " ON CONFLICT (id) DO UPDATE SET data = '{}'",
    "an upsert by anything": f"INSERT INTO event ({COLUMNS}) VALUES (1, {FIRST_ID}, {NEW})"
    " ON CONFLICT DO UPDATE SET data = '{}'",
    "an insert that ignores": f"INSERT OR IGNORE INTO event ({COLUMNS}) VALUES (1, {A}, {NEW})",
    "an insert without a position": f"INSERT INTO event ({COLUMNS}) VALUES (NULL, {A}, {NEW})",
    "an insert at zero": f"INSERT INTO event ({COLUMNS}) VALUES (0, {A}, {NEW})",
    "an insert before the first": f"INSERT INTO event ({COLUMNS}) VALUES (-1, {A}, {NEW})",
    "an insert after a gap": f"INSERT INTO event ({COLUMNS}) VALUES ({NEXT} + 1, {A}, {NEW})",
    "an insert by the rowid": f"INSERT INTO event (rowid, {COLUMNS[10:]}) VALUES (999, {A}, {NEW})",
    "an insert of an event that is there": f"INSERT INTO event ({COLUMNS}) VALUES ({NEXT}, {FIRST_ID}, {NEW})",
    "an insert of two at one position": f"INSERT OR REPLACE INTO event ({COLUMNS})"
    f" SELECT {NEXT}, printf('%064d', n), {NEW} FROM (SELECT 1 AS n UNION ALL SELECT 2)",
    "an insert of an erased event": f"INSERT INTO event (position, id, type, recorded_at)"
    f" VALUES ({NEXT}, {A}, 'claim.made', '2024-01-10T12:00:00.000000Z')",
    "a fact without a source": f"INSERT INTO event ({COLUMNS}) VALUES ({NEXT}, {A}, {NEW})".replace("'s1'", "NULL"),
    "an event whose data is not JSON": f"INSERT INTO event ({COLUMNS}) VALUES ({NEXT}, {A}, {NEW})".replace("{}", "{"),
}


@pytest.mark.parametrize("recursive", [False, True], ids=["triggers once", "recursive triggers"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_changes_nothing(store: Store, attack: str, *, recursive: bool) -> None:
    with closing(plain(store, recursive=recursive)) as connection:
        before = connection.execute(f"SELECT {COLUMNS} FROM event").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match=r"append-only|constraint failed"):
            connection.execute(ATTACKS[attack])
        assert connection.execute(f"SELECT {COLUMNS} FROM event").fetchall() == before
    assert told(store) == []


def test_an_event_leaves_neither_by_a_foreign_key_nor_when_the_file_is_made_anew(store: Store) -> None:
    with closing(plain(store)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("CREATE TABLE owner (source TEXT PRIMARY KEY)")
        connection.execute("CREATE TABLE pet (pet INTEGER REFERENCES event (position) ON DELETE CASCADE)")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("DELETE FROM event WHERE position = 1")
        connection.execute("VACUUM")
    assert told(store) == []


# --- Attacks that get past the triggers, and are found -----------------------------------------------------


def without_triggers(store: Store, *statements: str, put_back: bool = True) -> None:
    """Drop the log's triggers, run the statements, and make the triggers again, as a careful forger would."""
    with closing(plain(store)) as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
        triggers = connection.execute(query).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers if put_back else ():
            connection.execute(sql)


LAST = "(SELECT max(position) FROM event)"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE event SET data = replace(data, 'Major', 'General')", "its content no longer gives its id"),
        (f"UPDATE event SET actor = 'Somebody' WHERE position = {LAST}", "its content no longer gives its id"),
        (f"UPDATE event SET salt = '{'0' * 32}' WHERE position = {LAST}", "its content no longer gives its id"),
        (f"UPDATE event SET source = 's2' WHERE position = {LAST}", "its content no longer gives its id"),
        (f"UPDATE event SET data = data || ' ' WHERE position = {LAST}", "its content no longer gives its id"),
        (f"UPDATE event SET id = '{'b' * 64}' WHERE position = {LAST}", "its content no longer gives its id"),
        (f"UPDATE event SET id = '{'z' * 64}' WHERE position = {LAST}", "its content no longer gives its id"),
        (f"UPDATE event SET actor = CAST(X'FF' AS TEXT) WHERE position = {LAST}", "its content no longer gives its id"),
        (f"UPDATE event SET recorded_at = '2001-01-01T00:00:00.000000Z' WHERE position = {LAST}", "before the one"),
        (f"UPDATE event SET actor = NULL, salt = NULL, data = NULL WHERE position = {LAST}", "no longer gives its id"),
        (f"DELETE FROM event WHERE position = {LAST}", "some were added or removed"),
        ("DELETE FROM event WHERE position = 3", "event 3 missing from the log"),
        ("DELETE FROM event WHERE position IN (3, 4, 5)", "events 3 to 5 missing from the log"),
        ("DELETE FROM event WHERE position = 1", "event 1 missing from the log"),
        ("DELETE FROM event", "some were added or removed"),
        ("DELETE FROM tree", "its tree was left at 0"),
        (f"UPDATE tree SET root = '{'0' * 64}'", "another root"),
    ],
)  # fmt: skip
def test_what_was_changed_behind_the_triggers_is_found(store: Store, change: str, found: str) -> None:
    without_triggers(store, change)
    assert any(found in sentence for sentence in told(store)), told(store)


def test_an_event_replaced_whole_with_its_id_made_anew_is_found_by_the_tree(store: Store) -> None:
    position = store.head().position
    *_, last = log.events(store.connection)
    data = canonical.text({**last.data, "value": "General"})
    forged = log.line((last.type, last.actor, last.recorded_at, last.source, last.salt, data))
    update = f"UPDATE event SET data = '{data}', id = '{canonical.leaf_hash(forged)}' WHERE position = {position}"
    without_triggers(store, update)
    assert told(store) == [
        "the tree over the log has another root than the one its last writer left: an id was changed."
    ]


def test_two_events_that_changed_places_are_found(store: Store) -> None:
    position = store.head().position
    moves = [
        f"UPDATE event SET position = {old} WHERE position = {new}"
        for old, new in ((999, position), (position, position - 1), (position - 1, 999))
    ]
    without_triggers(store, *moves)
    assert any("another root" in sentence for sentence in told(store))


@pytest.mark.parametrize(
    "name",
    ["event_is_appended", "event_stays_as_it_is", "event_stays"],
)
def test_a_trigger_that_was_dropped_or_altered_is_found(store: Store, name: str) -> None:
    with closing(plain(store)) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
        connection.execute(f"DROP TRIGGER {name}")
        assert told(store) == [f"the trigger {name} of the log is missing: the log was not protected while it was."]
        connection.execute(sql.replace("WHEN", "WHEN 0 AND") if "WHEN" in sql else sql.replace("BEGIN", "WHEN 0 BEGIN"))
    assert told(store) == [f"the trigger {name} of the log is not the one that whence made."]


@pytest.mark.parametrize("name", ["event_id", "event_source", "event_type", "event_definition", "event_retraction"])
def test_an_index_that_was_dropped_is_found(store: Store, name: str) -> None:
    with closing(plain(store)) as connection:
        connection.execute(f"DROP INDEX {name}")
    assert told(store) == [f"the index {name} of the log is missing: the log was not protected while it was."]


def test_a_trigger_that_was_added_to_the_log_is_found(store: Store) -> None:
    with closing(plain(store)) as connection:
        connection.execute("CREATE TRIGGER forger AFTER INSERT ON event BEGIN UPDATE tree SET size = size; END")
    assert told(store) == ["the trigger forger of the log is not one that whence made."]


def test_a_table_whose_checks_were_taken_out_of_the_schema_is_found(store: Store) -> None:
    with closing(plain(store)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'CHECK (position > 0)', '') WHERE name = 'event'"
        )
    assert told(store) == ["the table event of the log is not the one that whence made."]


def test_triggers_that_were_taken_out_of_the_schema_are_found(store: Store) -> None:
    with closing(plain(store)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute("UPDATE event SET actor = 'Somebody' WHERE position = 1")
    sentences = told(store)
    assert sum("is missing" in sentence for sentence in sentences) == 3
    assert any("its content no longer gives its id" in sentence for sentence in sentences)


@pytest.mark.parametrize("table", ["event", "tree"])
def test_a_table_of_the_log_that_was_dropped_is_told_in_a_sentence(store: Store, table: str) -> None:
    with closing(plain(store)) as connection:
        connection.execute(f"DROP TABLE {table}")
    with closing(database.connect(store.path)) as reader:
        assert f"the table {table} of the log is missing: the log was not protected while it was." in log.check(reader)


def test_a_writer_refuses_a_log_that_something_else_wrote_to(store: Store) -> None:
    with closing(plain(store)) as connection:
        connection.execute(f"INSERT INTO event ({COLUMNS}) VALUES ({NEXT}, {A}, {NEW})")
    with pytest.raises(DatabaseError, match=r"The log has 22 events, but its tree was left at 21\."):
        store.record([claimed("s1", "kim", "rank", "General")], actor=ACTOR)


# --- What a writer promises --------------------------------------------------------------------------------


def test_the_id_is_the_leaf_hash_of_the_canonical_bytes_and_the_root_is_over_the_ids(store: Store) -> None:
    ids = []
    for event in log.events(store.connection):
        line = canonical.encode(
            {
                "type": event.type, "actor": event.actor, "recorded_at": event.recorded_at,
                "source": event.source, "salt": event.salt, "data": event.data,
            }
        )  # fmt: skip
        assert event.id == canonical.leaf_hash(line)
        ids.append(bytes.fromhex(event.id))
    assert store.head().root == root(ids).hex()


def test_the_same_claim_recorded_twice_has_two_ids(tmp_path: Path) -> None:
    ids = []
    for name in ("a.db", "b.db"):
        with new_store(tmp_path / name) as store:
            ids.append(store.record([declared("kim")], actor=ACTOR).ids)
    assert ids[0] != ids[1]


def test_what_is_reported_as_recorded_was_synced_to_the_disk(tmp_path: Path) -> None:
    with Store.create(tmp_path / "new.db") as store:
        assert store.connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with Store.open(tmp_path / "new.db", write=True) as store:
        assert store.connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_first_load_is_written_in_place_and_readers_of_the_store_it_leaves_wait_for_nobody(store: Store) -> None:
    with store.writing(ACTOR, much=True) as writer:
        assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        append_all(store.connection, writer, [declared("lee")], anew=False)
    assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store.head().position == store.connection.execute("SELECT max(position) FROM entity").fetchone()[0]


def test_a_first_load_leaves_the_journal_as_it_is_where_somebody_reads_the_store(store: Store) -> None:
    with closing(database.connect(store.path)) as reader:
        before = log.head(reader)
        with store.writing(ACTOR, much=True) as writer:
            append_all(store.connection, writer, [declared("lee")], anew=False)
            assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert log.head(reader) == before
        assert log.head(reader) == store.head() != before


def test_a_reader_cannot_write(store: Store) -> None:
    with closing(database.connect(store.path)) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("CREATE TABLE x (y)")


def test_a_clock_a_little_behind_takes_the_time_of_the_head(tmp_path: Path) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        store.record([declared("kim")], actor=ACTOR)
        clock.at -= timedelta(minutes=4)
        store.record([declared("lee")], actor=ACTOR)
        times = [event.recorded_at for event in log.events(store.connection)][-2:]
    assert times == ["2024-01-10T12:00:00.000000Z"] * 2


def test_a_clock_more_than_five_minutes_behind_is_refused_in_a_sentence(tmp_path: Path) -> None:
    clock = Clock()
    with new_store(tmp_path / "a.db", clock=clock) as store:
        store.record([declared("kim")], actor=ACTOR)
        before, clock.at = store.head(), clock.at - timedelta(minutes=5, seconds=1)
        with pytest.raises(BadInput, match=r"This machine's clock is 5 minutes behind the last event"):
            store.record([declared("lee")], actor=ACTOR)
        assert store.head() == before


def test_a_clock_of_another_time_zone_records_coordinated_universal_time(tmp_path: Path) -> None:
    seoul = datetime.fromisoformat("2024-01-11T09:00:00+09:00")
    with new_store(tmp_path / "a.db", clock=Clock(seoul)) as store:
        store.record([declared("kim")], actor=ACTOR)
        assert store.head().recorded_at == seoul.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize(
    ("prefix", "sentence"),
    [("xyz!", "is no event id"), ("abc", "is no event id"), ("0" * 65, "is no event id"), ("f" * 64, "No event's id")],
)
def test_an_id_that_names_no_event_is_told_in_a_sentence(store: Store, prefix: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        log.find(store.connection, prefix)


def test_an_event_is_found_by_the_beginning_of_its_id_in_any_letters(store: Store) -> None:
    *_, last = log.events(store.connection)
    assert log.find(store.connection, f" {last.id[:12].upper()} ") == last


def test_a_line_recorded_before_the_one_it_follows_is_refused(store: Store) -> None:
    line: dict[str, object] = {"type": "entity.declared", "actor": "x", "source": None, "salt": "0" * 32, "data": {}}
    with store.writing(ACTOR) as writer, pytest.raises(BadInput, match="before the event that it follows"):
        writer.append_line({**line, "recorded_at": "2001-01-01T00:00:00.000000Z"})


# --- Several processes -------------------------------------------------------------------------------------

WRITER = """
import sys
sys.path[:0] = {path!r}
from histories import claimed
from whence.store import Store
with Store.open(sys.argv[1], write=True) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(sys.argv[3])):
        store.record([claimed("s1", "kim", "alias", f"{{sys.argv[2]}} {{number}}")], actor=sys.argv[2])
        print(number, flush=True)
"""

DYING = """
import os, sys
sys.path[:0] = {path!r}
from histories import claimed
from whence.recording import append_all
from whence.store import Store

def drafts():
    for number in range(5_000):
        yield claimed("s1", "kim", "alias", f"lost {{number}}")
    print("most are written", flush=True)
    sys.stdin.readline()

with Store.open(sys.argv[1], write=True) as store:
    store.connection.execute("PRAGMA cache_size = 10")  # so that most of it stands in the file, or its log, by then
    with store.writing("dying", much=sys.argv[2] == "much") as writer:
        append_all(store.connection, writer, drafts(), anew=False)
"""


def started(program: str, *arguments: str) -> subprocess.Popen[str]:
    folders = [str(Path(__file__).parent), str(Path(log.__file__).parents[1])]
    return subprocess.Popen(
        [sys.executable, "-c", program.format(path=folders), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_processes_that_write_at_once_give_one_order_without_gaps_and_a_reader_sees_whole_batches(
    store: Store,
) -> None:
    before = store.head().position
    writers = [started(WRITER, str(store.path), name, "15") for name in ("one", "two")]
    assert [line_of(writer) for writer in writers] == ["ready", "ready"]
    for writer in writers:
        go_on(writer)
    with closing(database.connect(store.path)) as reader:
        while any(writer.poll() is None for writer in writers):
            reader.execute("BEGIN")
            (claims,) = reader.execute("SELECT count(*) FROM claim").fetchone()
            (events,) = reader.execute("SELECT count(*) FROM event WHERE type = 'claim.made'").fetchone()
            reader.execute("COMMIT")
            assert claims == events
            time.sleep(0.01)
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    found = [event for event in log.events(store.connection) if event.position > before]
    assert [event.position for event in found] == list(range(before + 1, before + 31))
    for name in ("one", "two"):
        values = [event.data["value"] for event in found if event.actor == name]
        assert values == [f"{name} {number}" for number in range(15)]
    assert told(store) == []


@pytest.mark.parametrize("much", ["much", "little"])
def test_nothing_of_a_batch_is_left_when_its_writer_is_killed_and_the_store_can_be_used(
    store: Store, much: str
) -> None:
    before = store.head()
    store.close()
    length = store.path.stat().st_size
    writer = started(DYING, str(store.path), much)
    assert line_of(writer) == "most are written"
    assert (store.path.stat().st_size > length) == (much == "much")
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with Store.open(store.path) as reader:
        assert reader.head() == before
    with Store.open(store.path, write=True, clock=Clock()) as again:
        assert again.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert again.head() == before
        assert told(again) == []
        assert again.record([claimed("s1", "kim", "rank", "General")], actor=ACTOR).first == before.position + 1
        assert told(again) == []


def test_what_was_reported_is_there_after_the_writer_is_killed(store: Store) -> None:
    store.close()
    writer = started(WRITER, str(store.path), "one", "1000")
    line_of(writer)
    go_on(writer)
    reported = [line_of(writer) for _ in range(5)]
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with Store.open(store.path) as again:
        values = {event.data["value"] for event in log.events(again.connection) if event.actor == "one"}
        assert {f"one {number}" for number in reported} <= values
        assert told(again) == []
