-- Which source derives from which, as the registration in force says: a row for each source it derives from.

-- :table
CREATE TABLE derivation (
  source TEXT NOT NULL REFERENCES source (source),
  derived_from TEXT NOT NULL REFERENCES source (source),
  PRIMARY KEY (source, derived_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX derivation_derived_from ON derivation (derived_from, source);

-- :touched registration (source)
SELECT e.source AS source
FROM event e
WHERE e.type = 'source.registered' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;

-- :clear
DELETE FROM derivation WHERE source IN (SELECT source FROM touched_registration);

-- :rows
SELECT DISTINCT
  t.source AS source,
  root.value AS derived_from
FROM touched_registration t
CROSS JOIN event last ON last.position = (
  SELECT e.position FROM event e
  WHERE e.source = t.source AND e.type = 'source.registered' AND e.type <> 'claim.made' AND +e.position <= :upto
  ORDER BY e.position DESC LIMIT 1
)
CROSS JOIN json_each(last.data, '$.derived_from') root;
