-- What bears on one entity, or on one source, as of the event :upto, gathered from the views as they stand now (`main`).
-- Each block adds to a table of the scope or to a key table; `scope.py` carries them out in their order.

-- :tables
CREATE TABLE temp.scope_entity (entity TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE temp.scope_voice (entity TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE temp.scope_claim (
  claim INTEGER PRIMARY KEY, entity TEXT, property TEXT, value_entity TEXT, source TEXT, voice TEXT, speaker TEXT
);

-- :entity
-- The entity that is asked for.
INSERT INTO temp.scope_entity (entity) VALUES (:entity);

-- :rulings
-- Which views of rulings have rows at all.
SELECT 'match' WHERE EXISTS (SELECT 1 FROM main.match)
UNION ALL
SELECT 'value_match' WHERE EXISTS (SELECT 1 FROM main.value_match)
UNION ALL
SELECT 'distinction' WHERE EXISTS (SELECT 1 FROM main.distinction)
UNION ALL
SELECT 'verdict' WHERE EXISTS (SELECT 1 FROM main.verdict);

-- :matched
-- Whoever was ever matched with those that are named so far, by whatever chain.
INSERT OR IGNORE INTO temp.scope_entity (entity)
WITH RECURSIVE member (entity) AS (
  SELECT entity FROM temp.scope_entity
  UNION
  SELECT m.other FROM member CROSS JOIN main.match m ON m.one = member.entity
  UNION
  SELECT m.one FROM member CROSS JOIN main.match m ON m.other = member.entity
)
SELECT entity FROM member;

-- :claims_of_entity
-- Claims about the entity and naming it, and then those that bear on the same facts. Of a property that keeps many
-- values each value is a fact of its own, so only where it keeps one are the claims on the other side needed: on who
-- names the entity, and on whom it names by a property that reads both ways. Which of the two sides a claim on such a
-- property stands under has changed with every match, so these are looked for on both.
INSERT OR IGNORE INTO temp.scope_claim (claim, entity, property, value_entity, source, voice, speaker)
WITH RECURSIVE
met (claim, property, other, both) AS (
  SELECT c.claim, c.property, CASE WHEN (p.symmetric OR n.symmetric) AND NOT p.many THEN c.value_entity END,
    p.symmetric OR n.symmetric
  FROM temp.scope_entity s
  CROSS JOIN main.claim c ON c.entity = s.entity AND +c.claim <= :upto
  CROSS JOIN property p ON p.property = c.property
  CROSS JOIN main.property n ON n.property = c.property
  UNION ALL
  SELECT c.claim, c.property, CASE WHEN NOT p.many THEN c.entity END, p.symmetric OR n.symmetric
  FROM temp.scope_entity s
  CROSS JOIN main.claim c ON c.value_entity = s.entity AND c.value_entity IS NOT NULL AND +c.claim <= :upto
  CROSS JOIN property p ON p.property = c.property
  CROSS JOIN main.property n ON n.property = c.property
),
side (entity, property, both) AS (
  SELECT other, property, both FROM met WHERE other IS NOT NULL
  UNION
  SELECT m.other, s.property, s.both FROM side s CROSS JOIN main.match m ON m.one = s.entity
  UNION
  SELECT m.one, s.property, s.both FROM side s CROSS JOIN main.match m ON m.other = s.entity
),
bearing (claim) AS (
  SELECT claim FROM met
  UNION
  SELECT c.claim
  FROM side s CROSS JOIN main.claim c ON c.entity = s.entity AND c.property = s.property AND +c.claim <= :upto
  UNION
  SELECT c.claim
  FROM side s
  CROSS JOIN main.claim c ON c.value_entity = s.entity AND c.value_entity IS NOT NULL AND c.property = s.property
    AND +c.claim <= :upto
  WHERE s.both
)
SELECT c.claim, c.entity, c.property, c.value_entity, c.source, c.voice, c.speaker
FROM bearing b CROSS JOIN main.claim c ON c.claim = b.claim;

-- :claims_of_source
-- What a source says, from the claim after :after on, and those that bear on the same facts. A value is looked for by
-- its key where nobody ever matched wordings of that property, or whom it names.
INSERT OR IGNORE INTO temp.scope_claim (claim, entity, property, value_entity, source, voice, speaker)
WITH RECURSIVE
met (claim, entity, property, value_key, value_entity, alone, both) AS (
  SELECT c.claim, c.entity, c.property, c.value_key, c.value_entity,
    p.many AND NOT EXISTS (SELECT 1 FROM main.value_match w WHERE w.property = c.property), p.symmetric OR n.symmetric
  FROM (
    SELECT claim FROM main.claim INDEXED BY claim_source
    WHERE source = :source AND claim > :after AND claim <= :upto ORDER BY claim LIMIT :most
  ) f
  CROSS JOIN main.claim c ON c.claim = f.claim
  CROSS JOIN property p ON p.property = c.property
  CROSS JOIN main.property n ON n.property = c.property
),
side (entity, property, value, both) AS (
  SELECT entity, property, CASE WHEN alone THEN value_key END, both FROM met
  UNION
  SELECT value_entity, property, CASE WHEN alone THEN entity END, both FROM met WHERE both
  UNION
  SELECT m.other, s.property, s.value, s.both FROM side s CROSS JOIN main.match m ON m.one = s.entity
  UNION
  SELECT m.one, s.property, s.value, s.both FROM side s CROSS JOIN main.match m ON m.other = s.entity
  UNION
  SELECT s.entity, s.property, m.other, s.both FROM side s CROSS JOIN main.match m ON m.one = s.value
  UNION
  SELECT s.entity, s.property, m.one, s.both FROM side s CROSS JOIN main.match m ON m.other = s.value
),
bearing (claim) AS (
  -- As many of its own as are counted.
  SELECT claim FROM (
    SELECT claim FROM main.claim INDEXED BY claim_source
    WHERE source = :source AND claim <= :upto AND (retracted_by IS NULL OR retracted_by > :upto)
    ORDER BY claim LIMIT :counted
  )
  UNION
  SELECT claim FROM met
  UNION
  SELECT c.claim
  FROM side s
  CROSS JOIN main.claim c ON c.entity = s.entity AND c.property = s.property AND c.value_key = s.value
    AND +c.claim <= :upto
  WHERE s.value IS NOT NULL
  UNION
  SELECT c.claim
  FROM side s CROSS JOIN main.claim c ON c.entity = s.entity AND c.property = s.property AND +c.claim <= :upto
  WHERE s.value IS NULL
  UNION
  SELECT c.claim
  FROM side s
  CROSS JOIN main.claim c ON c.value_entity = s.entity AND c.value_entity IS NOT NULL AND c.property = s.property
    AND +c.claim <= :upto
  WHERE s.both AND s.value IS NULL
)
SELECT c.claim, c.entity, c.property, c.value_entity, c.source, c.voice, c.speaker
FROM bearing b CROSS JOIN main.claim c ON c.claim = b.claim;

-- :voices
-- Who spoke, and for whom each spoke, to the end of every chain.
INSERT OR IGNORE INTO temp.scope_voice (entity)
WITH RECURSIVE voice (entity) AS (
  SELECT voice FROM temp.scope_claim WHERE voice IS NOT NULL
  UNION
  SELECT speaker ->> '$[#-1]' FROM temp.scope_claim WHERE speaker IS NOT NULL
  UNION
  SELECT m.other FROM voice v CROSS JOIN main.match m ON m.one = v.entity
  UNION
  SELECT m.one FROM voice v CROSS JOIN main.match m ON m.other = v.entity
  UNION
  SELECT c.value_entity
  FROM voice v
  CROSS JOIN main.claim c ON c.entity = v.entity AND c.property = 'speaks_for' AND +c.claim <= :upto
)
SELECT entity FROM voice;

-- :speech
-- What was said of whom the voices speak for.
INSERT OR IGNORE INTO temp.touched_speech (claim)
SELECT c.claim
FROM temp.scope_voice v
CROSS JOIN main.claim c ON c.entity = v.entity AND c.property = 'speaks_for' AND +c.claim <= :upto;

-- :sources
-- What these claims were said in, and what that derives from under any of its registrations.
INSERT OR IGNORE INTO temp.touched_source (source)
WITH RECURSIVE used (source) AS (
  SELECT source FROM temp.scope_claim
  UNION
  SELECT c.source FROM temp.touched_speech t CROSS JOIN main.claim c ON c.claim = t.claim
  UNION
  SELECT source FROM temp.touched_source
  UNION
  SELECT j.value FROM used u
  CROSS JOIN event e ON e.source = u.source AND e.type = 'source.registered' AND e.type <> 'claim.made'
    AND +e.position <= :upto
  CROSS JOIN json_each(e.data, '$.derived_from') j
)
SELECT source FROM used;

-- :source
-- A source itself, and those that derive from it.
INSERT OR IGNORE INTO temp.touched_source (source)
SELECT :source
UNION
SELECT e.source FROM event e CROSS JOIN json_each(e.data, '$.derived_from') j
WHERE e.type = 'source.registered' AND e.type <> 'claim.made' AND e.position <= :upto AND j.value = :source;

-- :distinctions
-- Who was told apart from those that are named so far; a distinction that was undone counts as well.
INSERT OR IGNORE INTO temp.touched_distinction (distinction)
SELECT d.distinction FROM main.distinction d
WHERE d.distinction <= :upto
  AND (d.one IN (SELECT entity FROM temp.scope_entity) OR d.other IN (SELECT entity FROM temp.scope_entity));

-- :named
-- Whoever is named: as value, publisher or speaker, for whom a speaker speaks, and from whom one was told apart.
INSERT OR IGNORE INTO temp.scope_entity (entity)
SELECT entity FROM temp.scope_voice
UNION
SELECT entity FROM temp.scope_claim
UNION
SELECT value_entity FROM temp.scope_claim WHERE value_entity IS NOT NULL
UNION
SELECT j.value FROM temp.scope_claim s CROSS JOIN json_each(s.speaker) j WHERE s.speaker IS NOT NULL
UNION
SELECT e.data ->> 'publisher'
FROM temp.touched_source s
CROSS JOIN event e ON e.source = s.source AND e.type = 'source.registered' AND e.type <> 'claim.made'
  AND +e.position <= :upto
WHERE e.data ->> 'publisher' IS NOT NULL;

-- :told_apart
-- Those who were told apart from them.
INSERT OR IGNORE INTO temp.scope_entity (entity)
SELECT d.one FROM temp.touched_distinction t CROSS JOIN main.distinction d ON d.distinction = t.distinction
UNION
SELECT d.other FROM temp.touched_distinction t CROSS JOIN main.distinction d ON d.distinction = t.distinction;

-- :verdicts
-- What was decided on all that are named.
INSERT OR IGNORE INTO temp.touched_verdict (verdict)
SELECT v.verdict FROM temp.scope_entity s CROSS JOIN main.verdict v ON v.entity = s.entity AND +v.verdict <= :upto;

-- :decided
-- The entities that these verdicts are for or against.
INSERT OR IGNORE INTO temp.scope_entity (entity)
SELECT n.entity FROM temp.touched_verdict t
CROSS JOIN event e ON e.position = t.verdict
CROSS JOIN main.entity n ON n.entity = e.data ->> 'value';

-- :matches
-- The matches of all that are named.
INSERT OR IGNORE INTO temp.touched_match (match)
SELECT m.match FROM temp.scope_entity s CROSS JOIN main.match m ON m.one = s.entity AND +m.match <= :upto
UNION
SELECT m.match FROM temp.scope_entity s CROSS JOIN main.match m ON m.other = s.entity AND +m.match <= :upto;

-- :value_matches
-- The matches of wordings of the properties that are spoken of, and those for one of the entities alone.
INSERT OR IGNORE INTO temp.touched_value_match (value_match)
SELECT m.value_match FROM main.value_match m
WHERE m.value_match <= :upto AND (
  m.property IN (SELECT property FROM temp.scope_claim)
  OR m.property IN (
    SELECT e.data ->> 'property' FROM temp.touched_verdict t CROSS JOIN event e ON e.position = t.verdict
  )
  OR m.subject IN (SELECT entity FROM temp.scope_entity)
);

-- :all_claims
-- The claims themselves, and those that say whom their voices speak for.
INSERT OR IGNORE INTO temp.touched_claim (claim)
SELECT claim FROM temp.scope_claim
UNION
SELECT claim FROM temp.touched_speech;

-- :registrations
-- The sources, as the keys of what they derive from.
INSERT INTO temp.touched_registration (source)
SELECT source FROM temp.touched_source;

-- :entities
-- All that are named.
INSERT INTO temp.touched_entity (entity)
SELECT entity FROM temp.scope_entity;

-- :identities
-- All that are named, for under whom they go.
INSERT INTO temp.touched_identity (identity)
SELECT entity FROM temp.scope_entity;
