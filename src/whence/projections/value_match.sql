-- A person's ruling that two wordings of a value say the same, of every subject or of one; it can be undone.

-- :table
CREATE TABLE value_match (
  value_match INTEGER PRIMARY KEY REFERENCES event (position),
  property TEXT NOT NULL REFERENCES property (property),
  subject TEXT NOT NULL,
  one TEXT NOT NULL,
  other TEXT NOT NULL,
  one_key TEXT NOT NULL,
  other_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  undone_by INTEGER REFERENCES event (position),
  actor TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX value_match_one ON value_match (property, one_key);
CREATE INDEX value_match_other ON value_match (property, other_key);

-- :touched value_match (value_match)
SELECT e.position AS value_match
FROM event e
WHERE e.type = 'values.matched' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'match'
WHERE e.type = 'match.undone' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto
  AND made.type = 'values.matched';
-- A subject that is one with another now, or no longer is.
SELECT m.value_match
FROM touched_identity t
CROSS JOIN event e ON e.type = 'values.matched' AND e.type <> 'claim.made' AND +e.position <= :upto
  AND e.data ->> 'subject' = t.identity
CROSS JOIN value_match m ON m.value_match = e.position;

-- :rows
SELECT
  e.position AS value_match,
  e.data ->> 'property' AS property,
  coalesce((SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'subject'), e.data ->> 'subject', '') AS subject,
  e.data ->> '$.values[0]' AS one,
  e.data ->> '$.values[1]' AS other,
  value_key(p.value_type, e.data ->> '$.values[0]') AS one_key,
  value_key(p.value_type, e.data ->> '$.values[1]') AS other_key,
  e.data ->> 'reason' AS reason,
  undoing.position IS NULL AS live,
  undoing.position AS undone_by,
  e.actor AS actor,
  e.recorded_at AS recorded_at
FROM touched_value_match t
CROSS JOIN event e ON e.position = t.value_match
CROSS JOIN property p ON p.property = e.data ->> 'property'
LEFT JOIN event undoing ON undoing.position = (
  SELECT u.position FROM event u
  WHERE u.type = 'match.undone' AND u.data ->> 'match' = +e.id AND +u.position <= :upto
  ORDER BY u.position LIMIT 1
);
