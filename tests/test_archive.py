from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from whence import archive
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="store")
def at_store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "whence.db") as store:
        yield store


def test_what_is_read_back_is_what_was_put_in(store: Store) -> None:
    text = "북한은 12일\n\nمرحبا 👍🏽 e\u0304"  # noqa: RUF001 - Arabic
    key = archive.put_text(store.connection, text, (0, 9))
    assert key == archive.sha256(text) == archive.sha256(text.encode())
    assert archive.text(store.connection, key) == text
    assert archive.pages(store.connection, key) == [0, 9]
    assert archive.has_text(store.connection, key)
    assert archive.put_text(store.connection, text) == key
    assert archive.pages(store.connection, key) == [0, 9]


def test_what_is_not_here_is_none(store: Store) -> None:
    assert archive.text(store.connection, None) is None
    assert archive.text(store.connection, "0" * 64) is None
    assert archive.pages(store.connection, "0" * 64) == []
    assert not archive.has_text(store.connection, None)


def test_a_whole_archive_has_nothing_to_say(store: Store) -> None:
    archive.put_bytes(store.connection, b"\0\xff")
    archive.put_text(store.connection, "")
    assert list(archive.check(store.connection)) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE capture_bytes SET bytes = CAST('some' AS BLOB)",
        "UPDATE capture_text SET text = text || ' '",
        "UPDATE capture_text SET text = CAST(X'C3' AS TEXT)",  # no longer UTF-8
    ],
)
def test_what_was_changed_is_told(store: Store, change: str) -> None:
    archive.put_bytes(store.connection, b"what was said")
    key = archive.put_text(store.connection, "what was said")
    store.connection.execute(change)
    what = "bytes" if "bytes" in change else "text"
    told = f"the archived {what} {key[:12]} is not what was captured; on it rest: no fact."
    assert list(archive.check(store.connection)) == [told]
