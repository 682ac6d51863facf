-- Full-text search: names of entities, and the values and quoted words of claims.

-- :table
CREATE VIRTUAL TABLE entity_search USING fts5(
  name, content="entity", content_rowid="position", tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE claim_search USING fts5(
  value, quote, content="claim", content_rowid="claim", tokenize="unicode61 remove_diacritics 2"
);

-- :fill
INSERT INTO entity_search (entity_search) VALUES ('rebuild');
INSERT INTO claim_search (claim_search) VALUES ('rebuild');

-- :follow
CREATE TRIGGER entity_search_leaves AFTER DELETE ON entity
BEGIN
  INSERT INTO entity_search (entity_search, rowid, name) VALUES ('delete', OLD.position, OLD.name);
END;
CREATE TRIGGER entity_search_enters AFTER INSERT ON entity
BEGIN
  INSERT INTO entity_search (rowid, name) VALUES (NEW.position, NEW.name);
END;
CREATE TRIGGER claim_search_leaves AFTER DELETE ON claim
BEGIN
  INSERT INTO claim_search (claim_search, rowid, value, quote) VALUES ('delete', OLD.claim, OLD.value, OLD.quote);
END;
CREATE TRIGGER claim_search_enters AFTER INSERT ON claim
BEGIN
  INSERT INTO claim_search (rowid, value, quote) VALUES (NEW.claim, NEW.value, NEW.quote);
END;
