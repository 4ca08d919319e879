-- Who are our own people? Owners; one that was archived is still one of us.
SELECT
    'owner' || id AS id,
    coalesce(name, nullif(trim(concat_ws(' ', first_name, last_name)), '')) AS name,
    email,
    NOT coalesce(is_deleted, FALSE) AS is_active,
    FALSE AS is_deleted,
    CAST(NULL AS VARCHAR) AS department,
    CAST(NULL AS VARCHAR) AS title,
    modified_at,
    created_at
FROM hubspot.owner
