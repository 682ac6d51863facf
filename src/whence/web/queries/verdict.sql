-- A verdict, by the position of its event.
SELECT v.verdict AS position, e.id AS id, v.value AS value, v.stance AS stance, v.when_held AS when_held,
  v.reason AS reason, v.actor AS actor, v.recorded_at AS recorded_at
FROM verdict v
CROSS JOIN event e ON e.position = v.verdict
WHERE v.verdict = :verdict;
