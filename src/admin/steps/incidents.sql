-- Incidents: what was said of each is added line by line and never changed; and what of the log belongs to them.
CREATE TABLE incident (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  opened INTEGER NOT NULL,
  opened_by TEXT NOT NULL,
  origin TEXT NOT NULL,
  merge_key TEXT NOT NULL,
  person TEXT,
  device TEXT,
  client TEXT,
  people TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL
) STRICT;
CREATE INDEX incident_same ON incident(merge_key, last);
CREATE TABLE incident_line (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  incident INTEGER NOT NULL REFERENCES incident(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  text TEXT NOT NULL,
  reference TEXT NOT NULL
) STRICT;
CREATE INDEX incident_line_of ON incident_line(incident);
CREATE TRIGGER incident_line_stays BEFORE UPDATE ON incident_line
BEGIN SELECT RAISE(ABORT, 'a line of an incident is never changed'); END;
CREATE TRIGGER incident_line_goes_with_its_incident BEFORE DELETE ON incident_line
WHEN EXISTS (SELECT 1 FROM incident WHERE id = OLD.incident)
BEGIN SELECT RAISE(ABORT, 'a line of an incident is never taken out'); END;
CREATE TABLE incident_hit (
  sequence INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident(id) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX incident_hit_of ON incident_hit(incident);
-- Alerts: equal ones are one with a count while nobody has taken them on.
CREATE TABLE alert (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule TEXT NOT NULL,
  theme TEXT NOT NULL,
  severity INTEGER NOT NULL,
  merge_key TEXT NOT NULL,
  people TEXT NOT NULL,
  person TEXT,
  device TEXT,
  client TEXT,
  said TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  taken INTEGER,
  taken_by TEXT NOT NULL DEFAULT '',
  incident INTEGER REFERENCES incident(id) ON DELETE SET NULL,
  told INTEGER NOT NULL DEFAULT 0,
  escalated INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alert_same ON alert(merge_key, last);
CREATE TABLE digest (
  until INTEGER PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;
-- Letters that wait to be sent. Recipients are names of the settings, never addresses that somebody typed.
CREATE TABLE letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  made INTEGER NOT NULL,
  due INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  fault TEXT NOT NULL DEFAULT ''
) STRICT;
