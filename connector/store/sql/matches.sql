-- Which account does each person belong to, how sure is it and what came second; or why do they belong to none?
-- Whom no rule was sure enough of has its best guess as the second. In conflict: the second is at least half as sure as the
-- first, and nobody has locked it.
WITH guesses AS (
    SELECT person_no, account_no, confidence
    FROM (
        SELECT *, row_number() OVER (PARTITION BY person_no ORDER BY confidence DESC, rule_no, account_no) AS place
        FROM work.candidates
    )
    WHERE place = 1
)
SELECT
    people.person_id,
    people.kind,
    persons.company,
    people.email_domain,
    accounts.account_id,
    accounts.name AS account_name,
    matches.rule,
    matches.confidence,
    seconds.account_id AS second_account_id,
    seconds.name AS second_account_name,
    CASE WHEN matches.account_no IS NULL THEN guesses.confidence ELSE matches.runner_up_confidence END AS second_confidence,
    persons.is_locked,
    coalesce(NOT persons.is_locked AND matches.runner_up_confidence >= matches.confidence / 2, FALSE) AS is_conflict,
    people.is_staff,
    people.excluded,
    CASE
        WHEN matches.account_no IS NOT NULL THEN NULL
        WHEN people.is_staff THEN 'own_staff'
        WHEN people.excluded THEN 'excluded'
        WHEN guesses.account_no IS NOT NULL THEN 'not_sure'
        WHEN domains.is_free THEN 'free_mail'
        WHEN people.email_domain IS NULL THEN 'no_address'
        ELSE 'unknown_domain'
    END AS why_not
FROM derived.people AS people
INNER JOIN work.persons AS persons ON persons.person_no = people.person_no
LEFT JOIN derived.matches AS matches ON matches.person_no = people.person_no
LEFT JOIN guesses ON guesses.person_no = people.person_no
LEFT JOIN derived.accounts AS accounts ON accounts.account_no = matches.account_no
LEFT JOIN derived.accounts AS seconds
    ON seconds.account_no = CASE WHEN matches.account_no IS NULL THEN guesses.account_no ELSE matches.runner_up_no END
LEFT JOIN work.domain_says AS domains ON domains.domain = people.email_domain
ORDER BY people.person_id
