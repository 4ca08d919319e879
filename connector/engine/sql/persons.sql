-- Who are the people? One row a living contact or lead that stands for itself, with what the CRM says of it.
WITH persons AS (
    SELECT
        id, 'contact' AS kind, name, lower(trim(email)) AS email, title, department, seniority, buying_role,
        account_id AS linked_id, NULL AS converted_id, NULL AS company, NULL AS website, NULL AS city, NULL AS country,
        region, coalesce(excluded, FALSE) AS excluded
    FROM nouns.contact
    WHERE NOT is_deleted
    UNION ALL
    SELECT
        id, 'lead' AS kind, name, lower(trim(email)) AS email, title, NULL AS department, seniority, buying_role,
        matched_account_id AS linked_id, CASE WHEN is_converted THEN converted_account_id END AS converted_id,
        company, website, city, country, region, coalesce(excluded, FALSE) AS excluded
    FROM nouns.lead
    WHERE NOT is_deleted
)
SELECT
    numbers.person_no,
    persons.id AS person_id,
    persons.kind,
    coalesce(locks.account_no, linked.account_no) AS linked_no,
    locks.account_no IS NOT NULL AS is_locked,
    converted.account_no AS converted_no,
    persons.name,
    persons.email,
    CASE WHEN persons.email LIKE '%_@_%' THEN split_part(persons.email, '@', 2) END AS email_domain,
    persons.title,
    persons.department,
    persons.seniority,
    persons.buying_role,
    persons.company,
    persons.website,
    persons.city,
    persons.country,
    nullif(trim(persons.region), '') AS region,
    persons.excluded OR listed.person_no IS NOT NULL AS excluded
FROM persons
INNER JOIN work.standing AS standing ON standing.source_id = persons.id AND standing.target_id = persons.id
INNER JOIN derived.person_numbers AS numbers ON numbers.person_id = persons.id
LEFT JOIN work.locks AS locks ON locks.person_no = numbers.person_no
LEFT JOIN derived.identities AS linked ON linked.source_id = persons.linked_id
LEFT JOIN (
    SELECT DISTINCT identities.person_no
    FROM nouns.listed AS listed
    INNER JOIN derived.identities AS identities ON identities.source_id = listed.person_id
) AS listed ON listed.person_no = numbers.person_no
LEFT JOIN derived.identities AS converted ON converted.source_id = persons.converted_id
