-- Which sites an account reaches: names as JSON; nothing: all.
ALTER TABLE account ADD COLUMN sites TEXT;
-- What a site lets those see who look after all sites.
CREATE TABLE site_release (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  what TEXT NOT NULL,
  made INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  because TEXT NOT NULL,
  until INTEGER NOT NULL,
  ended INTEGER,
  ended_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX site_release_of ON site_release(site, until);
