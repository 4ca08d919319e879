-- Which accounts are there, and in which group, tier and size band is each?
-- Client: won before (or the CRM's type says customer). Prospect: an open opportunity. Target: neither.
WITH deals AS (
    SELECT
        standing.target_id AS account_id,
        max(CASE WHEN opportunity.is_won THEN 1 ELSE 0 END) AS has_won,
        max(CASE WHEN opportunity.is_closed THEN 0 ELSE 1 END) AS has_open
    FROM nouns.opportunity AS opportunity
    INNER JOIN work.standing AS standing ON standing.source_id = opportunity.account_id
    WHERE NOT opportunity.is_deleted
    GROUP BY standing.target_id
)
SELECT
    numbers.account_no,
    account.id AS account_id,
    account.name,
    websites.domain,
    parent.target_id AS parent_id,
    account.owner_id,
    owner.name AS owner_name,
    CASE
        WHEN deals.has_won = 1 OR lower(account.type) LIKE '%customer%' OR lower(account.type) LIKE '%client%' THEN 'client'
        WHEN deals.has_open = 1 THEN 'prospect'
        ELSE 'target'
    END AS account_group,
    account.tier,
    size_bands.name AS size_band,
    account.industry,
    account.territory,
    account.city,
    account.country,
    account.created_at,
    coalesce(account.excluded, FALSE) OR coalesce(account.is_person_account, FALSE)
        OR coalesce(lower(account.override) LIKE 'exclude%', FALSE) AS excluded,
    account.override,
    account.snooze_until
FROM nouns.account AS account
INNER JOIN derived.account_numbers AS numbers ON numbers.account_id = account.id
LEFT JOIN work.standing AS parent ON parent.source_id = account.parent_id
LEFT JOIN nouns.user AS owner ON owner.id = account.owner_id
LEFT JOIN deals ON deals.account_id = account.id
LEFT JOIN work.websites AS websites ON websites.website = account.website
LEFT JOIN work.size_bands AS size_bands
    ON account.employees >= size_bands.least_employees AND account.employees < size_bands.below_employees
WHERE NOT account.is_deleted
