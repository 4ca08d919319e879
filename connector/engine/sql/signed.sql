-- Which signs does each touch bear, as `presence` has them for a day, and does its person count for the account on that day?
SELECT
    contributions.account_no,
    contributions.person_no,
    contributions.activity_no,
    contributions.day,
    contributions.engaged_minutes AS minutes,
    CASE WHEN contributions.person_day AND contributions.engaged_minutes > 0 THEN 1 ELSE 0 END
        + CASE WHEN contributions.two_way THEN 2 ELSE 0 END
        + CASE WHEN contributions.act_now THEN 4 ELSE 0 END
        + CASE WHEN contributions.is_wanted AND contributions.engaged_minutes > 0 THEN 8 ELSE 0 END AS signs,
    person_days.counts
FROM derived.contributions AS contributions
INNER JOIN derived.person_days AS person_days
    ON person_days.account_no = contributions.account_no
    AND person_days.person_no = contributions.person_no
    AND person_days.day = contributions.day
