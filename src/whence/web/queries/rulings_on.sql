-- The rulings in force on whether an entity is one with another.
SELECT 'matched with' AS ruling, m.match AS position, m.other AS entity, e.name AS name, m.reason AS reason, m.actor AS actor
FROM match m CROSS JOIN entity e ON e.entity = m.other
WHERE m.one = :entity AND m.live
UNION ALL
SELECT 'matched with', m.match, m.one, e.name, m.reason, m.actor
FROM match m CROSS JOIN entity e ON e.entity = m.one
WHERE m.other = :entity AND m.live
UNION ALL
SELECT 'not the same as', d.distinction, d.other, e.name, d.reason, d.actor
FROM distinction d CROSS JOIN entity e ON e.entity = d.other
WHERE d.one = :entity AND d.live
UNION ALL
SELECT 'not the same as', d.distinction, d.one, e.name, d.reason, d.actor
FROM distinction d CROSS JOIN entity e ON e.entity = d.one
WHERE d.other = :entity AND d.live
ORDER BY 2
LIMIT :limit;
