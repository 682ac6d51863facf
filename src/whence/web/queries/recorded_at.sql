-- When each of the events in :positions (a JSON array) was recorded.
SELECT e.position AS position, e.recorded_at AS recorded_at
FROM json_each(:positions) w
CROSS JOIN event e ON e.position = w.value;
