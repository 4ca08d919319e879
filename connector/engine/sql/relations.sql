-- Who else was part of an activity, beside the person on the record itself? Users stand as person 0: our own people.
WITH related AS (
    SELECT task_id AS activity_id, relation_id, 'attendee' AS role, NULL AS response
    FROM work.scoped_task_relation
    WHERE NOT is_deleted AND NOT coalesce(is_what, FALSE)
    UNION ALL
    SELECT event_id AS activity_id, relation_id, 'attendee' AS role, status AS response
    FROM work.scoped_event_relation
    WHERE NOT is_deleted AND NOT coalesce(is_what, FALSE)
    UNION ALL
    SELECT email_id AS activity_id, relation_id, lower(replace(relation_type, 'Address', '')) AS role, NULL AS response
    FROM work.scoped_email_relation
    WHERE NOT is_deleted AND relation_type <> 'FromAddress'
)
SELECT
    activities.activity_no,
    CASE WHEN (related.relation_id LIKE '005%' OR related.relation_id LIKE 'owner%') THEN 0 ELSE persons.person_no END AS person_no,
    min(related.role) AS role,
    min(related.response) AS response
FROM related
INNER JOIN work.scoped_activities AS activities ON activities.activity_id = related.activity_id
LEFT JOIN derived.identities AS persons ON persons.source_id = related.relation_id
WHERE persons.person_no IS NOT NULL
    OR ((related.relation_id LIKE '005%' OR related.relation_id LIKE 'owner%') AND activities.source = 'event' AND related.relation_id <> coalesce(activities.user_id, ''))
GROUP BY activities.activity_no, CASE WHEN (related.relation_id LIKE '005%' OR related.relation_id LIKE 'owner%') THEN 0 ELSE persons.person_no END
