-- A person, organization, place, engagement … that claims are about. The last declaration gives the name and type.

-- :table
CREATE TABLE entity (
  entity TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL REFERENCES type (type),
  canonical TEXT NOT NULL REFERENCES entity (entity),
  name_key TEXT NOT NULL,
  source TEXT REFERENCES source (source),
  position INTEGER NOT NULL UNIQUE REFERENCES event (position),
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX entity_name_key ON entity (name_key);
CREATE INDEX entity_canonical ON entity (canonical);
CREATE INDEX entity_type ON entity (type, name);
CREATE INDEX entity_source ON entity (source);

-- :touched entity (entity)
SELECT e.data ->> 'entity' AS entity
FROM event e
WHERE e.type = 'entity.declared' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
SELECT identity FROM touched_identity;

-- :rows
SELECT
  t.entity AS entity,
  last.data ->> 'name' AS name,
  last.data ->> 'type' AS type,
  coalesce((SELECT i.canonical FROM identity i WHERE i.identity = t.entity), t.entity) AS canonical,
  value_key('text', last.data ->> 'name') AS name_key,
  first.source AS source,
  first.position AS position,
  first.recorded_at AS recorded_at
FROM touched_entity t
CROSS JOIN event first ON first.position = (
  SELECT e.position FROM event e
  WHERE e.type = 'entity.declared' AND e.data ->> 'entity' = t.entity AND +e.position <= :upto
  ORDER BY e.position LIMIT 1
)
CROSS JOIN event last ON last.position = (
  SELECT e.position FROM event e
  WHERE e.type = 'entity.declared' AND e.data ->> 'entity' = t.entity AND +e.position <= :upto
  ORDER BY e.position DESC LIMIT 1
);
