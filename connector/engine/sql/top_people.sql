-- Who spends most time with us at each account? The five people with the most minutes of the last 90 days, by id only.
WITH lived AS (
    SELECT account_no, person_no, sum(minutes) AS minutes
    FROM person_days
    WHERE day > $as_of - 90 AND day <= $as_of AND minutes > 0
    GROUP BY account_no, person_no
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY account_no ORDER BY minutes DESC, person_no) AS place
    FROM lived
)
SELECT ranked.account_no, people.person_id, people.department, people.seniority_no, ranked.minutes
FROM ranked
INNER JOIN derived.people AS people ON people.person_no = ranked.person_no
WHERE ranked.place <= 5
ORDER BY ranked.account_no, ranked.place
