-- Which touches are copies of what the other CRM tells? None, where there is but one.
SELECT CAST(NULL AS INTEGER) AS activity_no, CAST(NULL AS INTEGER) AS person_no, CAST(NULL AS VARCHAR) AS kept_id
LIMIT 0
