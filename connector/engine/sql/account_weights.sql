-- For which accounts does a kind of activity weigh otherwise, because their group has weights of its own?
SELECT accounts.account_no, CAST(weights.kind_no AS INTEGER) AS kind_no, CAST(weights.factor AS DOUBLE) AS factor
FROM derived.accounts AS accounts
INNER JOIN work.group_weights AS weights ON weights.group_name = accounts.account_group
ORDER BY accounts.account_no, kind_no
