-- Who is known at each account, in which role, and why do we think that they belong there?
SELECT
    accounts.account_id,
    people.person_id,
    people.kind,
    people.name,
    people.title,
    people.department,
    people.seniority,
    people.buying_role,
    people.persona_rule,
    people.is_staff,
    people.excluded,
    matches.rule AS match_rule,
    matches.confidence
FROM derived.matches AS matches
INNER JOIN derived.accounts AS accounts ON accounts.account_no = matches.account_no
INNER JOIN derived.people AS people ON people.person_no = matches.person_no
ORDER BY accounts.account_id, people.person_id
