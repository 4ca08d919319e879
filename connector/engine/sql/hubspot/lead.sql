-- Who belongs to no company yet? What they say of it themselves is tried then.
SELECT
    * EXCLUDE (account_id, department),
    FALSE AS is_converted,
    CAST(NULL AS DATE) AS converted_on,
    CAST(NULL AS VARCHAR) AS converted_account_id,
    CAST(NULL AS VARCHAR) AS converted_contact_id,
    CAST(NULL AS VARCHAR) AS converted_opportunity_id,
    CAST(NULL AS VARCHAR) AS matched_account_id
FROM nouns.person
WHERE account_id IS NULL
