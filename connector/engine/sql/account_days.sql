-- What happened to each account on each day? Engaged minutes by channel, people who count, and what else was seen.
-- One row a day on which anything was kept.
WITH lived AS (
    SELECT
        account_no,
        day,
        sum(engaged_minutes) AS minutes,
        sum(CASE WHEN channel_no = 0 THEN engaged_minutes ELSE 0 END) AS meeting_minutes,
        sum(CASE WHEN channel_no = 1 THEN engaged_minutes ELSE 0 END) AS phone_minutes,
        sum(CASE WHEN channel_no = 2 THEN engaged_minutes ELSE 0 END) AS email_minutes,
        sum(CASE WHEN channel_no = 3 THEN engaged_minutes ELSE 0 END) AS marketing_minutes,
        sum(CASE WHEN channel_no = 4 THEN engaged_minutes ELSE 0 END) AS web_minutes,
        sum(CASE WHEN channel_no = 5 THEN engaged_minutes ELSE 0 END) AS product_minutes,
        sum(CASE WHEN channel_no = 6 THEN engaged_minutes ELSE 0 END) AS social_minutes,
        sum(CASE WHEN channel_no = 7 THEN engaged_minutes ELSE 0 END) AS support_minutes,
        max(CASE WHEN two_way THEN 1 ELSE 0 END) AS two_way,
        max(CASE WHEN act_now THEN 1 ELSE 0 END) AS act_now,
        max(CASE WHEN is_wanted AND engaged_minutes > 0 THEN 1 ELSE 0 END) AS wanted
    FROM work.scoped_contributions
    GROUP BY account_no, day
),
counted AS (
    SELECT account_no, day, CAST(sum(counts) AS INTEGER) AS people
    FROM work.scoped_person_days
    GROUP BY account_no, day
)
SELECT
    lived.account_no,
    lived.day,
    lived.minutes,
    coalesce(counted.people, 0) AS people,
    lived.two_way = 1 AS two_way,
    lived.act_now = 1 AS act_now,
    lived.wanted = 1 AS wanted,
    lived.meeting_minutes,
    lived.phone_minutes,
    lived.email_minutes,
    lived.marketing_minutes,
    lived.web_minutes,
    lived.product_minutes,
    lived.social_minutes,
    lived.support_minutes
FROM lived
LEFT JOIN counted ON counted.account_no = lived.account_no AND counted.day = lived.day
