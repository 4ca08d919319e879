-- What answers to campaigns are there? The type is that of the campaign.
SELECT
    member.*,
    campaign.type,
    CAST(NULL AS TIMESTAMPTZ) AS happened_at,
    CAST(NULL AS VARCHAR) AS email,
    CAST(NULL AS VARCHAR) AS mirror_of
FROM salesforce.campaign_member AS member
LEFT JOIN salesforce.campaign AS campaign ON campaign.id = member.campaign_id
