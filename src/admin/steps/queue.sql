-- What people at the screen say to staff, and what staff answer. `number`: SHA-256 of what its writer keeps to find the answer.
CREATE TABLE amendment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  number BLOB NOT NULL UNIQUE,
  asked INTEGER NOT NULL,
  reference TEXT NOT NULL,
  who TEXT NOT NULL,
  grp TEXT NOT NULL,
  host TEXT NOT NULL,
  address TEXT NOT NULL,
  reason TEXT NOT NULL,
  category TEXT NOT NULL,
  layer TEXT NOT NULL,
  list TEXT NOT NULL,
  words TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open',
  answer TEXT NOT NULL DEFAULT '',
  answered INTEGER,
  answered_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX amendment_of ON amendment(state, host, grp);
CREATE TABLE worry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  number BLOB NOT NULL UNIQUE,
  told INTEGER NOT NULL,
  grp TEXT NOT NULL,
  name TEXT NOT NULL,
  words TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open',
  answer TEXT NOT NULL DEFAULT '',
  answered INTEGER,
  answered_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX worry_of ON worry(state);
