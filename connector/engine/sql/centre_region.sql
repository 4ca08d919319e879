-- To which buying centre does each person-day belong? To the person's region, however it is written; `unknown` without one.
SELECT
    person_days.account_no,
    person_days.person_no,
    person_days.day,
    person_days.minutes,
    person_days.signs,
    person_days.counts,
    coalesce(lower(people.region), 'unknown') AS centre,
    coalesce(people.region, 'unknown') AS name,
    CAST(NULL AS INTEGER) AS ends
FROM person_days
LEFT JOIN derived.people AS people ON people.person_no = person_days.person_no
