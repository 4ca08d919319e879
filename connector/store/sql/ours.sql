-- Who of us worked on each account in 90 days, and with how many people there? Mail without an answer is work too.
SELECT
    accounts.account_id,
    activities.user_id,
    users.name AS user_name,
    count(DISTINCT activities.activity_no) AS activities,
    count(DISTINCT CASE WHEN participants.person_no > 0 THEN participants.person_no END) AS people,
    DATE '1970-01-01' + max(activities.day) AS last_day
FROM derived.participants AS participants
INNER JOIN derived.activities AS activities ON activities.activity_no = participants.activity_no
INNER JOIN derived.accounts AS accounts ON accounts.account_no = participants.account_no
LEFT JOIN derived.users AS users ON users.user_id = activities.user_id
WHERE activities.user_id IS NOT NULL
    AND activities.day > $as_of_day - 90 AND activities.day <= $as_of_day
    AND (activities.reason IS NULL OR activities.reason = 'unanswered')
GROUP BY accounts.account_id, activities.user_id, users.name
ORDER BY accounts.account_id, activities DESC, activities.user_id
