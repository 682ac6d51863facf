-- The log: one row an event, in one total order, and nothing in it ever changes.
-- Frozen: this is the first migration. What comes after is a migration of its own.

CREATE TABLE event (
  position INTEGER PRIMARY KEY CHECK (position > 0),
  id TEXT NOT NULL CHECK (length(id) = 64),
  type TEXT NOT NULL,
  -- The four columns that an erasure may take back; all there or all gone, and the hash `id` stays.
  actor TEXT CHECK (actor <> ''),
  recorded_at TEXT NOT NULL CHECK (recorded_at GLOB '????-??-??T??:??:??.??????Z'),
  source TEXT CHECK (source <> ''),
  salt TEXT CHECK (length(salt) = 32),
  data TEXT CHECK (data IS NULL OR json_valid(data)),
  CHECK ((actor IS NULL) = (data IS NULL) AND (salt IS NULL) = (data IS NULL)),
  -- Every fact has a source: an event that needs one is refused without.
  CHECK (source IS NOT NULL OR data IS NULL OR (type <> 'claim.made' AND type NOT GLOB 'source.*'))
) STRICT;

CREATE UNIQUE INDEX event_id ON event (id);
-- The few events that are no claims, by what they are about; claims are found through the claim view.
CREATE INDEX event_source ON event (source, type, position) WHERE type <> 'claim.made';
CREATE INDEX event_type ON event (type, position) WHERE type <> 'claim.made';
CREATE INDEX event_entity ON event (data ->> 'entity', position) WHERE type = 'entity.declared';
CREATE INDEX event_definition ON event (type, data ->> 'name', position) WHERE type IN ('type.defined', 'property.defined');
CREATE INDEX event_check ON event (data ->> 'claim', position) WHERE type = 'passage.checked';
CREATE INDEX event_undoing ON event (data ->> 'match') WHERE type = 'match.undone';
CREATE INDEX event_distinction_undoing ON event (data ->> 'distinction') WHERE type = 'distinction.undone';
CREATE INDEX event_revocation ON event (data ->> 'verdict') WHERE type = 'verdict.revoked';
CREATE INDEX event_retraction ON event (data ->> 'claim') WHERE type = 'claim.retracted';

-- INSERT OR REPLACE removes a row without its delete trigger, so an existing key is refused before it comes to that.
-- One trigger, not three: each costs a microsecond an event.
CREATE TRIGGER event_is_appended BEFORE INSERT ON event
WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM event)
  OR NEW.data IS NULL
  OR EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
BEGIN
  SELECT CASE
    WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM event)
    THEN raise(ABORT, 'the log is append-only: an event takes the position after the head')
    WHEN NEW.data IS NULL
    THEN raise(ABORT, 'the log is append-only: an event is recorded whole')
    ELSE raise(ABORT, 'the log is append-only: this event is in it already')
  END;
END;

CREATE TRIGGER event_stays_as_it_is BEFORE UPDATE ON event
BEGIN
  SELECT raise(ABORT, 'the log is append-only: an event never changes');
END;

CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
  SELECT raise(ABORT, 'the log is append-only: an event is never removed');
END;

-- The Merkle tree over the ids (RFC 9162) as the last writer left it: its size, its root, and the
-- roots of its complete subtrees, from which the next event goes on.
CREATE TABLE tree (
  tree INTEGER PRIMARY KEY CHECK (tree = 1),
  size INTEGER NOT NULL,
  root TEXT NOT NULL CHECK (length(root) = 64),
  frontier BLOB NOT NULL
) STRICT;

-- How far each view has been projected, and the SQL that made it.
CREATE TABLE projection (
  projection TEXT PRIMARY KEY,
  reached INTEGER NOT NULL,
  sql_sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
