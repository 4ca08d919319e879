-- Which accounts weigh their activities otherwise than at the last build, because they changed their group?
SELECT account_no
FROM (
    (SELECT * FROM work.account_weights EXCEPT SELECT * FROM work.former_weights)
    UNION ALL
    (SELECT * FROM work.former_weights EXCEPT SELECT * FROM work.account_weights)
) AS differing
GROUP BY account_no
