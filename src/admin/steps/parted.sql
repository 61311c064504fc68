-- Whose sites a long question was answered for: names as JSON; nothing: all.
ALTER TABLE job ADD COLUMN sites TEXT;
-- Whose sites a review was held for, and what makes one due.
ALTER TABLE review ADD COLUMN sites TEXT;
ALTER TABLE review_cause ADD COLUMN sites TEXT;
