-- Who are the accounts, on which local day did the CRM first have each, and what did people decide of it?
SELECT
    accounts.account_no,
    accounts.account_id,
    accounts.name AS account_name,
    accounts.parent_id,
    accounts.account_group AS group_name,
    accounts.tier,
    accounts.size_band,
    CAST(floor(CAST(
        epoch(accounts.created_at) + CASE WHEN epoch(accounts.created_at) < days.switch THEN days.before ELSE days.after END
        AS DOUBLE) / 86400) AS INTEGER) AS created,
    accounts.excluded,
    accounts.override,
    accounts.snooze_until - DATE '1970-01-01' AS snooze_until
FROM derived.accounts AS accounts
LEFT JOIN work.days AS days ON days.utc_day = CAST(floor(epoch(accounts.created_at) / 86400) AS BIGINT)
ORDER BY accounts.account_no
