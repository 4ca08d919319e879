-- Which titles does no pattern know, how many people have each, and what was understood of it?
SELECT
    people.title,
    count(*) AS people,
    CAST(sum(CASE WHEN matches.account_no IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS matched,
    min(people.department) AS department,
    min(people.seniority) AS seniority
FROM derived.people AS people
LEFT JOIN derived.matches AS matches ON matches.person_no = people.person_no
WHERE people.is_unmapped AND NOT people.is_staff AND NOT people.excluded
GROUP BY people.title
ORDER BY people DESC, people.title
