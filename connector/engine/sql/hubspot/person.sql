-- What people are there? One that was merged into another, or joined with a person of the other CRM, stands for that one.
WITH absorbed AS (
    SELECT trim(parts.id) AS id, max(contact.id) AS master_id
    FROM hubspot.contact AS contact, unnest(string_split(contact.merged_ids, ';')) AS parts (id)
    WHERE NOT contact.is_deleted AND contact.merged_ids <> '' AND trim(parts.id) <> contact.id
    GROUP BY trim(parts.id)
)
SELECT
    'contact' || contact.id AS id,
    contact.modified_at,
    contact.created_at,
    contact.is_deleted OR absorbed.id IS NOT NULL OR joined.source_id IS NOT NULL AS is_deleted,
    contact.company_id AS account_id,
    nullif(trim(concat_ws(' ', contact.first_name, contact.last_name)), '') AS name,
    contact.email,
    contact.title,
    contact.department,
    contact.seniority,
    contact.buying_role,
    'owner' || contact.owner_id AS owner_id,
    coalesce('contact' || absorbed.master_id, joined.target_id) AS master_id,
    contact.excluded,
    contact.company,
    contact.website,
    contact.industry,
    contact.employees,
    contact.city,
    contact.country,
    contact.region
FROM hubspot.contact AS contact
LEFT JOIN absorbed ON absorbed.id = contact.id
LEFT JOIN work.joined AS joined ON joined.source_id = 'contact' || contact.id
UNION ALL BY NAME
SELECT 'contact' || absorbed.id AS id, TRUE AS is_deleted, 'contact' || absorbed.master_id AS master_id
FROM absorbed
WHERE absorbed.id NOT IN (SELECT id FROM hubspot.contact)
