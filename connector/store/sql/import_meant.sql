-- What do the texts of a file mean? Moments and days told apart, addresses and domains bare; a moment without a zone is one
-- only where somebody has said which zone is meant.
SELECT
    said.* EXCLUDE (email, domain, page),
    lower(email) AS email,
    lower(regexp_extract(domain, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:www\d?\.)?([^/?#\s]*)', 1)) AS domain,
    nullif(regexp_replace(page, '[?#].*$', '', 's'), '') AS page,
    CASE WHEN regexp_full_match("at", '\d{4}-\d\d-\d\d') THEN TRY_CAST("at" AS DATE) END AS day,
    CASE
        WHEN regexp_full_match("at", '\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?') THEN TRY_CAST("at" AS TIMESTAMP)
    END AS clock,
    CASE
        WHEN clock IS NOT NULL THEN timezone((SELECT zone FROM told_zone), clock)
        WHEN regexp_full_match("at", '\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)? ?([Zz]|[+-]\d\d(:?\d\d)?)')
            THEN TRY_CAST("at" AS TIMESTAMPTZ)
    END AS moment
FROM said
