-- @revision b5f39a62d08e
-- @down-revision 0c8d5e3471f6
-- @message ratings, kept beside the books
-- @created 2026-01-22T17:15:00Z

-- @upgrade
CREATE VIEW ratings AS
SELECT book_id, count(*) AS reviews, round(avg(stars), 1) AS stars
FROM reviews
WHERE answers IS NULL
GROUP BY book_id;

CREATE TRIGGER reviews_answer_once BEFORE INSERT ON reviews
WHEN new.answers IS NOT NULL
BEGIN
    SELECT raise(ABORT, 'an answer cannot be answered')
    WHERE (SELECT answers FROM reviews WHERE id = new.answers) IS NOT NULL;
END;

-- @downgrade
DROP TRIGGER reviews_answer_once;
DROP VIEW ratings;
