-- A person's ruling that two entities are one; it can be undone, and then it says by what.

-- :table
CREATE TABLE match (
  match INTEGER PRIMARY KEY REFERENCES event (position),
  one TEXT NOT NULL REFERENCES entity (entity),
  other TEXT NOT NULL REFERENCES entity (entity),
  reason TEXT NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  undone_by INTEGER REFERENCES event (position),
  actor TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX match_one ON match (one, other);
CREATE INDEX match_other ON match (other, one);

-- :touched match (match)
SELECT e.position AS match
FROM event e
WHERE e.type = 'entities.matched' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'match'
WHERE e.type = 'match.undone' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto
  AND made.type = 'entities.matched';

-- :rows
SELECT
  e.position AS match,
  e.data ->> '$.entities[0]' AS one,
  e.data ->> '$.entities[1]' AS other,
  e.data ->> 'reason' AS reason,
  undoing.position IS NULL AS live,
  undoing.position AS undone_by,
  e.actor AS actor,
  e.recorded_at AS recorded_at
FROM touched_match t
CROSS JOIN event e ON e.position = t.match
LEFT JOIN event undoing ON undoing.position = (
  SELECT u.position FROM event u
  WHERE u.type = 'match.undone' AND u.data ->> 'match' = +e.id AND +u.position <= :upto
  ORDER BY u.position LIMIT 1
);
