-- Which records of HubSpot stand for which of Salesforce, by what do we know it, and which companies are there alone?
SELECT joined.noun, joined.source_id AS record_id, joined.target_id AS stands_for, joined.rule
FROM work.joined AS joined
UNION ALL
SELECT 'account' AS noun, accounts.account_id AS record_id, NULL AS stands_for, NULL AS rule
FROM derived.accounts AS accounts
INNER JOIN hubspot.company AS company ON company.id = accounts.account_id
WHERE (SELECT count(*) FROM work.joined) > 0
ORDER BY noun, record_id
