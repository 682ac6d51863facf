-- Of each of the sources in :sources (a JSON array of ids): how it may be passed on, which text of it is the last,
-- whether it has more claims than one page shows, and who withdrew it, as of the event :upto.
SELECT s.source AS source, s.handling AS handling, s.text_sha256 AS text_sha256,
  (
    -- Of all its claims, also where of an earlier time only those are at hand that bear on one entity.
    SELECT count(*) FROM (SELECT 1 FROM main.claim c WHERE c.source = s.source AND +c.claim <= :upto LIMIT :most + 1)
  ) > :most AS paged,
  h.id AS withdrawal, h.actor AS withdrawal_actor, h.recorded_at AS withdrawn_at, h.data ->> 'reason' AS withdrawal_reason
FROM json_each(:sources) w
CROSS JOIN source s ON s.source = w.value
LEFT JOIN event h ON s.withdrawn AND h.position = (
  SELECT max(l.position) FROM event l
  WHERE l.source = s.source AND l.type = 'source.withdrawn' AND l.type <> 'claim.made' AND l.position <= :upto
);
