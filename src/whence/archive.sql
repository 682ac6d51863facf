-- The archive: what sources said, by the hash of it. Outside the log, so that a text can be erased and the log stays whole.
-- Frozen, like log.sql.

CREATE TABLE capture_bytes (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  bytes BLOB NOT NULL
) STRICT;

-- `pages` holds the offsets at which the pages of a paged document begin, in code points.
CREATE TABLE capture_text (
  text_sha256 TEXT PRIMARY KEY CHECK (length(text_sha256) = 64),
  text TEXT NOT NULL,
  pages TEXT CHECK (pages IS NULL OR json_valid(pages))
) STRICT;
