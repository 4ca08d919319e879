-- Whose e-mail address is it? A contact before a lead; of several the oldest id.
SELECT email, coalesce(min(CASE WHEN kind = 'contact' THEN person_id END), min(person_id)) AS person_id
FROM work.persons
WHERE email IS NOT NULL
GROUP BY email
