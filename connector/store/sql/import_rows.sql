-- Which rows do the files bring? The last line of each id; rows with a fault are left out.
SELECT
    source || ':' || meant.id AS id,
    coalesce(lower(deleted) IN ('true', '1', 'yes'), FALSE) AS is_deleted,
    source,
    kind,
    moment AS happened_at,
    day AS on_date,
    CAST(minutes AS DOUBLE) AS minutes,
    person_id,
    email,
    account_id,
    domain,
    page,
    campaign_id
FROM meant
ANTI JOIN faults ON faults.file = meant.file AND faults.line = meant.line
QUALIFY row_number() OVER (PARTITION BY source, meant.id ORDER BY meant.file DESC, meant.line DESC) = 1
