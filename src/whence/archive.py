"""The archived bytes and texts of sources, each under the SHA-256 of itself: what is read back is what was put in.

The only writer of `capture_bytes` and `capture_text`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

__all__ = ["check", "has_text", "pages", "put_bytes", "put_text", "sha256", "text"]


def sha256(content: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8, in hex."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def put_bytes(connection: sqlite3.Connection, content: bytes) -> str:
    """Keep the bytes, within the open transaction; return their hash."""
    key = sha256(content)
    connection.execute(
        "INSERT INTO capture_bytes (sha256, bytes) VALUES (:sha256, :bytes) ON CONFLICT (sha256) DO NOTHING",
        {"sha256": key, "bytes": content},
    )
    return key


def put_text(connection: sqlite3.Connection, content: str, pages: Sequence[int] = ()) -> str:
    """Keep a text (NFC, line feeds) and where its pages begin, within the open transaction; return its hash."""
    key = sha256(content)
    connection.execute(
        "INSERT INTO capture_text (text_sha256, text, pages) VALUES (:key, :text, :pages)"
        " ON CONFLICT (text_sha256) DO NOTHING",
        {"key": key, "text": content, "pages": orjson.dumps(list(pages)).decode() if pages else None},
    )
    return key


def text(connection: sqlite3.Connection, text_sha256: str | None) -> str | None:
    """Return an archived text; None where it is not here."""
    if text_sha256 is None:
        return None
    row = connection.execute("SELECT text FROM capture_text WHERE text_sha256 = :key", {"key": text_sha256}).fetchone()
    return None if row is None else str(row[0])


def has_text(connection: sqlite3.Connection, text_sha256: str | None) -> bool:
    """Tell whether a text is archived here."""
    query = "SELECT 1 FROM capture_text WHERE text_sha256 = :key"
    return connection.execute(query, {"key": text_sha256}).fetchone() is not None


def pages(connection: sqlite3.Connection, text_sha256: str | None) -> list[int]:
    """Return the offsets at which the pages of an archived text begin; none where it has none."""
    row = connection.execute("SELECT pages FROM capture_text WHERE text_sha256 = :key", {"key": text_sha256}).fetchone()
    return orjson.loads(row[0]) if row and row[0] else []


def check(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a sentence for each archived capture that is no longer what it was, with the facts that rest on it."""
    rows = connection.execute("SELECT sha256, bytes FROM capture_bytes")
    broken = [("bytes", key) for key, content in rows if sha256(content) != key]
    # As bytes: a text that is no longer UTF-8 could not be read as one.
    rows = connection.execute("SELECT text_sha256, CAST(text AS BLOB) FROM capture_text")
    broken += [("text", key) for key, content in rows if sha256(content) != key]
    for what, key in broken:
        facts = _resting_on(connection, key)
        listed = ", ".join(facts) if facts else "no fact"
        yield f"the archived {what} {key[:12]} is not what was captured; on it rest: {listed}."


def _resting_on(connection: sqlite3.Connection, key: str) -> list[str]:
    """Return the facts whose passages stand in a capture, by the hash of its bytes or of its text."""
    rows = connection.execute(
        # By the claim as it was made, or as it was found again in this capture.
        "WITH resting (claim) AS ("
        "  SELECT c.claim FROM event e CROSS JOIN claim c ON c.source = e.source AND c.live"
        "  CROSS JOIN event made ON made.position = c.claim CROSS JOIN json_each(made.data, '$.passages') p"
        "  WHERE e.type = 'source.captured' AND e.type <> 'claim.made'"
        "  AND (e.data ->> 'sha256' = :key OR e.data ->> 'text_sha256' = :key)"
        "  AND p.value ->> 'capture' = e.data ->> 'text_sha256'"
        "  UNION"
        "  SELECT c.claim FROM event e CROSS JOIN event k ON k.type = 'passage.checked' AND k.type <> 'claim.made'"
        "  AND k.data ->> 'capture' = e.data ->> 'text_sha256' AND k.data ->> 'outcome' <> 'gone'"
        "  CROSS JOIN event made ON made.id = k.data ->> 'claim'"
        "  CROSS JOIN claim c ON c.claim = made.position AND c.live"
        "  WHERE e.type = 'source.captured' AND e.type <> 'claim.made'"
        "  AND (e.data ->> 'sha256' = :key OR e.data ->> 'text_sha256' = :key)"
        ")"
        " SELECT DISTINCT f.entity || ' ' || f.property || ' ' || f.value || ' (' || f.fact || ')'"
        " FROM resting r CROSS JOIN claim c ON c.claim = r.claim"
        " CROSS JOIN fact f ON f.entity = c.entity AND f.property = c.property AND f.value_key = c.value_key"
        " ORDER BY 1",
        {"key": key},
    )
    return [row[0] for row in rows]
