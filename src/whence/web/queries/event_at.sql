-- The event at a position, its data as the text that was hashed.
SELECT e.position AS position, e.id AS id, e.type AS type, e.actor AS actor, e.recorded_at AS recorded_at,
  e.source AS source, e.salt AS salt, e.data AS data
FROM event e
WHERE e.position = :position;
