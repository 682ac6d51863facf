-- A person's decision on a value, with a reason; it holds until it is revoked, and then it says by what.

-- :table
CREATE TABLE verdict (
  verdict INTEGER PRIMARY KEY REFERENCES event (position),
  entity TEXT NOT NULL REFERENCES entity (entity),
  property TEXT NOT NULL REFERENCES property (property),
  value TEXT NOT NULL,
  value_key TEXT NOT NULL,
  stance TEXT NOT NULL CHECK (stance IN ('affirms', 'denies')),
  when_held TEXT,
  earliest TEXT,
  latest TEXT,
  reason TEXT NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  revoked_by INTEGER REFERENCES event (position),
  rematched INTEGER NOT NULL CHECK (rematched IN (0, 1)),
  actor TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX verdict_key ON verdict (entity, property, value_key);
CREATE INDEX verdict_property ON verdict (property);

-- :touched verdict (verdict)
SELECT e.position AS verdict
FROM event e
WHERE e.type = 'verdict.reached' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'verdict'
WHERE e.type = 'verdict.revoked' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
-- Whose entity or value is one with another now, or no longer is.
SELECT v.verdict FROM touched_identity t CROSS JOIN verdict v ON v.entity = t.identity;
SELECT v.verdict FROM touched_identity t CROSS JOIN verdict v ON v.value_key = t.identity;
SELECT v.verdict FROM touched_wording t CROSS JOIN verdict v ON v.property = t.property;
SELECT v.verdict
FROM touched_property t
CROSS JOIN property p ON p.property = t.property AND p.position <= :after
CROSS JOIN verdict v ON v.property = t.property;

-- :rows
WITH RECURSIVE
named AS (
  SELECT e.position, e.data, e.actor, e.recorded_at, e.id, p.value_type, p.symmetric,
    coalesce((SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'subject'), e.data ->> 'subject') AS subject,
    CASE
      WHEN p.value_type = 'entity'
      THEN coalesce((SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'value'), e.data ->> 'value')
      ELSE value_key(p.value_type, e.data ->> 'value')
    END AS value_key,
    held(e.data -> 'when') AS held
  FROM touched_verdict t
  CROSS JOIN event e ON e.position = t.verdict
  CROSS JOIN property p ON p.property = e.data ->> 'property'
),
-- Whom it names, with all that they are one with; and every wording of its value.
member (verdict, entity) AS (
  SELECT position, subject FROM named
  UNION
  SELECT position, value_key FROM named WHERE value_type = 'entity'
  UNION
  SELECT n.position, i.identity FROM named n CROSS JOIN identity i ON i.canonical = n.subject
  UNION
  SELECT n.position, i.identity FROM named n CROSS JOIN identity i ON n.value_type = 'entity' AND i.canonical = n.value_key
),
worded (verdict, property, subject, value_key) AS (
  SELECT position, data ->> 'property', subject, value_key FROM named WHERE value_type <> 'entity'
  UNION
  SELECT w.verdict, w.property, w.subject, m.other_key FROM worded w
  CROSS JOIN value_match m ON m.property = w.property AND m.one_key = w.value_key AND m.subject IN ('', w.subject)
  UNION
  SELECT w.verdict, w.property, w.subject, m.one_key FROM worded w
  CROSS JOIN value_match m ON m.property = w.property AND m.other_key = w.value_key AND m.subject IN ('', w.subject)
),
-- Who or what was matched, or parted again, after the verdict: other claims may bear on it than did then.
rematched (verdict) AS (
  SELECT g.verdict FROM member g
  CROSS JOIN match m ON m.one = g.entity AND max(m.match, coalesce(m.undone_by, 0)) > g.verdict
  UNION
  SELECT g.verdict FROM member g
  CROSS JOIN match m ON m.other = g.entity AND max(m.match, coalesce(m.undone_by, 0)) > g.verdict
  UNION
  SELECT w.verdict FROM worded w
  CROSS JOIN value_match m ON m.property = w.property AND m.one_key = w.value_key AND m.subject IN ('', w.subject)
    AND max(m.value_match, coalesce(m.undone_by, 0)) > w.verdict
)
SELECT
  n.position AS verdict,
  CASE WHEN n.symmetric THEN min(n.subject, n.value_key) ELSE n.subject END AS entity,
  n.data ->> 'property' AS property,
  n.data ->> 'value' AS value,
  CASE
    WHEN n.symmetric THEN max(n.subject, n.value_key)
    ELSE coalesce(
      (SELECT w.canonical FROM wording w WHERE w.property = n.data ->> 'property' AND w.subject = n.subject AND w.value_key = n.value_key),
      (SELECT w.canonical FROM wording w WHERE w.property = n.data ->> 'property' AND w.subject = '' AND w.value_key = n.value_key),
      n.value_key
    )
  END AS value_key,
  coalesce(n.data ->> 'stance', 'affirms') AS stance,
  n.held ->> '$[0]' AS when_held,
  -- The stretch of time that it decides on; open where it states no bound.
  CASE
    WHEN n.data -> '$.when.on' IS NOT NULL OR n.data -> '$.when.during' IS NOT NULL
    THEN min(n.held ->> '$[2]', n.held ->> '$[3]')
    WHEN n.held IS NOT NULL THEN n.held ->> '$[1]'
  END AS earliest,
  CASE
    WHEN n.data -> '$.when.on' IS NOT NULL OR n.data -> '$.when.during' IS NOT NULL
    THEN max(n.held ->> '$[2]', n.held ->> '$[3]')
    WHEN n.held IS NOT NULL THEN n.held ->> '$[4]'
  END AS latest,
  n.data ->> 'reason' AS reason,
  revocation.position IS NULL AS live,
  revocation.position AS revoked_by,
  t.verdict IS NOT NULL AS rematched,
  n.actor AS actor,
  n.recorded_at AS recorded_at
FROM named n
LEFT JOIN rematched t ON t.verdict = n.position
LEFT JOIN event revocation ON revocation.position = (
  SELECT r.position FROM event r
  WHERE r.type = 'verdict.revoked' AND r.data ->> 'verdict' = +n.id AND +r.position <= :upto
  ORDER BY r.position LIMIT 1
);
