-- Reports: questions that are asked by the clock and sent to a recipient of the settings; and letters with a file.
CREATE TABLE report (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  question TEXT NOT NULL,
  times TEXT NOT NULL,
  hour INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  kind TEXT NOT NULL,
  purpose TEXT NOT NULL,
  made INTEGER NOT NULL,
  due INTEGER NOT NULL,
  again INTEGER NOT NULL DEFAULT 0,
  last INTEGER
) STRICT;
CREATE INDEX report_due ON report(due);
ALTER TABLE letter ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE letter ADD COLUMN file BLOB NOT NULL DEFAULT x'';
