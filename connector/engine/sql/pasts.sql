-- What was somebody before, and from which second to which? The first stretch begins before anything else. Only those in
-- which a role or an account was another than today's. All ids that stand for a person tell of its past; an account that
-- is gone is none; parts in deals are today's.
WITH told AS (
    SELECT
        persons.person_no,
        CAST(floor(epoch(pasts.until)) AS BIGINT) AS until_second,
        row_number() OVER (PARTITION BY persons.person_no ORDER BY pasts.until, pasts.person_id) AS place,
        linked.account_no,
        coalesce(seniorities.seniority_no, 0) AS seniority_no,
        coalesce(roles.role_no, 0) AS role_no
    FROM nouns.past AS pasts
    INNER JOIN derived.identities AS persons ON persons.source_id = pasts.person_id AND persons.person_no IS NOT NULL
    LEFT JOIN derived.identities AS linked ON linked.source_id = pasts.account_id
    INNER JOIN work.personas AS personas
        ON personas.said_title = coalesce(pasts.title, '')
        AND personas.said_department = coalesce(pasts.department, '')
        AND personas.said_seniority = coalesce(pasts.seniority, '')
        AND personas.said_role = coalesce(pasts.buying_role, '')
    LEFT JOIN work.deal_roles AS deal ON deal.person_no = persons.person_no
    LEFT JOIN work.role_words AS words ON words.role = deal.role
    LEFT JOIN work.seniorities AS seniorities ON seniorities.seniority = personas.seniority
    LEFT JOIN work.roles AS roles ON roles.buying_role = coalesce(words.buying_role, personas.buying_role)
),
stretches AS (
    SELECT *, coalesce(lag(until_second) OVER (PARTITION BY person_no ORDER BY place), -100000000000) AS from_second
    FROM told
)
SELECT
    stretches.person_no,
    stretches.from_second,
    stretches.until_second,
    stretches.account_no,
    stretches.seniority_no,
    stretches.role_no
FROM stretches
INNER JOIN derived.people AS people ON people.person_no = stretches.person_no
LEFT JOIN derived.matches AS matches ON matches.person_no = stretches.person_no
WHERE stretches.from_second < stretches.until_second
    AND (
        stretches.seniority_no <> people.seniority_no
        OR stretches.role_no <> people.role_no
        OR stretches.account_no <> coalesce(matches.account_no, 0)
    )
