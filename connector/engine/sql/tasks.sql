-- What do tasks say was done? A closed task counts at the moment it was completed, else on its date, else when it was made.
SELECT
    task.id AS activity_id,
    'task' AS source,
    words.kind,
    words.direction,
    CASE WHEN task.is_closed THEN words.status ELSE 'planned' END AS status,
    CASE WHEN task.completed_at IS NOT NULL THEN task.completed_at WHEN task.due_on IS NULL THEN task.created_at END AS happened_at,
    CASE WHEN task.completed_at IS NULL THEN task.due_on END AS on_date,
    task.call_seconds AS lasted_seconds,
    NULL AS campaign_id,
    task.what_id,
    task.account_id,
    task.who_id,
    task.owner_id AS user_id,
    task.created_at AS known_at,
    CASE
        WHEN task.is_recurrence THEN 'series'
        WHEN twins.email_id IS NOT NULL THEN 'twin'
        WHEN NOT task.is_closed THEN 'planned'
        ELSE words.reason
    END AS reason,
    twins.email_id AS folded_into,
    task.mirror_of
FROM work.scoped_task AS task
INNER JOIN work.task_words AS words
    ON words.type = coalesce(task.type, '')
    AND words.subtype = coalesce(task.subtype, '')
    AND words.call_type = coalesce(task.call_type, '')
    AND words.result = coalesce(task.call_result, '')
    AND words.said_status = coalesce(task.status, '')
    AND words.was_long = CASE WHEN task.call_seconds < $short_call_seconds THEN 0 ELSE 1 END
LEFT JOIN work.twins AS twins ON twins.task_id = task.id
WHERE NOT task.is_deleted
