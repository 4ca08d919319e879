-- Which imported rows have to be looked at again because their person, account or domain now stands for another?
SELECT id AS activity_id
FROM imported.activity
WHERE person_id IN (SELECT source_id FROM work.moved_sources)
    OR account_id IN (SELECT source_id FROM work.moved_sources)
    OR email IN (SELECT email FROM work.moved_addresses)
    OR domain IN (SELECT domain FROM work.moved_visitors)
    OR split_part(email, '@', 2) IN (SELECT domain FROM work.moved_visitors)
