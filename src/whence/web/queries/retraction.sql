-- The event that retracted a claim.
SELECT r.position AS position, r.id AS id, r.actor AS actor, r.recorded_at AS recorded_at, r.data ->> 'reason' AS reason
FROM event r
WHERE r.type = 'claim.retracted' AND r.data ->> 'claim' = :id
ORDER BY r.position
LIMIT 1;
