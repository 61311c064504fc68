-- Who reads the digest, and who takes alerts on. `owner`, `deputy`: accounts; `..._to`: names of recipients of letters. `stage`: 1, its owner
-- was told that it is overdue; 2, the deputy and those who are told last were.
CREATE TABLE duty (
  kind TEXT PRIMARY KEY,
  every TEXT NOT NULL,
  owner INTEGER,
  owner_to TEXT NOT NULL DEFAULT '',
  deputy INTEGER,
  deputy_to TEXT NOT NULL DEFAULT '',
  looked INTEGER,
  looked_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE duty_turn (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  began INTEGER NOT NULL,
  until INTEGER NOT NULL UNIQUE,
  due INTEGER NOT NULL,
  last INTEGER NOT NULL,
  read INTEGER,
  read_by TEXT NOT NULL DEFAULT '',
  stage INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE duty_told (
  alert INTEGER PRIMARY KEY,
  stage INTEGER NOT NULL
) STRICT;
