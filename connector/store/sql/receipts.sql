-- Where do an account's engaged minutes come from? Each contribution of the last $reach days with its factors, and all
-- older ones of the account as one row without an activity, so that minutes_now adds up to the account's engaged minutes.
WITH faded AS (
    SELECT
        contributions.*,
        engaged_minutes * power(0.5, CAST($as_of_day - day AS DOUBLE) / $half_life_days) AS minutes_now,
        $as_of_day - day AS age_days
    FROM derived.contributions AS contributions
    WHERE day <= $as_of_day AND engaged_minutes > 0
)
SELECT
    accounts.account_id,
    activities.activity_id,
    activities.source,
    kinds.kind,
    kinds.channel,
    activities.direction,
    activities.happened_at,
    DATE '1970-01-01' + faded.day AS day,
    faded.age_days,
    people.person_id,
    people.kind AS person_kind,
    people.title AS person_title,
    activities.campaign_id,
    faded.repeats,
    faded.minutes,
    faded.role_factor,
    faded.repeat_factor,
    faded.cap_factor,
    faded.engaged_minutes,
    faded.minutes_now,
    1 AS contributions
FROM faded
INNER JOIN derived.accounts AS accounts ON accounts.account_no = faded.account_no
INNER JOIN derived.activities AS activities ON activities.activity_no = faded.activity_no
LEFT JOIN derived.people AS people ON people.person_no = faded.person_no
INNER JOIN work.kinds AS kinds ON kinds.kind_no = faded.kind_no
WHERE faded.age_days < $reach
UNION ALL BY NAME
SELECT
    accounts.account_id,
    sum(faded.engaged_minutes) AS engaged_minutes,
    sum(faded.minutes_now) AS minutes_now,
    CAST(count(*) AS INTEGER) AS contributions
FROM faded
INNER JOIN derived.accounts AS accounts ON accounts.account_no = faded.account_no
WHERE faded.age_days >= $reach
GROUP BY accounts.account_id
ORDER BY account_id, minutes_now DESC, activity_id
