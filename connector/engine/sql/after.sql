-- What do we believe of the same touches today?
SELECT
    activities.activity_id,
    contributions.activity_no,
    contributions.person_no AS number,
    CASE WHEN contributions.person_no > 0 THEN contributions.person_no ELSE 0 END AS person_no,
    accounts.account_id,
    contributions.engaged_minutes * power(0.5, CAST($as_of - contributions.day AS DOUBLE) / $half_life) AS minutes
FROM derived.contributions AS contributions
INNER JOIN work.moved_numbers AS activities ON activities.activity_no = contributions.activity_no
INNER JOIN derived.account_numbers AS accounts ON accounts.account_no = contributions.account_no
WHERE contributions.day <= $as_of
    AND (activities.activity_id, CASE WHEN contributions.person_no > 0 THEN contributions.person_no ELSE 0 END)
        IN (SELECT activity_id, person_no FROM work.before)
