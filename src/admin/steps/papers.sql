-- Papers of a case of disclosure, as they came: the notice, amendments of it, legal advice. They are neither changed nor taken out, and
-- are kept as long as the case.
CREATE TABLE paper (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  disclosure INTEGER NOT NULL REFERENCES disclosure(id),
  number INTEGER NOT NULL,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (disclosure, number),
  UNIQUE (disclosure, sha256)
) STRICT;
CREATE TRIGGER paper_stays BEFORE UPDATE ON paper
BEGIN SELECT RAISE(ABORT, 'a paper of a case is never changed'); END;
CREATE TRIGGER paper_is_kept BEFORE DELETE ON paper
BEGIN SELECT RAISE(ABORT, 'a paper of a case is never taken out'); END;
