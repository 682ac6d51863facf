-- For whom a speaker speaks, as live claims say; read from the log and not from facts, so that no view depends on itself.

-- :table
CREATE TABLE speaks_for (
  claim INTEGER PRIMARY KEY REFERENCES event (position),
  entity TEXT NOT NULL REFERENCES entity (entity),
  organization TEXT NOT NULL REFERENCES entity (entity)
) STRICT;
CREATE INDEX speaks_for_entity ON speaks_for (entity, organization);
CREATE INDEX speaks_for_organization ON speaks_for (organization, entity);

-- :touched speech (claim)
SELECT e.position AS claim
FROM event e
WHERE e.type = 'claim.made' AND e.position > :after AND e.position <= :upto AND e.data ->> 'property' = 'speaks_for'
UNION
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'claim'
WHERE e.type = 'claim.retracted' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto
  AND made.data ->> 'property' = 'speaks_for';

-- :clear
DELETE FROM speaks_for WHERE claim IN (SELECT claim FROM touched_speech);

-- :rows
SELECT
  e.position AS claim,
  e.data ->> 'subject' AS entity,
  e.data ->> 'value' AS organization
FROM touched_speech t
CROSS JOIN event e ON e.position = t.claim
WHERE e.data ->> 'stance' IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM event r WHERE r.type = 'claim.retracted' AND r.data ->> 'claim' = e.id AND +r.position <= :upto
  );
