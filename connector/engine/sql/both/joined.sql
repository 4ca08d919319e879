-- Which records of HubSpot are records of Salesforce? By the ids that their sync keeps; else a company by its domain, where it
-- is that of one account alone, and a person by the e-mail address, a contact before a lead.
WITH accounts AS (
    SELECT account.id, websites.domain
    FROM salesforce.account AS account
    LEFT JOIN work.websites AS websites ON websites.website = account.website
    WHERE NOT account.is_deleted
),
domains AS (
    SELECT domain, min(id) AS id
    FROM accounts
    WHERE domain IS NOT NULL AND domain NOT IN (SELECT domain FROM work.domains WHERE says = 'free')
    GROUP BY domain
    HAVING count(*) = 1
),
companies AS (
    SELECT
        company.id AS source_id,
        synced.id AS synced_id,
        domains.id AS domain_id
    FROM hubspot.company AS company
    LEFT JOIN accounts AS synced ON left(synced.id, 15) = left(company.salesforce_account_id, 15)
    LEFT JOIN work.websites AS websites ON websites.website = coalesce(company.domain, company.website)
    LEFT JOIN domains ON domains.domain = websites.domain
    WHERE NOT company.is_deleted
),
persons AS (
    SELECT id, 0 AS is_lead, lower(trim(email)) AS email FROM salesforce.contact WHERE NOT is_deleted
    UNION ALL
    SELECT id, 1 AS is_lead, lower(trim(email)) AS email FROM salesforce.lead WHERE NOT is_deleted
),
addresses AS (
    SELECT email, coalesce(min(CASE WHEN is_lead = 0 THEN id END), min(id)) AS id
    FROM persons
    WHERE email LIKE '%_@_%'
    GROUP BY email
),
contacts AS (
    SELECT
        'contact' || contact.id AS source_id,
        coalesce(by_contact.id, by_lead.id) AS synced_id,
        addresses.id AS address_id
    FROM hubspot.contact AS contact
    LEFT JOIN persons AS by_contact ON left(by_contact.id, 15) = left(contact.salesforce_contact_id, 15)
    LEFT JOIN persons AS by_lead ON left(by_lead.id, 15) = left(contact.salesforce_lead_id, 15)
    LEFT JOIN addresses ON addresses.email = lower(trim(contact.email))
    WHERE NOT contact.is_deleted
)
SELECT
    source_id,
    coalesce(synced_id, domain_id) AS target_id,
    'account' AS noun,
    CASE WHEN synced_id IS NOT NULL THEN 'sync' ELSE 'domain' END AS rule
FROM companies
WHERE synced_id IS NOT NULL OR domain_id IS NOT NULL
UNION ALL
SELECT
    source_id,
    coalesce(synced_id, address_id) AS target_id,
    'person' AS noun,
    CASE WHEN synced_id IS NOT NULL THEN 'sync' ELSE 'email' END AS rule
FROM contacts
WHERE synced_id IS NOT NULL OR address_id IS NOT NULL
UNION ALL
SELECT 'deal' || deal.id AS source_id, opportunity.id AS target_id, 'deal' AS noun, 'sync' AS rule
FROM hubspot.deal AS deal
INNER JOIN salesforce.opportunity AS opportunity
    ON left(opportunity.id, 15) = left(deal.salesforce_opportunity_id, 15) AND NOT opportunity.is_deleted
WHERE NOT deal.is_deleted
