-- @revision f07b41d39ea8
-- @branch-label analytics
-- @message visits, for the people who count
-- @created 2026-02-11T08:00:00Z

-- @upgrade
CREATE TABLE visits (
    at   TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    path TEXT NOT NULL
);
CREATE INDEX ix_visits_day ON visits (date(at));

-- @downgrade
DROP TABLE visits;
