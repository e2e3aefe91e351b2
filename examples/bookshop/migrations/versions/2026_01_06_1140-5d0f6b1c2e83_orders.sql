-- @revision 5d0f6b1c2e83
-- @down-revision a91c35e7f204
-- @message orders and their lines
-- @created 2026-01-06T11:40:00Z

-- @upgrade
CREATE TABLE orders (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    placed      TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status      TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'sent', 'closed'))
);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    book_id  INTEGER NOT NULL REFERENCES books (id) DEFERRABLE INITIALLY DEFERRED,
    copies   INTEGER NOT NULL CHECK (copies > 0),
    cents    INTEGER NOT NULL,
    PRIMARY KEY (order_id, book_id)
) WITHOUT ROWID;

-- @downgrade
DROP TABLE order_lines;
DROP TABLE orders;
