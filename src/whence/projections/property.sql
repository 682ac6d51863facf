-- A property: what may be said of entities of which types, and how its values are read.

-- :table
CREATE TABLE property (
  property TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  description TEXT NOT NULL,
  value_type TEXT NOT NULL CHECK (value_type = 'text' OR value_type = 'entity' OR value_type = 'date' OR value_type = 'number' OR value_type = 'url' OR value_type = 'point'),
  types TEXT NOT NULL CHECK (json_valid(types)),
  value_types TEXT CHECK (value_types IS NULL OR json_valid(value_types)),
  many INTEGER NOT NULL CHECK (many IN (0, 1)),
  changes INTEGER NOT NULL CHECK (changes IN (0, 1)),
  qualifies INTEGER NOT NULL CHECK (qualifies IN (0, 1)),
  inverse TEXT,
  symmetric INTEGER NOT NULL CHECK (symmetric IN (0, 1)),
  same_as TEXT CHECK (same_as IS NULL OR json_valid(same_as)),
  position INTEGER NOT NULL REFERENCES event (position)
) STRICT, WITHOUT ROWID;

-- :touched property (property)
SELECT e.data ->> 'name' AS property
FROM event e
WHERE e.type = 'property.defined' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;

-- :rows
SELECT
  t.property AS property,
  last.data ->> 'label' AS label,
  last.data ->> 'description' AS description,
  last.data ->> 'value' AS value_type,
  last.data -> 'of' AS types,
  last.data -> 'value_of' AS value_types,
  coalesce(last.data ->> 'many', 0) AS many,
  coalesce(last.data ->> 'changes', 0) AS changes,
  coalesce(last.data ->> 'qualifies', 0) AS qualifies,
  last.data ->> 'inverse' AS inverse,
  coalesce(last.data ->> 'inverse' = t.property, 0) AS symmetric,
  last.data -> 'same_as' AS same_as,
  (
    SELECT e.position FROM event e
    WHERE e.type = 'property.defined' AND e.data ->> 'name' = t.property AND e.type IN ('type.defined', 'property.defined')
    ORDER BY e.position LIMIT 1
  ) AS position
FROM touched_property t
CROSS JOIN event last ON last.position = (
  SELECT e.position FROM event e
  WHERE e.type = 'property.defined' AND e.data ->> 'name' = t.property AND e.type IN ('type.defined', 'property.defined')
    AND +e.position <= :upto
  ORDER BY e.position DESC LIMIT 1
);
