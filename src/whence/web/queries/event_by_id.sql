-- The event with an id.
SELECT e.position AS position, e.id AS id, e.type AS type, e.actor AS actor, e.recorded_at AS recorded_at,
  e.source AS source, e.salt AS salt, e.data AS data
FROM event e
WHERE e.id = :id;
