-- Who else was at a meeting? HubSpot does not say what they answered.
SELECT
    id,
    modified_at,
    created_at,
    is_deleted,
    'meeting' || from_id AS event_id,
    'contact' || to_id AS relation_id,
    FALSE AS is_what,
    FALSE AS is_parent,
    TRUE AS is_invitee,
    CAST(NULL AS VARCHAR) AS status
FROM hubspot.association
WHERE from_type = 'meeting' AND to_type = 'contact'
