-- What one source says: a subject, a property and a value, on which words it rests, and who recorded it.

-- :table
CREATE TABLE claim (
  claim INTEGER PRIMARY KEY REFERENCES event (position),
  entity TEXT NOT NULL REFERENCES entity (entity),
  property TEXT NOT NULL,
  value TEXT NOT NULL,
  value_key TEXT NOT NULL,
  value_entity TEXT REFERENCES entity (entity),
  low ANY,
  high ANY,
  extent INTEGER NOT NULL,
  stance TEXT NOT NULL CHECK (stance = 'affirms' OR stance = 'denies' OR stance = 'expects'),
  source TEXT NOT NULL REFERENCES source (source),
  quote TEXT,
  locator TEXT,
  evidence TEXT NOT NULL CHECK (evidence = 'quoted' OR evidence = 'altered' OR evidence = 'locator' OR evidence = 'none' OR evidence = 'gone'),
  speaker TEXT CHECK (speaker IS NULL OR json_valid(speaker)),
  voice TEXT REFERENCES entity (entity),
  origin TEXT NOT NULL,
  said TEXT,
  when_held TEXT,
  earliest_start TEXT,
  latest_start TEXT,
  earliest_end TEXT,
  latest_end TEXT,
  credibility INTEGER,
  weight INTEGER NOT NULL,
  inferred INTEGER NOT NULL CHECK (inferred IN (0, 1)),
  qualifiers TEXT CHECK (qualifiers IS NULL OR json_valid(qualifiers)),
  note TEXT,
  handling TEXT,
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  retracted_by INTEGER REFERENCES event (position),
  actor TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
-- With all that facts are made of, so that they are made from it alone, in its order.
CREATE INDEX claim_key ON claim (
  entity, property, value_key, live, stance, value, source, voice, origin, weight, low, high, extent, evidence,
  earliest_start, latest_start, earliest_end, latest_end
);
CREATE INDEX claim_source ON claim (source);
CREATE INDEX claim_value_entity ON claim (value_entity) WHERE value_entity IS NOT NULL;
CREATE INDEX claim_voice ON claim (voice) WHERE voice IS NOT NULL;

-- :sparse
CREATE INDEX claim_retracted_by ON claim (retracted_by) WHERE retracted_by IS NOT NULL;
CREATE INDEX claim_not_live ON claim (property) WHERE NOT live;

-- What was claimed,
-- :touched claim (claim)
SELECT e.position AS claim
FROM event e
WHERE e.type = 'claim.made' AND e.position > :after AND e.position <= :upto;
-- what was retracted,
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'claim'
WHERE e.type = 'claim.retracted' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
-- what was looked up again in a later capture,
SELECT made.position
FROM event e
CROSS JOIN event made ON made.id = e.data ->> 'claim'
WHERE e.type = 'passage.checked' AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto;
-- what rests on a source that has another grade, origin, date or capture now,
SELECT c.claim
FROM touched_source t
CROSS JOIN claim c ON c.source = t.source;
-- what was said by somebody whose end of the chain of `speaks for` may be another now: by those of whom it was said and
-- by who speaks for them,
SELECT c.claim
FROM (
  WITH RECURSIVE affected (entity) AS (
    SELECT s.entity FROM touched_speech t CROSS JOIN speaks_for s ON s.claim = t.claim
    UNION
    SELECT s.entity FROM affected a CROSS JOIN speaks_for s ON s.organization = a.entity
  )
  SELECT entity FROM affected
) a
CROSS JOIN claim c ON c.voice = a.entity AND c.voice IS NOT NULL;
-- what is about, names or was said by somebody who is one with another now, or no longer is,
SELECT c.claim FROM touched_identity t CROSS JOIN claim c ON c.entity = t.identity;
SELECT c.claim FROM touched_identity t CROSS JOIN claim c ON c.value_entity = t.identity AND c.value_entity IS NOT NULL;
SELECT c.claim FROM touched_identity t CROSS JOIN claim c ON c.voice = t.identity AND c.voice IS NOT NULL;
-- what is worded as a match of wordings names, live or not,
SELECT c.claim
FROM touched_wording t
CROSS JOIN wording w ON w.property = t.property
CROSS JOIN fact f ON f.property = w.property AND f.value_key IN (w.value_key, w.canonical)
CROSS JOIN claim c ON c.entity = f.entity AND c.property = f.property AND c.value_key = f.value_key;
SELECT c.claim
FROM touched_wording t
CROSS JOIN claim c ON c.property = t.property AND NOT c.live;
-- and what was said with a property that is read in another way now.
SELECT c.claim
FROM touched_property t
CROSS JOIN property p ON p.property = t.property AND p.position <= :after
CROSS JOIN claim c ON c.property = t.property;

-- The subject, the value and the voice stand under the entity that each is one with.
-- :rows
SELECT
  e.position AS claim,
  CASE
    WHEN p.symmetric
    THEN min(coalesce(subject.canonical, x.subject), coalesce(object.canonical, x.value))
    ELSE coalesce(subject.canonical, x.subject)
  END AS entity,
  p.property AS property,
  CASE
    WHEN p.symmetric
    THEN max(coalesce(subject.canonical, x.subject), coalesce(object.canonical, x.value))
    WHEN p.value_type = 'entity' THEN coalesce(object.canonical, x.value)
    ELSE x.value
  END AS value,
  CASE
    WHEN p.symmetric
    THEN max(coalesce(subject.canonical, x.subject), coalesce(object.canonical, x.value))
    WHEN p.value_type = 'entity' THEN coalesce(object.canonical, x.value)
    WHEN p.property NOT IN (SELECT w.property FROM wording w) THEN value_key(p.value_type, x.value)
    ELSE coalesce(
      (
        SELECT w.canonical FROM wording w
        WHERE w.property = p.property AND w.subject = coalesce(subject.canonical, x.subject)
          AND w.value_key = value_key(p.value_type, x.value)
      ),
      (
        SELECT w.canonical FROM wording w
        WHERE w.property = p.property AND w.subject = '' AND w.value_key = value_key(p.value_type, x.value)
      ),
      value_key(p.value_type, x.value)
    )
  END AS value_key,
  CASE
    WHEN p.symmetric
    THEN max(coalesce(subject.canonical, x.subject), coalesce(object.canonical, x.value))
    WHEN p.value_type = 'entity' THEN coalesce(object.canonical, x.value)
  END AS value_entity,
  CASE WHEN p.value_type IN ('date', 'number') THEN value_low(p.value_type, x.value) END AS low,
  CASE WHEN p.value_type IN ('date', 'number') THEN value_high(p.value_type, x.value) END AS high,
  CASE WHEN p.value_type = 'date' THEN value_extent(p.value_type, x.value) ELSE 0 END AS extent,
  coalesce(e.data ->> '$.stance', 'affirms') AS stance,
  e.source AS source,
  CASE
    WHEN json_type(e.data, '$.passages[1]') IS NULL THEN x.exact
    ELSE (SELECT group_concat(w.value ->> 'exact', ' … ') FROM json_each(e.data, '$.passages') w)
  END AS quote,
  e.data ->> '$.passages[0].locator' AS locator,
  -- What of its words the source's last capture still holds; the best of them, where a claim rests on several.
  CASE
    WHEN x.exact IS NULL AND json_type(e.data, '$.passages') IS NULL THEN 'none'
    WHEN x.exact IS NULL AND instr(e.data ->> '$.passages', '"exact"') = 0 THEN 'locator'
    ELSE coalesce((
      SELECT CASE min(CASE k.data ->> 'outcome' WHEN 'gone' THEN 2 WHEN 'altered' THEN 1 ELSE 0 END)
        WHEN 2 THEN 'gone' WHEN 1 THEN 'altered' WHEN 0 THEN 'quoted' END
      FROM event k INDEXED BY event_check
      WHERE k.type = 'passage.checked' AND k.data ->> 'claim' = +e.id AND k.data ->> 'capture' = s.text_sha256
        AND +k.position <= :upto
    ), 'quoted')
  END AS evidence,
  x.speaker AS speaker,
  coalesce(voice.canonical, x.named) AS voice,
  -- Whom the voice speaks for, followed to its end; where that goes round in a circle, the first of it in the alphabet.
  CASE
    WHEN x.speaker IS NULL THEN s.origin
    WHEN NOT EXISTS (SELECT 1 FROM speaks_for f WHERE f.entity = coalesce(voice.canonical, x.named))
    THEN coalesce(voice.canonical, x.named)
    ELSE (
      WITH RECURSIVE chain (entity, next) AS (
        SELECT v.entity, (SELECT min(f.organization) FROM speaks_for f WHERE f.entity = v.entity AND f.organization <> v.entity)
        FROM (SELECT coalesce(voice.canonical, x.named) AS entity) v
        UNION
        SELECT c.next, (SELECT min(f.organization) FROM speaks_for f WHERE f.entity = c.next AND f.organization <> c.next)
        FROM chain c WHERE c.next IS NOT NULL
      )
      SELECT coalesce(
        (SELECT c.entity FROM chain c WHERE c.next IS NULL),
        (
          SELECT min(c.entity) FROM chain c WHERE c.entity IN (
            WITH RECURSIVE circle (entity) AS (
              SELECT c.next
              UNION
              SELECT n.next FROM circle i CROSS JOIN chain n ON n.entity = i.entity
            )
            SELECT i.entity FROM circle i
          )
        )
      )
    )
  END AS origin,
  x.said AS said,
  x.held ->> '$[0]' AS when_held,
  -- What was observed says nothing of its beginning and its end: it held on some day of when that was said, else published,
  -- and not after the day on which the words were captured, unless all of it is later.
  x.held ->> '$[1]' AS earliest_start,
  CASE
    WHEN x.held IS NOT NULL THEN x.held ->> '$[2]'
    WHEN p.changes THEN nullif(min(
      coalesce(CASE WHEN x.said IS NULL THEN s.published_upto ELSE date_upper(x.said) END, '~'),
      CASE
        WHEN CASE WHEN x.said IS NULL THEN s.published_from ELSE date_lower(x.said) END
          > substr(min(coalesce(s.captured_at, e.recorded_at), e.recorded_at), 1, 10)
        THEN '~'
        ELSE substr(min(coalesce(s.captured_at, e.recorded_at), e.recorded_at), 1, 10)
      END
    ), '~')
  END AS latest_start,
  CASE
    WHEN x.held IS NOT NULL THEN x.held ->> '$[3]'
    WHEN p.changes THEN CASE WHEN x.said IS NULL THEN s.published_from ELSE date_lower(x.said) END
  END AS earliest_end,
  x.held ->> '$[4]' AS latest_end,
  e.data ->> '$.credibility' AS credibility,
  s.grade_points * CASE e.data ->> '$.credibility' WHEN 1 THEN 5 WHEN 2 THEN 4 WHEN 3 THEN 3 WHEN 4 THEN 2 WHEN 5 THEN 1 ELSE 3 END AS weight,
  coalesce(e.data ->> '$.inferred', 0) AS inferred,
  e.data -> '$.qualifiers' AS qualifiers,
  e.data ->> '$.note' AS note,
  e.data ->> '$.handling' AS handling,
  retraction.position IS NULL AND NOT s.withdrawn AS live,
  retraction.position AS retracted_by,
  e.actor AS actor,
  e.recorded_at AS recorded_at
FROM (
  -- What several columns are made of, taken once: LIMIT keeps SQLite from taking it anew wherever it is named.
  SELECT e.position AS claim,
    e.data ->> '$.subject' AS subject,
    e.data ->> '$.property' AS property,
    e.data ->> '$.value' AS value,
    e.data ->> '$.passages[0].exact' AS exact,
    e.data -> '$.speaker' AS speaker,
    e.data ->> '$.speaker[#-1]' AS named,
    e.data ->> '$.said' AS said,
    CASE WHEN json_type(e.data, '$.when') IS NOT NULL THEN held(e.data -> '$.when') END AS held
  FROM touched_claim t
  CROSS JOIN event e ON e.position = t.claim
  LIMIT -1
) x
CROSS JOIN event e ON e.position = x.claim
CROSS JOIN property p ON p.property = x.property
CROSS JOIN source s ON s.source = e.source
LEFT JOIN identity subject ON subject.identity = x.subject
LEFT JOIN identity object ON p.value_type = 'entity' AND object.identity = x.value
LEFT JOIN identity voice ON voice.identity = x.named
LEFT JOIN event retraction ON retraction.position = (
  SELECT r.position FROM event r INDEXED BY event_retraction
  WHERE r.type = 'claim.retracted' AND r.data ->> 'claim' = +e.id AND +r.position <= :upto
  ORDER BY r.position LIMIT 1
);
