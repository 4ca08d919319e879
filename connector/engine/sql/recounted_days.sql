-- What did the people to be counted again do on each of their days?
SELECT account_no, person_no, day, minutes, signs FROM work.fresh_days
UNION ALL
SELECT account_no, person_no, day, minutes, signs
FROM derived.person_days
WHERE (account_no, person_no) IN (SELECT account_no, person_no FROM work.recounted)
    AND (account_no, day) NOT IN (SELECT account_no, day FROM work.changed_days)
ORDER BY account_no, day, person_no
