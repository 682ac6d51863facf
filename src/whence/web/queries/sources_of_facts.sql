-- Which sources speak for and against each of the facts in :facts (a JSON array of ids), the nearest spell only.
SELECT DISTINCT f.fact AS fact, c.source AS source, c.stance AS stance, s.title AS title, s.publisher AS publisher,
  n.name AS publisher_name, s.grade AS grade
FROM json_each(:facts) w
CROSS JOIN fact f ON f.fact = w.value
CROSS JOIN claim c ON c.entity = f.entity AND c.property = f.property AND c.value_key = f.value_key AND c.live
CROSS JOIN source s ON s.source = c.source
LEFT JOIN entity n ON n.entity = s.publisher
WHERE f.spell = coalesce((
  SELECT max(l.spell) FROM spell l
  WHERE l.entity = c.entity AND l.property = c.property AND l.value_key = c.value_key
    AND l.spell <= coalesce(c.earliest_start, c.earliest_end, c.latest_start, '')
), '')
LIMIT :limit;
