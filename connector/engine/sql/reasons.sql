-- What makes each account's score today, and what moved it in the last week? One row per account and kind of activity.
-- Nothing older than the reach of work.fading is looked at: it has faded to almost nothing. Somebody whom the CRM does not
-- name counts as one person of unknown seniority. An activity with several people is one touch.
WITH lately AS (
    SELECT
        contributions.account_no,
        contributions.kind_no,
        contributions.person_no,
        contributions.activity_no,
        contributions.is_shared,
        contributions.engaged_minutes,
        fading.now,
        fading.week_ago,
        fading.is_new
    FROM derived.contributions AS contributions
    INNER JOIN work.fading AS fading ON fading.age = $as_of - contributions.day
    WHERE contributions.engaged_minutes > 0 AND contributions.day BETWEEN $as_of - $reach AND $as_of
),
by_person AS (
    SELECT
        account_no,
        kind_no,
        person_no,
        sum(engaged_minutes * now) AS minutes,
        sum(CASE WHEN is_new THEN engaged_minutes * now ELSE 0 END) AS new_minutes,
        sum(engaged_minutes * week_ago) AS minutes_week_ago,
        count(*) AS touches,
        sum(CASE WHEN is_new THEN 1 ELSE 0 END) AS new_touches
    FROM lately
    GROUP BY account_no, kind_no, person_no
),
again AS (
    SELECT account_no, kind_no, sum(others) AS touches, sum(CASE WHEN is_new THEN others ELSE 0 END) AS new_touches
    FROM (
        SELECT account_no, kind_no, activity_no, is_new, count(*) - 1 AS others
        FROM lately
        WHERE is_shared
        GROUP BY account_no, kind_no, activity_no, is_new
    ) AS shared
    GROUP BY account_no, kind_no
)
SELECT
    by_person.account_no,
    by_person.kind_no,
    sum(by_person.minutes) AS minutes,
    sum(by_person.new_minutes) AS new_minutes,
    sum(by_person.minutes_week_ago) AS minutes_week_ago,
    CAST(sum(by_person.touches) - coalesce(max(again.touches), 0) AS BIGINT) AS touches,
    CAST(sum(by_person.new_touches) - coalesce(max(again.new_touches), 0) AS BIGINT) AS new_touches,
    count(*) AS people,
    coalesce(max(people.seniority_no), 0) AS top_seniority_no
FROM by_person
LEFT JOIN derived.people AS people ON people.person_no = by_person.person_no
LEFT JOIN again ON again.account_no = by_person.account_no AND again.kind_no = by_person.kind_no
GROUP BY by_person.account_no, by_person.kind_no
ORDER BY by_person.account_no, minutes DESC, by_person.kind_no
