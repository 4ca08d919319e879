-- Which part does each person play in a deal, and on which account? The role on an open opportunity first, then the newest.
WITH roles AS (
    SELECT
        persons.person_no,
        accounts.account_no,
        played.role,
        row_number() OVER (
            PARTITION BY persons.person_no
            ORDER BY
                CASE WHEN played.role IS NULL THEN 1 ELSE 0 END,
                CASE WHEN opportunity.is_closed THEN 1 ELSE 0 END,
                CASE WHEN played.is_primary THEN 0 ELSE 1 END,
                played.modified_at DESC,
                played.id
        ) AS place
    FROM nouns.opportunity_contact_role AS played
    INNER JOIN nouns.opportunity AS opportunity ON opportunity.id = played.opportunity_id
    INNER JOIN derived.identities AS persons ON persons.source_id = played.contact_id
    LEFT JOIN derived.identities AS accounts ON accounts.source_id = opportunity.id
    WHERE NOT played.is_deleted AND NOT opportunity.is_deleted AND persons.person_no IS NOT NULL
)
SELECT person_no, account_no, role FROM roles WHERE place = 1
