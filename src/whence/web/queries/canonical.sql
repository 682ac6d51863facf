-- The entity under which the facts of an entity stand.
SELECT e.canonical AS canonical
FROM entity e
WHERE e.entity = :entity;
