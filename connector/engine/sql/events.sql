-- What do events say was done? A copy for an invited user and the rule of a series are not meetings of their own.
SELECT
    event.id AS activity_id,
    'event' AS source,
    words.kind,
    words.direction,
    words.status,
    CASE WHEN event.is_all_day THEN NULL ELSE event.starts_at END AS happened_at,
    CASE WHEN event.is_all_day THEN coalesce(event.on_day, CAST(event.starts_at AS DATE)) END AS on_date,
    CASE
        WHEN event.minutes IS NOT NULL THEN event.minutes * 60
        ELSE CAST(floor(epoch(event.ends_at)) - floor(epoch(event.starts_at)) AS BIGINT)
    END AS lasted_seconds,
    NULL AS campaign_id,
    event.what_id,
    event.account_id,
    event.who_id,
    event.owner_id AS user_id,
    event.created_at AS known_at,
    CASE
        WHEN event.is_child THEN 'child'
        WHEN event.is_recurrence THEN 'series'
        WHEN event.is_recurrence2 AND series.id IS NOT NULL THEN 'series'
        WHEN event.is_all_day THEN 'all_day'
        ELSE words.reason
    END AS reason,
    NULL AS folded_into,
    event.mirror_of
FROM work.scoped_event AS event
INNER JOIN work.event_words AS words
    ON words.type = coalesce(event.type, '')
    AND words.subtype = coalesce(event.subtype, '')
    AND words.said_status = coalesce(event.status, '')
LEFT JOIN (
    SELECT DISTINCT recurrence_id AS id FROM nouns.event WHERE NOT is_deleted AND recurrence_id <> id
) AS series ON series.id = event.id
WHERE NOT event.is_deleted
