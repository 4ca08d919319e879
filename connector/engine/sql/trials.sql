-- On which leads can matching be tried, because their account is known? The newest that were converted to an account that was
-- there before: one that the conversion made says nothing. With what the lead said, and what its contact says today.
WITH newest AS (
    SELECT
        lead.*,
        truth.account_no AS truth_no,
        row_number() OVER (ORDER BY lead.converted_on DESC, lead.id) AS place
    FROM nouns.lead AS lead
    INNER JOIN derived.identities AS truth ON truth.source_id = lead.converted_account_id AND truth.account_no IS NOT NULL
    INNER JOIN nouns.account AS account ON account.id = truth.target_id
    WHERE lead.is_converted AND NOT lead.is_deleted AND account.created_at < CAST(lead.converted_on AS TIMESTAMPTZ)
)
SELECT
    CAST(-newest.place AS INTEGER) AS person_no,
    newest.id AS lead_id,
    newest.truth_no,
    CAST(NULL AS INTEGER) AS linked_no,
    CAST(NULL AS INTEGER) AS converted_no,
    CASE WHEN newest.email LIKE '%_@_%' THEN split_part(lower(trim(newest.email)), '@', 2) END AS email_domain,
    newest.company,
    newest.website,
    newest.city,
    newest.country,
    contact.linked_no AS own_no,
    contact.email_domain AS own_domain
FROM newest
LEFT JOIN derived.identities AS became ON became.source_id = newest.id
LEFT JOIN work.persons AS contact ON contact.person_no = became.person_no AND contact.kind = 'contact'
WHERE newest.place <= $most_trials
