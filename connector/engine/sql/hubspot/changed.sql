-- Which rows differ since the last build, and as what do we know them? An association changes what hangs on it, a list whoever
-- stands on it.
SELECT
    CASE stream
        WHEN 'owner' THEN 'user'
        WHEN 'company' THEN 'account'
        WHEN 'deal' THEN 'opportunity'
        WHEN 'call' THEN 'task'
        WHEN 'note' THEN 'task'
        WHEN 'meeting' THEN 'event'
        WHEN 'email' THEN 'email_message'
        WHEN 'form_submission' THEN 'campaign_member'
        WHEN 'email_event' THEN 'campaign_member'
        ELSE stream
    END AS stream,
    CASE stream
        WHEN 'company' THEN ''
        WHEN 'form_submission' THEN 'form'
        WHEN 'email_event' THEN 'mail'
        WHEN 'activity' THEN ''
        ELSE stream
    END || id AS id
FROM work.changed
WHERE stream NOT IN ('association', 'list_member')
UNION ALL
SELECT 'contact' AS stream, 'contact' || member.contact_id AS id
FROM work.changed AS changed
INNER JOIN hubspot.list_member AS member ON member.id = changed.id
WHERE changed.stream = 'list_member'
UNION ALL
SELECT
    CASE association.from_type
        WHEN 'deal' THEN 'opportunity'
        WHEN 'meeting' THEN 'event'
        WHEN 'email' THEN 'email_message'
        WHEN 'contact' THEN 'contact'
        WHEN 'company' THEN 'account'
        ELSE 'task'
    END AS stream,
    association.from_type || association.from_id AS id
FROM work.changed AS changed
INNER JOIN hubspot.association AS association ON association.id = changed.id
WHERE changed.stream = 'association'
