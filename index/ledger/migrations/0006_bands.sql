-- Bands of another scheme are made anew by the next run; the MinHash that they were cut from was never read again.
DROP TABLE signatures;

-- With `--map`, what was mapped stood behind the hash; bytes are forgotten by whatever names they are read.
UPDATE OR REPLACE forgotten SET hash = substr(hash, 1, 64) WHERE kind = 'raw';
