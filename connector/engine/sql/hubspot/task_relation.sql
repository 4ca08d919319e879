-- Who else was part of a call or task?
SELECT
    id,
    modified_at,
    created_at,
    is_deleted,
    from_type || from_id AS task_id,
    'contact' || to_id AS relation_id,
    FALSE AS is_what
FROM hubspot.association
WHERE from_type IN ('call', 'task', 'note') AND to_type = 'contact'
