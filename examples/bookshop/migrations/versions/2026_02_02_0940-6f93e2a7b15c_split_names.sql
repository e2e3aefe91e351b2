-- @revision 6f93e2a7b15c
-- @down-revision d81b06ce4f37
-- @message split the names of customers
-- @created 2026-02-02T09:40:00Z

-- @upgrade
ALTER TABLE customers ADD COLUMN first_name TEXT;
ALTER TABLE customers ADD COLUMN last_name TEXT;

-- A name without a space is a last name.
UPDATE customers
SET first_name = trim(substr(name, 1, instr(name, ' '))),
    last_name  = trim(substr(name, instr(name, ' ') + 1));

-- @downgrade
UPDATE customers SET name = trim(coalesce(first_name, '') || ' ' || coalesce(last_name, ''));
ALTER TABLE customers DROP COLUMN last_name;
ALTER TABLE customers DROP COLUMN first_name;
