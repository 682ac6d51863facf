-- How each of the sources in :sources (a JSON array of ids) may be passed on.
SELECT s.source AS source, s.handling AS handling
FROM json_each(:sources) w
CROSS JOIN source s ON s.source = w.value;
