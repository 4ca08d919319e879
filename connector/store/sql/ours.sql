-- Who of us worked on each account in 90 days, and with how many people there? Mail without an answer is work too.
-- What both CRMs tell of, at the same second, was done once.
WITH done AS (
    SELECT
        accounts.account_id,
        coalesce(users.same_user_id, activities.user_id) AS user_id,
        users.name,
        activities.kind,
        activities.second,
        activities.day,
        CASE WHEN participants.person_no > 0 THEN participants.person_no END AS person_no
    FROM derived.participants AS participants
    INNER JOIN derived.activities AS activities ON activities.activity_no = participants.activity_no
    INNER JOIN derived.accounts AS accounts ON accounts.account_no = participants.account_no
    LEFT JOIN derived.users AS users ON users.user_id = activities.user_id
    LEFT JOIN derived.touches AS touches
        ON touches.activity_no = participants.activity_no AND touches.person_no = participants.person_no
    WHERE activities.user_id IS NOT NULL
        AND activities.day > $as_of_day - 90 AND activities.day <= $as_of_day
        AND (activities.reason IS NULL OR activities.reason = 'unanswered')
        AND touches.reason IS DISTINCT FROM 'mirrored'
)
SELECT
    account_id,
    user_id,
    min(name) AS user_name,
    count(DISTINCT (second, kind)) AS activities,
    count(DISTINCT person_no) AS people,
    DATE '1970-01-01' + max(day) AS last_day
FROM done
GROUP BY account_id, user_id
ORDER BY account_id, activities DESC, user_id
