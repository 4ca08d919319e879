-- What did the run want to write?
SELECT * FROM kept.plans WHERE run_id = '$run_id' ORDER BY account_id
