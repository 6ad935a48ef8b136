-- Passages cut anew for an embedding model that is not in use yet (`dateline reindex`). When it is, they take the place
-- of all passages of their versions. Ids are given when all are cut, above those of the passages.
CREATE TABLE recut (
    id INTEGER,
    version TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector TEXT NOT NULL,
    embed_head TEXT NOT NULL,
    PRIMARY KEY (version, n)
) WITHOUT ROWID;
CREATE UNIQUE INDEX recut_id ON recut (id);
-- Versions that were looked at for it, cut anew or not.
CREATE TABLE recut_seen (
    version TEXT PRIMARY KEY REFERENCES versions (id) ON DELETE CASCADE
) WITHOUT ROWID;
