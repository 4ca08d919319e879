-- Which opens and clicks did a machine make? Those of one person that come too many in too short a time.
WITH clicks AS (
    SELECT
        witnessed.activity_no,
        witnessed.person_no,
        witnessed.second,
        CASE
            WHEN lead(witnessed.second, $burst_count - 1) OVER (PARTITION BY witnessed.person_no ORDER BY witnessed.second)
                - witnessed.second <= $burst_seconds THEN 1
            ELSE 0
        END AS begins
    FROM work.witnessed AS witnessed
    INNER JOIN work.kinds AS kinds ON kinds.kind_no = witnessed.kind_no
    LEFT JOIN work.mirrored AS mirrored
        ON mirrored.activity_no = witnessed.activity_no AND mirrored.person_no = witnessed.person_no
    WHERE kinds.by_machines AND witnessed.reason IS NULL AND NOT witnessed.date_only AND mirrored.activity_no IS NULL
),
marked AS (
    SELECT
        activity_no,
        person_no,
        max(begins) OVER (
            PARTITION BY person_no ORDER BY second RANGE BETWEEN $burst_seconds PRECEDING AND CURRENT ROW
        ) AS begun
    FROM clicks
)
SELECT activity_no, person_no FROM marked WHERE begun = 1
