-- Which touches of one person and kind come within a minute of each other, and which of them is kept?
-- A touch belongs to the one before if no more than the limit lies between; the first is kept, of several at once the
-- longest.
WITH alone AS (
    SELECT witnessed.*
    FROM work.witnessed AS witnessed
    LEFT JOIN work.bursts AS bursts
        ON bursts.activity_no = witnessed.activity_no AND bursts.person_no = witnessed.person_no
    LEFT JOIN work.twice AS twice ON twice.activity_no = witnessed.activity_no AND twice.person_no = witnessed.person_no
    LEFT JOIN work.mirrored AS mirrored
        ON mirrored.activity_no = witnessed.activity_no AND mirrored.person_no = witnessed.person_no
    WHERE witnessed.reason IS NULL AND NOT witnessed.date_only AND bursts.activity_no IS NULL AND twice.activity_no IS NULL
        AND mirrored.activity_no IS NULL
),
gaps AS (
    SELECT
        activity_no,
        person_no,
        kind_no,
        second,
        own_seconds,
        second - lag(second) OVER (PARTITION BY person_no, kind_no ORDER BY second) AS since,
        lead(second) OVER (PARTITION BY person_no, kind_no ORDER BY second) - second AS until
    FROM alone
),
close AS (
    SELECT
        gaps.*,
        activities.activity_id,
        CASE WHEN gaps.since <= $same_touch_seconds THEN 0 ELSE 1 END AS begins
    FROM gaps
    INNER JOIN derived.activities AS activities ON activities.activity_no = gaps.activity_no
    WHERE gaps.since <= $same_touch_seconds OR gaps.until <= $same_touch_seconds
),
grouped AS (
    SELECT
        *,
        sum(begins) OVER (
            PARTITION BY person_no, kind_no ORDER BY second, begins DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS touch
    FROM close
),
named AS (
    SELECT
        activity_no,
        person_no,
        activity_id,
        first_value(activity_id) OVER (
            PARTITION BY person_no, kind_no, touch ORDER BY second, coalesce(own_seconds, 0) DESC, activity_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS kept_id
    FROM grouped
)
SELECT activity_no, person_no, kept_id FROM named WHERE kept_id <> activity_id
