-- Which id stands for which today? Every id of an account, contact or lead, and the living one it became by merges and
-- conversions. Of contacts of one account with one name and address the oldest is the person; an open lead is the contact
-- of its name and address, else the oldest such lead. Chains are followed to their end; a circle has no end and stands for
-- nobody.
WITH RECURSIVE
named AS (
    SELECT id, 0 AS is_lead, coalesce(account_id, '') AS account_id, lower(trim(name)) AS name, lower(trim(email)) AS email
    FROM nouns.contact
    WHERE NOT is_deleted
    UNION ALL
    SELECT id, 1 AS is_lead, '' AS account_id, lower(trim(name)) AS name, lower(trim(email)) AS email
    FROM nouns.lead
    WHERE NOT is_deleted AND NOT coalesce(is_converted, FALSE)
),
doubles AS (
    SELECT
        id,
        CASE
            WHEN is_lead = 0 THEN min(id) OVER (PARTITION BY name, email, is_lead, account_id)
            ELSE coalesce(
                min(CASE WHEN is_lead = 0 THEN id END) OVER (PARTITION BY name, email), min(id) OVER (PARTITION BY name, email)
            )
        END AS first_id
    FROM named
    WHERE name <> '' AND email LIKE '%_@_%'
),
living AS (
    SELECT id, 'account' AS noun FROM nouns.account WHERE NOT is_deleted
    UNION ALL
    SELECT id, 'person' AS noun FROM nouns.contact WHERE NOT is_deleted
    UNION ALL
    SELECT id, 'person' AS noun FROM nouns.lead WHERE NOT is_deleted
),
became AS (
    SELECT id AS source_id, master_id AS target_id FROM nouns.account WHERE is_deleted AND master_id IS NOT NULL
    UNION ALL
    SELECT id AS source_id, master_id AS target_id FROM nouns.contact WHERE is_deleted AND master_id IS NOT NULL
    UNION ALL
    SELECT id AS source_id, master_id AS target_id FROM nouns.lead WHERE is_deleted AND master_id IS NOT NULL
    UNION ALL
    SELECT lead.id AS source_id, contact.id AS target_id
    FROM nouns.lead AS lead
    INNER JOIN nouns.contact AS contact ON contact.id = lead.converted_contact_id
    WHERE NOT lead.is_deleted AND lead.is_converted
    UNION ALL
    SELECT id AS source_id, first_id AS target_id FROM doubles WHERE id <> first_id
),
walk AS (
    SELECT source_id, target_id, 1 AS steps FROM became
    UNION ALL
    SELECT walk.source_id, became.target_id, walk.steps + 1 AS steps
    FROM walk
    INNER JOIN became ON became.source_id = walk.target_id
    WHERE walk.steps < 30 AND became.target_id <> walk.source_id
),
arrived AS (
    SELECT walk.source_id, min(walk.target_id) AS target_id, min(living.noun) AS noun
    FROM walk
    INNER JOIN living ON living.id = walk.target_id
    LEFT JOIN became ON became.source_id = walk.target_id
    WHERE became.source_id IS NULL
    GROUP BY walk.source_id
)
SELECT source_id, target_id, noun FROM arrived
UNION ALL
SELECT living.id AS source_id, living.id AS target_id, living.noun
FROM living
LEFT JOIN arrived ON arrived.source_id = living.id
WHERE arrived.source_id IS NULL
