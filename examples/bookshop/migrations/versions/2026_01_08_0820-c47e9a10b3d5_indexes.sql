-- @revision c47e9a10b3d5
-- @down-revision 5d0f6b1c2e83
-- @message indexes for what the shop looks up
-- @created 2026-01-08T08:20:00Z

-- @upgrade
CREATE INDEX ix_books_author ON books (author_id, title);
CREATE INDEX ix_books_title ON books (lower(title));
CREATE INDEX ix_orders_open ON orders (placed DESC) WHERE status = 'open';

-- @downgrade
DROP INDEX ix_orders_open;
DROP INDEX ix_books_title;
DROP INDEX ix_books_author;
