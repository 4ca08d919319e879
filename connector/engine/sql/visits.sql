-- Whose are the imported rows in scope, by what do we know it, and where it is nobody's: from which network or mail domain?
SELECT
    imported.activity_id,
    CASE
        WHEN imported.reason IN ('own_staff', 'excluded') THEN imported.reason
        WHEN activity.account_id IS NOT NULL AND accounts.account_no IS NOT NULL THEN 'account'
        WHEN matches.account_no IS NOT NULL THEN 'person'
        WHEN accounts.account_no IS NOT NULL THEN 'domain'
        ELSE 'nobody'
    END AS whose,
    coalesce(activity.domain, split_part(activity.email, '@', 2)) AS domain
FROM work.imported AS imported
INNER JOIN work.scoped_imported AS activity ON activity.id = imported.activity_id
LEFT JOIN derived.identities AS accounts ON accounts.source_id = imported.account_id
LEFT JOIN derived.identities AS persons ON persons.source_id = imported.who_id
LEFT JOIN derived.matches AS matches ON matches.person_no = persons.person_no
