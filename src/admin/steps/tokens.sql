-- Tokens of programs: the digest of each alone.
CREATE TABLE token (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  scope TEXT NOT NULL,
  made INTEGER NOT NULL,
  until INTEGER NOT NULL,
  used INTEGER,
  UNIQUE (account, name)
) STRICT;
