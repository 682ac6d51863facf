-- Where a value's time is divided: the day on which a stated beginning follows a stated end, and a new spell begins.

-- :table
CREATE TABLE spell (
  entity TEXT NOT NULL,
  property TEXT NOT NULL,
  value_key TEXT NOT NULL,
  spell TEXT NOT NULL,
  PRIMARY KEY (entity, property, value_key, spell)
) STRICT, WITHOUT ROWID;

-- A key stands for one value where the property keeps many, so that one among thousands costs what it costs;
-- else for all values of the property, which bear on one another, and then its value key is empty. A property that
-- keeps many values now and did not, or the other way round, touches its claims, and so the old keys and the new.
-- :touched fact (entity, property, value_key)
SELECT c.entity AS entity, c.property AS property, CASE WHEN p.many THEN c.value_key ELSE '' END AS value_key
FROM touched_claim t
CROSS JOIN claim c ON c.claim = t.claim
CROSS JOIN property p ON p.property = c.property
ORDER BY c.entity, c.property, 3;  -- as the key table has them, which is then filled from its beginning to its end
-- What a verdict decides on, reached or revoked.
SELECT v.entity, v.property, CASE WHEN p.many THEN v.value_key ELSE '' END
FROM touched_verdict t
CROSS JOIN verdict v ON v.verdict = t.verdict
CROSS JOIN property p ON p.property = v.property;
-- What stood, one of many, under a wording that goes under another now: it was not known before the match.
SELECT f.entity, f.property, f.value_key
FROM touched_wording t
CROSS JOIN property p ON p.property = t.property AND p.many
CROSS JOIN wording w ON w.property = t.property
CROSS JOIN fact f ON f.property = w.property AND f.value_key = w.value_key;

-- The keys of all claims, as their index has them, which spares sorting them again.
-- :whole
SELECT c.entity, c.property, CASE WHEN p.many THEN c.value_key ELSE '' END
FROM (SELECT DISTINCT entity, property, value_key FROM claim INDEXED BY claim_key) c
CROSS JOIN property p ON p.property = c.property;

-- The touched keys of the entities after :first up to :last, each under a number: a key of three texts costs the steps
-- that follow more to compare.
-- :stage stage_key
CREATE TEMP TABLE stage_key (key INTEGER PRIMARY KEY, entity, property, value_key, many, changes, value_type);
SELECT NULL, t.entity, t.property, t.value_key, p.many, p.changes, p.value_type
FROM touched_fact t
CROSS JOIN property p ON p.property = t.property
WHERE t.entity > :first AND t.entity <= :last;

-- The days between which claims state that a value held, from its beginning to its end, or one of them.
-- :stage stage_stated
CREATE TEMP TABLE stage_stated (entity, property, value_key, begins, ends);
SELECT c.entity, c.property, c.value_key, c.earliest_start, c.latest_end
FROM stage_key k
CROSS JOIN claim c ON c.entity = k.entity AND c.property = k.property AND c.value_key = k.value_key
WHERE k.many AND k.changes AND k.value_key <> '' AND c.live AND c.stance = 'affirms'
  AND (c.earliest_start IS NOT NULL OR c.latest_end IS NOT NULL)
UNION ALL
SELECT c.entity, c.property, c.value_key, c.earliest_start, c.latest_end
FROM stage_key k
CROSS JOIN claim c ON c.entity = k.entity AND c.property = k.property
WHERE NOT k.many AND k.changes AND k.value_key = '' AND c.live AND c.stance = 'affirms'
  AND (c.earliest_start IS NOT NULL OR c.latest_end IS NOT NULL);

-- :clear
DELETE FROM spell
WHERE (entity, property, value_key) IN (SELECT entity, property, value_key FROM stage_key WHERE value_key <> '');
DELETE FROM spell
WHERE (entity, property) IN (SELECT entity, property FROM stage_key WHERE value_key = '');

-- :rows of stage_stated
WITH stated (entity, property, value_key, day, word) AS (
  SELECT entity, property, value_key, begins, 'from' FROM stage_stated WHERE begins IS NOT NULL
  UNION ALL
  SELECT entity, property, value_key, ends, 'until' FROM stage_stated WHERE ends IS NOT NULL
),
-- On one day the beginning comes first, so a value that ends and begins on the same day goes on.
ordered AS (
  SELECT entity, property, value_key, day, word,
    lag(word) OVER (PARTITION BY entity, property, value_key ORDER BY day, word) AS before
  FROM stated
)
SELECT DISTINCT entity AS entity, property AS property, value_key AS value_key, day AS spell
FROM ordered
WHERE word = 'from' AND before = 'until';
