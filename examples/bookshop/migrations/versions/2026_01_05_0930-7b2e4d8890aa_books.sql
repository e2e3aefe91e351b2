-- @revision 7b2e4d8890aa
-- @down-revision 3f1a9c0d5e21
-- @message books
-- @created 2026-01-05T09:30:00Z

-- @upgrade
CREATE TABLE books (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    isbn         TEXT NOT NULL UNIQUE CHECK (length(isbn) = 13),
    title        TEXT NOT NULL COLLATE NOCASE,
    author_id    INTEGER NOT NULL REFERENCES authors (id),
    publisher_id INTEGER REFERENCES publishers (id) ON DELETE SET NULL,
    cents        INTEGER NOT NULL DEFAULT 0 CHECK (cents >= 0),
    price        TEXT GENERATED ALWAYS AS (printf('%d.%02d', cents / 100, cents % 100)) VIRTUAL
);

-- @downgrade
DROP TABLE books;
