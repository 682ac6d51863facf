-- Where the record disagrees with itself: an entity and property with rivals, and no verdict.

-- :table
CREATE TABLE conflict (
  conflict TEXT PRIMARY KEY,
  entity TEXT NOT NULL REFERENCES entity (entity),
  property TEXT NOT NULL REFERENCES property (property),
  rivals TEXT NOT NULL CHECK (json_valid(rivals)),
  best INTEGER NOT NULL,
  second INTEGER NOT NULL,
  position INTEGER NOT NULL REFERENCES event (position),
  UNIQUE (entity, property)
) STRICT;
CREATE INDEX conflict_property ON conflict (property);
CREATE INDEX conflict_second ON conflict (second);
CREATE INDEX conflict_position ON conflict (position);

-- :touched fact

-- The facts that are contested.
-- :stage stage_contested
CREATE TEMP TABLE stage_contested (
  entity, property, current, score, origins, value_key, spell, fact, value, supports, denies, position
);
SELECT f.entity, f.property, f.current, f.score, f.origins, f.value_key, f.spell, f.fact, f.value, f.supports, f.denies,
  f.position
FROM (SELECT DISTINCT entity, property FROM touched_fact) t
CROSS JOIN fact f ON f.status = 'contested' AND f.status <> 'accepted' AND f.entity = t.entity AND f.property = t.property;

-- :standing (entity, property)
SELECT c.rowid
FROM touched_fact t
CROSS JOIN conflict c ON c.entity = t.entity AND c.property = t.property;

-- :rows of stage_contested
WITH contested AS (
  SELECT entity, property, fact, value, score, origins, supports, denies, position, row_number() OVER (
    PARTITION BY entity, property ORDER BY current DESC, score DESC, origins DESC, value_key, spell
  ) AS place
  FROM stage_contested
)
SELECT
  fact_id(entity, property, '', '') AS conflict,
  entity AS entity,
  property AS property,
  json_group_array(json_object(
    'fact', fact, 'value', value, 'score', score, 'origins', origins, 'supports', supports, 'denies', denies
  )) FILTER (WHERE place <= 10) AS rivals,
  max(score) AS best,
  coalesce(max(score) FILTER (WHERE place = 2), max(denies)) AS second,
  max(position) AS position
FROM contested
WHERE place <= 100
GROUP BY entity, property;
