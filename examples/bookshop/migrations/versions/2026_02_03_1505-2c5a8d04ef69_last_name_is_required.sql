-- @revision 2c5a8d04ef69
-- @down-revision 6f93e2a7b15c
-- @message every customer has a last name
-- @created 2026-02-03T15:05:00Z

-- SQLite cannot make a column NOT NULL in place: the table is built anew. Foreign keys can only be switched
-- outside a transaction, so the section brings its own.
-- @upgrade no-transaction
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE new_customers (
    id         INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL DEFAULT '',
    last_name  TEXT NOT NULL,
    email      TEXT NOT NULL COLLATE NOCASE UNIQUE,
    joined     TEXT NOT NULL DEFAULT CURRENT_DATE
);
INSERT INTO new_customers (id, first_name, last_name, email, joined)
SELECT id, coalesce(first_name, ''), coalesce(last_name, name), email, joined FROM customers;
DROP TABLE customers;
ALTER TABLE new_customers RENAME TO customers;
COMMIT;
PRAGMA foreign_keys = ON;

-- @downgrade no-transaction
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE new_customers (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    email      TEXT NOT NULL COLLATE NOCASE UNIQUE,
    joined     TEXT NOT NULL DEFAULT CURRENT_DATE,
    first_name TEXT,
    last_name  TEXT
);
INSERT INTO new_customers (id, name, email, joined, first_name, last_name)
SELECT id, trim(first_name || ' ' || last_name), email, joined, first_name, last_name FROM customers;
DROP TABLE customers;
ALTER TABLE new_customers RENAME TO customers;
COMMIT;
PRAGMA foreign_keys = ON;
