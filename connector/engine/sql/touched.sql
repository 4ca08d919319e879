-- Which activities have to be looked at again because they changed, or a record they hang on or are a copy of did?
WITH changed AS (
    SELECT stream, id FROM nouns.changed
),
found AS (
    SELECT id AS activity_id FROM changed WHERE stream IN ('task', 'event', 'email_message', 'campaign_member', 'activity')
    UNION
    SELECT task_id AS activity_id
    FROM nouns.task_relation
    WHERE id IN (SELECT id FROM changed WHERE stream = 'task_relation')
    UNION
    SELECT event_id AS activity_id
    FROM nouns.event_relation
    WHERE id IN (SELECT id FROM changed WHERE stream = 'event_relation')
    UNION
    SELECT email_id AS activity_id
    FROM nouns.email_relation
    WHERE id IN (SELECT id FROM changed WHERE stream = 'email_relation')
    UNION
    SELECT id AS activity_id
    FROM nouns.campaign_member
    WHERE campaign_id IN (SELECT id FROM changed WHERE stream = 'campaign')
    UNION
    SELECT recurrence_id AS activity_id
    FROM nouns.event
    WHERE recurrence_id IS NOT NULL AND id IN (SELECT id FROM changed WHERE stream = 'event')
    UNION
    SELECT activity_id
    FROM nouns.email_message
    WHERE activity_id IS NOT NULL AND id IN (SELECT id FROM changed WHERE stream = 'email_message')
    UNION
    SELECT activity_id
    FROM derived.activities
    WHERE folded_into IN (SELECT id FROM changed WHERE stream = 'email_message')
    UNION
    SELECT id AS activity_id
    FROM nouns.email_message
    WHERE activity_id IN (SELECT id FROM changed WHERE stream = 'task')
),
copies AS (
    SELECT id, mirror_of FROM nouns.task WHERE mirror_of <> ''
    UNION ALL
    SELECT id, mirror_of FROM nouns.event WHERE mirror_of <> ''
    UNION ALL
    SELECT id, mirror_of FROM nouns.email_message WHERE mirror_of <> ''
)
SELECT activity_id FROM found
UNION
SELECT id AS activity_id FROM copies WHERE left(mirror_of, 15) IN (SELECT left(activity_id, 15) FROM found)
