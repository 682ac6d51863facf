-- A person's ruling that two entities are not the same; it can be undone, and then it says by what.

-- :table
CREATE TABLE distinction (
  distinction INTEGER PRIMARY KEY REFERENCES event (position),
  one TEXT NOT NULL REFERENCES entity (entity),
  other TEXT NOT NULL REFERENCES entity (entity),
  reason TEXT NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  undone_by INTEGER REFERENCES event (position),
  actor TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX distinction_one ON distinction (one, other) WHERE live;
CREATE INDEX distinction_other ON distinction (other, one) WHERE live;

-- :touched distinction (distinction)
SELECT e.position AS distinction
FROM event e
WHERE e.type = 'entities.distinguished' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'distinction'
WHERE e.type = 'distinction.undone' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;

-- :rows
SELECT
  e.position AS distinction,
  e.data ->> '$.entities[0]' AS one,
  e.data ->> '$.entities[1]' AS other,
  e.data ->> 'reason' AS reason,
  undoing.position IS NULL AS live,
  undoing.position AS undone_by,
  e.actor AS actor,
  e.recorded_at AS recorded_at
FROM touched_distinction t
CROSS JOIN event e ON e.position = t.distinction
LEFT JOIN event undoing ON undoing.position = (
  SELECT u.position FROM event u
  WHERE u.type = 'distinction.undone' AND u.data ->> 'distinction' = +e.id AND +u.position <= :upto
  ORDER BY u.position LIMIT 1
);
