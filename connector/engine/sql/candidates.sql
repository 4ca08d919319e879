-- Which accounts could a person belong to, by which rule, and how sure is it?
WITH by_name AS (
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
    FROM work.scoped_asked AS persons
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
    FROM work.scoped_asked
    WHERE linked_no IS NOT NULL
    UNION ALL
    SELECT person_no, converted_no AS account_no, 'conversion' AS rule, CAST(1 AS DOUBLE) AS share
    FROM work.scoped_asked
    WHERE converted_no IS NOT NULL
    UNION ALL
    SELECT roles.person_no, roles.account_no, 'opportunity' AS rule, CAST(1 AS DOUBLE) AS share
    FROM work.deal_roles AS roles
    INNER JOIN work.scoped_asked AS persons ON persons.person_no = roles.person_no
    WHERE roles.account_no IS NOT NULL
    UNION ALL
    SELECT person_no, account_no, rule, share FROM work.voices
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
