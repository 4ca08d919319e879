-- To which buying centre does each person-day belong? To the person's region, however it is written; `unknown` without one.
SELECT
    person_days.*,
    coalesce(lower(people.region), 'unknown') AS centre,
    coalesce(people.region, 'unknown') AS name,
    CAST(NULL AS INTEGER) AS ends
FROM person_days
LEFT JOIN derived.people AS people ON people.person_no = person_days.person_no
