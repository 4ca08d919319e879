-- Who of us works with whom at each account? One row per account, our user and their person, last 90 days.
SELECT
    participants.account_no,
    activities.user_id,
    people.person_id,
    count(DISTINCT activities.activity_no) AS activities,
    count(DISTINCT CASE WHEN activities.reason IS NULL THEN activities.activity_no END) AS answered,
    max(activities.day) AS last_day
FROM derived.participants AS participants
INNER JOIN derived.activities AS activities ON activities.activity_no = participants.activity_no
INNER JOIN derived.people AS people ON people.person_no = participants.person_no
WHERE activities.user_id IS NOT NULL AND participants.account_no IS NOT NULL AND NOT people.is_staff
    AND activities.day > $as_of - 90 AND activities.day <= $as_of
    AND (activities.reason IS NULL OR activities.reason = 'unanswered')
GROUP BY participants.account_no, activities.user_id, people.person_id
ORDER BY participants.account_no, activities DESC, activities.user_id, people.person_id
