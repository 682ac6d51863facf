-- What in the views of the types may be another now: one cell of an entity's row, or, without a property, all of the row.
-- Only keys: each type's view takes its own from here.

-- From zero every entity is touched, and no other arm need be looked at.
-- :touched shown (type, property, entity)
SELECT e.type AS type, '' AS property, e.entity AS entity FROM touched_entity t CROSS JOIN entity e ON e.entity = t.entity;
SELECT e.type, t.property, e.entity FROM touched_fact t CROSS JOIN entity e ON e.entity = t.entity WHERE :after > 0;
-- Whoever bears an entity's name in a cell shows its new name.
SELECT e.type, f.property, e.entity
FROM touched_entity t
CROSS JOIN fact f ON f.value_entity = t.entity AND f.value_entity IS NOT NULL
CROSS JOIN entity e ON e.entity = f.entity
WHERE :after > 0;
SELECT e.type, f.property, e.entity
FROM touched_entity t
CROSS JOIN fact f ON f.entity = t.entity AND f.value_entity IS NOT NULL
CROSS JOIN property p ON p.property = f.property AND p.symmetric
CROSS JOIN entity e ON e.entity = f.value_entity
WHERE :after > 0;
-- A symmetric fact stands in the rows of both its sides.
SELECT e.type, t.property, e.entity
FROM touched_fact t
CROSS JOIN property p ON p.property = t.property AND p.symmetric AND p.many
CROSS JOIN entity e ON e.entity = t.value_key
WHERE :after > 0;
SELECT e.type, t.property, e.entity
FROM touched_fact t
CROSS JOIN property p ON p.property = t.property AND p.symmetric AND NOT p.many
CROSS JOIN fact f ON f.entity = t.entity AND f.property = t.property
CROSS JOIN entity e ON e.entity = f.value_entity
WHERE :after > 0;
