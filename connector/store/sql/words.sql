-- In which words did the records of the last 90 days say what they are? Source, type and status are those of kind_of.
WITH said AS (
    SELECT id, 'task' AS source, type, subtype, status, created_at, is_deleted FROM nouns.task
    UNION ALL
    SELECT id, 'event' AS source, type, subtype, status, created_at, is_deleted FROM nouns.event
    UNION ALL
    SELECT id, 'campaign_member' AS source, type, NULL AS subtype, status, created_at, is_deleted FROM nouns.campaign_member
)
SELECT
    CASE WHEN id LIKE '00%' THEN 'salesforce' ELSE 'hubspot' END AS crm,
    source,
    coalesce(type, '') AS type,
    coalesce(subtype, '') AS subtype,
    coalesce(status, '') AS status,
    count(*) AS records
FROM said
WHERE NOT is_deleted AND CAST(created_at AS DATE) > DATE '1970-01-01' + CAST($as_of_day - 90 AS INTEGER)
GROUP BY ALL
ORDER BY records DESC, source, type, status
