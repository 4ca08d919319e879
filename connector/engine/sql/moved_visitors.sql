-- Visits from which domains stand for another account than at the last build?
SELECT domain
FROM (
    (SELECT domain, account_id, reason FROM work.visitors EXCEPT SELECT domain, account_id, reason FROM work.former_visitors)
    UNION ALL
    (SELECT domain, account_id, reason FROM work.former_visitors EXCEPT SELECT domain, account_id, reason FROM work.visitors)
) AS differing
GROUP BY domain
