-- Who are our own people?
SELECT id AS user_id, name
FROM nouns.user
