-- What would each matching rule have said of the converted leads, and was it right? One row a lead and rule.
SELECT
    trials.lead_id,
    trials.rule,
    truth.account_id AS truth_id,
    said.account_id,
    trials.confidence,
    trials.is_right
FROM derived.trials AS trials
INNER JOIN derived.accounts AS truth ON truth.account_no = trials.truth_no
LEFT JOIN derived.accounts AS said ON said.account_no = trials.account_no
ORDER BY trials.lead_id, trials.rule
