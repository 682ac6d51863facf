-- What sources say of an entity, in the vocabulary's order; of a symmetric property also where it is the value.
SELECT c.claim AS claim, c.property AS property, p.label AS label, p.many AS many, c.stance AS stance,
  c.source AS source, s.title AS title, s.publisher AS publisher, n.name AS publisher_name, s.published AS published,
  s.grade AS grade, c.when_held AS when_held, c.evidence AS evidence, c.inferred AS inferred, c.value_key AS value_key,
  CASE WHEN c.entity = :entity THEN coalesce(v.name, c.value) ELSE e.name END AS shown,
  f.fact AS fact, f.status AS status, f.current AS current, f.review AS review
FROM (
  SELECT claim FROM claim WHERE entity = :entity
  UNION
  SELECT claim FROM claim
  WHERE value_entity = :entity AND value_entity IS NOT NULL
    AND property IN (SELECT t.property FROM property t WHERE t.symmetric)
  LIMIT :limit
) w
CROSS JOIN claim c ON c.claim = w.claim AND c.live
CROSS JOIN property p ON p.property = c.property
CROSS JOIN source s ON s.source = c.source
CROSS JOIN entity e ON e.entity = c.entity
LEFT JOIN entity n ON n.entity = s.publisher
LEFT JOIN entity v ON v.entity = c.value_entity
LEFT JOIN fact f ON f.entity = c.entity AND f.property = c.property AND f.value_key = c.value_key
  AND f.spell = coalesce((
    SELECT max(l.spell) FROM spell l
    WHERE l.entity = c.entity AND l.property = c.property AND l.value_key = c.value_key
      AND l.spell <= coalesce(c.earliest_start, c.earliest_end, c.latest_start, '')
  ), '')
ORDER BY p.position, c.property, c.claim
LIMIT :limit;
