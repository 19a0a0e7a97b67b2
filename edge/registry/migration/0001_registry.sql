-- The live pointer of each site. Changed by compare-and-set on `version` only.
CREATE TABLE plan (
  site TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  changed_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Releases whose manifest and files are all stored.
CREATE TABLE release (
  site TEXT NOT NULL,
  release TEXT NOT NULL,
  items INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (site, release)
) WITHOUT ROWID;

-- What was changed, when. One row per accepted change; never updated.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  action TEXT NOT NULL,
  version INTEGER,
  detail TEXT NOT NULL
);
CREATE INDEX audit_site ON audit (site, id);
