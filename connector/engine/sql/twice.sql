-- Which touches stand for a response that a campaign member already tells, and by which record?
-- One person answers a campaign once, however often a lead and the contact it became are members: to have come says more
-- than to have signed up, then the first answer. What marketing automation logs as a task on the same day is that response
-- again. What a machine answered stands for nobody.
WITH told AS (
    SELECT
        witnessed.activity_no,
        witnessed.person_no,
        witnessed.kind_no,
        CASE WHEN kinds.kind = 'registered' THEN 1 ELSE 0 END AS only_signed_up,
        witnessed.day,
        activities.activity_id,
        activities.source,
        activities.campaign_id
    FROM work.witnessed AS witnessed
    INNER JOIN derived.activities AS activities ON activities.activity_no = witnessed.activity_no
    INNER JOIN work.kinds AS kinds ON kinds.kind_no = witnessed.kind_no
    LEFT JOIN work.mirrored AS mirrored
        ON mirrored.activity_no = witnessed.activity_no AND mirrored.person_no = witnessed.person_no
    LEFT JOIN work.bursts AS bursts
        ON bursts.activity_no = witnessed.activity_no AND bursts.person_no = witnessed.person_no
    WHERE mirrored.activity_no IS NULL AND bursts.activity_no IS NULL
        AND (kinds.channel = 'marketing' OR activities.source = 'campaign_member')
        AND witnessed.reason IS NULL AND witnessed.person_no > 0
),
members AS (
    SELECT
        activity_no,
        person_no,
        kind_no,
        day,
        first_value(activity_id) OVER (
            PARTITION BY person_no, campaign_id ORDER BY only_signed_up, day, activity_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS kept_id,
        activity_id
    FROM told
    WHERE source = 'campaign_member'
),
by_day AS (
    SELECT person_no, kind_no, day, min(activity_id) AS kept_id FROM members WHERE kept_id = activity_id GROUP BY person_no, kind_no, day
)
SELECT activity_no, person_no, kept_id FROM members WHERE kept_id <> activity_id
UNION ALL
SELECT told.activity_no, told.person_no, by_day.kept_id
FROM told
INNER JOIN by_day ON by_day.person_no = told.person_no AND by_day.kind_no = told.kind_no AND by_day.day = told.day
WHERE told.source <> 'campaign_member'
