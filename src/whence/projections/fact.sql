-- What the record supports: an entity, a property and a value, with its status and the score that gave it.
-- A fact is on record, which is not to say that it is true.

-- :table
CREATE TABLE fact (
  fact TEXT PRIMARY KEY,
  entity TEXT NOT NULL REFERENCES entity (entity),
  property TEXT NOT NULL REFERENCES property (property),
  value TEXT NOT NULL,
  value_entity TEXT REFERENCES entity (entity),
  status TEXT NOT NULL CHECK (status = 'accepted' OR status = 'contested' OR status = 'expected' OR status = 'denied' OR status = 'superseded' OR status = 'refined' OR status = 'rejected'),
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  score INTEGER NOT NULL,
  origins INTEGER NOT NULL,
  supports INTEGER NOT NULL,
  denies INTEGER NOT NULL,
  expects INTEGER NOT NULL,
  evidence TEXT NOT NULL CHECK (evidence = 'quoted' OR evidence = 'altered' OR evidence = 'locator' OR evidence = 'none' OR evidence = 'gone'),
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
  position INTEGER NOT NULL REFERENCES event (position),
  UNIQUE (entity, property, value_key, spell)
) STRICT;
CREATE INDEX fact_property ON fact (property, value_key);
CREATE INDEX fact_position ON fact (position);
CREATE INDEX fact_value_entity ON fact (value_entity, property) WHERE value_entity IS NOT NULL;
CREATE INDEX fact_evidence ON fact (evidence, entity, property) WHERE evidence <> 'quoted';
CREATE INDEX fact_unsettled ON fact (status, entity, property) WHERE status <> 'accepted';

-- :sparse
CREATE INDEX fact_verdict ON fact (verdict) WHERE verdict IS NOT NULL;
CREATE INDEX fact_review ON fact (entity, property) WHERE review;

-- :touched fact

-- What the id is made of, and whom a value names; what values a property has never changes.
-- :standing (entity, property, value_entity, value_key, spell)
SELECT f.rowid
FROM stage_key k
CROSS JOIN fact f ON f.entity = k.entity AND f.property = k.property AND f.value_key = k.value_key
WHERE k.value_key <> ''
UNION ALL
SELECT f.rowid
FROM stage_key k
CROSS JOIN fact f ON f.entity = k.entity AND f.property = k.property
WHERE k.value_key = '';

-- A denial contests a value unless it speaks of a time before a stated beginning or after a stated end.
-- :stage stage_contradicted of stage_mixed
CREATE TEMP TABLE stage_contradicted (
  key INTEGER, value_key, spell, PRIMARY KEY (key, value_key, spell)
) WITHOUT ROWID;
SELECT DISTINCT k.key, k.value_key, k.spell
FROM stage_spelled d
CROSS JOIN stage_candidate k ON k.key = d.key AND k.value_key = d.value_key AND k.spell = d.spell
WHERE d.side = 2 AND k.side < 2
  AND NOT (d.changes AND (coalesce(k.first_end <= d.seen_first, 0) OR coalesce(d.seen_last <= k.last_start, 0)));

-- What people decided on these values: the last verdict on each that covers its time counts. It wants another look once a
-- claim for its value fell away, its source was judged anew, or it was denied.
-- :stage stage_ruled of stage_verdict
CREATE TEMP TABLE stage_ruled (
  key INTEGER, value_key, spell, verdict, chosen, ruled_from, ruled_upto, rematched, review,
  PRIMARY KEY (key, value_key, spell)
) WITHOUT ROWID;
WITH
covering AS (
  SELECT k.key, k.value_key, k.spell, max(v.verdict) AS verdict
  FROM stage_verdict v
  CROSS JOIN stage_candidate k ON k.key = v.key AND k.value_key = v.value_key
  WHERE (k.upheld IS NULL OR v.verdict = k.upheld)
    AND (k.upheld IS NOT NULL OR (
      (v.earliest IS NULL OR coalesce(k.seen_last >= v.earliest, 1))
      AND (v.latest IS NULL OR coalesce(k.seen_first <= v.latest, 1))
    ))
  GROUP BY k.key, k.value_key, k.spell
)
SELECT r.key, r.value_key, r.spell, r.verdict, v.stance = 'affirms', v.earliest, v.latest, v.rematched,
  coalesce((
    SELECT max(
      CASE
        WHEN c.claim > r.verdict THEN c.live AND c.stance <> v.stance AND c.stance <> 'expects'
        ELSE coalesce(c.retracted_by > r.verdict, s.judged_at > r.verdict, 0)
      END
    )
    FROM claim c
    CROSS JOIN source s ON s.source = c.source
    WHERE c.entity = t.entity AND c.property = t.property AND c.value_key = r.value_key
  ), 0)
FROM covering r
CROSS JOIN stage_verdict v ON v.key = r.key AND v.value_key = r.value_key AND v.verdict = r.verdict
CROSS JOIN stage_key t ON t.key = r.key;

-- The properties that have several candidates and keep one.
-- :stage stage_several
CREATE TEMP TABLE stage_several (key INTEGER PRIMARY KEY);
SELECT s.key
FROM (SELECT key FROM stage_candidate GROUP BY key HAVING count(*) > 1) s
CROSS JOIN stage_key t ON t.key = s.key
WHERE NOT t.many;

-- Their candidates, best first.
-- :stage stage_rival of stage_several
CREATE TEMP TABLE stage_rival (
  key INTEGER, place, value_key, spell, side, changes, measured, low, high, extent, last_start, first_end,
  seen_first, seen_last, ended, upheld, chosen, struck, ruled_from, ruled_upto, rematched,
  affirmed, standing, decided,
  PRIMARY KEY (key, place)
) WITHOUT ROWID;
SELECT k.key,
  row_number() OVER (
    PARTITION BY k.key
    ORDER BY k.side, k.score DESC, k.origins DESC, k.published DESC, k.value_key, k.spell
  ),
  k.value_key, k.spell, k.side, t.changes, t.value_type IN ('date', 'number'), k.low, k.high, k.extent,
  k.last_start, k.first_end, k.seen_first, k.seen_last, k.first_end IS NOT NULL AND NOT k.ends_clash AND t.changes, k.upheld,
  coalesce(r.chosen, 0), coalesce(NOT r.chosen, 0), r.ruled_from, r.ruled_upto, r.rematched,
  count(*) FILTER (WHERE k.side = 0) OVER (PARTITION BY k.key),
  count(*) FILTER (WHERE k.side = 0 AND r.chosen IS NOT 0) OVER (PARTITION BY k.key),
  count(*) FILTER (WHERE k.side = 0 AND r.chosen) OVER (PARTITION BY k.key)
FROM stage_several s
CROSS JOIN stage_key t ON t.key = s.key
CROSS JOIN stage_candidate k ON k.key = s.key
LEFT JOIN stage_ruled r ON r.key = k.key AND r.value_key = k.value_key AND r.spell = k.spell;

-- How values bear on one another, each against the best hundred: more rivals than that only make it as contested.
-- :stage stage_related of stage_rival
CREATE TEMP TABLE stage_related (
  key INTEGER, one, other, relation, one_chosen, other_chosen, one_key, other_rematched, upheld, overruled_by,
  PRIMARY KEY (key, one, other)
) WITHOUT ROWID;
WITH
peer AS (
  SELECT key, place, value_key, changes, measured, low, high, extent, last_start, first_end,
    seen_first, seen_last, upheld, chosen, ruled_from, ruled_upto, rematched, decided
  FROM stage_rival
  WHERE side = 0 AND NOT struck AND standing > 1
),
pair AS (
  SELECT a.key, a.place AS one, b.place AS other, a.chosen AS one_chosen, b.chosen AS other_chosen,
    a.value_key AS one_key, a.seen_first AS one_first, a.seen_last AS one_last,
    b.value_key AS other_key, b.rematched AS other_rematched, b.upheld,
    -- Verdicts on times apart put one value after the other.
    a.chosen AND b.chosen AND coalesce(a.ruled_upto < b.ruled_from, 0) AS before,
    a.chosen AND b.chosen AND coalesce(b.ruled_upto < a.ruled_from, 0) AS after,
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
  CROSS JOIN peer b ON b.key = a.key AND b.place <> a.place
  WHERE (a.changes OR a.measured OR a.decided) AND (a.place <= 100 OR b.place <= 100 OR a.chosen OR b.chosen)
    AND a.upheld IS NULL AND (b.upheld IS NULL OR b.value_key <> a.value_key)
)
SELECT key, one, other,
  CASE
    WHEN before THEN 'followed'
    WHEN after THEN 'follows'
    WHEN other_follows AND one_follows THEN 'rival'
    WHEN other_follows THEN 'followed'
    WHEN one_follows THEN 'follows'
    WHEN vaguer THEN 'vaguer'
    WHEN more_exact THEN 'more exact'
    ELSE 'rival'
  END,
  one_chosen, other_chosen, one_key, other_rematched, upheld,
  -- The verdict for the other that covers the time of this one.
  CASE WHEN other_chosen THEN (
    SELECT max(v.verdict) FROM stage_verdict v
    WHERE v.key = pair.key AND v.value_key = other_key AND v.stance = 'affirms'
      AND (v.earliest IS NULL OR coalesce(one_last >= v.earliest, 1))
      AND (v.latest IS NULL OR coalesce(one_first <= v.latest, 1))
  ) END
FROM pair;

-- What follows for each of several candidates from the others.
-- :stage stage_judged of stage_rival
CREATE TEMP TABLE stage_judged (
  key INTEGER, value_key, spell, refined, followed, rivalled, opposed, rejected, decision, review, first,
  PRIMARY KEY (key, value_key, spell)
) WITHOUT ROWID;
WITH
vague AS (
  SELECT DISTINCT key, one FROM stage_related WHERE relation = 'vaguer'
),
-- A rival of a chosen value is beaten in the time that the verdict covers, and rivals no other any more.
beaten AS (
  SELECT key, one, max(overruled_by) AS verdict
  FROM stage_related
  WHERE relation = 'rival' AND overruled_by IS NOT NULL AND NOT one_chosen
  GROUP BY key, one
),
-- A verdict wants another look, too, once a rival was claimed or judged anew after it, or may have come with a match.
renewed AS (
  SELECT DISTINCT r.key, r.other AS one
  FROM stage_related r
  CROSS JOIN stage_key t ON t.key = r.key
  WHERE r.relation = 'rival' AND r.overruled_by IS NOT NULL AND (r.other_rematched OR EXISTS (
    SELECT 1 FROM claim c CROSS JOIN source s ON s.source = c.source
    WHERE c.entity = t.entity AND c.property = t.property AND c.value_key = r.one_key AND c.live AND c.stance = 'affirms'
      AND (c.claim > r.overruled_by OR s.judged_at > r.overruled_by)
  ))
),
compared AS (
  SELECT r.key, r.one,
    max(r.relation = 'followed' AND b.one IS NULL) AS followed,
    max(r.relation = 'rival' AND o.one IS NULL AND b.one IS NULL AND r.upheld IS NULL) AS rivalled,
    max(r.relation = 'rival' AND r.one_chosen AND r.other_chosen) AS opposed,
    -- The verdict that holds it where it is, though nothing affirms its value any more.
    max(r.upheld) FILTER (
      WHERE r.relation IN ('followed', 'vaguer') OR r.relation = 'rival' AND r.overruled_by IS NOT NULL
    ) AS held
  FROM stage_related r
  LEFT JOIN vague o ON o.key = r.key AND o.one = r.other
  LEFT JOIN beaten b ON b.key = r.key AND b.one = r.other
  GROUP BY r.key, r.one
),
judged AS (
  SELECT p.key, p.value_key, p.spell, p.place, p.side, p.ended, p.chosen, p.upheld,
    g.one IS NOT NULL AND NOT p.chosen AS refined,
    coalesce(s.followed, 0) AS followed,
    CASE
      WHEN p.side > 0 OR p.chosen OR g.one IS NOT NULL THEN 0
      WHEN p.changes OR p.measured THEN coalesce(s.rivalled, 0)
      ELSE p.standing > 1
    END AS rivalled,
    -- Two verdicts that a later match or revision set against each other: neither settles it.
    coalesce(s.opposed, 0) AS opposed,
    p.struck OR b.one IS NOT NULL AND g.one IS NULL AS rejected,
    coalesce(b.verdict, s.held) AS decision,
    n.one IS NOT NULL OR s.held IS NOT NULL OR coalesce(s.opposed, 0) AS review
  FROM stage_rival p
  LEFT JOIN vague g ON p.affirmed > 1 AND g.key = p.key AND g.one = p.place
  LEFT JOIN compared s ON p.affirmed > 1 AND s.key = p.key AND s.one = p.place
  LEFT JOIN beaten b ON p.decided AND b.key = p.key AND b.one = p.place
  LEFT JOIN renewed n ON p.chosen AND n.key = p.key AND n.one = p.place
  WHERE p.upheld IS NULL
)
SELECT key, value_key, spell, refined, followed, rivalled, opposed, rejected, decision, review,
  row_number() OVER (
    PARTITION BY key
    ORDER BY side = 0 AND NOT rejected AND NOT refined AND NOT followed AND NOT ended DESC, chosen DESC, place
  ) = 1
FROM judged;

-- Calls no function: a statement that does keeps a copy of every page that it changes, and the ids come in no order.
-- :rows
WITH judged AS (
  SELECT t.entity, t.property, t.many, t.value_type, k.*, coalesce(r.chosen, 0) AS chosen,
    c.key IS NOT NULL AS contradicted,
    k.first_end IS NOT NULL AND NOT k.ends_clash AND (t.many OR t.changes) AS ended,
    coalesce(j.refined, 0) AS refined,
    coalesce(j.followed, 0) AS followed,
    coalesce(j.rivalled, 0) AS rivalled,
    coalesce(j.opposed, 0) AS opposed,
    coalesce(j.rejected, NOT r.chosen, 0) AS rejected,
    coalesce(j.first, 1) AS first,
    coalesce(r.verdict, j.decision) AS decision,
    coalesce(r.review OR r.chosen AND k.side = 2, 0) OR coalesce(j.review, 0) AS looked_at_again
  FROM stage_candidate k
  CROSS JOIN stage_key t ON t.key = k.key
  LEFT JOIN stage_ruled r ON r.key = k.key AND r.value_key = k.value_key AND r.spell = k.spell
  LEFT JOIN stage_contradicted c ON k.denies > 0 AND c.key = k.key AND c.value_key = k.value_key AND c.spell = k.spell
  LEFT JOIN stage_judged j ON NOT t.many AND j.key = k.key AND j.value_key = k.value_key AND j.spell = k.spell
  WHERE k.upheld IS NULL
)
SELECT
  fact AS fact,
  entity AS entity,
  property AS property,
  value AS value,
  CASE WHEN value_type = 'entity' THEN value END AS value_entity,
  -- A verdict settles what is said, and stands in for no evidence: what nothing affirms it makes no accepted fact.
  CASE
    WHEN rejected THEN 'rejected'
    WHEN side = 2 THEN 'denied'
    WHEN opposed THEN 'contested'
    WHEN NOT chosen AND (contradicted OR rivalled OR starts_clash OR ends_clash) THEN 'contested'
    WHEN side = 1 THEN 'expected'
    WHEN refined THEN 'refined'
    WHEN followed OR ended THEN 'superseded'
    ELSE 'accepted'
  END AS status,
  side = 0 AND NOT rejected AND NOT refined AND NOT followed AND NOT ended AND (many OR first) AS current,
  CASE WHEN side = 2 THEN 0 ELSE score END AS score,
  origins AS origins,
  supports AS supports,
  denies AS denies,
  expects AS expects,
  -- The best evidence that any of its claims has, by the number that its step gave it.
  CASE evidence WHEN 1 THEN 'quoted' WHEN 2 THEN 'altered' WHEN 3 THEN 'locator' WHEN 4 THEN 'none' ELSE 'gone' END AS evidence,
  decision AS verdict,
  looked_at_again AS review,
  -- What all claims agree on; where they exclude each other, the whole stretch of what they say.
  CASE WHEN NOT starts_clash THEN last_start WHEN first_start < first_started THEN first_start ELSE first_started END AS earliest_start,
  CASE WHEN starts_clash THEN last_started ELSE first_started END AS latest_start,
  CASE WHEN ends_clash THEN first_ended ELSE last_ended END AS earliest_end,
  CASE WHEN NOT ends_clash THEN first_end WHEN last_end > last_ended THEN last_end ELSE last_ended END AS latest_end,
  low AS low,
  high AS high,
  value_key AS value_key,
  spell AS spell,
  position AS position
FROM judged;
