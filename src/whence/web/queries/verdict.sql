-- The verdict that decided a fact.
SELECT v.verdict AS position, e.id AS id, v.value AS value, v.stance AS stance, v.when_held AS when_held,
  v.reason AS reason, v.actor AS actor, v.recorded_at AS recorded_at
FROM fact f
CROSS JOIN verdict v ON v.verdict = f.verdict
CROSS JOIN event e ON e.position = v.verdict
WHERE f.fact = :fact;
