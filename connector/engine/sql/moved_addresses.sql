-- Which e-mail addresses belong to somebody else than at the last build?
SELECT email
FROM (
    (SELECT email, person_id, is_ours FROM work.addresses
     EXCEPT SELECT email, person_id, is_ours FROM work.former_addresses)
    UNION ALL
    (SELECT email, person_id, is_ours FROM work.former_addresses
     EXCEPT SELECT email, person_id, is_ours FROM work.addresses)
) AS differing
GROUP BY email
