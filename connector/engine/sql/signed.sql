-- Which signs does each touch bear, and does its person count for the account on that day?
SELECT presence.*, person_days.counts
FROM work.presence AS presence
INNER JOIN person_days
    ON person_days.account_no = presence.account_no
    AND person_days.person_no = presence.person_no
    AND person_days.day = presence.day
