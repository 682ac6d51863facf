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
WHERE e.type = 'claim.made' AND e.position > :after AND e.position <= :upto
  -- Looked for as it stands in canonical JSON before the data is parsed: few claims are.
  AND instr(e.data, '"property":"speaks_for"') > 0 AND e.data ->> 'property' = 'speaks_for';
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'claim'
WHERE e.type = 'claim.retracted' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto
  AND made.data ->> 'property' = 'speaks_for';
-- Whose speaker or organization is one with another now, or no longer is.
SELECT s.claim FROM touched_identity t CROSS JOIN speaks_for s ON s.entity = t.identity;
SELECT s.claim FROM touched_identity t CROSS JOIN speaks_for s ON s.organization = t.identity;
-- What a source said that is withdrawn now, or reinstated.
SELECT c.claim FROM touched_source t CROSS JOIN claim c ON c.source = t.source AND c.property = 'speaks_for';

-- :clear
DELETE FROM speaks_for WHERE claim IN (SELECT claim FROM touched_speech);

-- :rows
SELECT
  e.position AS claim,
  coalesce((SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'subject'), e.data ->> 'subject') AS entity,
  coalesce((SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'value'), e.data ->> 'value') AS organization
FROM touched_speech t
CROSS JOIN event e ON e.position = t.claim
CROSS JOIN source o ON o.source = e.source AND NOT o.withdrawn
WHERE e.data ->> 'stance' IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM event r WHERE r.type = 'claim.retracted' AND r.data ->> 'claim' = +e.id AND +r.position <= :upto
  );
