-- How much are we on each account's radar? Web visits and answers to mail of the last 90 days, and of the 90 before.
SELECT
    contributions.account_no,
    CAST(sum(CASE WHEN contributions.day > $as_of - 90 THEN 1 ELSE 0 END) AS BIGINT) AS signs,
    CAST(sum(CASE WHEN contributions.day > $as_of - 90 THEN 0 ELSE 1 END) AS BIGINT) AS signs_before
FROM derived.contributions AS contributions
INNER JOIN work.kinds AS kinds ON kinds.kind_no = contributions.kind_no
WHERE kinds.channel IN ('web', 'email') AND contributions.day > $as_of - 180 AND contributions.day <= $as_of
GROUP BY contributions.account_no
ORDER BY contributions.account_no
