-- What people at the screen think of the filter: no name, no moment but the day. `site` of what was done: what stands before the mark in
-- names of its groups; nothing: every site.
CREATE TABLE we_did (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  site TEXT,
  said TEXT NOT NULL,
  did TEXT NOT NULL,
  made_by TEXT NOT NULL,
  ended INTEGER
) STRICT;
CREATE TABLE opinion (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  day INTEGER NOT NULL,
  grp TEXT NOT NULL,
  view TEXT NOT NULL,
  words TEXT NOT NULL,
  worry INTEGER,
  seen INTEGER,
  seen_by TEXT NOT NULL DEFAULT '',
  we_did INTEGER
) STRICT;
CREATE INDEX opinion_of ON opinion(seen, grp);
CREATE INDEX opinion_day ON opinion(day, grp);
