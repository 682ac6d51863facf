-- What a source says, from the claim after :after on; each with its passages and the fact it bears on.
SELECT c.claim AS claim, c.entity AS entity, e.name AS entity_name, c.property AS property, p.label AS label,
  c.value AS value, c.value_entity AS value_entity, coalesce(v.name, c.value) AS shown, c.stance AS stance,
  c.quote AS quote, c.locator AS locator, c.evidence AS evidence, c.live AS live, c.retracted_by AS retracted_by,
  c.inferred AS inferred, c.handling AS handling,
  made.id AS event, made.data -> 'passages' AS passages, f.fact AS fact, f.status AS status, f.review AS review
FROM claim c
CROSS JOIN event made ON made.position = c.claim
CROSS JOIN entity e ON e.entity = c.entity
CROSS JOIN property p ON p.property = c.property
LEFT JOIN entity v ON v.entity = c.value_entity
LEFT JOIN fact f ON f.entity = c.entity AND f.property = c.property AND f.value_key = c.value_key
  AND f.spell = coalesce((
    SELECT max(l.spell) FROM spell l
    WHERE l.entity = c.entity AND l.property = c.property AND l.value_key = c.value_key
      AND l.spell <= coalesce(c.earliest_start, c.earliest_end, c.latest_start, '')
  ), '')
WHERE c.source = :source AND c.claim > :after
ORDER BY c.claim
LIMIT :limit;
