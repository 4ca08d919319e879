-- Which mail domains are our own? Those the rules name, and those of at least a tenth of our active users: a portal where
-- customers are users must not make them our staff.
WITH users AS (
    SELECT split_part(lower(trim(email)), '@', 2) AS domain
    FROM nouns.user
    WHERE NOT is_deleted AND coalesce(is_active, TRUE) AND email LIKE '%_@_%'
),
shares AS (
    SELECT domain, CAST(count(*) AS DOUBLE) / CAST((SELECT count(*) FROM users) AS DOUBLE) AS share FROM users GROUP BY domain
)
SELECT domain FROM work.domains WHERE says = 'own'
UNION
SELECT domain FROM shares
WHERE share >= 0.1 AND domain NOT IN (SELECT domain FROM work.domains WHERE says = 'free')
