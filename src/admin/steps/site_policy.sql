-- Which file a draft changes and a version stood in: the site whose own file it is; empty: the settings.
ALTER TABLE policy_draft ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE policy_version ADD COLUMN site TEXT NOT NULL DEFAULT '';
