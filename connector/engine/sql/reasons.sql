-- What makes each account's score today, and what came in since we last looked? One row per account and kind of activity.
-- New is what took place since then, but for what work.news says otherwise: it became known late, or was there already.
-- Nothing older than the reach of work.fading is looked at: it has faded to almost nothing. Somebody whom the CRM does not
-- name counts as one person of unknown seniority. An activity with several people is one touch.
WITH lately AS (
    SELECT
        contributions.account_no,
        contributions.kind_no,
        contributions.person_no,
        contributions.activity_no,
        contributions.is_shared,
        contributions.seniority_no,
        contributions.engaged_minutes,
        fading.now,
        coalesce(news.is_new, contributions.day > $since) AS is_new
    FROM derived.contributions AS contributions
    INNER JOIN work.fading AS fading ON fading.age = $as_of - contributions.day
    LEFT JOIN work.news AS news
        ON news.activity_no = contributions.activity_no AND news.person_no = contributions.person_no
    WHERE contributions.engaged_minutes > 0 AND contributions.day BETWEEN $as_of - $reach AND $as_of
),
by_person AS (
    SELECT
        account_no,
        kind_no,
        person_no,
        sum(engaged_minutes * now) AS minutes,
        sum(CASE WHEN is_new THEN engaged_minutes * now ELSE 0 END) AS new_minutes,
        count(*) AS touches,
        sum(CASE WHEN is_new THEN 1 ELSE 0 END) AS new_touches,
        max(seniority_no) AS seniority_no
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
    CAST(sum(by_person.touches) - coalesce(max(again.touches), 0) AS BIGINT) AS touches,
    CAST(sum(by_person.new_touches) - coalesce(max(again.new_touches), 0) AS BIGINT) AS new_touches,
    count(*) AS people,
    CAST(max(by_person.seniority_no) AS INTEGER) AS top_seniority_no
FROM by_person
LEFT JOIN again ON again.account_no = by_person.account_no AND again.kind_no = by_person.kind_no
GROUP BY by_person.account_no, by_person.kind_no
ORDER BY by_person.account_no, minutes DESC, by_person.kind_no
