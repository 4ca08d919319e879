-- What became of each account's deals in the last year, and what could it be worth? Numerators, so that groups add up.
SELECT
    accounts.account_no,
    account.obtainable_revenue,
    CAST(sum(CASE WHEN deals.is_won AND deals.recent THEN 1 ELSE 0 END) AS BIGINT) AS won,
    CAST(sum(CASE WHEN deals.is_closed AND deals.recent THEN 1 ELSE 0 END) AS BIGINT) AS closed,
    CAST(sum(CASE WHEN deals.is_won AND deals.recent THEN deals.days_open ELSE 0 END) AS BIGINT) AS won_days,
    max(CASE WHEN deals.is_won AND NOT deals.recent THEN 1 ELSE 0 END) AS was_client,
    max(CASE WHEN deals.is_won AND NOT deals.recent THEN 1 ELSE 0 END)
        * max(CASE WHEN deals.is_won AND deals.recent THEN 1 ELSE 0 END) AS stayed_client
FROM derived.accounts AS accounts
INNER JOIN nouns.account AS account ON account.id = accounts.account_id
LEFT JOIN (
    SELECT
        identities.account_no,
        opportunity.is_won,
        opportunity.is_closed,
        opportunity.closes_on - DATE '1970-01-01' > $as_of - 365 AS recent,
        (opportunity.closes_on - DATE '1970-01-01') - CAST(floor(epoch(opportunity.created_at) / 86400) AS INTEGER) AS days_open
    FROM nouns.opportunity AS opportunity
    INNER JOIN derived.identities AS identities ON identities.source_id = opportunity.account_id
    WHERE NOT opportunity.is_deleted AND opportunity.closes_on - DATE '1970-01-01' <= $as_of
) AS deals ON deals.account_no = accounts.account_no
GROUP BY accounts.account_no, account.obtainable_revenue
ORDER BY accounts.account_no
