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
  actor TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX verdict_key ON verdict (entity, property, value_key);
CREATE INDEX verdict_property ON verdict (property);

-- :touched verdict (verdict)
SELECT e.position AS verdict
FROM event e
WHERE e.type = 'verdict.reached' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto
UNION
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'verdict'
WHERE e.type = 'verdict.revoked' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto
UNION
-- Whose entity or value is one with another now, or no longer is.
SELECT v.verdict FROM touched_identity t CROSS JOIN verdict v ON v.entity = t.identity
UNION
SELECT v.verdict FROM touched_identity t CROSS JOIN verdict v ON v.value_key = t.identity
UNION
SELECT v.verdict FROM touched_wording t CROSS JOIN verdict v ON v.property = t.property
UNION
SELECT v.verdict
FROM touched_property t
CROSS JOIN property p ON p.property = t.property AND p.position <= :after
CROSS JOIN verdict v ON v.property = t.property;

-- :rows
WITH named AS (
  SELECT e.position, e.data, e.actor, e.recorded_at, e.id, p.value_type, p.symmetric,
    coalesce((SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'subject'), e.data ->> 'subject') AS subject,
    CASE
      WHEN p.value_type = 'entity'
      THEN coalesce((SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'value'), e.data ->> 'value')
      ELSE value_key(p.value_type, e.data ->> 'value')
    END AS value_key
  FROM touched_verdict t
  CROSS JOIN event e ON e.position = t.verdict
  CROSS JOIN property p ON p.property = e.data ->> 'property'
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
  when_text(n.data -> 'when') AS when_held,
  -- The stretch of time that it decides on; open where it states no bound.
  CASE
    WHEN n.data -> '$.when.on' IS NOT NULL OR n.data -> '$.when.during' IS NOT NULL
    THEN min(bound(1, n.data -> 'when', NULL, ''), bound(2, n.data -> 'when', NULL, ''))
    WHEN n.data -> 'when' IS NOT NULL THEN bound(0, n.data -> 'when', NULL, '')
  END AS earliest,
  CASE
    WHEN n.data -> '$.when.on' IS NOT NULL OR n.data -> '$.when.during' IS NOT NULL
    THEN max(bound(1, n.data -> 'when', NULL, ''), bound(2, n.data -> 'when', NULL, ''))
    WHEN n.data -> 'when' IS NOT NULL THEN bound(3, n.data -> 'when', NULL, '')
  END AS latest,
  n.data ->> 'reason' AS reason,
  revocation.position IS NULL AS live,
  revocation.position AS revoked_by,
  n.actor AS actor,
  n.recorded_at AS recorded_at
FROM named n
LEFT JOIN event revocation ON revocation.position = (
  SELECT r.position FROM event r
  WHERE r.type = 'verdict.revoked' AND r.data ->> 'verdict' = +n.id AND +r.position <= :upto
  ORDER BY r.position LIMIT 1
);
