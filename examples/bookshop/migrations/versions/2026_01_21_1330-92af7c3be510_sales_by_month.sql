-- @revision 92af7c3be510
-- @down-revision e6240d7f91bc
-- @message sales by month
-- @created 2026-01-21T13:30:00Z

-- @upgrade
CREATE VIEW sales_by_month AS
SELECT strftime('%Y-%m', o.placed) AS month,
       count(DISTINCT o.id)        AS orders,
       sum(l.copies * l.cents)     AS cents
FROM orders AS o
JOIN order_lines AS l ON l.order_id = o.id
WHERE o.status <> 'open'
GROUP BY month;

-- @downgrade
DROP VIEW sales_by_month;
