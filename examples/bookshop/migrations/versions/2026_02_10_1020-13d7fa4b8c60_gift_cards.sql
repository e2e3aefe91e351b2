-- @revision 13d7fa4b8c60
-- @down-revision 2c5a8d04ef69
-- @message gift cards
-- @created 2026-02-10T10:20:00Z

-- @upgrade
CREATE TABLE gift_cards (
    code        TEXT PRIMARY KEY NOT NULL,
    customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
    cents       INTEGER NOT NULL CHECK (cents >= 0)
) STRICT, WITHOUT ROWID;

-- @downgrade
DROP TABLE gift_cards;
