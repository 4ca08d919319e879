-- Which domains speak for which account, and how surely? Its website speaks as loud as five of its contacts.
WITH spoken AS (
    SELECT account_no, domain, 5 AS weight FROM derived.accounts WHERE domain IS NOT NULL
    UNION ALL
    SELECT linked_no AS account_no, email_domain AS domain, 1 AS weight
    FROM work.persons
    WHERE kind = 'contact' AND linked_no IS NOT NULL AND email_domain IS NOT NULL
),
heard AS (
    SELECT spoken.account_no, spoken.domain, sum(spoken.weight) AS weight
    FROM spoken
    INNER JOIN derived.accounts AS accounts ON accounts.account_no = spoken.account_no
    LEFT JOIN work.domain_says AS says ON says.domain = spoken.domain
    WHERE NOT coalesce(says.is_free OR says.is_own OR says.is_excluded, FALSE)
    GROUP BY spoken.account_no, spoken.domain
)
SELECT
    account_no,
    domain,
    CAST(weight AS INTEGER) AS weight,
    CAST(weight AS DOUBLE) / CAST(sum(weight) OVER (PARTITION BY domain) AS DOUBLE) AS share,
    row_number() OVER (PARTITION BY domain ORDER BY weight DESC, account_no) AS place
FROM heard
