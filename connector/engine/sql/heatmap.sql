-- Whom do we know at each account, and who of them spends time with us? People and minutes of the last 90 days, not faded,
-- by account, department and seniority. A cell whose people are silent stands in it too: it is not one nobody knows.
WITH lived AS (
    SELECT account_no, person_no, sum(minutes) AS minutes, max(signs & 1) AS was_there, max(signs & 2) AS spoke
    FROM person_days
    WHERE day > $as_of - 90 AND day <= $as_of
    GROUP BY account_no, person_no
),
reached AS (
    SELECT DISTINCT participants.person_no
    FROM derived.participants AS participants
    INNER JOIN derived.activities AS activities ON activities.activity_no = participants.activity_no
    WHERE activities.day > $as_of - 90 AND activities.day <= $as_of
        AND (activities.reason IS NULL OR activities.reason = 'unanswered')
)
SELECT
    matches.account_no,
    coalesce(people.department, 'unknown') AS department,
    people.seniority_no,
    count(*) AS people,
    sum(coalesce(lived.minutes, 0)) AS minutes,
    sum(coalesce(lived.minutes, 0) * matches.confidence) AS sure_minutes,
    max(coalesce(lived.minutes, 0)) AS top_minutes,
    CAST(sum(CASE WHEN lived.was_there > 0 THEN 1 ELSE 0 END) AS BIGINT) AS engaged,
    CAST(sum(CASE WHEN lived.spoke > 0 THEN 1 ELSE 0 END) AS BIGINT) AS two_way,
    CAST(sum(CASE WHEN reached.person_no IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS reached
FROM derived.matches AS matches
INNER JOIN derived.people AS people ON people.person_no = matches.person_no
LEFT JOIN lived ON lived.account_no = matches.account_no AND lived.person_no = matches.person_no
LEFT JOIN reached ON reached.person_no = matches.person_no
WHERE NOT people.is_staff AND NOT people.excluded
GROUP BY matches.account_no, coalesce(people.department, 'unknown'), people.seniority_no
ORDER BY matches.account_no, department, people.seniority_no
