-- In which words do campaigns and their members say what somebody did?
SELECT DISTINCT
    coalesce(member.type, '') AS type,
    coalesce(member.status, '') AS said_status,
    CASE WHEN member.has_responded THEN 1 ELSE 0 END AS responded
FROM work.scoped_campaign_member AS member
