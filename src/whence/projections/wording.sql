-- Under which key a wording counts that was matched with others: the first of them in the alphabet. A row with a subject
-- holds for that one entity, and joins what is matched for it with what is matched for all.

-- :table
CREATE TABLE wording (
  property TEXT NOT NULL REFERENCES property (property),
  subject TEXT NOT NULL,
  value_key TEXT NOT NULL,
  canonical TEXT NOT NULL,
  PRIMARY KEY (property, subject, value_key)
) STRICT, WITHOUT ROWID;

-- Every wording of a property that a match touched: they are few.
-- :touched wording (property)
SELECT m.property AS property
FROM touched_value_match t
CROSS JOIN value_match m ON m.value_match = t.value_match;

-- :clear
DELETE FROM wording WHERE property IN (SELECT property FROM touched_wording);

-- :rows
WITH RECURSIVE
edge (property, subject, one, other) AS (
  SELECT m.property, m.subject, m.one_key, m.other_key
  FROM touched_wording t CROSS JOIN value_match m ON m.property = t.property AND m.live
  UNION
  SELECT m.property, m.subject, m.other_key, m.one_key
  FROM touched_wording t CROSS JOIN value_match m ON m.property = t.property AND m.live
  UNION
  -- What is matched for all is matched for each subject that has matches of its own.
  SELECT m.property, s.subject, m.one_key, m.other_key
  FROM touched_wording t
  CROSS JOIN value_match m ON m.property = t.property AND m.live AND m.subject = ''
  CROSS JOIN value_match s ON s.property = t.property AND s.live AND s.subject <> ''
  UNION
  SELECT m.property, s.subject, m.other_key, m.one_key
  FROM touched_wording t
  CROSS JOIN value_match m ON m.property = t.property AND m.live AND m.subject = ''
  CROSS JOIN value_match s ON s.property = t.property AND s.live AND s.subject <> ''
),
member (property, subject, value_key, reached) AS (
  SELECT property, subject, one, one FROM edge
  UNION
  SELECT m.property, m.subject, m.value_key, e.other
  FROM member m
  CROSS JOIN edge e ON e.property = m.property AND e.subject = m.subject AND e.one = m.reached
)
SELECT
  property AS property,
  subject AS subject,
  value_key AS value_key,
  min(reached) AS canonical
FROM member
GROUP BY property, subject, value_key;
