-- What would each rule have said of the leads on trial, and all of them together, and was it right? Below the least confidence
-- a rule says nothing.
WITH ranked AS (
    SELECT
        person_no,
        rule,
        account_no,
        confidence,
        row_number() OVER (PARTITION BY person_no, rule ORDER BY confidence DESC, account_no) AS place
    FROM work.candidates
),
said AS (
    SELECT person_no, rule, account_no, confidence FROM ranked WHERE place = 1 AND confidence >= $least_confidence
    UNION ALL
    SELECT person_no, 'together' AS rule, account_no, confidence FROM work.trial_matches
),
asked AS (
    SELECT rule FROM work.match_rules WHERE rule IN ('domain', 'website', 'name')
    UNION ALL
    SELECT 'together' AS rule
)
SELECT
    trials.lead_id,
    asked.rule,
    trials.truth_no,
    said.account_no,
    said.confidence,
    said.account_no = trials.truth_no AS is_right
FROM work.trials AS trials
CROSS JOIN asked
LEFT JOIN said ON said.person_no = trials.person_no AND said.rule = asked.rule
