-- Which further addresses do people have? Those that a contact is known by beside the first.
SELECT 'contact' || contact.id AS person_id, lower(trim(parts.email)) AS email
FROM hubspot.contact AS contact, unnest(string_split(contact.other_emails, ';')) AS parts (email)
WHERE NOT contact.is_deleted AND contact.other_emails LIKE '%_@_%'
