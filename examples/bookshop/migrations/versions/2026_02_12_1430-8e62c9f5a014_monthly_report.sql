-- @revision 8e62c9f5a014
-- @down-revision f07b41d39ea8
-- @depends-on 92af7c3be510
-- @message monthly report
-- @created 2026-02-12T14:30:00Z

-- @upgrade
CREATE VIEW monthly_report AS
SELECT v.month, v.visits, s.orders, s.cents
FROM (SELECT strftime('%Y-%m', at) AS month, count(*) AS visits FROM visits GROUP BY month) AS v
LEFT JOIN sales_by_month AS s ON s.month = v.month;

-- @downgrade
DROP VIEW monthly_report;
