-- Which person has somebody tied to which account, by a line in locks.csv?
SELECT persons.person_no, min(accounts.account_no) AS account_no
FROM work.said_locks AS said
INNER JOIN derived.identities AS persons ON persons.source_id = said.person_id AND persons.person_no IS NOT NULL
INNER JOIN derived.identities AS accounts ON accounts.source_id = said.account_id AND accounts.account_no IS NOT NULL
GROUP BY persons.person_no
