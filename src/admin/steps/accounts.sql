-- Who may use the console, their sessions, and whom to ask.
CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  shown TEXT NOT NULL,
  role TEXT NOT NULL,
  hash TEXT NOT NULL,
  first_until INTEGER,
  code_key BLOB,
  code_step INTEGER NOT NULL DEFAULT 0,
  enrolled INTEGER NOT NULL DEFAULT 0,
  until INTEGER,
  vetted_until INTEGER,
  active INTEGER NOT NULL DEFAULT 1,
  made INTEGER NOT NULL,
  made_by TEXT NOT NULL
) STRICT;
CREATE TABLE recovery (
  digest BLOB PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  digest BLOB PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  enrolling INTEGER NOT NULL,
  started INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of ON session(account);
CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
