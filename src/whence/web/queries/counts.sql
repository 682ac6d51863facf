-- How much there is, counted no further than :most + 1, so that a large store's home page costs what a small one's does.
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM source LIMIT :most + 1)) AS sources,
  (SELECT count(*) FROM (SELECT 1 FROM entity LIMIT :most + 1)) AS entities,
  (SELECT count(*) FROM (SELECT 1 FROM fact LIMIT :most + 1)) AS facts,
  (SELECT count(*) FROM (SELECT 1 FROM claim LIMIT :most + 1)) AS claims,
  (SELECT count(*) FROM (SELECT 1 FROM conflict LIMIT :most + 1)) AS conflicts;
