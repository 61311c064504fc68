-- Reviews that were held, and what made one due before its time.
CREATE TABLE review (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  what TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  words TEXT NOT NULL,
  items INTEGER NOT NULL,
  upto INTEGER NOT NULL,
  program TEXT NOT NULL
) STRICT;
CREATE INDEX review_of ON review(what, at);
CREATE TABLE review_cause (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  cause TEXT NOT NULL,
  words TEXT NOT NULL
) STRICT;
