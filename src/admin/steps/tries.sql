-- Refused sign-ins with the name of an account, for its owner: those since the last sign-in, and what was told at that one.
CREATE TABLE tries (
  account INTEGER PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  many INTEGER NOT NULL,
  had_password INTEGER NOT NULL,
  last INTEGER NOT NULL,
  address TEXT NOT NULL,
  told INTEGER NOT NULL
) STRICT;
