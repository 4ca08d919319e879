-- Which touches of HubSpot does Salesforce tell too? Of the same person: the record that the sync says it is a copy of, else
-- one of the same kind and minute, else one of that kind and day where one of the two knows only the day.
WITH told AS (
    SELECT
        witnessed.activity_no,
        witnessed.person_no,
        witnessed.kind_no,
        witnessed.day,
        witnessed.second,
        witnessed.date_only,
        activities.activity_id,
        activities.mirror_of,
        activities.mirror_of IS NOT NULL AS is_copy
    FROM work.witnessed AS witnessed
    INNER JOIN derived.activities AS activities ON activities.activity_no = witnessed.activity_no
    WHERE witnessed.reason IS NULL AND activities.source <> 'imported'
),
by_id AS (
    SELECT copies.activity_no, copies.person_no, originals.activity_id AS kept_id
    FROM told AS copies
    INNER JOIN told AS originals
        ON originals.person_no = copies.person_no
        AND left(originals.activity_id, 15) = left(copies.mirror_of, 15)
        AND NOT originals.is_copy
    WHERE copies.is_copy AND copies.mirror_of <> ''
),
left_over AS (
    SELECT told.*
    FROM told
    LEFT JOIN by_id AS copies ON copies.activity_no = told.activity_no AND copies.person_no = told.person_no
    LEFT JOIN by_id AS originals ON originals.kept_id = told.activity_id AND originals.person_no = told.person_no
    WHERE copies.activity_no IS NULL AND originals.activity_no IS NULL
),
by_minute AS (
    SELECT copies.activity_no, copies.person_no, min(originals.activity_id) AS kept_id
    FROM left_over AS copies
    INNER JOIN left_over AS originals
        ON originals.person_no = copies.person_no
        AND originals.kind_no = copies.kind_no
        AND originals.second >= copies.second - $same_touch_seconds
        AND originals.second <= copies.second + $same_touch_seconds
        AND NOT originals.is_copy
        AND NOT originals.date_only
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
    LEFT JOIN by_minute AS originals ON originals.kept_id = told.activity_id AND originals.person_no = told.person_no
    WHERE copies.activity_no IS NULL AND originals.activity_no IS NULL
),
by_day AS (
    SELECT copies.activity_no, copies.person_no, originals.activity_id AS kept_id
    FROM ranked AS copies
    INNER JOIN ranked AS originals
        ON originals.person_no = copies.person_no
        AND originals.kind_no = copies.kind_no
        AND originals.day = copies.day
        AND originals.place = copies.place
        AND NOT originals.is_copy
    WHERE copies.is_copy AND (copies.date_only OR originals.date_only)
)
SELECT activity_no, person_no, kept_id FROM by_id
UNION ALL
SELECT activity_no, person_no, kept_id FROM by_minute
UNION ALL
SELECT activity_no, person_no, kept_id FROM by_day
