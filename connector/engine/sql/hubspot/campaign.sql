-- What campaigns are there?
SELECT 'campaign' || id AS id, modified_at, created_at, is_deleted, name, type, status, starts_on, ends_on, product_line,
    CAST(NULL AS VARCHAR) AS parent_id
FROM hubspot.campaign
