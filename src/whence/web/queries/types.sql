-- The types that have entities, with how many, counted no further than :most + 1.
SELECT t.type AS type, t.label AS label, t.description AS description,
  (SELECT count(*) FROM (SELECT 1 FROM entity e WHERE e.type = t.type LIMIT :most + 1)) AS entities
FROM type t
WHERE EXISTS (SELECT 1 FROM entity e WHERE e.type = t.type)
ORDER BY t.position;
