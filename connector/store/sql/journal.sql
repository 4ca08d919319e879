-- How did each row of the run end, and which accounts still fail from earlier runs?
SELECT journal.*, plans.account_name
FROM kept.journal AS journal
LEFT JOIN kept.plans AS plans ON plans.run_id = journal.run_id AND plans.account_id = journal.account_id
WHERE journal.run_id = '$run_id'
    OR EXISTS (
        SELECT 1 FROM kept.failing AS failing
        WHERE failing.run_id = journal.run_id AND failing.account_id = journal.account_id
    )
ORDER BY journal.account_id, journal.sent_at
