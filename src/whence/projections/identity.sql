-- Which entities are one with another: a row for each that goes under the one of them that was declared first.

-- :table
CREATE TABLE identity (
  identity TEXT PRIMARY KEY REFERENCES entity (entity),
  canonical TEXT NOT NULL REFERENCES entity (entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_canonical ON identity (canonical, identity);

-- All that are joined, by whatever chain of matches, to one that a match of this window named.
-- :touched identity (identity)
WITH RECURSIVE member (entity) AS (
  SELECT j.value
  FROM touched_match t
  CROSS JOIN event e ON e.position = t.match
  CROSS JOIN json_each(e.data, '$.entities') j
  UNION
  SELECT m.other FROM member CROSS JOIN match m ON m.one = member.entity AND m.live
  UNION
  SELECT m.one FROM member CROSS JOIN match m ON m.other = member.entity AND m.live
)
SELECT entity AS identity FROM member;

-- :rows
WITH RECURSIVE member (entity, reached) AS (
  SELECT t.identity, t.identity FROM touched_identity t
  UNION
  SELECT member.entity, m.other FROM member CROSS JOIN match m ON m.one = member.reached AND m.live
  UNION
  SELECT member.entity, m.one FROM member CROSS JOIN match m ON m.other = member.reached AND m.live
),
declared (entity, reached, place) AS (
  SELECT member.entity, member.reached, row_number() OVER (PARTITION BY member.entity ORDER BY (
    SELECT e.position FROM event e
    WHERE e.type = 'entity.declared' AND e.data ->> 'entity' = member.reached
    ORDER BY e.position LIMIT 1
  ))
  FROM member
)
SELECT
  entity AS identity,
  reached AS canonical
FROM declared
WHERE place = 1 AND reached <> entity;
