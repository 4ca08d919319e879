-- Who else stands on an e-mail? Its address tells who sent it; everybody else has received it.
SELECT
    id,
    modified_at,
    created_at,
    is_deleted,
    'email' || from_id AS email_id,
    'contact' || to_id AS relation_id,
    'ToAddress' AS relation_type,
    CAST(NULL AS VARCHAR) AS relation_address
FROM hubspot.association
WHERE from_type = 'email' AND to_type = 'contact'
