-- How much do we do on each account? Meetings held and booked, and how many of our own people work on it, in 90 days.
WITH met AS (
    SELECT
        touches.account_no,
        count(DISTINCT CASE WHEN touches.day <= $as_of AND touches.day > $as_of - 90 THEN touches.activity_no END) AS held,
        count(DISTINCT CASE WHEN touches.day > $as_of THEN touches.activity_no END) AS booked
    FROM derived.touches AS touches
    INNER JOIN work.kinds AS kinds ON kinds.kind_no = touches.kind_no
    WHERE touches.reason IS NULL AND kinds.kind = 'meeting'
    GROUP BY touches.account_no
),
ours AS (
    SELECT participants.account_no, count(DISTINCT activities.user_id) AS our_people
    FROM derived.participants AS participants
    INNER JOIN derived.activities AS activities ON activities.activity_no = participants.activity_no
    WHERE activities.day > $as_of - 90 AND activities.day <= $as_of
        AND (activities.reason IS NULL OR activities.reason = 'unanswered')
    GROUP BY participants.account_no
)
SELECT
    accounts.account_no,
    coalesce(met.held, 0) AS meetings_held,
    coalesce(met.booked, 0) AS meetings_booked,
    coalesce(ours.our_people, 0) AS our_people
FROM derived.accounts AS accounts
LEFT JOIN met ON met.account_no = accounts.account_no
LEFT JOIN ours ON ours.account_no = accounts.account_no
ORDER BY accounts.account_no
