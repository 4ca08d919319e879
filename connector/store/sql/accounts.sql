-- What do we believe of each account as of the run, and which account is it? The best to work on first.
SELECT
    snapshots.*,
    accounts.domain,
    accounts.owner_id,
    accounts.owner_name,
    accounts.account_group,
    accounts.tier,
    accounts.size_band,
    accounts.industry,
    accounts.territory,
    accounts.country,
    accounts.excluded,
    accounts.override,
    accounts.snooze_until
FROM derived.snapshots AS snapshots
INNER JOIN derived.accounts AS accounts ON accounts.account_id = snapshots.account_id
WHERE snapshots.as_of = (SELECT max(as_of) FROM derived.snapshots)
ORDER BY snapshots.priority DESC, snapshots.engaged_minutes DESC, snapshots.account_id
