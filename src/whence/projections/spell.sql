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
UNION ALL
-- What a verdict decides on, reached or revoked.
SELECT v.entity, v.property, CASE WHEN p.many THEN v.value_key ELSE '' END
FROM touched_verdict t
CROSS JOIN verdict v ON v.verdict = t.verdict
CROSS JOIN property p ON p.property = v.property
UNION ALL
-- What stood, one of many, under a wording that goes under another now: it was not known before the match.
SELECT f.entity, f.property, f.value_key
FROM touched_wording t
CROSS JOIN property p ON p.property = t.property AND p.many
CROSS JOIN wording w ON w.property = t.property
CROSS JOIN fact f ON f.property = w.property AND f.value_key = w.value_key;

-- :clear
DELETE FROM spell
WHERE (entity, property, value_key) IN (SELECT entity, property, value_key FROM touched_fact WHERE value_key <> '');
DELETE FROM spell
WHERE (entity, property) IN (SELECT entity, property FROM touched_fact WHERE value_key = '');

-- :rows
WITH live (entity, property, value_key, earliest_start, latest_end) AS (
  SELECT c.entity, c.property, c.value_key, c.earliest_start, c.latest_end
  FROM touched_fact t
  CROSS JOIN property p ON p.property = t.property AND p.many AND p.changes
  CROSS JOIN claim c ON c.entity = t.entity AND c.property = t.property AND c.value_key = t.value_key
  WHERE t.value_key <> '' AND c.live AND c.stance = 'affirms'
  UNION ALL
  SELECT c.entity, c.property, c.value_key, c.earliest_start, c.latest_end
  FROM touched_fact t
  CROSS JOIN property p ON p.property = t.property AND NOT p.many AND p.changes
  CROSS JOIN claim c ON c.entity = t.entity AND c.property = t.property
  WHERE t.value_key = '' AND c.live AND c.stance = 'affirms'
),
stated (entity, property, value_key, day, word) AS (
  SELECT entity, property, value_key, earliest_start, 'from' FROM live WHERE earliest_start IS NOT NULL
  UNION ALL
  SELECT entity, property, value_key, latest_end, 'until' FROM live WHERE latest_end IS NOT NULL
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
