-- What do campaign members say was done? Having been sent something is not a response.
SELECT
    member.id AS activity_id,
    'campaign_member' AS source,
    words.kind,
    words.direction,
    words.status,
    CASE WHEN member.responded_on IS NULL THEN coalesce(member.happened_at, member.created_at) END AS happened_at,
    member.responded_on AS on_date,
    NULL AS lasted_seconds,
    member.campaign_id,
    NULL AS what_id,
    member.account_id,
    coalesce(member.contact_id, member.lead_id, addresses.person_id) AS who_id,
    NULL AS user_id,
    member.created_at AS known_at,
    words.reason,
    NULL AS folded_into,
    member.mirror_of
FROM work.scoped_campaign_member AS member
LEFT JOIN work.addresses AS addresses ON addresses.email = member.email
INNER JOIN work.member_words AS words
    ON words.type = coalesce(member.type, '')
    AND words.said_status = coalesce(member.status, '')
    AND words.responded = CASE WHEN member.has_responded THEN 1 ELSE 0 END
WHERE NOT member.is_deleted
