-- Rooms, their seats and the times of lessons, site by site; and lessons that somebody looks at: for as long as their question is kept.
CREATE TABLE room (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (site, name)
) STRICT;
CREATE TABLE seat (
  room INTEGER NOT NULL REFERENCES room(id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  seat TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (room, place)
) STRICT;
CREATE TABLE lesson_time (
  site TEXT NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  PRIMARY KEY (site, place)
) STRICT;
CREATE TABLE lesson (
  ask INTEGER PRIMARY KEY REFERENCES asked(id) ON DELETE CASCADE,
  room INTEGER,
  name TEXT NOT NULL,
  range TEXT NOT NULL
) STRICT;
