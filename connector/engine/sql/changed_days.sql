-- On which days of which accounts do the facts differ from before?
SELECT account_no, day
FROM (
    (SELECT * FROM work.fresh_facts EXCEPT SELECT * FROM work.former_facts)
    UNION ALL
    (SELECT * FROM work.former_facts EXCEPT SELECT * FROM work.fresh_facts)
) AS differing
GROUP BY account_no, day
