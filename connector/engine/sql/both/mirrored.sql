-- Which touches of HubSpot does Salesforce tell too? All of a record that the sync says is a copy of one that counts, whoever
-- stands on it; else, of the same person, one of the same kind and minute, or of that kind and day where one of the two
-- knows only the day. The task of an e-mail message stands for the message.
WITH originals AS (
    SELECT left(activities.activity_id, 15) AS short_id, coalesce(messages.activity_id, activities.activity_id) AS kept_id
    FROM derived.activities AS activities
    LEFT JOIN derived.activities AS messages
        ON activities.reason = 'twin' AND messages.activity_id = activities.folded_into AND messages.reason IS NULL
    WHERE activities.mirror_of IS NULL AND (activities.reason IS NULL OR messages.activity_id IS NOT NULL)
),
copied AS (
    SELECT copies.activity_no, originals.kept_id
    FROM derived.activities AS copies
    INNER JOIN originals ON originals.short_id = left(copies.mirror_of, 15)
    WHERE copies.mirror_of <> ''
),
told AS (
    SELECT
        witnessed.activity_no,
        witnessed.person_no,
        witnessed.kind_no,
        witnessed.day,
        witnessed.second,
        witnessed.date_only,
        activities.activity_id,
        activities.mirror_of IS NOT NULL AS is_copy,
        copied.kept_id
    FROM work.witnessed AS witnessed
    INNER JOIN derived.activities AS activities ON activities.activity_no = witnessed.activity_no
    LEFT JOIN copied ON copied.activity_no = witnessed.activity_no
    WHERE witnessed.reason IS NULL AND activities.source <> 'imported'
),
left_over AS (
    SELECT *
    FROM told
    WHERE kept_id IS NULL AND activity_id NOT IN (SELECT kept_id FROM copied)
),
by_minute AS (
    SELECT copies.activity_no, copies.person_no, min(others.activity_id) AS kept_id
    FROM left_over AS copies
    INNER JOIN left_over AS others
        ON others.person_no = copies.person_no
        AND others.kind_no = copies.kind_no
        AND others.second >= copies.second - $same_touch_seconds
        AND others.second <= copies.second + $same_touch_seconds
        AND NOT others.is_copy
        AND NOT others.date_only
    WHERE copies.is_copy AND NOT copies.date_only
    GROUP BY copies.activity_no, copies.person_no
),
ranked AS (
    SELECT
        told.*,
        row_number() OVER (
            PARTITION BY told.person_no, told.kind_no, told.day, told.is_copy ORDER BY told.second, told.activity_id
        ) AS place
    FROM left_over AS told
    LEFT JOIN by_minute AS copies ON copies.activity_no = told.activity_no AND copies.person_no = told.person_no
    LEFT JOIN (SELECT DISTINCT kept_id, person_no FROM by_minute) AS kept
        ON kept.kept_id = told.activity_id AND kept.person_no = told.person_no
    WHERE copies.activity_no IS NULL AND kept.kept_id IS NULL
),
by_day AS (
    SELECT copies.activity_no, copies.person_no, others.activity_id AS kept_id
    FROM ranked AS copies
    INNER JOIN ranked AS others
        ON others.person_no = copies.person_no
        AND others.kind_no = copies.kind_no
        AND others.day = copies.day
        AND others.place = copies.place
        AND NOT others.is_copy
    WHERE copies.is_copy AND (copies.date_only OR others.date_only)
)
SELECT activity_no, person_no, kept_id FROM told WHERE kept_id IS NOT NULL
UNION ALL
SELECT activity_no, person_no, kept_id FROM by_minute
UNION ALL
SELECT activity_no, person_no, kept_id FROM by_day
