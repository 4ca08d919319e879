-- Who stands on a list of people to be left out?
SELECT 'contact' || contact_id AS person_id
FROM hubspot.list_member
WHERE NOT is_deleted
