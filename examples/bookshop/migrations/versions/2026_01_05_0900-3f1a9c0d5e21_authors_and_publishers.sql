-- @revision 3f1a9c0d5e21
-- @message authors and publishers
-- @created 2026-01-05T09:00:00Z

-- @upgrade
CREATE TABLE publishers (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE authors (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    born_in INTEGER CHECK (born_in BETWEEN 0 AND 2100)
) STRICT;

-- @downgrade
DROP TABLE authors;
DROP TABLE publishers;
