-- Whose e-mail address is it? A contact before a lead, the first address of somebody before a further one; of several the
-- oldest id. Our users' addresses are our own.
WITH known AS (
    SELECT email, kind, person_id, 0 AS is_ours FROM work.persons WHERE email LIKE '%_@_%'
    UNION ALL
    SELECT others.email, 'other' AS kind, standing.target_id AS person_id, 0 AS is_ours
    FROM nouns.other_address AS others
    INNER JOIN work.standing AS standing ON standing.source_id = others.person_id
    WHERE others.email LIKE '%_@_%'
    UNION ALL
    SELECT lower(trim(email)) AS email, 'user' AS kind, NULL AS person_id, 1 AS is_ours
    FROM nouns.user
    WHERE NOT is_deleted AND email LIKE '%_@_%'
)
SELECT
    email,
    coalesce(
        min(CASE WHEN kind = 'contact' THEN person_id END), min(CASE WHEN kind = 'lead' THEN person_id END), min(person_id)
    ) AS person_id,
    max(is_ours) = 1 AS is_ours
FROM known
GROUP BY email
