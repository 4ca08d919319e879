-- Whose days have to be counted again: who was there on a day that differs, before or now?
SELECT account_no, person_no FROM work.fresh_days
UNION
SELECT account_no, person_no
FROM derived.person_days
WHERE (account_no, day) IN (SELECT account_no, day FROM work.changed_days)
