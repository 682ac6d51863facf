"""A store's file is opened only where it is one and can be used; else a sentence says what is wrong."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from histories import ACTOR, Clock, claimed, declared, new_store, registered
from whence import database, log
from whence.errors import DatabaseError
from whence.recording import append_all
from whence.store import Store

AS_ROOT = os.geteuid() == 0
needs_permissions = pytest.mark.skipif(AS_ROOT, reason="permissions mean nothing to this account")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a store with an entity and a source."""
    with new_store(tmp_path / "a.db") as store:
        store.record([declared("kim"), registered("s1")], actor=ACTOR)
    return tmp_path / "a.db"


def refusal(path: Path, *, write: bool = True) -> str:
    """Return the sentence with which a file is refused; opening it to read and to write must both fail."""
    with pytest.raises(DatabaseError) as caught:
        Store.open(path, write=write)
    assert caught.value.hint
    assert caught.value.exit_code == 2
    return caught.value.message


@pytest.mark.parametrize("write", [False, True], ids=["to read", "to write"])
class TestAFileThatIsNoStore:
    def test_is_missing(self, tmp_path: Path, *, write: bool) -> None:
        assert refusal(tmp_path / "none.db", write=write) == f"There is no store at {tmp_path}/none.db."
        assert list(tmp_path.iterdir()) == []

    def test_is_a_folder(self, tmp_path: Path, *, write: bool) -> None:
        assert refusal(tmp_path, write=write) == f"{tmp_path} is a folder, not a store."

    def test_is_empty(self, tmp_path: Path, *, write: bool) -> None:
        (tmp_path / "a.db").touch()
        assert refusal(tmp_path / "a.db", write=write) == f"{tmp_path}/a.db is empty."

    @pytest.mark.parametrize("content", [b"hello", b"x" * 10_000, b"SQLite format 3\0" + b"x" * 10_000])
    def test_is_no_database(self, tmp_path: Path, content: bytes, *, write: bool) -> None:
        (tmp_path / "a.db").write_bytes(content)
        assert refusal(tmp_path / "a.db", write=write) == f"{tmp_path}/a.db is not an SQLite database."
        assert (tmp_path / "a.db").read_bytes() == content

    def test_is_another_database(self, tmp_path: Path, *, write: bool) -> None:
        with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
            connection.execute("CREATE TABLE event (position INTEGER PRIMARY KEY)")
        assert (
            refusal(tmp_path / "a.db", write=write) == f"{tmp_path}/a.db is an SQLite database, but no store of whence."
        )

    def test_was_written_by_a_newer_version(self, path: Path, *, write: bool) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {database.VERSION + 1}")
        assert refusal(path, write=write).startswith(f"{path} was written by a newer version of whence")

    def test_was_never_finished(self, tmp_path: Path, *, write: bool) -> None:
        database.create(tmp_path / "a.db").close()
        assert refusal(tmp_path / "a.db", write=write) == f"{tmp_path}/a.db was never finished: its log is missing."

    def test_is_damaged(self, path: Path, *, write: bool) -> None:
        content = bytearray(path.read_bytes())
        content[4096 : len(content)] = b"\xff" * (len(content) - 4096)
        path.write_bytes(content)
        assert refusal(path, write=write).startswith(f"{path} is damaged")

    def test_is_cut_off(self, path: Path, *, write: bool) -> None:
        path.write_bytes(path.read_bytes()[:20_000])
        assert refusal(path, write=write).startswith(f"{path} is damaged")


def test_a_new_store_is_made_only_where_there_is_nothing(path: Path) -> None:
    content = path.read_bytes()
    with pytest.raises(DatabaseError, match="exists already"):
        Store.create(path)
    assert path.read_bytes() == content
    with pytest.raises(DatabaseError, match="There is no folder"):
        Store.create(path.parent / "none" / "a.db")


def test_a_new_store_may_take_the_place_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    with Store.create(tmp_path / "a.db") as store:
        assert store.head().position == 0


def test_a_name_with_every_odd_character_names_a_store(tmp_path: Path) -> None:
    path = tmp_path / "a ?#%41&=é.db"
    Store.create(path).close()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    with Store.open(path) as store:
        assert store.head().position == 0


def test_a_store_can_be_marked_by_what_it_is(path: Path) -> None:
    with closing(database.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (database.APPLICATION_ID,)
        assert connection.execute("PRAGMA page_size").fetchone() == (database.PAGE_BYTES,)


def test_views_that_another_version_made_are_refused_to_a_reader_and_rebuilt_by_a_writer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE projection SET sql_sha256 = 'old' WHERE projection = 'fact'")
        connection.commit()
    assert refusal(path, write=False) == f"The views of {path} were made by another version of whence."
    Store.open(path, write=True).close()
    Store.open(path).close()


# --- What keeps a writer from writing ----------------------------------------------------------------------


def test_a_locked_store_is_told_in_a_sentence_and_readers_go_on(path: Path) -> None:
    with Store.open(path, write=True, clock=Clock()) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        store.connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(DatabaseError, match="is locked: another program is writing to it"):
            store.record([claimed("s1", "kim", "rank", "Major")], actor=ACTOR)
        with Store.open(path) as reader:
            assert reader.head() == store.head()
        other.execute("ROLLBACK")
        assert store.record([claimed("s1", "kim", "rank", "Major")], actor=ACTOR).count == 1


def test_a_store_opened_to_read_records_nothing(path: Path) -> None:
    with Store.open(path) as store:
        before = store.head()
        with pytest.raises(DatabaseError, match="may only be read, so nothing was recorded"):
            store.record([claimed("s1", "kim", "rank", "Major")], actor=ACTOR)
        assert store.head() == before


@needs_permissions
def test_a_file_or_folder_that_may_not_be_written_is_told_in_a_sentence(path: Path) -> None:
    for place in (path, path.parent):
        mode = place.stat().st_mode
        place.chmod(mode & ~0o222)
        assert "may not be written by this account" in refusal(path)
        place.chmod(mode)


def test_a_batch_may_be_written_ahead_of_the_file_up_to_a_tenth_of_it_and_a_single_event_is_soon_copied(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copied_at(store: Store) -> int:
        return int(store.connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0])

    monkeypatch.setattr(database, "LEAST_AHEAD", 10)
    with Store.open(path, write=True, clock=Clock()) as store:
        store.record([declared(f"kim-{number}", type_="person") for number in range(2_000)], actor=ACTOR)
        (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
        assert copied_at(store) == pages // 10 > 10
        store.record([declared("lee-1", type_="person")], actor=ACTOR)
        assert copied_at(store) == 30
        monkeypatch.setattr(database, "LEAST_AHEAD", 1_000)
        store.record([declared("lee-2", type_="person")], actor=ACTOR)
        assert copied_at(store) == 1_000


@pytest.fixture
def broken_off(path: Path) -> Path:
    """Return the path of a store as a first load leaves it that is killed when most of it stands in the file."""
    place = path.parent / "killed" / "a.db"
    place.parent.mkdir()
    with Store.open(path, write=True, clock=Clock()) as store:
        store.connection.execute("PRAGMA cache_size = 10")
        with store.writing(ACTOR, much=True) as writer:
            drafts = (declared(f"kim-{number}", type_="person") for number in range(5_000))
            append_all(store.connection, writer, drafts, anew=False)
            for ending in ("", "-journal"):
                shutil.copy(f"{path}{ending}", f"{place}{ending}")
    assert place.stat().st_size > 1_000_000
    return place


def test_a_load_that_was_broken_off_is_undone_by_the_first_reader(path: Path, broken_off: Path) -> None:
    with Store.open(broken_off) as reader:
        assert reader.head().position < 5_000
        assert list(log.check(reader.connection)) == []
    assert not broken_off.with_name("a.db-journal").exists()
    with Store.open(path) as whole:
        assert whole.head().position > 5_000


@needs_permissions
def test_a_load_that_was_broken_off_is_told_to_a_reader_who_may_not_undo_it(broken_off: Path) -> None:
    for place in (broken_off, broken_off.parent):
        place.chmod(place.stat().st_mode & ~0o222)
    assert "was broken off, and has to be undone" in refusal(broken_off, write=False)
    for place in (broken_off.parent, broken_off):
        place.chmod(place.stat().st_mode | 0o200)
    Store.open(broken_off).close()


def test_a_store_may_be_called_what_is_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9 #1?.db")
    with new_store(path) as store:
        store.record([declared("kim"), registered("s1")], actor=ACTOR)
    with Store.open(path) as store:
        assert store.head().position > 2


def test_what_sqlite_cannot_open_is_told_by_its_cause(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        database.create(tmp_path / "none" / "a.db")
    assert caught.value.message == f"There is no folder {tmp_path}/none."
    assert "copy" not in caught.value.hint
    with pytest.raises(DatabaseError, match="File name too long") as caught:
        database.connect(tmp_path / ("x" * 300))
    assert caught.value.hint


@needs_permissions
def test_a_file_that_may_not_be_read_is_told_in_a_sentence(path: Path) -> None:
    path.chmod(0)
    assert "could not be opened" in refusal(path, write=False)


def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_recorded(path: Path) -> None:
    with Store.open(path, write=True, clock=Clock()) as store:
        before = store.head()
        (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
        store.connection.execute(f"PRAGMA max_page_count = {pages}")
        claims = [claimed("s1", "kim", "alias", f"Kim {number}", note="n" * 500) for number in range(3_000)]
        with pytest.raises(DatabaseError, match=r"The disk that holds .* is full; nothing was recorded"):
            store.record(claims, actor=ACTOR)
        assert store.head() == before
        assert not store.connection.in_transaction
        store.connection.execute("PRAGMA max_page_count = 1000000")
        assert store.record(claims[:10], actor=ACTOR).count == 10
        assert list(log.check(store.connection)) == []


FILLING = """
import resource, signal, sys
sys.path[:0] = {path!r}
from histories import ACTOR, claimed
from whence.errors import DatabaseError
from whence.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
with Store.open(sys.argv[1], write=True) as store:
    try:
        store.record((claimed("s1", "kim", "alias", f"Kim {{n}}", note="n" * 500) for n in range(20_000)), actor=ACTOR)
    except DatabaseError as error:
        print(error.message)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system has no limit on the size of files")
def test_a_file_that_may_grow_no_further_is_told_in_a_sentence_and_the_store_stays_whole(path: Path) -> None:
    with Store.open(path) as store:
        before = store.head()
    folders = [str(Path(__file__).parent), str(Path(log.__file__).parents[1])]
    told = subprocess.run(
        [sys.executable, "-c", FILLING.format(path=folders), str(path)], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in told.stderr
    assert str(path) in told.stdout
    with Store.open(path) as store:
        assert store.head() == before
        assert list(log.check(store.connection)) == []
