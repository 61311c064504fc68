-- Long questions to the log: what was ordered, how far it is, and what came of it. Files are beside this one, by their number.
CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  wants TEXT NOT NULL,
  purpose TEXT NOT NULL,
  urgent INTEGER NOT NULL,
  made INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',
  tries INTEGER NOT NULL DEFAULT 0,
  stop INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  of INTEGER NOT NULL DEFAULT 0,
  began INTEGER,
  ended INTEGER,
  rows INTEGER NOT NULL DEFAULT 0,
  sha256 TEXT NOT NULL DEFAULT '',
  result TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX job_next ON job(state, urgent, made);
-- Trends: what was counted until a moment, and the first thirty days of each site, with which later ones are compared.
CREATE TABLE trend (
  until INTEGER PRIMARY KEY,
  figures TEXT NOT NULL
) STRICT;
CREATE TABLE trend_base (
  site TEXT PRIMARY KEY,
  figures TEXT NOT NULL
) STRICT;
