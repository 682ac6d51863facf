-- The sources registered last.
SELECT s.source AS source, s.title AS title, s.kind AS kind, s.published AS published, s.grade AS grade,
  s.handling AS handling, s.publisher AS publisher, n.name AS publisher_name, s.recorded_at AS recorded_at
FROM source s
LEFT JOIN entity n ON n.entity = s.publisher
ORDER BY s.position DESC
LIMIT :limit;
