-- What happened in each buying centre (the people of one department of an account) on each day? As account_days.
SELECT
    person_days.account_no,
    coalesce(people.department, 'unknown') AS department,
    person_days.day,
    sum(person_days.minutes) AS minutes,
    CAST(sum(person_days.counts) AS INTEGER) AS people,
    max(person_days.signs & 2) > 0 AS two_way,
    max(person_days.signs & 4) > 0 AS act_now,
    max(person_days.signs & 8) > 0 AS wanted
FROM derived.person_days AS person_days
LEFT JOIN derived.people AS people ON people.person_no = person_days.person_no
GROUP BY person_days.account_no, coalesce(people.department, 'unknown'), person_days.day
ORDER BY person_days.account_no, department, person_days.day
