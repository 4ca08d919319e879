-- What makes each account's score today, and what moved it in the last week? One row per account and kind of activity.
-- Nothing older than the reach of work.fading is looked at: it has faded to almost nothing.
SELECT
    contributions.account_no,
    contributions.kind_no,
    sum(contributions.engaged_minutes * fading.now) AS minutes,
    sum(CASE WHEN fading.is_new THEN contributions.engaged_minutes * fading.now ELSE 0 END) AS new_minutes,
    sum(contributions.engaged_minutes * fading.week_ago) AS minutes_week_ago,
    count(DISTINCT contributions.activity_no) AS touches,
    count(DISTINCT CASE WHEN fading.is_new THEN contributions.activity_no END) AS new_touches,
    count(DISTINCT contributions.person_no) AS people,
    coalesce(max(people.seniority_no), 0) AS top_seniority_no
FROM derived.contributions AS contributions
INNER JOIN work.fading AS fading ON fading.age = $as_of - contributions.day
LEFT JOIN derived.people AS people ON people.person_no = contributions.person_no
WHERE contributions.engaged_minutes > 0
GROUP BY contributions.account_no, contributions.kind_no
ORDER BY contributions.account_no, minutes DESC, contributions.kind_no
