-- What counts? One narrow row a kept touch; everything a rule may weigh differently tomorrow is joined in later.
-- A role is that of the time: a promotion does not rewrite the past.
-- repeats: earlier kept touches of the same person and kind in the seven times 24 hours before. Later ones never matter.
WITH kept AS (
    SELECT * FROM work.scoped_touches WHERE reason IS NULL
),
shared AS (
    SELECT DISTINCT activity_no FROM derived.participants WHERE role <> 'primary' AND role <> 'somebody'
)
SELECT
    kept.account_no,
    kept.person_no,
    kept.activity_no,
    kept.kind_no,
    kept.day,
    kept.second,
    CAST(count(*) OVER (
        PARTITION BY kept.person_no, kept.kind_no ORDER BY kept.second
        RANGE BETWEEN $repeat_seconds PRECEDING AND 1 PRECEDING
    ) AS INTEGER) AS repeats,
    kept.own_seconds,
    CAST(coalesce(pasts.seniority_no, people.seniority_no, 0) AS SMALLINT) AS seniority_no,
    CAST(coalesce(pasts.role_no, people.role_no, 0) AS SMALLINT) AS role_no,
    shared.activity_no IS NOT NULL AS is_shared
FROM kept
LEFT JOIN derived.people AS people ON people.person_no = kept.person_no
LEFT JOIN derived.pasts AS pasts
    ON pasts.person_no = kept.person_no AND kept.second >= pasts.from_second AND kept.second < pasts.until_second
LEFT JOIN shared ON shared.activity_no = kept.activity_no
