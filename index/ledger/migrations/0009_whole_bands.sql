-- A band is a whole number of 64 bits and stands without its place: half the bytes, found in half the time. What is there
-- is made anew by the next run.
DROP TABLE bands;
CREATE TABLE bands (
    band INTEGER NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (band, version)
) WITHOUT ROWID;
DELETE FROM meta WHERE key = 'signed';
