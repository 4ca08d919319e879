-- What is wrong with the rows of a file? One row a fault: where it is, in which column, and of what sort.
UNPIVOT (
    SELECT
        file,
        line,
        CASE WHEN fault IS NOT NULL THEN 'unread' END AS fault,
        CASE WHEN fault IS NOT NULL THEN NULL WHEN id IS NULL THEN 'missing' WHEN length(id) > 200 THEN 'long' END AS id,
        CASE
            WHEN fault IS NOT NULL THEN NULL
            WHEN source IS NULL THEN 'missing'
            WHEN NOT regexp_full_match(source, '[A-Za-z0-9][A-Za-z0-9_.-]{0,59}') THEN 'malformed'
        END AS source,
        CASE
            WHEN fault IS NOT NULL THEN NULL
            WHEN kind IS NULL THEN 'missing'
            WHEN kind NOT IN (SELECT kind FROM importable) THEN 'unknown'
        END AS kind,
        CASE
            WHEN fault IS NOT NULL THEN NULL
            WHEN "at" IS NULL THEN 'missing'
            WHEN day IS NULL AND clock IS NOT NULL AND moment IS NULL THEN 'no_zone'
            WHEN day IS NULL AND moment IS NULL THEN 'malformed'
            WHEN coalesce(year(day), year(moment)) NOT BETWEEN 1970 AND 2100 THEN 'far'
        END AS "at",
        CASE
            WHEN minutes IS NULL THEN NULL
            WHEN TRY_CAST(minutes AS DOUBLE) IS NULL OR NOT isfinite(TRY_CAST(minutes AS DOUBLE)) THEN 'malformed'
            WHEN TRY_CAST(minutes AS DOUBLE) < 0 OR TRY_CAST(minutes AS DOUBLE) > 100000 THEN 'malformed'
        END AS minutes,
        CASE WHEN NOT regexp_full_match(person_id, '[A-Za-z0-9]{1,40}') THEN 'malformed' END AS person_id,
        CASE WHEN NOT regexp_full_match(email, '[^\s@]+@[^\s@.]+(\.[^\s@.]+)+') THEN 'malformed' END AS email,
        CASE WHEN NOT regexp_full_match(account_id, '[A-Za-z0-9]{1,40}') THEN 'malformed' END AS account_id,
        CASE
            WHEN regexp_full_match(domain, '[0-9.]+|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*\]?') THEN 'address'
            WHEN NOT regexp_full_match(domain, '[^\s@.]+(\.[^\s@.]+)+') THEN 'malformed'
        END AS domain,
        CASE WHEN length(page) > 2000 THEN 'long' END AS page,
        CASE WHEN length(campaign_id) > 200 THEN 'long' END AS campaign_id,
        CASE WHEN NOT regexp_full_match(lower(deleted), 'true|false|1|0|yes|no') THEN 'malformed' END AS deleted
    FROM meant
) ON COLUMNS(* EXCLUDE (file, line)) INTO NAME name VALUE sort
