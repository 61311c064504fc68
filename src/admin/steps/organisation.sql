-- Who an account is for the organisation's own sign-in service: by issuer and subject, and by nothing else.
CREATE TABLE organisation (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organisation_of ON organisation(account, issuer);
