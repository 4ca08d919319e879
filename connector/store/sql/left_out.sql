-- How many activities of each account were not counted, by reason? Those of no account have none.
SELECT
    accounts.account_id,
    left_out.reason,
    count(*) AS activities
FROM derived.left_out AS left_out
LEFT JOIN derived.activities AS activities ON activities.activity_id = left_out.activity_id
LEFT JOIN derived.matches AS matches ON matches.person_no = left_out.person_no
LEFT JOIN derived.accounts AS accounts ON accounts.account_no = coalesce(matches.account_no, activities.account_no)
GROUP BY accounts.account_id, left_out.reason
ORDER BY accounts.account_id NULLS FIRST, activities DESC, left_out.reason
