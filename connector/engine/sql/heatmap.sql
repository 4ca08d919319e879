-- Who spends time with us? Minutes of the last 90 days, not faded, and people, by account, department and seniority.
-- Known people without any minutes stand in it too: a cell that is filled and silent is not a cell nobody knows.
WITH lived AS (
    SELECT account_no, person_no, sum(engaged_minutes) AS minutes, max(CASE WHEN two_way THEN 1 ELSE 0 END) AS two_way
    FROM derived.contributions
    WHERE day > $as_of - 90 AND day <= $as_of
    GROUP BY account_no, person_no
)
SELECT
    matches.account_no,
    coalesce(people.department, 'unknown') AS department,
    people.seniority_no,
    sum(coalesce(lived.minutes, 0)) AS minutes,
    count(*) AS people,
    CAST(sum(CASE WHEN lived.minutes > 0 THEN 1 ELSE 0 END) AS BIGINT) AS engaged_people,
    CAST(sum(coalesce(lived.two_way, 0)) AS BIGINT) AS two_way_people,
    max(coalesce(lived.minutes, 0)) AS top_person_minutes
FROM derived.matches AS matches
INNER JOIN derived.people AS people ON people.person_no = matches.person_no
LEFT JOIN lived ON lived.account_no = matches.account_no AND lived.person_no = matches.person_no
WHERE NOT people.is_staff AND NOT people.excluded
GROUP BY matches.account_no, coalesce(people.department, 'unknown'), people.seniority_no
ORDER BY matches.account_no, department, people.seniority_no
