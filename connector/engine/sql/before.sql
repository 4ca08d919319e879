-- What did we believe at the look with which we compare of the touches that have moved since, and what would be left of it
-- today? Somebody who is gone by now, or whom the CRM never named, is person 0. Without an account it did not count yet.
WITH earliest AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY activity_id, person_id ORDER BY until_day) AS place
    FROM kept.former_touches
    WHERE until_day > $since
)
SELECT
    earliest.activity_id,
    coalesce(persons.person_no, 0) AS person_no,
    CASE WHEN earliest.day <= $since THEN earliest.account_id END AS account_id,
    earliest.engaged_minutes * power(0.5, CAST($as_of - earliest.day AS DOUBLE) / $half_life_then) AS minutes
FROM earliest
LEFT JOIN derived.identities AS persons ON persons.source_id = earliest.person_id
WHERE earliest.place = 1
