-- The sources that a source derives from, and those that derive from it.
SELECT 'from' AS direction, s.source AS source, s.title AS title
FROM derivation d
CROSS JOIN source s ON s.source = d.derived_from
WHERE d.source = :source
UNION ALL
SELECT 'by', s.source, s.title
FROM derivation d
CROSS JOIN source s ON s.source = d.source
WHERE d.derived_from = :source
LIMIT :limit;
