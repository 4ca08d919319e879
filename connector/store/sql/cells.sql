-- How much time did the people of each department and seniority spend with us at each account, in the last 30 days and in the
-- 30 before, and how many were active in 90? Somebody whom nobody knows is of no department.
WITH lived AS (
    SELECT
        account_no,
        person_no,
        sum(CASE WHEN day > $as_of_day - 30 THEN minutes ELSE 0 END) AS minutes_30d,
        sum(CASE WHEN day > $as_of_day - 30 OR day <= $as_of_day - 60 THEN 0 ELSE minutes END) AS minutes_before_30d,
        max(signs & 1) AS was_there
    FROM person_days
    WHERE day > $as_of_day - 90 AND day <= $as_of_day
    GROUP BY account_no, person_no
),
known AS (
    SELECT matches.account_no, matches.person_no
    FROM derived.matches AS matches
    INNER JOIN derived.people AS people ON people.person_no = matches.person_no
    WHERE NOT people.is_staff AND NOT people.excluded
    UNION
    SELECT account_no, person_no FROM lived
)
SELECT
    accounts.account_id,
    coalesce(people.department, 'unknown') AS department,
    coalesce(people.seniority, 'unknown') AS seniority,
    CAST(sum(CASE WHEN known.person_no > 0 THEN 1 ELSE 0 END) AS BIGINT) AS people,
    CAST(sum(coalesce(lived.was_there, 0)) AS BIGINT) AS people_90d,
    sum(coalesce(lived.minutes_30d, 0)) AS minutes_30d,
    sum(coalesce(lived.minutes_before_30d, 0)) AS minutes_before_30d
FROM known
INNER JOIN derived.accounts AS accounts ON accounts.account_no = known.account_no
LEFT JOIN derived.people AS people ON people.person_no = known.person_no
LEFT JOIN lived ON lived.account_no = known.account_no AND lived.person_no = known.person_no
GROUP BY accounts.account_id, coalesce(people.department, 'unknown'), coalesce(people.seniority, 'unknown')
ORDER BY accounts.account_id, department, seniority
