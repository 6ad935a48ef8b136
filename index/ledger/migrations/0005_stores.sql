-- What a Chroma server, or Chroma Cloud, holds of this archive: a row a collection.
CREATE TABLE stores (
    name TEXT PRIMARY KEY,           -- where it is: address, tenant, database, collection
    collection TEXT NOT NULL,        -- the id that the server gave it: another one holds nothing of what was noted
    upto INTEGER NOT NULL,           -- every passage of a latest version with this id or a smaller one is there
    writing INTEGER NOT NULL,        -- no passage with a larger id is there; a write up to here may be under way
    stamps TEXT NOT NULL,            -- JSON list: what the server may say that we wrote there last
    held INTEGER NOT NULL,           -- passages counted there at the end of the last write
    at TEXT,                         -- when that was, UTC
    fault TEXT                       -- why the last write didn't come to its end; NULL when it did
) WITHOUT ROWID;

-- What a store holds and is to hold no longer: passages deleted, or of a version that is no more the latest.
CREATE TABLE leaving (
    store TEXT NOT NULL REFERENCES stores (name) ON DELETE CASCADE,
    passage INTEGER NOT NULL,
    PRIMARY KEY (store, passage)
) WITHOUT ROWID;

CREATE TRIGGER passage_deleted AFTER DELETE ON passages BEGIN
    INSERT OR IGNORE INTO leaving SELECT name, old.id FROM stores WHERE writing >= old.id;
END;
CREATE TRIGGER version_superseded AFTER UPDATE OF superseded_by ON versions WHEN new.superseded_by IS NOT NULL BEGIN
    INSERT OR IGNORE INTO leaving
    SELECT stores.name, passages.id FROM stores, passages
    WHERE passages.version = new.id AND passages.id <= stores.writing;
END;
