-- In which words do campaigns and their members say what somebody did?
SELECT DISTINCT
    coalesce(campaign.type, '') AS type,
    coalesce(member.status, '') AS said_status,
    CASE WHEN member.has_responded THEN 1 ELSE 0 END AS responded
FROM work.scoped_campaign_member AS member
LEFT JOIN salesforce.campaign AS campaign ON campaign.id = member.campaign_id
