-- Which lines of locks.csv are obeyed, and which name somebody or an account that is not there?
SELECT said.person_id, said.account_id, persons.person_no IS NOT NULL AND accounts.account_no IS NOT NULL AS is_known
FROM work.said_locks AS said
LEFT JOIN derived.identities AS persons ON persons.source_id = said.person_id
LEFT JOIN derived.identities AS accounts ON accounts.source_id = said.account_id
ORDER BY said.person_id
