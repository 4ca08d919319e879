-- Which person or account does an id of the CRM stand for today? Opportunities stand for their account.
SELECT standing.source_id, standing.target_id, persons.person_no, accounts.account_no
FROM work.standing AS standing
LEFT JOIN derived.person_numbers AS persons ON persons.person_id = standing.target_id
LEFT JOIN derived.account_numbers AS accounts ON accounts.account_id = standing.target_id
UNION ALL
SELECT opportunity.id AS source_id, standing.target_id, NULL AS person_no, accounts.account_no
FROM nouns.opportunity AS opportunity
INNER JOIN work.standing AS standing ON standing.source_id = opportunity.account_id
INNER JOIN derived.account_numbers AS accounts ON accounts.account_id = standing.target_id
WHERE NOT opportunity.is_deleted OR opportunity.master_id IS NOT NULL
