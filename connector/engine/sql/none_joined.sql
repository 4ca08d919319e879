-- Which records of one CRM stand for a record of the other? None, where there is but one.
SELECT
    CAST(NULL AS VARCHAR) AS source_id,
    CAST(NULL AS VARCHAR) AS target_id,
    CAST(NULL AS VARCHAR) AS noun,
    CAST(NULL AS VARCHAR) AS rule
LIMIT 0
