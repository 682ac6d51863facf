-- A source: a document that says things. Its last registration counts; its grade is the last one given.

-- :table
CREATE TABLE source (
  source TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  publisher TEXT REFERENCES entity (entity),
  url TEXT,
  author TEXT,
  published TEXT,
  published_from TEXT,
  published_upto TEXT,
  updated TEXT,
  language TEXT,
  handling TEXT,
  grade TEXT CHECK (grade = 'A' OR grade = 'B' OR grade = 'C' OR grade = 'D' OR grade = 'E' OR grade = 'F'),
  grade_points INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
  judged_at INTEGER REFERENCES event (position),
  origin TEXT NOT NULL,
  captured_at TEXT,
  text_sha256 TEXT,
  position INTEGER NOT NULL REFERENCES event (position),
  recorded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX source_publisher ON source (publisher);
CREATE INDEX source_position ON source (position);

-- A source's origin follows from the roots it derives from, so what changes one changes all that derive from it.
-- :touched source (source)
WITH RECURSIVE affected (source) AS (
  SELECT e.source FROM event e
  WHERE e.type IN ('source.registered', 'source.captured', 'source.graded', 'source.withdrawn', 'source.reinstated')
    AND e.type <> 'claim.made' AND e.position > :after AND e.position <= :upto
  UNION
  SELECT s.source FROM touched_identity t CROSS JOIN source s ON s.publisher = t.identity
  UNION
  SELECT d.source FROM affected a CROSS JOIN derivation d ON d.derived_from = a.source
)
SELECT source AS source FROM affected;

-- :rows
WITH RECURSIVE ancestor (source, root) AS (
  SELECT t.source, t.source FROM touched_source t
  UNION
  SELECT a.source, d.derived_from FROM ancestor a CROSS JOIN derivation d ON d.source = a.root
),
-- The publishers of the sources that derive from nothing: one origin where it is one, else a joint one.
voice (source, origin) AS (
  SELECT source, group_concat(origin, '+')
  FROM (
    SELECT DISTINCT a.source AS source, coalesce(
      (SELECT i.canonical FROM identity i WHERE i.identity = e.data ->> 'publisher'),
      e.data ->> 'publisher', 'source:' || a.root
    ) AS origin
    FROM ancestor a
    CROSS JOIN event e ON e.position = (
      SELECT r.position FROM event r
      WHERE r.source = a.root AND r.type = 'source.registered' AND r.type <> 'claim.made' AND +r.position <= :upto
      ORDER BY r.position DESC LIMIT 1
    )
    WHERE NOT EXISTS (SELECT 1 FROM derivation d WHERE d.source = a.root)
    ORDER BY source, origin
  )
  GROUP BY source
)
SELECT
  t.source AS source,
  last.data ->> 'title' AS title,
  last.data ->> 'kind' AS kind,
  coalesce(
    (SELECT i.canonical FROM identity i WHERE i.identity = last.data ->> 'publisher'), last.data ->> 'publisher'
  ) AS publisher,
  last.data ->> 'url' AS url,
  last.data ->> 'author' AS author,
  last.data ->> 'published' AS published,
  date_lower(last.data ->> 'published') AS published_from,
  date_upper(last.data ->> 'published') AS published_upto,
  last.data ->> 'updated' AS updated,
  last.data ->> 'language' AS language,
  last.data ->> 'handling' AS handling,
  graded.data ->> 'grade' AS grade,
  CASE graded.data ->> 'grade' WHEN 'A' THEN 5 WHEN 'B' THEN 4 WHEN 'C' THEN 3 WHEN 'D' THEN 2 WHEN 'E' THEN 1 ELSE 2 END AS grade_points,
  coalesce((
    SELECT e.type = 'source.withdrawn' FROM event e
    WHERE e.source = t.source AND e.type IN ('source.withdrawn', 'source.reinstated') AND e.type <> 'claim.made'
      AND +e.position <= :upto
    ORDER BY e.position DESC LIMIT 1
  ), 0) AS withdrawn,
  (
    SELECT max(e.position) FROM event e
    WHERE e.source = t.source AND e.type IN ('source.graded', 'source.withdrawn', 'source.reinstated')
      AND e.type <> 'claim.made' AND +e.position <= :upto
  ) AS judged_at,
  coalesce(v.origin, last.data ->> 'publisher', 'source:' || t.source) AS origin,
  (
    SELECT min(e.data ->> 'retrieved_at') FROM event e
    WHERE e.source = t.source AND e.type = 'source.captured' AND e.type <> 'claim.made' AND +e.position <= :upto
  ) AS captured_at,
  (
    SELECT e.data ->> 'text_sha256' FROM event e
    WHERE e.source = t.source AND e.type = 'source.captured' AND e.type <> 'claim.made' AND +e.position <= :upto
    ORDER BY e.position DESC LIMIT 1
  ) AS text_sha256,
  first.position AS position,
  first.recorded_at AS recorded_at
FROM touched_source t
CROSS JOIN event first ON first.position = (
  SELECT e.position FROM event e
  WHERE e.source = t.source AND e.type = 'source.registered' AND e.type <> 'claim.made' AND +e.position <= :upto
  ORDER BY e.position LIMIT 1
)
CROSS JOIN event last ON last.position = (
  SELECT e.position FROM event e
  WHERE e.source = t.source AND e.type = 'source.registered' AND e.type <> 'claim.made' AND +e.position <= :upto
  ORDER BY e.position DESC LIMIT 1
)
LEFT JOIN event graded ON graded.position = (
  SELECT e.position FROM event e
  WHERE e.source = t.source AND e.type = 'source.graded' AND e.type <> 'claim.made' AND +e.position <= :upto
  ORDER BY e.position DESC LIMIT 1
)
LEFT JOIN voice v ON v.source = t.source;
