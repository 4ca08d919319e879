-- Of whom is another past known than at the last build?
SELECT person_no
FROM (
    (SELECT * FROM derived.pasts EXCEPT SELECT * FROM work.former_pasts)
    UNION ALL
    (SELECT * FROM work.former_pasts EXCEPT SELECT * FROM derived.pasts)
) AS differing
GROUP BY person_no
