from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from visits import Visitor, make, visiting
from whence import database
from whence.web import guard, site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("guard") / "talks.db")


@pytest.fixture(scope="module")
def visitor(path: Path) -> Iterator[Visitor]:
    with visiting(path) as one:
        yield one


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection that may write, with nothing between it and the file but the guard."""
    with closing(database.connect(path, write=True)) as one:
        guard.guard_connection(one)
        yield one


WRITES = [
    "INSERT INTO event (position, id) VALUES (1, 'x')",
    "UPDATE fact SET status = 'accepted'",
    "DELETE FROM claim",
    "DROP TABLE event",
    "DROP TRIGGER event_stays",
    "CREATE TABLE more (x)",
    "CREATE TEMP TABLE more (x)",
    "CREATE VIEW more AS SELECT 1",
    "ALTER TABLE fact ADD COLUMN more",
    "ATTACH DATABASE ':memory:' AS other",
    "VACUUM INTO '{folder}/copy.db'",
    "REINDEX",
    "ANALYZE",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA user_version = 99",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA temp_store_directory = '/'",
    "SELECT load_extension('x')",
    "SELECT zeroblob(400000000)",
    "SELECT hex(randomblob(400000000))",
    "INSERT INTO claim_search (claim_search) VALUES ('rebuild')",
    "WITH one AS (SELECT 1) DELETE FROM claim",
]


@pytest.mark.parametrize("attack", WRITES)
def test_the_guard_alone_refuses_to_write(connection: sqlite3.Connection, attack: str, tmp_path: Path) -> None:
    before = connection.total_changes
    with pytest.raises(sqlite3.Error):
        connection.execute(attack.format(folder=tmp_path))
    assert connection.total_changes == before
    assert not list(tmp_path.iterdir())
    assert connection.execute("PRAGMA query_only").fetchone()[0] == 1


@pytest.mark.parametrize("attack", WRITES)
def test_a_visitors_query_cannot_write(visitor: Visitor, path: Path, attack: str, tmp_path: Path) -> None:
    before = path.read_bytes()
    answer = visitor.get(f"/talks.json?sql={quote(attack.format(folder=tmp_path))}&_shape=array")
    assert answer.status_code == 400
    assert path.read_bytes() == before
    assert not list(tmp_path.iterdir())


def test_datasettes_own_way_to_write_is_closed(visitor: Visitor) -> None:
    store = visitor.datasette.databases["talks"]
    for attack in ("DELETE FROM claim", "CREATE TABLE more (x)"):
        with pytest.raises((PermissionError, sqlite3.Error)):
            visitor.run(store.execute_write(attack))


def test_what_a_query_may_cost_is_bounded(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.Error, match="LIKE or GLOB pattern too complex"):
        connection.execute("SELECT count(*) FROM claim WHERE value LIKE :pattern", {"pattern": "%a" * 2000}).fetchall()
    with pytest.raises(sqlite3.Error, match="too big"):
        connection.execute("SELECT hex(printf('%.15000000c', 'x'))").fetchall()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("_sort=zz", "Cannot sort table by zz."),
        ("_sort_desc=%3Cb%3E", "Cannot sort table by &lt;b&gt;."),
        ("_sort=value&_sort_desc=value", "Cannot use _sort and _sort_desc at the same time."),
        ("entity__in=[1", "“entity__in” in the address is not of the form that it has to have."),
        ("_timelimit=zz", "“_timelimit” in the address is not of the form that it has to have."),
        ("_through=zz", "“_through” in the address is not of the form that it has to have."),
        ("_col=zz", "_col=zz - invalid columns."),
    ],
)
def test_a_table_that_is_asked_for_what_it_has_not_says_so(
    visitor: Visitor, capfd: pytest.CaptureFixture[str], asked: str, sentence: str
) -> None:
    answer = visitor.get(f"/talks/fact?{asked}")
    assert answer.status_code == 400
    assert sentence in answer.text
    assert visitor.get(f"/talks/fact.json?{asked}").json()["status"] == 400
    assert capfd.readouterr().err == ""


def test_a_query_that_runs_on_is_stopped(visitor: Visitor) -> None:
    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT sum(x) FROM n"
    answer = visitor.get(f"/talks.json?sql={quote(endless)}")
    assert answer.status_code == 400
    assert "took too long" in answer.text or "interrupted" in answer.text.lower()


def test_reading_and_analysing_stay_possible(visitor: Visitor) -> None:
    for query in (
        "select status, count(*) as facts from fact group by status",
        "with one as (select entity from fact) select count(*) from one",
        "select value from claim where claim in (select rowid from claim_search where claim_search match 'general')",
        "select e.data ->> 'subject' from event e where e.type = 'claim.made'",
        "select value from json_each('[1,2]')",
        "explain query plan select fact from fact where entity = 'kim'",
    ):
        answer = visitor.get(f"/talks.json?sql={quote(query)}&_shape=array")
        assert answer.status_code == 200, answer.text
        assert answer.json()


def test_json_and_csv_are_there_for_programs(visitor: Visitor) -> None:
    facts = visitor.get("/talks/fact.json?_shape=array&status=contested").json()
    assert {fact["value"] for fact in facts} == {"Major General", "Colonel", "seoul"}
    assert visitor.get("/talks/claim.csv?stance=denies").text.startswith("claim,entity,property,value")


def test_whole_texts_are_not_published_as_a_table(visitor: Visitor) -> None:
    for table in ("capture_text", "capture_bytes"):
        assert visitor.get(f"/talks/{table}").status_code == 403


def test_no_answer_tells_where_the_file_stands(visitor: Visitor, path: Path) -> None:
    for page in ("/-/databases", "/-/databases.json", "/-/threads", "/-/metadata.json"):
        assert visitor.get(page).status_code == 404
    for page in ("/", "/.json", "/talks.json", "/-/plugins.json", "/-/settings.json", "/-/versions.json"):
        assert str(path.parent) not in visitor.get(page).text
    asked = visitor.get("/talks.json?sql=" + quote("select file from pragma_database_list()"))
    assert asked.status_code == 400
    assert str(path.parent) not in asked.text


def test_every_answer_carries_the_headers(visitor: Visitor) -> None:
    for page in ("/", "/entity/none", "/talks/fact", "/talks/fact.json", "/-/whence/whence.css", "/-/static/app.css"):
        headers = visitor.get(page).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "permissions-policy" in headers
        assert "access-control-allow-origin" not in headers


def test_no_page_of_ours_needs_a_script_of_its_own(visitor: Visitor) -> None:
    for page in ("/", "/entity/kim", "/conflicts", "/timeline", "/source/nato-1"):
        assert "<script" not in visitor.page(page)
        assert not re.search(r"\son[a-z]+=", visitor.page(page))


def test_a_site_of_this_machine_answers_to_its_own_names_only(path: Path) -> None:
    visitor = Visitor(site(path, hosts=["localhost", "[::1]"]))
    try:
        assert visitor.get("/").status_code == 200
        assert visitor.get("/", headers={"host": "localhost:8001"}).status_code == 200
        assert visitor.get("/", headers={"host": "[::1]:8001"}).status_code == 200
        assert visitor.get("/", headers={"host": "evil.example"}).status_code == 421
    finally:
        visitor.close()


def test_a_database_that_is_no_store_is_published_as_if_whence_were_not_there(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE fact (fact TEXT PRIMARY KEY, entity TEXT)")
        made.execute("INSERT INTO fact (fact, entity) VALUES ('one', 'kim')")
        made.commit()
    visitor = Visitor(Datasette([str(other)]))
    try:
        assert "Powered by" in visitor.page("/")
        assert "app.css" in visitor.page("/other")
        assert "whence" not in visitor.page("/other/fact")
        assert "Read this with its sources" not in visitor.page("/other/fact/one")
        assert "content-security-policy" not in visitor.get("/").headers
        assert visitor.get("/conflicts").status_code == 404
        assert visitor.get("/-/databases.json").status_code == 200
    finally:
        visitor.close()


def test_a_plain_datasette_publishes_a_store_beside_another_database(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE fact (fact TEXT PRIMARY KEY, entity TEXT)")
        made.execute("INSERT INTO fact (fact, entity) VALUES ('one', 'kim')")
        made.commit()
    visitor = Visitor(Datasette([str(other), str(path)]))
    try:
        assert "Other databases here" in visitor.page("/")
        assert "Kim Su-kwang" in visitor.page("/entity/kim")
        assert "What the record supports" in visitor.page("/talks/fact")
        assert 'href="/entity/kim"' not in visitor.page("/other/fact")
        assert "Read this with its sources" not in visitor.page("/other/fact/one")
    finally:
        visitor.close()


def test_a_hundred_readers_at_once_are_answered(visitor: Visitor) -> None:
    async def all_of_them() -> list[int]:
        pages = ["/", "/entity/kim", "/talks/fact", "/conflicts"] * 25
        return [one.status_code for one in await asyncio.gather(*(visitor.datasette.client.get(p) for p in pages))]

    assert set(visitor.run(all_of_them())) == {200}
