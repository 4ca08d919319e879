-- Who stands on a list of people to be left out? Salesforce has none.
SELECT CAST(NULL AS VARCHAR) AS person_id
LIMIT 0
