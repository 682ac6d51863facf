-- What is dated: dates that facts state, and the stated beginnings and ends of what holds for a time.

-- :table
CREATE TABLE timeline (
  timeline TEXT PRIMARY KEY REFERENCES fact (fact),
  earliest TEXT,
  latest TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('date', 'spell')),
  entity TEXT NOT NULL REFERENCES entity (entity),
  property TEXT NOT NULL REFERENCES property (property),
  value TEXT NOT NULL,
  value_entity TEXT REFERENCES entity (entity),
  status TEXT NOT NULL,
  value_key TEXT NOT NULL,
  UNIQUE (entity, property, value_key, timeline)
) STRICT;
CREATE INDEX timeline_earliest ON timeline (earliest, latest);
CREATE INDEX timeline_value_entity ON timeline (value_entity) WHERE value_entity IS NOT NULL;
CREATE INDEX timeline_property ON timeline (property);

-- :touched fact

-- What the fact's id is made of, and what follows from its property.
-- :standing (kind, entity, property, value_entity, value_key)
SELECT d.rowid
FROM touched_fact t
CROSS JOIN timeline d ON d.entity = t.entity AND d.property = t.property AND d.value_key = t.value_key
WHERE t.value_key <> ''
UNION ALL
SELECT d.rowid
FROM touched_fact t
CROSS JOIN timeline d ON d.entity = t.entity AND d.property = t.property
WHERE t.value_key = '';

-- :rows
WITH dated AS (
  SELECT f.fact, f.entity, f.property, f.value, f.value_entity, f.status, f.value_key, f.low, f.high,
    f.earliest_start, f.latest_start, f.earliest_end, f.latest_end, p.value_type
  FROM touched_fact t
  CROSS JOIN property p ON p.property = t.property AND p.many
  CROSS JOIN fact f ON f.entity = t.entity AND f.property = t.property AND f.value_key = t.value_key
  WHERE t.value_key <> ''
  UNION ALL
  SELECT f.fact, f.entity, f.property, f.value, f.value_entity, f.status, f.value_key, f.low, f.high,
    f.earliest_start, f.latest_start, f.earliest_end, f.latest_end, p.value_type
  FROM touched_fact t
  CROSS JOIN property p ON p.property = t.property AND NOT p.many
  CROSS JOIN fact f ON f.entity = t.entity AND f.property = t.property
  WHERE t.value_key = ''
)
SELECT
  fact AS timeline,
  CASE WHEN value_type = 'date' THEN low ELSE coalesce(earliest_start, earliest_end) END AS earliest,
  CASE WHEN value_type = 'date' THEN high ELSE coalesce(latest_end, latest_start) END AS latest,
  CASE WHEN value_type = 'date' THEN 'date' ELSE 'spell' END AS kind,
  entity AS entity,
  property AS property,
  value AS value,
  value_entity AS value_entity,
  status AS status,
  value_key AS value_key
FROM dated
WHERE status <> 'refined' AND status <> 'denied' AND status <> 'rejected'
  AND (value_type = 'date' OR earliest_start IS NOT NULL OR latest_end IS NOT NULL);
