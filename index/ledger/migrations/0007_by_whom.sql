-- Who wrote it, in what language: narrowing by them, and naming them, would mean reading past the texts otherwise.
CREATE INDEX versions_by_whom ON versions (author, language, superseded_by);
