-- One {label} a row. {description} A cell shows what is current on record; what is contested or only expected
-- says so in the cell. Where a property keeps many values the cell is a JSON array of the first hundred.

-- :table
CREATE TABLE "{type}" (
  "{type}" TEXT PRIMARY KEY REFERENCES entity (entity),
  entity_name TEXT NOT NULL{columns}
) STRICT;

-- :touched {type} ({type})
SELECT s.entity AS "{type}" FROM touched_shown s WHERE s.type = '{type}' AND s.property = '';

-- :rows
SELECT
  t."{type}" AS "{type}",
  e.name AS entity_name{cells}
FROM "touched_{type}" t
CROSS JOIN entity e ON e.entity = t."{type}" AND e.type = '{type}' AND e.canonical = e.entity;

-- :cell of one value
(
    SELECT CASE
      WHEN NOT f.current THEN 'expected: ' || coalesce(n.name, f.value)
      WHEN f.status = 'contested' THEN 'contested: ' || (
        SELECT group_concat(w.shown, ' | ') FROM (
          SELECT coalesce(m.name, g.value) AS shown
          FROM fact g LEFT JOIN entity m ON m.entity = g.value_entity
          WHERE g.entity = f.entity AND g.property = f.property AND g.status = 'contested'
          ORDER BY g.current DESC, g.score DESC, g.value_key, g.spell LIMIT 10
        ) w
      )
      ELSE coalesce(n.name, f.value)
    END
    FROM fact f LEFT JOIN entity n ON n.entity = f.value_entity
    WHERE f.entity = {entity} AND f.property = '{property}' AND (f.current OR f.status = 'expected')
    ORDER BY f.current DESC, f.score DESC, f.value_key, f.spell LIMIT 1
  )

-- :cell of many values
(
    SELECT CASE w.count WHEN 0 THEN NULL WHEN 101 THEN json_set(w.list, '$[100]', '… and more') ELSE w.list END
    FROM (
      SELECT json_group_array(v.shown) AS list, count(*) AS count FROM (
        SELECT coalesce(n.name, f.value)
          || CASE f.status WHEN 'contested' THEN ' (contested)' WHEN 'expected' THEN ' (expected)' ELSE '' END AS shown
        FROM fact f LEFT JOIN entity n ON n.entity = f.value_entity
        WHERE f.entity = {entity} AND f.property = '{property}' AND (f.current OR f.status = 'expected')
        ORDER BY f.value_key, f.spell LIMIT 101
      ) v
    ) w
  )

-- :cell of a symmetric property
nullif((
    SELECT json_group_array(w.shown) FROM (
      SELECT n.name || CASE f.status WHEN 'contested' THEN ' (contested)' WHEN 'expected' THEN ' (expected)' ELSE '' END AS shown
      FROM fact f CROSS JOIN entity n ON n.entity = f.value_entity
      WHERE f.entity = {entity} AND f.property = '{property}' AND (f.current OR f.status = 'expected')
      UNION
      SELECT n.name || CASE f.status WHEN 'contested' THEN ' (contested)' WHEN 'expected' THEN ' (expected)' ELSE '' END
      FROM fact f CROSS JOIN entity n ON n.entity = f.entity
      WHERE f.value_entity = {entity} AND f.value_entity IS NOT NULL AND f.property = '{property}' AND (f.current OR f.status = 'expected')
      ORDER BY 1 LIMIT 100
    ) w
  ), '[]')

-- :cell alone
UPDATE "{type}" AS e SET "{property}" = {cell}
WHERE e."{type}" IN (SELECT s.entity FROM touched_shown s WHERE s.type = '{type}' AND s.property = '{property}')
