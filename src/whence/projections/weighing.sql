-- What may be a fact: each value that is claimed of an entity and property, a candidate a spell, weighed by its origins.
-- Steps on the way to `fact`, each kept in a temporary table in the order in which the next one reads it; no view.

-- :touched fact

-- Each live claim of the touched keys in its spell: of one value where the property keeps many, else of all its
-- values. Side 0 affirms, 1 expects, 2 denies; `seen` is the stretch in which it was seen to hold ('' and '~' are open).
-- :stage stage_spelled
CREATE TEMP TABLE stage_spelled (
  key INTEGER, value_key, spell, side, origin, claim, value, source, weight, graded, evidence, published,
  low, high, extent, changes, earliest_start, latest_start, earliest_end, latest_end,
  seen_first, seen_last, joint, derived,
  PRIMARY KEY (key, value_key, spell, side, origin, claim)
) WITHOUT ROWID;
WITH live AS (
  SELECT k.key, k.changes, c.entity, c.property, c.value_key, c.claim, c.value, c.stance, c.source, c.voice, c.origin,
    c.weight, c.low, c.high, c.extent, c.evidence, c.earliest_start, c.latest_start, c.earliest_end, c.latest_end
  FROM stage_key k
  CROSS JOIN claim c ON c.entity = k.entity AND c.property = k.property AND c.value_key = k.value_key
  WHERE k.many AND k.value_key <> '' AND c.live
  UNION ALL
  SELECT k.key, k.changes, c.entity, c.property, c.value_key, c.claim, c.value, c.stance, c.source, c.voice, c.origin,
    c.weight, c.low, c.high, c.extent, c.evidence, c.earliest_start, c.latest_start, c.earliest_end, c.latest_end
  FROM stage_key k
  CROSS JOIN claim c ON c.entity = k.entity AND c.property = k.property
  WHERE NOT k.many AND k.value_key = '' AND c.live
)
SELECT l.key, l.value_key,
  CASE
    WHEN l.changes THEN coalesce((
      SELECT max(s.spell) FROM spell s
      WHERE s.entity = l.entity AND s.property = l.property AND s.value_key = l.value_key
        AND s.spell <= coalesce(l.earliest_start, l.earliest_end, l.latest_start, '')
    ), '')
    ELSE ''
  END,
  CASE l.stance WHEN 'affirms' THEN 0 WHEN 'expects' THEN 1 ELSE 2 END,
  l.origin, l.claim, l.value, l.source, l.weight,
  coalesce(s.grade <= 'C', 0),
  CASE l.evidence WHEN 'quoted' THEN 1 WHEN 'altered' THEN 2 WHEN 'locator' THEN 3 WHEN 'none' THEN 4 ELSE 5 END,
  coalesce(s.published_from, ''),
  l.low, l.high, l.extent, l.changes,
  l.earliest_start, l.latest_start, l.earliest_end, l.latest_end,
  CASE WHEN l.changes THEN min(coalesce(l.latest_start, '~'), coalesce(l.earliest_end, '')) END,
  CASE WHEN l.changes THEN max(coalesce(l.latest_start, '~'), coalesce(l.earliest_end, '')) END,
  instr(l.origin, '+') > 0,
  l.voice IS NULL AND l.source IN (SELECT d.source FROM derivation d)
FROM live l
CROSS JOIN source s ON s.source = l.source;

-- What sources say in their own words that derive from others.
-- :stage stage_derived
CREATE TEMP TABLE stage_derived (claim INTEGER PRIMARY KEY, key INTEGER, value_key, spell, side, source);
SELECT claim, key, value_key, spell, side, source FROM stage_spelled WHERE derived;

-- What such a source repeats from one that it derives from: no voice beside that one, whomever it quotes.
-- :stage stage_repeated of stage_derived
CREATE TEMP TABLE stage_repeated (claim INTEGER PRIMARY KEY);
WITH RECURSIVE lineage (source, ancestor) AS (
  SELECT d.source, d.derived_from
  FROM (SELECT DISTINCT source FROM stage_derived) o
  CROSS JOIN derivation d ON d.source = o.source
  UNION
  SELECT n.source, d.derived_from FROM lineage n CROSS JOIN derivation d ON d.source = n.ancestor
)
SELECT DISTINCT l.claim
FROM stage_derived l
CROSS JOIN lineage n ON n.source = l.source
CROSS JOIN stage_spelled r ON r.key = l.key AND r.value_key = l.value_key AND r.spell = l.spell AND r.side = l.side
  AND r.source = n.ancestor;

-- A joint origin (`a+b`: derived from several roots) is no further voice beside one of its roots.
-- :stage stage_covered
CREATE TEMP TABLE stage_covered (
  key INTEGER, value_key, spell, side, origin, PRIMARY KEY (key, value_key, spell, side, origin)
) WITHOUT ROWID;
SELECT DISTINCT j.key, j.value_key, j.spell, j.side, j.origin
FROM stage_spelled j
CROSS JOIN stage_spelled r ON r.key = j.key AND r.value_key = j.value_key AND r.spell = j.spell AND r.side = j.side
WHERE j.joint AND NOT r.joint
  AND instr('+' || j.origin || '+', '+' || r.origin || '+') > 0;

-- An origin that is heard more than once on one side of a value: it counts by its best claim, and once.
-- :stage stage_chorus
CREATE TEMP TABLE stage_chorus (
  key INTEGER, value_key, spell, side, origin, claim, weight, graded, repeats,
  PRIMARY KEY (key, value_key, spell, side, origin)
) WITHOUT ROWID;
SELECT s.key, s.value_key, s.spell, s.side, s.origin,
  min(s.claim), max(s.weight), max(s.graded), min(o.claim IS NOT NULL)
FROM (
  SELECT key, value_key, spell, side, origin FROM stage_spelled
  GROUP BY key, value_key, spell, side, origin HAVING count(*) > 1
) several
CROSS JOIN stage_spelled s ON s.key = several.key AND s.value_key = several.value_key AND s.spell = several.spell
  AND s.side = several.side AND s.origin = several.origin
LEFT JOIN stage_repeated o ON s.derived AND o.claim = s.claim
GROUP BY s.key, s.value_key, s.spell, s.side, s.origin;

-- Where a value is not only affirmed: how many claims take each side, and the side that the fact is on.
-- :stage stage_mixed
CREATE TEMP TABLE stage_mixed (
  key INTEGER, value_key, spell, side, supports, expects, denies,
  PRIMARY KEY (key, value_key, spell)
) WITHOUT ROWID;
SELECT s.key, s.value_key, s.spell, min(s.side), sum(s.side = 0), sum(s.side = 1), sum(s.side = 2)
FROM (SELECT DISTINCT key, value_key, spell FROM stage_spelled WHERE side > 0) m
CROSS JOIN stage_spelled s ON s.key = m.key AND s.value_key = m.value_key AND s.spell = m.spell
GROUP BY s.key, s.value_key, s.spell;

-- The verdicts in force on the touched keys.
-- :stage stage_verdict
CREATE TEMP TABLE stage_verdict (
  key INTEGER, value_key, verdict, value, stance, earliest, latest, rematched, PRIMARY KEY (key, value_key, verdict)
) WITHOUT ROWID;
SELECT k.key, v.value_key, v.verdict, v.value, v.stance, v.earliest, v.latest, v.rematched
FROM stage_key k
CROSS JOIN verdict v ON v.entity = k.entity AND v.property = k.property AND v.live
WHERE EXISTS (SELECT 1 FROM verdict) AND k.value_key = CASE WHEN k.many THEN v.value_key ELSE '' END;

-- What a verdict in force is for and nothing affirms any more. It keeps its place among its rivals until the verdict is
-- revoked, at the time of the claims that fell away since, or all the time that the verdict covers if none is left to
-- see; but a verdict on what was only expected holds nothing down.
-- :stage stage_upheld of stage_verdict
CREATE TEMP TABLE stage_upheld (
  verdict INTEGER PRIMARY KEY, key INTEGER, value_key, value, value_type, changes, last_start, first_end, seen_first, seen_last
);
WITH
-- Verdicts for a value that something still affirms, or expects, in the time that they cover.
kept AS (
  SELECT v.verdict, s.side
  FROM stage_verdict v
  CROSS JOIN stage_spelled s ON s.key = v.key AND s.value_key = v.value_key AND s.side < 2
  WHERE v.stance = 'affirms'
  GROUP BY v.verdict, s.spell, s.side
  HAVING (v.earliest IS NULL OR coalesce(max(s.seen_last) >= v.earliest, 1))
    AND (v.latest IS NULL OR coalesce(min(s.seen_first) <= v.latest, 1))
)
SELECT v.verdict, v.key, v.value_key, v.value, t.value_type, t.changes,
  max(c.earliest_start) FILTER (WHERE c.stance = 'affirms'), min(c.latest_end) FILTER (WHERE c.stance = 'affirms'),
  coalesce(
    min(min(coalesce(c.latest_start, '~'), coalesce(c.earliest_end, ''))) FILTER (WHERE c.stance = 'affirms'), v.earliest, ''
  ),
  coalesce(
    max(max(coalesce(c.latest_start, '~'), coalesce(c.earliest_end, ''))) FILTER (WHERE c.stance = 'affirms'), v.latest, '~'
  )
FROM stage_verdict v
CROSS JOIN stage_key t ON t.key = v.key AND NOT t.many
LEFT JOIN kept k ON k.verdict = v.verdict
-- The claims for it that were live when the verdict was reached.
LEFT JOIN claim c ON c.entity = t.entity AND c.property = t.property AND c.value_key = v.value_key
  AND NOT c.live AND c.stance <> 'denies' AND c.claim < v.verdict
  AND (c.retracted_by IS NULL OR c.retracted_by > v.verdict)
  AND coalesce((
    SELECT e.type FROM event e
    WHERE e.source = c.source AND e.type IN ('source.withdrawn', 'source.reinstated') AND e.type <> 'claim.made'
      AND +e.position < v.verdict
    ORDER BY e.position DESC LIMIT 1
  ), '') <> 'source.withdrawn'
WHERE v.stance = 'affirms'
GROUP BY v.verdict
HAVING NOT coalesce(max(k.side = 0), 0) AND coalesce(max(c.stance = 'affirms'), max(k.verdict) IS NULL);

-- A candidate value: what affirms it where anything does, else what expects it, else what denies it. It scores its best
-- origin's weight, plus one for each further origin graded A to C, at most three.
-- :stage stage_candidate
CREATE TEMP TABLE stage_candidate (
  key INTEGER, value_key, spell, fact, side, score, origins, evidence, published, value, low, high, extent,
  position, first_start, last_start, first_started, last_started, first_ended, last_ended, first_end, last_end,
  seen_first, seen_last, supports, denies, expects, starts_clash, ends_clash, upheld,
  PRIMARY KEY (key, value_key, spell)
) WITHOUT ROWID;
WITH heard AS (
  SELECT s.*, m.supports, m.expects, m.denies, m.key IS NULL AS affirmed,
    coalesce(h.weight, s.weight) * 2 + coalesce(h.graded, s.graded) AS rank,
    CASE WHEN h.claim IS NOT NULL THEN h.claim = s.claim AND NOT h.repeats ELSE o.claim IS NULL END
      AND CASE WHEN NOT s.joint THEN 1 ELSE NOT EXISTS (
        SELECT 1 FROM stage_covered k
        WHERE k.key = s.key AND k.value_key = s.value_key AND k.spell = s.spell AND k.side = s.side AND k.origin = s.origin
      ) END AS counts
  FROM stage_spelled s
  LEFT JOIN stage_mixed m ON m.key = s.key AND m.value_key = s.value_key AND m.spell = s.spell
  LEFT JOIN stage_chorus h ON h.key = s.key AND h.value_key = s.value_key AND h.spell = s.spell AND h.side = s.side
    AND h.origin = s.origin
  LEFT JOIN stage_repeated o ON s.derived AND o.claim = s.claim
  WHERE m.key IS NULL OR s.side = m.side
)
SELECT key, value_key, spell,
  (SELECT fact_id(t.entity, t.property, heard.value_key, heard.spell) FROM stage_key t WHERE t.key = heard.key), side,
  max(weight) + min(3, max(0,
    coalesce(sum(rank % 2) FILTER (WHERE counts), 0) - coalesce(max(rank) FILTER (WHERE counts), 0) % 2
  )),
  sum(counts), min(evidence), max(published), min(value), min(low), max(high), max(extent), max(claim),
  min(earliest_start), max(earliest_start), min(latest_start), max(latest_start),
  min(earliest_end), max(earliest_end), min(latest_end), max(latest_end), min(seen_first), max(seen_last),
  CASE WHEN affirmed THEN count(*) ELSE supports END,
  coalesce(denies, 0),
  coalesce(expects, 0),
  changes AND coalesce(max(earliest_start) > min(latest_start), 0),
  changes AND coalesce(max(earliest_end) > min(latest_end), 0),
  NULL
FROM heard
GROUP BY key, value_key, spell
UNION ALL
SELECT key, value_key, '~' || verdict, NULL, 0, 0, 0, 0, '', value,
  CASE WHEN value_type IN ('date', 'number') THEN value_low(value_type, value) END,
  CASE WHEN value_type IN ('date', 'number') THEN value_high(value_type, value) END,
  CASE WHEN value_type = 'date' THEN value_extent(value_type, value) ELSE 0 END,
  0, NULL, last_start, NULL, NULL, NULL, NULL, first_end, NULL,
  CASE WHEN changes THEN seen_first END, CASE WHEN changes THEN seen_last END, 0, 0, 0, 0, 0, verdict
FROM stage_upheld;
