-- Who is each person: department, seniority and part in a purchase, and whether they are our own or left out?
SELECT
    persons.person_no,
    persons.person_id,
    persons.kind,
    persons.linked_no,
    persons.name,
    persons.email_domain,
    persons.title,
    personas.department,
    personas.seniority,
    persons.region,
    coalesce(words.buying_role, personas.buying_role) AS buying_role,
    CASE WHEN words.buying_role IS NULL THEN personas.rule ELSE personas.rule || ' (from an opportunity)' END AS persona_rule,
    coalesce(domains.is_own, FALSE) OR users.email IS NOT NULL AS is_staff,
    persons.excluded OR coalesce(domains.is_excluded, FALSE) AS excluded,
    personas.is_unmapped,
    coalesce(seniorities.seniority_no, 0) AS seniority_no,
    coalesce(roles.role_no, 0) AS role_no
FROM work.persons AS persons
INNER JOIN work.personas AS personas
    ON personas.said_title = coalesce(persons.title, '')
    AND personas.said_department = coalesce(persons.department, '')
    AND personas.said_seniority = coalesce(persons.seniority, '')
    AND personas.said_role = coalesce(persons.buying_role, '')
LEFT JOIN work.deal_roles AS deal ON deal.person_no = persons.person_no
LEFT JOIN work.role_words AS words ON words.role = deal.role
LEFT JOIN work.domain_says AS domains ON domains.domain = persons.email_domain
LEFT JOIN (SELECT DISTINCT lower(trim(email)) AS email FROM nouns.user WHERE NOT is_deleted AND email IS NOT NULL) AS users
    ON users.email = persons.email
LEFT JOIN work.seniorities AS seniorities ON seniorities.seniority = personas.seniority
LEFT JOIN work.roles AS roles ON roles.buying_role = coalesce(words.buying_role, personas.buying_role)
