-- @revision 0c8d5e3471f6
-- @down-revision 18be53fa6c97
-- @branch-label reviews
-- @message reviews
-- @created 2026-01-19T10:00:00Z

-- @upgrade
CREATE TABLE reviews (
    id          INTEGER PRIMARY KEY,
    book_id     INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
    stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    body        TEXT,
    answers     INTEGER REFERENCES reviews (id) ON DELETE CASCADE,
    UNIQUE (book_id, customer_id)
);

-- @downgrade
DROP TABLE reviews;
