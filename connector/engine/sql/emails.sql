-- What do e-mail messages say was done? A mail from outside counts for its sender; our own has no answer of its own, also
-- where the CRM calls it incoming because somebody forwarded it.
WITH senders AS (
    SELECT email_id, min(relation_id) AS relation_id
    FROM work.scoped_email_relation
    WHERE NOT is_deleted AND relation_type = 'FromAddress' AND relation_id NOT LIKE '005%' AND relation_id NOT LIKE 'owner%'
    GROUP BY email_id
),
ours AS (
    SELECT DISTINCT email.id
    FROM work.scoped_email_message AS email
    INNER JOIN work.own_domains AS own
        ON lower(trim(email.from_address)) LIKE '%@' || own.domain OR lower(trim(email.from_address)) LIKE '%.' || own.domain
)
SELECT
    email.id AS activity_id,
    'email_message' AS source,
    CASE WHEN email.incoming THEN 'email_reply' ELSE 'email_sent' END AS kind,
    CASE WHEN email.incoming THEN 'inbound' ELSE 'outbound' END AS direction,
    CASE WHEN email.incoming THEN 'responded' ELSE 'sent' END AS status,
    email.sent_at AS happened_at,
    NULL AS on_date,
    NULL AS lasted_seconds,
    NULL AS campaign_id,
    coalesce(email.related_to_id, task.what_id) AS what_id,
    coalesce(task.account_id, email.account_id) AS account_id,
    CASE
        WHEN email.incoming THEN coalesce(senders.relation_id, addresses.person_id, task.who_id, email.who_id)
        ELSE coalesce(task.who_id, email.who_id)
    END AS who_id,
    coalesce(task.owner_id, email.owner_id) AS user_id,
    email.created_at AS known_at,
    CASE
        WHEN email.status IN ('5', 'Draft') THEN 'planned'
        WHEN email.is_bounced THEN 'bounced'
        WHEN NOT coalesce(email.incoming, FALSE) THEN 'unanswered'
        WHEN addresses.is_ours OR ours.id IS NOT NULL THEN 'own_staff'
    END AS reason,
    NULL AS folded_into,
    email.mirror_of
FROM work.scoped_email_message AS email
LEFT JOIN nouns.task AS task ON task.id = email.activity_id AND NOT task.is_deleted
LEFT JOIN senders ON senders.email_id = email.id
LEFT JOIN work.addresses AS addresses ON addresses.email = lower(trim(email.from_address))
LEFT JOIN ours ON ours.id = email.id
WHERE NOT email.is_deleted
