-- When each text of the sources in :sources (a JSON array of ids) was captured, up to the event :upto.
SELECT h.source AS source, h.data ->> 'text_sha256' AS text_sha256, min(h.data ->> 'retrieved_at') AS retrieved_at
FROM json_each(:sources) w
CROSS JOIN event h ON h.source = w.value AND h.type = 'source.captured' AND h.type <> 'claim.made'
WHERE +h.position <= :upto
GROUP BY h.source, h.data ->> 'text_sha256'
LIMIT :limit;
