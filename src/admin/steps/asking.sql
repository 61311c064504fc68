-- Questions to the log: what was asked and why (for a day), what is kept under a name, and whose name was revealed to whom.
CREATE TABLE asked (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  question TEXT NOT NULL,
  purpose TEXT NOT NULL,
  made INTEGER NOT NULL
) STRICT;
CREATE TABLE saved_question (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  question TEXT NOT NULL,
  made INTEGER NOT NULL,
  made_by TEXT NOT NULL
) STRICT;
CREATE TABLE reveal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  asker TEXT NOT NULL,
  word TEXT NOT NULL,
  typed TEXT NOT NULL,
  record INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  made INTEGER NOT NULL,
  state TEXT NOT NULL,
  decider TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT;
CREATE INDEX reveal_of ON reveal(account, word);
