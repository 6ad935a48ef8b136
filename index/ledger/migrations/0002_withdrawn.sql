-- Articles that were taken out. No word of theirs is kept: an article's id is a hash of its key.
CREATE TABLE withdrawn (
    article TEXT PRIMARY KEY,
    last INTEGER NOT NULL,           -- number of its last version: what comes back is counted on from it,
                                     -- so that no old citation finds another text under its version's id
    at TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('forgotten', 'pruned')),
    restored TEXT                    -- when it came in again; NULL while it hasn't
) WITHOUT ROWID;

-- What is not taken in again unless asked for: SHA-256 of the bytes read and of the text, the id of the key.
CREATE TABLE forgotten (
    kind TEXT NOT NULL CHECK (kind IN ('key', 'raw', 'text')),
    hash TEXT NOT NULL,
    article TEXT NOT NULL REFERENCES withdrawn (article) ON DELETE CASCADE,
    PRIMARY KEY (kind, hash, article)
) WITHOUT ROWID;
CREATE INDEX forgotten_article ON forgotten (article);

-- 1 from the moment an article is taken out until no store holds a trace of it.
INSERT INTO meta VALUES ('erasing', '0');

CREATE INDEX sources_article ON sources (article);
