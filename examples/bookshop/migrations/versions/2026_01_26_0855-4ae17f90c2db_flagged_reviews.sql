-- @revision 4ae17f90c2db
-- @down-revision b5f39a62d08e
-- @message flag reviews for the editors
-- @created 2026-01-26T08:55:00Z

-- @upgrade
ALTER TABLE reviews ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_reviews_flagged ON reviews (book_id) WHERE flagged;

-- @downgrade
DROP INDEX ix_reviews_flagged;
ALTER TABLE reviews DROP COLUMN flagged;
