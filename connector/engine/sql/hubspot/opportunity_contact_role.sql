-- Who plays which part in a deal? The label of the association says it.
SELECT
    association.id,
    association.modified_at,
    association.created_at,
    association.is_deleted,
    'deal' || association.from_id AS opportunity_id,
    'contact' || association.to_id AS contact_id,
    nullif(association.label, '') AS role,
    coalesce(association.is_primary, FALSE) AS is_primary
FROM hubspot.association AS association
WHERE association.from_type = 'deal' AND association.to_type = 'contact'
