-- How many engaged minutes is each kept touch worth, and by which factors? Before fading; receipts add it up.
-- An activity gives one account at most `account_cap` times its largest share, all shares shrunk alike.
WITH crowds AS (
    SELECT
        account_no,
        activity_no,
        sum(minutes * role_factor * repeat_factor) AS together,
        max(minutes * role_factor * repeat_factor) AS largest
    FROM work.worth
    WHERE is_shared
    GROUP BY account_no, activity_no
)
SELECT
    worth.account_no,
    worth.person_no,
    worth.activity_no,
    worth.kind_no,
    worth.channel_no,
    worth.day,
    worth.repeats,
    worth.is_shared,
    worth.seniority_no,
    worth.minutes,
    worth.role_factor,
    worth.repeat_factor,
    CASE
        WHEN crowds.together > $account_cap * crowds.largest THEN $account_cap * crowds.largest / crowds.together
        ELSE 1
    END AS cap_factor,
    worth.minutes * worth.role_factor * worth.repeat_factor
        * CASE WHEN crowds.together > $account_cap * crowds.largest THEN $account_cap * crowds.largest / crowds.together ELSE 1 END
        AS engaged_minutes,
    worth.two_way,
    worth.person_day,
    worth.act_now,
    worth.is_wanted
FROM work.worth AS worth
LEFT JOIN crowds ON worth.is_shared AND crowds.account_no = worth.account_no AND crowds.activity_no = worth.activity_no
