-- What people state of this place for a board: that something is there, where it stands, and that a route of escalation was tried. The
-- latest of a site and a subject counts; older ones stay.
CREATE TABLE stated (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  what TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  person TEXT NOT NULL,
  there INTEGER NOT NULL,
  words TEXT NOT NULL
) STRICT;
CREATE INDEX stated_of ON stated(what, site, id);
CREATE TRIGGER stated_stays BEFORE UPDATE ON stated
BEGIN SELECT RAISE(ABORT, 'what somebody stated is never changed'); END;
