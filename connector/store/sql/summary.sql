-- How engaged is each group of accounts, or of people at them, how did that change, and which accounts grew most? `parts` says
-- which accounts are in each group, and with how much.
SELECT
    coalesce(CAST(name AS VARCHAR), '') AS name,
    count(*) AS accounts,
    sum(minutes_30d) AS minutes_30d,
    sum(minutes_before_30d) AS minutes_before_30d,
    sum(minutes_30d) - sum(minutes_before_30d) AS change,
    CASE WHEN sum(minutes_before_30d) > 0 THEN sum(minutes_30d) / sum(minutes_before_30d) - 1 END AS change_share,
    count(*) FILTER (WHERE mqa) AS mqas,
    count(*) FILTER (WHERE surge = 'Surging') AS surging,
    CAST(sum(people_90d) AS BIGINT) AS people_90d,
    list({
        'account_id': account_id, 'account_name': account_name, 'change': minutes_30d - minutes_before_30d,
        'minutes_30d': minutes_30d
    } ORDER BY minutes_30d - minutes_before_30d DESC, account_id) FILTER (WHERE minutes_30d > minutes_before_30d)[1:3] AS leaders
FROM parts
GROUP BY ALL
ORDER BY minutes_30d DESC, name
