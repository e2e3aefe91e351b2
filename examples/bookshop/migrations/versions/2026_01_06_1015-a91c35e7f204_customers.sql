-- @revision a91c35e7f204
-- @down-revision 7b2e4d8890aa
-- @message customers
-- @created 2026-01-06T10:15:00Z

-- @upgrade
CREATE TABLE customers (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    email  TEXT NOT NULL COLLATE NOCASE UNIQUE,
    joined TEXT NOT NULL DEFAULT CURRENT_DATE
);

-- @downgrade
DROP TABLE customers;
