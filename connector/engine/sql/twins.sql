-- Which tasks only stand for an e-mail message that is here itself?
SELECT activity_id AS task_id, min(id) AS email_id
FROM nouns.email_message
WHERE NOT is_deleted AND activity_id IS NOT NULL
GROUP BY activity_id
