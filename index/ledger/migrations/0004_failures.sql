-- The run that read it after all, or failed at it again; NULL while it is out.
ALTER TABLE failures ADD COLUMN settled INTEGER;
CREATE INDEX failures_out ON failures (origin) WHERE settled IS NULL;
