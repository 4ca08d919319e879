-- To which buying centre does each touch belong? To the product line of its campaign, else of the deal it is about; `unknown`
-- where neither says one. A deal of HubSpot's that Salesforce has too is asked there.
WITH told AS (
    SELECT
        activities.activity_no,
        coalesce(nullif(trim(campaign.product_line), ''), nullif(trim(deal.product_line), '')) AS product_line
    FROM derived.activities AS activities
    LEFT JOIN nouns.campaign AS campaign ON campaign.id = activities.campaign_id
    LEFT JOIN nouns.opportunity AS said ON said.id = activities.opportunity_id
    LEFT JOIN nouns.opportunity AS deal ON deal.id = coalesce(said.master_id, said.id)
)
SELECT
    signed.*,
    coalesce(lower(told.product_line), 'unknown') AS centre,
    coalesce(told.product_line, 'unknown') AS name,
    CAST(NULL AS INTEGER) AS ends
FROM work.signed AS signed
LEFT JOIN told ON told.activity_no = signed.activity_no
