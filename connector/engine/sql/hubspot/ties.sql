-- Which person, company and deal does an activity hang on? The oldest person; a company only where there is but one, else
-- everybody speaks for their own.
SELECT
    from_type || from_id AS activity_id,
    'contact' || CAST(min(CASE WHEN to_type = 'contact' THEN TRY_CAST(to_id AS BIGINT) END) AS VARCHAR) AS who_id,
    CASE
        WHEN count(DISTINCT CASE WHEN to_type = 'company' THEN to_id END) = 1
            THEN min(CASE WHEN to_type = 'company' THEN to_id END)
    END AS account_id,
    'deal' || CAST(min(CASE WHEN to_type = 'deal' THEN TRY_CAST(to_id AS BIGINT) END) AS VARCHAR) AS what_id
FROM hubspot.association
WHERE NOT is_deleted AND from_type IN ('call', 'meeting', 'email', 'task', 'note')
GROUP BY from_type, from_id
