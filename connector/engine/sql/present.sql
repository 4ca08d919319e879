-- Which person did something that counts on which day, for which account?
SELECT account_no, person_no, day
FROM work.scoped_contributions
WHERE engaged_minutes > 0 AND person_day
GROUP BY account_no, person_no, day
ORDER BY account_no, person_no, day
