-- What calls, tasks and notes are there? A task is a reminder to ourselves: what came of it is logged as a call, an e-mail
-- or a meeting. Call outcomes are ids of HubSpot's own; a portal's further ones are words for kind_of. What the sync has made of
-- a Salesforce task without a time stands at noon sharp: that is its day alone.
WITH calls AS (
    SELECT
        'call' || id AS id,
        modified_at,
        created_at,
        is_deleted,
        'owner' || owner_id AS owner_id,
        coalesce(type, 'Call') AS type,
        'Call' AS subtype,
        CASE lower(direction) WHEN 'inbound' THEN 'Inbound' WHEN 'outbound' THEN 'Outbound' END AS call_type,
        CAST(floor(milliseconds / 1000) AS BIGINT) AS call_seconds,
        CASE
            WHEN status IN ('BUSY', 'NO_ANSWER') THEN lower(replace(status, '_', ' '))
            WHEN status IN ('FAILED', 'CANCELED') THEN 'not reached'
            ELSE CASE lower(disposition)
                WHEN 'f240bbac-87c9-4f6e-bf70-924b57d47db7' THEN 'connected'
                WHEN 'b2cf5968-551e-4856-9783-52b3da59a7d0' THEN 'left voicemail'
                WHEN 'a4c4c377-d246-4b32-a13b-75a56a4cd0ff' THEN 'left message'
                WHEN '73a0d17f-1163-4015-bdd5-ec830791da20' THEN 'no answer'
                WHEN '9d9162e7-6cf3-4944-bf63-4dff82258764' THEN 'busy'
                WHEN '17b47fee-58de-441e-a44c-c6300d46f273' THEN 'wrong number'
            END
        END AS call_result,
        CASE
            WHEN lower(disposition) NOT IN (
                'f240bbac-87c9-4f6e-bf70-924b57d47db7', 'b2cf5968-551e-4856-9783-52b3da59a7d0',
                'a4c4c377-d246-4b32-a13b-75a56a4cd0ff', '73a0d17f-1163-4015-bdd5-ec830791da20',
                '9d9162e7-6cf3-4944-bf63-4dff82258764', '17b47fee-58de-441e-a44c-c6300d46f273'
            ) THEN nullif(disposition, '')
        END AS status,
        coalesce(status NOT IN ('QUEUED', 'RINGING', 'CONNECTING', 'CALLING_CRM_USER', 'IN_PROGRESS'), TRUE) AS is_closed,
        CASE WHEN is_day THEN CAST(happened_at AS DATE) END AS due_on,
        CASE WHEN NOT is_day THEN happened_at END AS completed_at,
        coalesce(salesforce_id, '') AS mirror_of
    FROM (
        SELECT *, coalesce(salesforce_id, '') <> '' AND epoch_ms(happened_at) % 86400000 = 43200000 AS is_day FROM hubspot.call
    )
),
tasks AS (
    SELECT
        'task' || id AS id,
        modified_at,
        created_at,
        is_deleted,
        'owner' || owner_id AS owner_id,
        CASE WHEN type IN ('CALL', 'EMAIL', 'MEETING', 'TODO') THEN 'To do' ELSE type END AS type,
        'Task' AS subtype,
        CAST(NULL AS VARCHAR) AS call_type,
        CAST(NULL AS BIGINT) AS call_seconds,
        CAST(NULL AS VARCHAR) AS call_result,
        lower(replace(status, '_', ' ')) AS status,
        coalesce(status = 'COMPLETED', FALSE) AS is_closed,
        CAST(NULL AS DATE) AS due_on,
        coalesce(completed_at, due_at, created_at) AS completed_at,
        coalesce(salesforce_id, '') AS mirror_of
    FROM hubspot.task
),
notes AS (
    SELECT
        'note' || id AS id,
        modified_at,
        created_at,
        is_deleted,
        'owner' || owner_id AS owner_id,
        'Note' AS type,
        'Task' AS subtype,
        CAST(NULL AS VARCHAR) AS call_type,
        CAST(NULL AS BIGINT) AS call_seconds,
        CAST(NULL AS VARCHAR) AS call_result,
        CAST(NULL AS VARCHAR) AS status,
        TRUE AS is_closed,
        CAST(NULL AS DATE) AS due_on,
        happened_at AS completed_at,
        coalesce(salesforce_id, '') AS mirror_of
    FROM hubspot.note
),
logged AS (
    SELECT * FROM calls
    UNION ALL
    SELECT * FROM tasks
    UNION ALL
    SELECT * FROM notes
)
SELECT
    logged.*,
    ties.who_id,
    ties.what_id,
    ties.account_id,
    FALSE AS is_archived,
    FALSE AS is_recurrence,
    CAST(NULL AS VARCHAR) AS recurrence_id
FROM logged
LEFT JOIN work.ties AS ties ON ties.activity_id = logged.id
