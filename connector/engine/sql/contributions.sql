-- How many engaged minutes is each kept touch worth, and by which factors? Before fading; receipts add it up.
-- An activity gives one account at most `account_cap` times its largest share, all shares shrunk alike.
WITH worth AS (
    SELECT
        facts.account_no,
        facts.person_no,
        facts.activity_no,
        facts.kind_no,
        kinds.channel_no,
        facts.day,
        facts.repeats,
        facts.is_shared,
        facts.seniority_no,
        coalesce(account_weights.factor, 1) * CASE
            WHEN NOT kinds.timed THEN kinds.minutes
            WHEN facts.own_seconds IS NULL THEN kinds.unknown
            WHEN CAST(facts.own_seconds AS DOUBLE) / 60 < kinds.minutes THEN kinds.minutes
            ELSE CAST(facts.own_seconds AS DOUBLE) / 60
        END AS minutes,
        role_weights.factor AS role_factor,
        repeat_weights.factor AS repeat_factor,
        kinds.two_way,
        kinds.person_day,
        facts.seniority_no >= kinds.act_now_from AS act_now,
        role_weights.is_wanted
    FROM work.scoped_facts AS facts
    INNER JOIN work.kinds AS kinds ON kinds.kind_no = facts.kind_no
    INNER JOIN work.role_weights AS role_weights
        ON role_weights.seniority_no = facts.seniority_no AND role_weights.role_no = facts.role_no
    INNER JOIN work.repeat_weights AS repeat_weights
        ON repeat_weights.repeats = CASE WHEN facts.repeats < 1000 THEN facts.repeats ELSE 1000 END
    LEFT JOIN work.account_weights AS account_weights
        ON account_weights.account_no = facts.account_no AND account_weights.kind_no = facts.kind_no
),
crowds AS (
    SELECT
        account_no,
        activity_no,
        sum(minutes * role_factor * repeat_factor) AS together,
        max(minutes * role_factor * repeat_factor) AS largest
    FROM worth
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
FROM worth
LEFT JOIN crowds ON worth.is_shared AND crowds.account_no = worth.account_no AND crowds.activity_no = worth.activity_no
