-- What e-mail was written one to one? A mail that somebody of us forwarded is ours.
SELECT
    'email' || email.id AS id,
    email.modified_at,
    email.created_at,
    email.is_deleted,
    CAST(NULL AS VARCHAR) AS activity_id,
    ties.what_id AS related_to_id,
    email.from_address,
    coalesce(email.direction = 'INCOMING_EMAIL', FALSE) AS incoming,
    CASE WHEN email.status IN ('SCHEDULED', 'SENDING') THEN 'Draft' END AS status,
    email.happened_at AS sent_at,
    coalesce(email.status IN ('BOUNCED', 'FAILED'), FALSE) AS is_bounced,
    FALSE AS is_opened,
    email.thread_id,
    ties.account_id,
    ties.who_id,
    'owner' || email.owner_id AS owner_id,
    coalesce(email.salesforce_id, '') AS mirror_of
FROM hubspot.email AS email
LEFT JOIN work.ties AS ties ON ties.activity_id = 'email' || email.id
