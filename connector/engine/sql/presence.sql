-- What did each touch do for an account on a day? Engaged minutes, and the signs it bears: 1 was there, 2 spoke with us,
-- 4 act now, 8 plays the role an MQA asks for. Put together by person and day in engine/person_days.py.
SELECT
    account_no,
    person_no,
    activity_no,
    day,
    engaged_minutes AS minutes,
    CAST(
        CASE WHEN person_day AND engaged_minutes > 0 THEN 1 ELSE 0 END
        + CASE WHEN two_way THEN 2 ELSE 0 END
        + CASE WHEN act_now THEN 4 ELSE 0 END
        + CASE WHEN is_wanted AND engaged_minutes > 0 THEN 8 ELSE 0 END AS UTINYINT
    ) AS signs
FROM derived.contributions
