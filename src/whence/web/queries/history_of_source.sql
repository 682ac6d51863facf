-- What was recorded about a source itself up to the event :upto: its registrations, captures, grades and withdrawals.
SELECT h.position AS position, h.id AS id, h.type AS type, h.actor AS actor, h.recorded_at AS recorded_at, h.data AS data
FROM event h
WHERE h.source = :source AND h.type <> 'claim.made'
  AND h.type IN ('source.registered', 'source.captured', 'source.graded', 'source.withdrawn', 'source.reinstated')
  AND +h.position <= :upto
ORDER BY h.position
LIMIT :limit;
