-- To which buying centre does each person-day belong? To the person's department; `unknown` where nobody knows it.
SELECT
    person_days.*,
    coalesce(people.department, 'unknown') AS centre,
    coalesce(people.department, 'unknown') AS name,
    CAST(NULL AS INTEGER) AS ends
FROM person_days
LEFT JOIN derived.people AS people ON people.person_no = person_days.person_no
