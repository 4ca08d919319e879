-- Which id stands for which today? Every id of an account, contact or lead, and the living one it became by merges and
-- conversions. Chains are followed to their end; a circle has no end and stands for nobody.
WITH RECURSIVE
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
