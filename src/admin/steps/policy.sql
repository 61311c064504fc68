-- Changes of policy that were proposed, what became of them, and every text of the settings that went live from here.
CREATE TABLE policy_draft (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  what TEXT NOT NULL,
  made INTEGER NOT NULL,
  by_account INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  because TEXT NOT NULL,
  base TEXT NOT NULL,
  former TEXT NOT NULL,
  text TEXT NOT NULL,
  effect TEXT NOT NULL,
  state TEXT NOT NULL,
  decided INTEGER,
  decided_by TEXT NOT NULL DEFAULT '',
  decided_because TEXT NOT NULL DEFAULT '',
  published INTEGER,
  published_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX policy_draft_by_state ON policy_draft(state);
CREATE TABLE policy_version (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  digest TEXT NOT NULL,
  text TEXT NOT NULL,
  by_name TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  because TEXT NOT NULL,
  draft INTEGER REFERENCES policy_draft(id)
) STRICT;
