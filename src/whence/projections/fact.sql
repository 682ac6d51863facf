-- What the record supports: an entity, a property and a value, with its status and the score that gave it.
-- A fact is on record, which is not to say that it is true.

-- :table
CREATE TABLE fact (
  fact TEXT PRIMARY KEY,
  entity TEXT NOT NULL REFERENCES entity (entity),
  property TEXT NOT NULL REFERENCES property (property),
  value TEXT NOT NULL,
  value_entity TEXT REFERENCES entity (entity),
  status TEXT NOT NULL CHECK (status IN ('accepted', 'contested', 'expected', 'denied', 'superseded', 'refined', 'rejected')),
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  score INTEGER NOT NULL,
  origins INTEGER NOT NULL,
  supports INTEGER NOT NULL,
  denies INTEGER NOT NULL,
  expects INTEGER NOT NULL,
  evidence TEXT NOT NULL CHECK (evidence IN ('quoted', 'altered', 'locator', 'none', 'gone')),
  verdict INTEGER REFERENCES verdict (verdict),
  review INTEGER NOT NULL CHECK (review IN (0, 1)),
  earliest_start TEXT,
  latest_start TEXT,
  earliest_end TEXT,
  latest_end TEXT,
  low ANY,
  high ANY,
  value_key TEXT NOT NULL,
  spell TEXT NOT NULL,
  position INTEGER NOT NULL REFERENCES event (position)
) STRICT;
CREATE UNIQUE INDEX fact_key ON fact (entity, property, value_key, spell);
CREATE INDEX fact_property ON fact (property, value_key);
CREATE INDEX fact_position ON fact (position);
CREATE INDEX fact_value_entity ON fact (value_entity, property) WHERE value_entity IS NOT NULL;
CREATE INDEX fact_evidence ON fact (evidence, entity, property) WHERE evidence <> 'quoted';
CREATE INDEX fact_verdict ON fact (verdict) WHERE verdict IS NOT NULL;
CREATE INDEX fact_review ON fact (entity, property) WHERE review;
CREATE INDEX fact_unsettled ON fact (status, entity, property) WHERE status <> 'accepted';

-- :touched fact

-- :clear
DELETE FROM fact
WHERE (entity, property, value_key) IN (SELECT entity, property, value_key FROM touched_fact WHERE value_key <> '');
DELETE FROM fact
WHERE (entity, property) IN (SELECT entity, property FROM touched_fact WHERE value_key = '');

-- :stage stage_spelled
WITH
-- The live claims of the touched keys: of one value where the property keeps many, else of all its values.
live AS (
  SELECT c.claim, c.entity, c.property, c.value_key, c.value, c.value_entity, c.stance, c.source, c.voice, c.origin, c.weight,
    c.low, c.high, c.extent, c.evidence, c.earliest_start, c.latest_start, c.earliest_end, c.latest_end,
    p.many, p.changes, p.value_type IN ('date', 'number') AS measured
  FROM touched_fact t
  CROSS JOIN property p ON p.property = t.property AND p.many
  CROSS JOIN claim c ON c.entity = t.entity AND c.property = t.property AND c.value_key = t.value_key
  WHERE t.value_key <> '' AND c.live
  UNION ALL
  SELECT c.claim, c.entity, c.property, c.value_key, c.value, c.value_entity, c.stance, c.source, c.voice, c.origin, c.weight,
    c.low, c.high, c.extent, c.evidence, c.earliest_start, c.latest_start, c.earliest_end, c.latest_end,
    p.many, p.changes, p.value_type IN ('date', 'number')
  FROM touched_fact t
  CROSS JOIN property p ON p.property = t.property AND NOT p.many
  CROSS JOIN claim c ON c.entity = t.entity AND c.property = t.property
  WHERE t.value_key = '' AND c.live
)
-- Each in its spell, with the stretch in which it was seen to hold (first to last; '' and '~' are open).
SELECT l.claim, l.entity, l.property, l.value_key, l.value, l.value_entity, l.stance, l.origin, l.weight,
  l.low, l.high, l.extent, l.many, l.changes, l.measured,
  l.earliest_start, l.latest_start, l.earliest_end, l.latest_end,
  CASE WHEN l.changes THEN min(coalesce(l.latest_start, '~'), coalesce(l.earliest_end, '')) END AS seen_first,
  CASE WHEN l.changes THEN max(coalesce(l.latest_start, '~'), coalesce(l.earliest_end, '')) END AS seen_last,
  CASE
    WHEN l.changes THEN coalesce((
      SELECT max(s.spell) FROM spell s
      WHERE s.entity = l.entity AND s.property = l.property AND s.value_key = l.value_key
        AND s.spell <= coalesce(l.earliest_start, l.earliest_end, l.latest_start, '')
    ), '')
    ELSE ''
  END AS spell,
  instr('quoted altered locator none gone', l.evidence) AS evidence,
  l.source, l.voice,
  coalesce(s.grade IN ('A', 'B', 'C'), 0) AS graded,
  coalesce(s.published_from, '') AS published
FROM live l
CROSS JOIN source s ON s.source = l.source;

-- :stage stage_candidate
WITH RECURSIVE
lineage (source, ancestor) AS (
  SELECT d.source, d.derived_from
  FROM (SELECT DISTINCT l.source FROM stage_spelled l WHERE l.voice IS NULL) o
  CROSS JOIN derivation d ON d.source = o.source
  UNION
  SELECT n.source, d.derived_from FROM lineage n CROSS JOIN derivation d ON d.source = n.ancestor
),
-- What a source repeats, in its own words, from one that it derives from: no voice beside that one, whomever it quotes.
repeated AS (
  SELECT DISTINCT l.claim
  FROM lineage n
  CROSS JOIN stage_spelled l ON l.source = n.source AND l.voice IS NULL
  CROSS JOIN stage_spelled r ON r.source = n.ancestor AND r.entity = l.entity AND r.property = l.property
    AND r.value_key = l.value_key AND r.spell = l.spell AND r.stance = l.stance
),
-- What each origin says of each value: the best of its claims, so that ten papers quoting one ministry are one voice.
voice AS (
  SELECT entity, property, value_key, spell, stance, origin,
    max(weight) AS weight, max(graded) AS graded, min(evidence) AS evidence, min(o.claim IS NOT NULL) AS repeats,
    count(*) AS claims, max(published) AS published,
    min(value) AS value, min(value_entity) AS value_entity, min(low) AS low, max(high) AS high, max(extent) AS extent,
    max(many) AS many, max(changes) AS changes, max(measured) AS measured, max(s.claim) AS position,
    min(earliest_start) AS first_start, max(earliest_start) AS last_start,
    min(latest_start) AS first_started, max(latest_start) AS last_started,
    min(earliest_end) AS first_ended, max(earliest_end) AS last_ended,
    min(latest_end) AS first_end, max(latest_end) AS last_end,
    min(seen_first) AS seen_first, max(seen_last) AS seen_last
  FROM stage_spelled s
  LEFT JOIN repeated o ON o.claim = s.claim
  GROUP BY entity, property, value_key, spell, stance, origin
),
-- A joint origin (`a+b`: derived from several roots) is no further voice beside one of its roots.
covered AS (
  SELECT DISTINCT j.entity, j.property, j.value_key, j.spell, j.stance, j.origin
  FROM voice j
  CROSS JOIN voice r ON r.entity = j.entity AND r.property = j.property AND r.value_key = j.value_key
    AND r.spell = j.spell AND r.stance = j.stance
  WHERE instr(j.origin, '+') > 0 AND instr(r.origin, '+') = 0
    AND instr('+' || j.origin || '+', '+' || r.origin || '+') > 0
),
heard AS (
  SELECT v.*, k.origin IS NULL AND NOT v.repeats AS counts
  FROM voice v
  LEFT JOIN covered k ON instr(v.origin, '+') > 0 AND k.entity = v.entity AND k.property = v.property
    AND k.value_key = v.value_key AND k.spell = v.spell AND k.stance = v.stance AND k.origin = v.origin
),
-- Each value with both sides: the best origin's weight, plus one for each further origin graded A to C, at most three.
side AS (
  SELECT entity, property, value_key, spell, stance,
    max(weight) + min(3, max(0,
      coalesce(sum(graded) FILTER (WHERE counts), 0) - coalesce(max(weight * 2 + graded) FILTER (WHERE counts), 0) % 2
    )) AS score,
    sum(counts) AS origins, min(evidence) AS evidence, sum(claims) AS claims, max(published) AS published,
    min(value) AS value, min(value_entity) AS value_entity, min(low) AS low, max(high) AS high, max(extent) AS extent,
    max(many) AS many, max(changes) AS changes, max(measured) AS measured, max(position) AS position,
    min(first_start) AS first_start, max(last_start) AS last_start,
    min(first_started) AS first_started, max(last_started) AS last_started,
    min(first_ended) AS first_ended, max(last_ended) AS last_ended,
    min(first_end) AS first_end, max(last_end) AS last_end,
    min(seen_first) AS seen_first, max(seen_last) AS seen_last
  FROM heard
  GROUP BY entity, property, value_key, spell, stance
)
-- A candidate value: what affirms it where anything does, else what expects it, else what denies it.
-- (With one min() the other columns are those of its row: SQLite, "Bare columns in an aggregate query".)
SELECT entity, property, value_key, spell,
  min(CASE stance WHEN 'affirms' THEN 0 WHEN 'expects' THEN 1 ELSE 2 END) AS side,
  score, origins, evidence, published, value, value_entity, low, high, extent, many, changes, measured, position,
  first_start, last_start, first_started, last_started, first_ended, last_ended, first_end, last_end,
  seen_first, seen_last,
  coalesce(sum(claims) FILTER (WHERE stance = 'affirms'), 0) AS supports,
  coalesce(sum(claims) FILTER (WHERE stance = 'denies'), 0) AS denies,
  coalesce(sum(claims) FILTER (WHERE stance = 'expects'), 0) AS expects,
  changes AND coalesce(last_start > first_started, 0) AS starts_clash,
  changes AND coalesce(last_ended > first_end, 0) AS ends_clash
FROM side
GROUP BY entity, property, value_key, spell;

-- :stage stage_placed
WITH
-- A denial contests a value unless it speaks of a time before a stated beginning or after a stated end.
contradicted AS (
  SELECT DISTINCT k.entity, k.property, k.value_key, k.spell
  FROM stage_spelled d
  CROSS JOIN stage_candidate k ON k.entity = d.entity AND k.property = d.property AND k.value_key = d.value_key
    AND k.spell = d.spell
  WHERE d.stance = 'denies' AND k.side < 2
    AND NOT (k.changes AND (coalesce(k.first_end <= d.seen_first, 0) OR coalesce(d.seen_last <= k.last_start, 0)))
),
-- What people decided on these values: the last verdict on each that covers its time counts.
ruling AS (
  SELECT k.entity, k.property, k.value_key, k.spell, v.verdict, v.stance,
    row_number() OVER (PARTITION BY k.entity, k.property, k.value_key, k.spell ORDER BY v.verdict DESC) AS place
  FROM stage_candidate k
  CROSS JOIN verdict v ON v.entity = k.entity AND v.property = k.property AND v.value_key = k.value_key
  WHERE v.live AND (v.earliest IS NULL OR coalesce(k.seen_last >= v.earliest, 1))
    AND (v.latest IS NULL OR coalesce(k.seen_first <= v.latest, 1))
),
ruled AS (
  SELECT entity, property, value_key, spell, verdict, stance FROM ruling WHERE place = 1
),
-- A verdict wants another look once its value lost support or was denied, or a rival was claimed after it.
moved AS (
  SELECT r.entity, r.property, r.value_key, r.spell, max(
    CASE
      WHEN c.value_key <> r.value_key THEN NOT p.many AND r.stance = 'affirms' AND c.stance = 'affirms' AND c.live AND c.claim > r.verdict
      WHEN c.claim > r.verdict THEN c.live AND c.stance <> r.stance AND c.stance <> 'expects'
      ELSE coalesce(c.retracted_by > r.verdict, 0) OR coalesce(s.judged_at > r.verdict, 0)
    END
  ) AS review
  FROM ruled r
  CROSS JOIN property p ON p.property = r.property
  CROSS JOIN claim c ON c.entity = r.entity AND c.property = r.property AND (NOT p.many OR c.value_key = r.value_key)
  CROSS JOIN source s ON s.source = c.source
  GROUP BY r.entity, r.property, r.value_key, r.spell
),
-- A verdict for a value that nothing affirms any more: what is left of the record then wants another look.
bereft AS MATERIALIZED (
  SELECT DISTINCT t.entity, t.property, v.earliest, v.latest
  FROM (SELECT DISTINCT entity, property FROM stage_candidate WHERE NOT many) t
  CROSS JOIN verdict v ON v.entity = t.entity AND v.property = t.property AND v.live AND v.stance = 'affirms'
  LEFT JOIN stage_candidate k ON k.entity = v.entity AND k.property = v.property AND k.value_key = v.value_key
    AND k.side = 0
  WHERE k.entity IS NULL
)
SELECT k.*,
  r.verdict AS verdict,
  coalesce(m.review, 0) OR k.side = 0 AND EXISTS (
    SELECT 1 FROM bereft b
    WHERE b.entity = k.entity AND b.property = k.property
      AND (b.earliest IS NULL OR coalesce(k.seen_last >= b.earliest, 1))
      AND (b.latest IS NULL OR coalesce(k.seen_first <= b.latest, 1))
  ) AS review,
  coalesce(r.stance = 'affirms', 0) AS chosen,
  coalesce(r.stance = 'denies', 0) AS struck,
  c.entity IS NOT NULL AS contradicted,
  k.first_end IS NOT NULL AND NOT k.ends_clash AND (k.many OR k.changes) AS ended,
  row_number() OVER (
    PARTITION BY k.entity, k.property
    ORDER BY k.side, k.score DESC, k.origins DESC, k.published DESC, k.value_key, k.spell
  ) AS place,
  count(*) FILTER (WHERE k.side = 0) OVER (PARTITION BY k.entity, k.property) AS affirmed,
  count(*) FILTER (WHERE k.side = 0 AND r.stance IS NOT 'denies') OVER (PARTITION BY k.entity, k.property) AS standing,
  count(*) FILTER (WHERE k.side = 0 AND r.stance = 'affirms') OVER (PARTITION BY k.entity, k.property) AS decided
FROM stage_candidate k
LEFT JOIN ruled r ON r.entity = k.entity AND r.property = k.property AND r.value_key = k.value_key
  AND r.spell = k.spell
LEFT JOIN contradicted c ON k.denies > 0 AND c.entity = k.entity AND c.property = k.property
  AND c.value_key = k.value_key AND c.spell = k.spell
LEFT JOIN moved m ON r.verdict IS NOT NULL AND m.entity = k.entity AND m.property = k.property
  AND m.value_key = k.value_key AND m.spell = k.spell;

-- :rows
WITH
-- Values that bear on one another, each against the best hundred: more rivals than that only make it as contested.
peer AS (
  SELECT entity, property, place, value_key, changes, measured, low, high, extent, chosen,
    last_start, first_end, seen_first, seen_last
  FROM stage_placed
  WHERE side = 0 AND NOT struck AND NOT many AND standing > 1
),
pair AS (
  SELECT a.entity, a.property, a.place AS one, b.place AS other, a.chosen AS one_chosen, b.chosen AS other_chosen,
    a.changes AND (
      coalesce(a.first_end <= b.seen_first, 0) OR coalesce(a.seen_last <= b.last_start, 0)
      OR coalesce(day_number(b.seen_first) - day_number(a.seen_last) > 366, 0)
    ) AS other_follows,
    a.changes AND (
      coalesce(b.first_end <= a.seen_first, 0) OR coalesce(b.seen_last <= a.last_start, 0)
      OR coalesce(day_number(a.seen_first) - day_number(b.seen_last) > 366, 0)
    ) AS one_follows,
    a.measured AND NOT a.extent AND CASE
      -- A range of dates is an extent: a day or month that touches it is consistent with it, never the more exact.
      WHEN b.extent THEN coalesce(a.low <= b.high, 1) AND coalesce(b.low <= a.high, 1)
      -- The vaguer contains the more exact; of two with the same bounds the one that says less about its doubts.
      -- Two times of one day contain neither the other.
      ELSE (a.low IS NULL OR coalesce(a.low <= b.low, 0)) AND (a.high IS NULL OR coalesce(b.high <= a.high, 0))
        AND (a.low IS NOT b.low OR a.high IS NOT b.high
          OR (instr(a.value_key, 'T') = 0, a.value_key) > (instr(b.value_key, 'T') = 0, b.value_key)
            AND NOT (instr(a.value_key, 'T') AND instr(b.value_key, 'T')))
    END AS vaguer,
    b.measured AND NOT b.extent AND CASE
      WHEN a.extent THEN coalesce(a.low <= b.high, 1) AND coalesce(b.low <= a.high, 1)
      ELSE (b.low IS NULL OR coalesce(b.low <= a.low, 0)) AND (b.high IS NULL OR coalesce(a.high <= b.high, 0))
        AND (a.low IS NOT b.low OR a.high IS NOT b.high
          OR (instr(b.value_key, 'T') = 0, b.value_key) > (instr(a.value_key, 'T') = 0, a.value_key)
            AND NOT (instr(a.value_key, 'T') AND instr(b.value_key, 'T')))
    END AS more_exact
  FROM peer a
  CROSS JOIN peer b ON b.entity = a.entity AND b.property = a.property AND b.place <> a.place
  WHERE (a.changes OR a.measured) AND (a.place <= 100 OR b.place <= 100)
),
related AS (
  SELECT entity, property, one, other, one_chosen, other_chosen,
    CASE
      WHEN other_follows AND one_follows THEN 'rival'
      WHEN other_follows THEN 'followed'
      WHEN one_follows THEN 'follows'
      WHEN vaguer THEN 'vaguer'
      WHEN more_exact THEN 'more exact'
      ELSE 'rival'
    END AS relation
  FROM pair
),
vague AS (
  SELECT DISTINCT entity, property, one FROM related WHERE relation = 'vaguer'
),
-- A rival of a chosen value is beaten, and rivals no other any more.
beaten AS (
  SELECT DISTINCT entity, property, one FROM related WHERE relation = 'rival' AND other_chosen AND NOT one_chosen
),
compared AS (
  SELECT r.entity, r.property, r.one,
    max(r.relation = 'followed' AND b.one IS NULL) AS followed,
    max(r.relation = 'rival' AND o.one IS NULL AND b.one IS NULL) AS rivalled,
    max(r.relation = 'rival' AND r.one_chosen AND r.other_chosen) AS opposed
  FROM related r
  LEFT JOIN vague o ON o.entity = r.entity AND o.property = r.property AND o.one = r.other
  LEFT JOIN beaten b ON b.entity = r.entity AND b.property = r.property AND b.one = r.other
  GROUP BY r.entity, r.property, r.one
),
judged AS (
  SELECT p.*,
    g.one IS NOT NULL AS refined,
    coalesce(s.followed, 0) AS followed,
    CASE
      WHEN p.side > 0 OR p.many OR g.one IS NOT NULL THEN 0
      WHEN p.changes OR p.measured THEN coalesce(s.rivalled, 0)
      ELSE p.standing > 1
    END AS rivalled,
    -- Two verdicts that a later match or revision set against each other: neither settles it.
    CASE
      WHEN p.many OR NOT p.chosen THEN 0
      WHEN p.changes OR p.measured THEN coalesce(s.opposed, 0)
      ELSE p.decided > 1
    END AS opposed,
    p.struck OR CASE
      WHEN p.side > 0 OR p.many OR p.chosen OR g.one IS NOT NULL THEN 0
      WHEN p.changes OR p.measured THEN b.one IS NOT NULL
      ELSE p.decided > 0
    END AS rejected
  FROM stage_placed p
  LEFT JOIN vague g ON p.affirmed > 1 AND g.entity = p.entity AND g.property = p.property AND g.one = p.place
  LEFT JOIN compared s ON p.affirmed > 1 AND s.entity = p.entity AND s.property = p.property AND s.one = p.place
  LEFT JOIN beaten b ON p.affirmed > 1 AND b.entity = p.entity AND b.property = p.property AND b.one = p.place
)
SELECT
  fact_id(entity, property, value_key, spell) AS fact,
  entity AS entity,
  property AS property,
  value AS value,
  value_entity AS value_entity,
  CASE
    WHEN rejected THEN 'rejected'
    WHEN opposed THEN 'contested'
    WHEN chosen AND (followed OR ended) THEN 'superseded'
    WHEN chosen THEN 'accepted'
    WHEN side = 2 THEN 'denied'
    WHEN contradicted OR rivalled OR starts_clash OR ends_clash THEN 'contested'
    WHEN side = 1 THEN 'expected'
    WHEN refined THEN 'refined'
    WHEN followed OR ended THEN 'superseded'
    ELSE 'accepted'
  END AS status,
  side = 0 AND NOT rejected AND NOT refined AND NOT followed AND NOT ended AND (
    many OR row_number() OVER (
      PARTITION BY entity, property
      ORDER BY side = 0 AND NOT rejected AND NOT refined AND NOT followed AND NOT ended DESC, chosen DESC, place
    ) = 1
  ) AS current,
  CASE WHEN side = 2 THEN 0 ELSE score END AS score,
  origins AS origins,
  supports AS supports,
  denies AS denies,
  expects AS expects,
  -- The best evidence that any of its claims has: the place of each word in the list above.
  CASE evidence WHEN 1 THEN 'quoted' WHEN 8 THEN 'altered' WHEN 16 THEN 'locator' WHEN 24 THEN 'none' ELSE 'gone' END AS evidence,
  verdict AS verdict,
  review OR opposed AS review,
  -- What all claims agree on; where they exclude each other, the whole stretch of what they say.
  CASE WHEN starts_clash THEN min(first_start, first_started) ELSE last_start END AS earliest_start,
  CASE WHEN starts_clash THEN last_started ELSE first_started END AS latest_start,
  CASE WHEN ends_clash THEN first_ended ELSE last_ended END AS earliest_end,
  CASE WHEN ends_clash THEN max(last_end, last_ended) ELSE first_end END AS latest_end,
  low AS low,
  high AS high,
  value_key AS value_key,
  spell AS spell,
  position AS position
FROM judged;
