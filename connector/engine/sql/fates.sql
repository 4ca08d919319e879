-- What has become of each touch that moved: did it stay, is it another account's, new, or removed? One that is there before
-- and after for one person and account stayed; so did what is left over of an activity on both sides of one account (a
-- nameless touch was given a name). What is left over at two accounts has moved between them.
WITH sides AS (
    SELECT activity_id, person_no, account_id, minutes AS was, NULL AS is_now, NULL AS activity_no, NULL AS number
    FROM work.before
    WHERE account_id IS NOT NULL
    UNION ALL
    SELECT activity_id, person_no, account_id, NULL AS was, minutes AS is_now, activity_no, number
    FROM work.after
),
alone AS (
    SELECT
        *,
        count(was) OVER (PARTITION BY activity_id, person_no, account_id) > 0
            AND count(is_now) OVER (PARTITION BY activity_id, person_no, account_id) > 0 AS stayed
    FROM sides
),
left_over AS (
    SELECT
        *,
        stayed OR (
            count(CASE WHEN NOT stayed THEN was END) OVER (PARTITION BY activity_id, account_id) > 0
            AND count(CASE WHEN NOT stayed THEN is_now END) OVER (PARTITION BY activity_id, account_id) > 0
        ) AS remained
    FROM alone
)
SELECT
    account_id,
    activity_no,
    number AS person_no,
    was,
    is_now,
    CASE
        WHEN remained THEN 'stayed'
        WHEN count(CASE WHEN NOT remained THEN was END) OVER (PARTITION BY activity_id) > 0
            AND count(CASE WHEN NOT remained THEN is_now END) OVER (PARTITION BY activity_id) > 0 THEN 'rematched'
        WHEN was IS NULL THEN 'new'
        ELSE 'removed'
    END AS fate
FROM left_over
