-- Ids of entities, or of sources, from :low up to :high, as candidates for what somebody meant.
SELECT e.entity AS id FROM entity e WHERE :table = 'entity' AND e.entity >= :low AND e.entity < :high
UNION ALL
SELECT s.source FROM source s WHERE :table = 'source' AND s.source >= :low AND s.source < :high
LIMIT :limit;
