-- On which further days does somebody no longer count, or count at last?
SELECT days.account_no, days.day
FROM work.recounted_days AS days
INNER JOIN derived.person_days AS before
    ON before.account_no = days.account_no AND before.person_no = days.person_no AND before.day = days.day
WHERE before.counts <> days.counts
GROUP BY days.account_no, days.day
