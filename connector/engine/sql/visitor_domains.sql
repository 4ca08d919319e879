-- From which mail and network domains do imported rows come?
SELECT domain FROM imported.activity WHERE domain IS NOT NULL AND NOT is_deleted
UNION
SELECT split_part(email, '@', 2) AS domain FROM imported.activity WHERE email IS NOT NULL AND NOT is_deleted
