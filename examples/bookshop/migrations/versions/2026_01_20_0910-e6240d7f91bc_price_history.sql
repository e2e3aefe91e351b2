-- @revision e6240d7f91bc
-- @down-revision 18be53fa6c97
-- @message keep every price a book ever had
-- @created 2026-01-20T09:10:00Z

-- @upgrade
CREATE TABLE price_history (
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    changed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    cents   INTEGER NOT NULL
);

CREATE TRIGGER books_price_changed AFTER UPDATE OF cents ON books
WHEN old.cents <> new.cents
BEGIN
    INSERT INTO price_history (book_id, cents)
    VALUES (old.id, CASE WHEN old.cents IS NULL THEN 0 ELSE old.cents END);
END;

-- @downgrade
DROP TRIGGER books_price_changed;
DROP TABLE price_history;
