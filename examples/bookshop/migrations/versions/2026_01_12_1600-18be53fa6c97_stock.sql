-- @revision 18be53fa6c97
-- @down-revision c47e9a10b3d5
-- @message stock of each book
-- @created 2026-01-12T16:00:00Z

-- @upgrade
ALTER TABLE books ADD COLUMN stock INTEGER NOT NULL DEFAULT 0;

INSERT INTO publishers (id, name) VALUES (1, 'Harbour Press'), (2, 'Old Mill Books');
INSERT INTO authors (id, name, born_in) VALUES (1, 'Ada Marsh', 1971), (2, 'Jon Vale', 1956), (3, 'Ines Ortega', 1988);
INSERT INTO books (id, isbn, title, author_id, publisher_id, cents, stock) VALUES
    (1, '9780000000011', 'The Lighthouse Ledger', 1, 1, 1450, 12),
    (2, '9780000000028', 'Salt and Paper', 1, 2, 990, 3),
    (3, '9780000000035', 'A Field Guide to Rain', 2, 1, 2100, 0),
    (4, '9780000000042', 'Night Trains', 3, NULL, 1275, 7);

-- @downgrade
DELETE FROM books WHERE id IN (1, 2, 3, 4);
DELETE FROM authors WHERE id IN (1, 2, 3);
DELETE FROM publishers WHERE id IN (1, 2);
ALTER TABLE books DROP COLUMN stock;
