-- Which account does each person belong to, by which rule, how sure, and what came second?
-- A link set by a person beats every guess, whatever its confidence.
WITH best AS (
    SELECT
        person_no,
        account_no,
        rule,
        confidence,
        row_number() OVER (PARTITION BY person_no, account_no ORDER BY confidence DESC, rule_no) AS place_by_account,
        CASE WHEN rule = 'link' THEN 0 ELSE 1 END AS guessed,
        rule_no
    FROM work.candidates
),
ordered AS (
    SELECT
        person_no,
        account_no,
        rule,
        confidence,
        row_number() OVER (PARTITION BY person_no ORDER BY guessed, confidence DESC, rule_no, account_no) AS place,
        lead(account_no) OVER (PARTITION BY person_no ORDER BY guessed, confidence DESC, rule_no, account_no) AS runner_up_no,
        lead(confidence) OVER (PARTITION BY person_no ORDER BY guessed, confidence DESC, rule_no, account_no)
            AS runner_up_confidence
    FROM best
    WHERE place_by_account = 1
)
SELECT person_no, account_no, rule, confidence, runner_up_no, runner_up_confidence
FROM ordered
WHERE place = 1 AND (confidence >= $least_confidence OR rule = 'link')
