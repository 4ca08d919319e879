-- Who are our own people? Whoever has a user in both CRMs is one of us, and so is whoever has two: the address says so.
SELECT id AS user_id, name, min(id) OVER (PARTITION BY coalesce(nullif(lower(trim(email)), ''), id)) AS same_user_id
FROM nouns.user
