-- Which activities have to be looked at again because they name a person, an account or an opportunity that now stands for
-- another, or somebody who now belongs elsewhere, or who once did?
WITH moved AS (
    SELECT source_id FROM work.moved_sources
),
tasks AS (
    SELECT id
    FROM nouns.task
    WHERE who_id IN (SELECT source_id FROM moved)
        OR what_id IN (SELECT source_id FROM moved)
        OR account_id IN (SELECT source_id FROM moved)
)
SELECT id AS activity_id FROM tasks
UNION
SELECT id AS activity_id FROM nouns.email_message WHERE activity_id IN (SELECT id FROM tasks)
UNION
SELECT id AS activity_id
FROM nouns.email_message
WHERE related_to_id IN (SELECT source_id FROM moved)
    OR lower(trim(from_address)) IN (SELECT email FROM work.moved_addresses)
UNION
SELECT email.id AS activity_id
FROM nouns.email_message AS email
INNER JOIN work.moved_domains AS moved ON lower(trim(email.from_address)) LIKE '%' || moved.domain
UNION
SELECT id AS activity_id
FROM nouns.event
WHERE who_id IN (SELECT source_id FROM moved)
    OR what_id IN (SELECT source_id FROM moved)
    OR account_id IN (SELECT source_id FROM moved)
UNION
SELECT id AS activity_id
FROM nouns.campaign_member
WHERE coalesce(contact_id, lead_id) IN (SELECT source_id FROM moved)
    OR account_id IN (SELECT source_id FROM moved)
    OR email IN (SELECT email FROM work.moved_addresses)
UNION
SELECT task_id AS activity_id FROM nouns.task_relation WHERE relation_id IN (SELECT source_id FROM moved)
UNION
SELECT event_id AS activity_id FROM nouns.event_relation WHERE relation_id IN (SELECT source_id FROM moved)
UNION
SELECT email_id AS activity_id FROM nouns.email_relation WHERE relation_id IN (SELECT source_id FROM moved)
UNION
SELECT activities.activity_id
FROM derived.activities AS activities
INNER JOIN derived.participants AS participants ON participants.activity_no = activities.activity_no
WHERE participants.person_no IN (
    SELECT person_no FROM work.moved_matches
    UNION
    SELECT person_no FROM work.moved_pasts
)
