-- Which touches does an activity that counts leave on people, and why does one of them not count after all?
SELECT
    participants.activity_no,
    participants.person_no,
    participants.account_no,
    activities.kind_no,
    activities.day,
    activities.second,
    activities.date_only,
    activities.own_seconds,
    participants.role <> 'primary' AND participants.role <> 'somebody' AS is_company,
    CASE
        WHEN activities.day < $score_from THEN 'before_start'
        WHEN participants.role = 'nobody' THEN 'no_account'
        WHEN participants.person_no = 0 THEN 'internal'
        WHEN people.is_staff THEN 'own_staff'
        WHEN people.excluded THEN 'excluded'
        WHEN participants.response = 'Declined' THEN 'declined'
        WHEN participants.role IN ('to', 'cc', 'bcc', 'other') THEN 'recipient'
        WHEN participants.account_no IS NULL THEN 'no_account'
    END AS reason
FROM work.scoped_participants AS participants
INNER JOIN derived.activities AS activities ON activities.activity_no = participants.activity_no
LEFT JOIN derived.people AS people ON people.person_no = participants.person_no
WHERE activities.reason IS NULL
