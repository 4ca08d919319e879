-- What meetings are there? One whose time has passed counts though nobody has said how it went: most never do.
SELECT
    'meeting' || meeting.id AS id,
    meeting.modified_at,
    meeting.created_at,
    meeting.is_deleted,
    ties.who_id,
    ties.what_id,
    ties.account_id,
    'owner' || meeting.owner_id AS owner_id,
    meeting.type,
    CAST(NULL AS VARCHAR) AS subtype,
    CASE
        WHEN meeting.outcome NOT IN ('SCHEDULED', 'COMPLETED') THEN lower(replace(meeting.outcome, '_', ' '))
    END AS status,
    coalesce(meeting.starts_at, meeting.happened_at) AS starts_at,
    meeting.ends_at,
    CAST(NULL AS DATE) AS on_day,
    CAST(NULL AS BIGINT) AS minutes,
    FALSE AS is_all_day,
    FALSE AS is_child,
    FALSE AS is_group,
    FALSE AS is_recurrence,
    FALSE AS is_recurrence2,
    CAST(NULL AS VARCHAR) AS recurrence_id,
    FALSE AS is_archived,
    FALSE AS is_private,
    coalesce(meeting.salesforce_id, '') AS mirror_of
FROM hubspot.meeting AS meeting
LEFT JOIN work.ties AS ties ON ties.activity_id = 'meeting' || meeting.id
