-- Which people belong to another account than at the last build?
SELECT person_no
FROM (
    (SELECT person_no, account_no FROM derived.matches EXCEPT SELECT person_no, account_no FROM work.former_matches)
    UNION ALL
    (SELECT person_no, account_no FROM work.former_matches EXCEPT SELECT person_no, account_no FROM derived.matches)
) AS differing
GROUP BY person_no
