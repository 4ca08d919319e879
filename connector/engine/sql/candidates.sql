-- Which accounts could a person belong to, by which rule, and how sure is it?
WITH known AS (
    SELECT
        suffixes.domain,
        domains.account_no,
        domains.share,
        rank() OVER (PARTITION BY suffixes.domain ORDER BY suffixes.steps) AS nearest
    FROM work.suffixes AS suffixes
    INNER JOIN work.account_domains AS domains ON domains.domain = suffixes.suffix AND domains.place <= 2
),
by_domain AS (
    SELECT persons.person_no, 'domain' AS rule, known.account_no, known.share
    FROM work.persons AS persons
    INNER JOIN known ON known.domain = persons.email_domain AND known.nearest = 1
    UNION ALL
    SELECT persons.person_no, 'website' AS rule, known.account_no, known.share
    FROM work.persons AS persons
    INNER JOIN work.websites AS websites ON websites.website = persons.website
    INNER JOIN known ON known.domain = websites.domain AND known.nearest = 1
),
by_name AS (
    SELECT
        persons.person_no,
        alike.account_no,
        alike.similarity,
        CASE WHEN lower(accounts.city) = lower(persons.city) THEN 4 ELSE 0 END
            + CASE
                WHEN accounts.country IS NULL OR persons.country IS NULL THEN 0
                WHEN lower(accounts.country) = lower(persons.country) THEN 2
                ELSE -4
            END AS place_bonus
    FROM work.persons AS persons
    INNER JOIN work.alike AS alike ON alike.company = persons.company
    INNER JOIN derived.accounts AS accounts ON accounts.account_no = alike.account_no
),
named AS (
    SELECT
        person_no,
        account_no,
        similarity,
        row_number() OVER (PARTITION BY person_no ORDER BY similarity + place_bonus DESC, account_no) AS place,
        similarity + place_bonus
            - lead(similarity + place_bonus) OVER (PARTITION BY person_no ORDER BY similarity + place_bonus DESC, account_no)
            AS ahead
    FROM by_name
),
found AS (
    SELECT person_no, linked_no AS account_no, 'link' AS rule, CAST(1 AS DOUBLE) AS share
    FROM work.persons
    WHERE linked_no IS NOT NULL
    UNION ALL
    SELECT person_no, converted_no AS account_no, 'conversion' AS rule, CAST(1 AS DOUBLE) AS share
    FROM work.persons
    WHERE converted_no IS NOT NULL
    UNION ALL
    SELECT person_no, account_no, 'opportunity' AS rule, CAST(1 AS DOUBLE) AS share
    FROM work.deal_roles
    WHERE account_no IS NOT NULL
    UNION ALL
    SELECT person_no, account_no, rule, share FROM by_domain
    UNION ALL
    SELECT
        person_no,
        account_no,
        'name' AS rule,
        CAST(similarity AS DOUBLE) / 100 * CASE WHEN place > 1 OR ahead < 1 THEN CAST(1 AS DOUBLE) / 2 ELSE 1 END AS share
    FROM named
    WHERE place <= 2
)
SELECT
    found.person_no,
    found.account_no,
    found.rule,
    rules.rule_no,
    rules.confidence * found.share AS confidence
FROM found
INNER JOIN work.match_rules AS rules ON rules.rule = found.rule
