-- Which activities have to be looked at again? Those that changed, those that hang on them, and those that name a person,
-- an account or an opportunity that now stands for another.
WITH changed AS (
    SELECT stream, id FROM work.changed
),
moved AS (
    SELECT source_id FROM work.moved_sources
)
SELECT id AS activity_id FROM changed WHERE stream IN ('task', 'event', 'email_message', 'campaign_member')
UNION
SELECT relation.task_id AS activity_id
FROM salesforce.task_relation AS relation
WHERE relation.id IN (SELECT id FROM changed WHERE stream = 'task_relation')
    OR relation.relation_id IN (SELECT source_id FROM moved)
UNION
SELECT relation.event_id AS activity_id
FROM salesforce.event_relation AS relation
WHERE relation.id IN (SELECT id FROM changed WHERE stream = 'event_relation')
    OR relation.relation_id IN (SELECT source_id FROM moved)
UNION
SELECT relation.email_id AS activity_id
FROM salesforce.email_relation AS relation
WHERE relation.id IN (SELECT id FROM changed WHERE stream = 'email_relation')
    OR relation.relation_id IN (SELECT source_id FROM moved)
UNION
SELECT member.id AS activity_id
FROM salesforce.campaign_member AS member
WHERE member.campaign_id IN (SELECT id FROM changed WHERE stream = 'campaign')
    OR coalesce(member.contact_id, member.lead_id) IN (SELECT source_id FROM moved)
    OR member.account_id IN (SELECT source_id FROM moved)
UNION
SELECT task.id AS activity_id
FROM salesforce.task AS task
WHERE task.who_id IN (SELECT source_id FROM moved)
    OR task.what_id IN (SELECT source_id FROM moved)
    OR task.account_id IN (SELECT source_id FROM moved)
UNION
SELECT event.id AS activity_id
FROM salesforce.event AS event
WHERE event.who_id IN (SELECT source_id FROM moved)
    OR event.what_id IN (SELECT source_id FROM moved)
    OR event.account_id IN (SELECT source_id FROM moved)
UNION
SELECT event.recurrence_id AS activity_id
FROM salesforce.event AS event
WHERE event.id IN (SELECT id FROM changed WHERE stream = 'event') AND event.recurrence_id IS NOT NULL
UNION
SELECT email.activity_id
FROM salesforce.email_message AS email
WHERE email.id IN (SELECT id FROM changed WHERE stream = 'email_message') AND email.activity_id IS NOT NULL
UNION
SELECT activities.activity_id
FROM derived.activities AS activities
WHERE activities.folded_into IN (SELECT id FROM changed WHERE stream = 'email_message')
UNION
SELECT email.id AS activity_id
FROM salesforce.email_message AS email
WHERE email.activity_id IN (SELECT id FROM changed WHERE stream = 'task')
    OR email.activity_id IN (
        SELECT task.id
        FROM salesforce.task AS task
        WHERE task.who_id IN (SELECT source_id FROM moved)
            OR task.what_id IN (SELECT source_id FROM moved)
            OR task.account_id IN (SELECT source_id FROM moved)
    )
    OR email.related_to_id IN (SELECT source_id FROM moved)
    OR lower(trim(email.from_address)) IN (SELECT email FROM work.moved_addresses)
UNION
SELECT activities.activity_id
FROM derived.activities AS activities
INNER JOIN derived.participants AS participants ON participants.activity_no = activities.activity_no
WHERE participants.person_no IN (SELECT person_no FROM work.moved_matches)
