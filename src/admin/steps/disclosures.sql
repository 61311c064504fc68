-- Cases of disclosure, what they handed over, and the record of what was done in them, which no other role sees.
CREATE TABLE disclosure (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL,
  bundle BLOB
) STRICT;
CREATE TABLE sealed (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  disclosure INTEGER REFERENCES disclosure(id),
  at INTEGER NOT NULL,
  salt TEXT NOT NULL,
  digest TEXT NOT NULL,
  act TEXT NOT NULL
) STRICT;
CREATE INDEX sealed_of ON sealed(disclosure);
