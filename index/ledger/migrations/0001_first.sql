-- Every commit that a reader could notice advances `sequence`.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('sequence', '0');

CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started TEXT NOT NULL,
    finished TEXT,
    sources TEXT NOT NULL,           -- JSON list of what was asked to be read
    counts TEXT                      -- JSON object, written when the run ends
);

CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    url TEXT,
    origin TEXT NOT NULL,
    story TEXT NOT NULL,
    latest TEXT NOT NULL             -- versions.id
) WITHOUT ROWID;
CREATE INDEX articles_story ON articles (story);

CREATE TABLE versions (
    id TEXT PRIMARY KEY,
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    n INTEGER NOT NULL,
    text TEXT NOT NULL,
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
    UNIQUE (article, n)
) WITHOUT ROWID;
CREATE INDEX versions_text_hash ON versions (text_hash);
CREATE INDEX versions_published_day ON versions (published_day);
-- Everything that choosing a version looks at, so that no text is read for it.
CREATE INDEX versions_chosen ON versions (article, n, day, published_day, publisher, superseded_by);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- never reused, so "newer than the base" is a comparison
    version TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector TEXT NOT NULL,
    embed_head TEXT NOT NULL,        -- what is embedded before text[start:end]: title and date
    sequence INTEGER NOT NULL,
    UNIQUE (version, n)
);
CREATE INDEX passages_vector ON passages (vector);

-- What a source held the last time it was read: an unchanged one is skipped by this alone.
CREATE TABLE sources (
    origin TEXT PRIMARY KEY,
    raw_hash TEXT NOT NULL,
    cleaner INTEGER NOT NULL,
    outcome TEXT NOT NULL,           -- in | duplicate | skipped
    article TEXT,
    reason TEXT,
    run INTEGER
) WITHOUT ROWID;

CREATE TABLE failures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    origin TEXT NOT NULL,
    stage TEXT NOT NULL,             -- read | clean | commit | embed
    reason TEXT NOT NULL,
    at TEXT NOT NULL
);

-- Locality-sensitive hashing of MinHash signatures: articles that share a band are compared.
CREATE TABLE bands (
    band INTEGER NOT NULL,
    hash BLOB NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (band, hash, version)
) WITHOUT ROWID;
CREATE TABLE signatures (version TEXT PRIMARY KEY, minhash BLOB NOT NULL) WITHOUT ROWID;
