-- On which days of which accounts do the facts differ from before, or weigh otherwise?
SELECT account_no, day
FROM (
    (SELECT * FROM work.fresh_facts EXCEPT SELECT * FROM work.former_facts)
    UNION ALL
    (SELECT * FROM work.former_facts EXCEPT SELECT * FROM work.fresh_facts)
) AS differing
GROUP BY account_no, day
UNION
SELECT account_no, day
FROM derived.facts
WHERE account_no IN (SELECT account_no FROM work.moved_weights)
