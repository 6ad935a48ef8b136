-- Without row ids the texts lay in the tree that ids are searched in: each comparison on the way to a version read
-- another version's text whole, a dozen of them at 20,000 articles. Now a version is found by an index on the ids, and
-- its text, which stands last, is read by whoever asks for it alone.
CREATE TABLE moved (
    id TEXT PRIMARY KEY NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    n INTEGER NOT NULL,
    text_hash TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT,
    author TEXT,
    language TEXT,
    published TEXT,
    modified TEXT,
    day INTEGER,                     -- of modified or published, days since 1970; NULL when undated
    published_day INTEGER,
    seen TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('first', 'publisher', 'extraction')),
    raw_hash TEXT NOT NULL,
    cleaner INTEGER NOT NULL,
    dropped TEXT NOT NULL DEFAULT '[]',
    superseded_by TEXT,
    run INTEGER REFERENCES runs (id),
    sequence INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (article, n)
);
INSERT INTO moved (
    id, article, n, text_hash, title, publisher, author, language, published, modified, day, published_day, seen,
    reason, raw_hash, cleaner, dropped, superseded_by, run, sequence, text
)
SELECT
    id, article, n, text_hash, title, publisher, author, language, published, modified, day, published_day, seen,
    reason, raw_hash, cleaner, dropped, superseded_by, run, sequence, text
FROM versions;
DROP TABLE versions;
ALTER TABLE moved RENAME TO versions;

-- The indexes that stand for their rows name the id now: it was the key, and in each of them by itself.
CREATE INDEX versions_text_hash ON versions (text_hash);
CREATE INDEX versions_chosen ON versions (article, n, day, published_day, publisher, superseded_by, id);
CREATE INDEX versions_by_day ON versions (published_day, superseded_by, day, article, n, publisher, id);
CREATE INDEX versions_by_whom ON versions (author, language, superseded_by, id);
CREATE TRIGGER version_superseded AFTER UPDATE OF superseded_by ON versions WHEN new.superseded_by IS NOT NULL BEGIN
    INSERT OR IGNORE INTO leaving
    SELECT stores.name, passages.id FROM stores, passages
    WHERE passages.version = new.id AND passages.id <= stores.writing;
END;
