-- What companies are there? One that was merged into another, or joined with an account of the other CRM, stands for that.
-- A merge makes a new record: the ids it absorbed may never have been read.
WITH absorbed AS (
    SELECT trim(parts.id) AS id, max(company.id) AS master_id
    FROM hubspot.company AS company, unnest(string_split(company.merged_ids, ';')) AS parts (id)
    WHERE NOT company.is_deleted AND company.merged_ids <> '' AND trim(parts.id) <> company.id
    GROUP BY trim(parts.id)
)
SELECT
    company.id,
    company.modified_at,
    company.created_at,
    company.is_deleted OR absorbed.id IS NOT NULL OR joined.source_id IS NOT NULL AS is_deleted,
    company.name,
    coalesce(company.domain, company.website) AS website,
    company.parent_id,
    'owner' || company.owner_id AS owner_id,
    company.type,
    company.industry,
    company.territory,
    company.tier,
    company.employees,
    company.annual_revenue,
    company.obtainable_revenue,
    company.city,
    company.country,
    coalesce(absorbed.master_id, joined.target_id) AS master_id,
    FALSE AS is_person_account,
    company.excluded,
    company.override,
    company.snooze_until
FROM hubspot.company AS company
LEFT JOIN absorbed ON absorbed.id = company.id
LEFT JOIN work.joined AS joined ON joined.source_id = company.id
UNION ALL BY NAME
SELECT absorbed.id, TRUE AS is_deleted, absorbed.master_id
FROM absorbed
WHERE absorbed.id NOT IN (SELECT id FROM hubspot.company)
