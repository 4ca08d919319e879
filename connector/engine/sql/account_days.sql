-- What happened to each account on each day on which anything was kept? Engaged minutes, people who count, signs seen.
SELECT
    account_no,
    day,
    sum(minutes) AS minutes,
    CAST(sum(counts) AS INTEGER) AS people,
    max(signs & 2) > 0 AS two_way,
    max(signs & 4) > 0 AS act_now,
    max(signs & 8) > 0 AS wanted
FROM work.scoped_person_days
GROUP BY account_no, day
ORDER BY account_no, day
