-- Which touches are believed to be another account's, on another day, to count no more, or to count at last? As they were
-- before. Of several looks on a day the first tells what was before the day.
SELECT
    as_of.as_of_day AS until_day,
    coalesce(believed.activity_id, believes.activity_id) AS activity_id,
    coalesce(believed.person_id, believes.person_id) AS person_id,
    believed.account_id,
    believed.day,
    believed.engaged_minutes
FROM work.believed AS believed
FULL OUTER JOIN work.believes AS believes
    ON believes.activity_id = believed.activity_id AND believes.person_id = believed.person_id
CROSS JOIN work.as_of AS as_of
LEFT JOIN kept.former_touches AS known
    ON known.until_day = as_of.as_of_day
    AND known.activity_id = coalesce(believed.activity_id, believes.activity_id)
    AND known.person_id = coalesce(believed.person_id, believes.person_id)
WHERE (believed.account_id IS DISTINCT FROM believes.account_id OR believed.day IS DISTINCT FROM believes.day)
    AND known.activity_id IS NULL
