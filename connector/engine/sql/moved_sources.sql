-- Which ids stand for another person or account than at the last build?
SELECT source_id
FROM (
    (SELECT source_id, person_no, account_no FROM derived.identities
     EXCEPT SELECT source_id, person_no, account_no FROM work.former_sources)
    UNION ALL
    (SELECT source_id, person_no, account_no FROM work.former_sources
     EXCEPT SELECT source_id, person_no, account_no FROM derived.identities)
) AS differing
GROUP BY source_id
