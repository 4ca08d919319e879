-- Which further addresses do people have? Salesforce keeps one of each.
SELECT CAST(NULL AS VARCHAR) AS person_id, CAST(NULL AS VARCHAR) AS email
LIMIT 0
