-- What deals are there, and whose? The primary company's. A deal that is joined with one of the other CRM is told there.
SELECT
    'deal' || deal.id AS id,
    deal.modified_at,
    deal.created_at,
    deal.is_deleted OR joined.source_id IS NOT NULL AS is_deleted,
    companies.account_id,
    deal.name,
    deal.stage,
    deal.type,
    deal.amount,
    deal.probability,
    CAST(deal.closes_at AS DATE) AS closes_on,
    coalesce(deal.is_closed, FALSE) AS is_closed,
    coalesce(deal.is_won, FALSE) AS is_won,
    'owner' || deal.owner_id AS owner_id,
    CAST(NULL AS VARCHAR) AS campaign_id,
    deal.product_line,
    joined.target_id AS master_id
FROM hubspot.deal AS deal
LEFT JOIN (
    SELECT
        from_id,
        CAST(coalesce(
            min(CASE WHEN is_primary THEN TRY_CAST(to_id AS BIGINT) END), min(TRY_CAST(to_id AS BIGINT))
        ) AS VARCHAR) AS account_id
    FROM hubspot.association
    WHERE NOT is_deleted AND from_type = 'deal' AND to_type = 'company'
    GROUP BY from_id
) AS companies ON companies.from_id = deal.id
LEFT JOIN work.joined AS joined ON joined.source_id = 'deal' || deal.id
