-- The entities that go under one, as people ruled.
SELECT i.identity AS entity, e.name AS name, e.type AS type
FROM identity i
CROSS JOIN entity e ON e.entity = i.identity
WHERE i.canonical = :entity AND i.identity <> :entity
ORDER BY i.identity
LIMIT :limit;
