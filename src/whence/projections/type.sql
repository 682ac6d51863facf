-- A type of entity, as the vocabulary in force defines it. The last definition counts, the first gives the position.

-- :table
CREATE TABLE type (
  type TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  description TEXT NOT NULL,
  parent TEXT,
  position INTEGER NOT NULL REFERENCES event (position)
) STRICT;

-- :touched type (type)
SELECT e.data ->> 'name' AS type
FROM event e
WHERE e.type = 'type.defined' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;

-- :rows
SELECT
  t.type AS type,
  last.data ->> 'label' AS label,
  last.data ->> 'description' AS description,
  last.data ->> 'parent' AS parent,
  (
    SELECT e.position FROM event e
    WHERE e.type = 'type.defined' AND e.data ->> 'name' = t.type AND e.type IN ('type.defined', 'property.defined')
    ORDER BY e.position LIMIT 1
  ) AS position
FROM touched_type t
CROSS JOIN event last ON last.position = (
  SELECT e.position FROM event e
  WHERE e.type = 'type.defined' AND e.data ->> 'name' = t.type AND e.type IN ('type.defined', 'property.defined')
    AND +e.position <= :upto
  ORDER BY e.position DESC LIMIT 1
);
