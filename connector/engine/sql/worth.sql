-- How many minutes is each kept touch worth, by which factors, and what does it say? Before fading, and before the cap on an
-- activity of many.
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
    least(seniority_weights.factor * role_weights.factor, $most_role) AS role_factor,
    repeat_weights.factor AS repeat_factor,
    kinds.two_way,
    kinds.person_day,
    facts.seniority_no >= kinds.act_now_from AS act_now,
    role_weights.is_wanted
FROM work.scoped_facts AS facts
INNER JOIN work.kinds AS kinds ON kinds.kind_no = facts.kind_no
INNER JOIN work.seniority_weights AS seniority_weights ON seniority_weights.seniority_no = facts.seniority_no
INNER JOIN work.role_weights AS role_weights ON role_weights.role_no = facts.role_no
INNER JOIN work.repeat_weights AS repeat_weights
    ON repeat_weights.repeats = CASE WHEN facts.repeats < 1000 THEN facts.repeats ELSE 1000 END
LEFT JOIN work.account_weights AS account_weights
    ON account_weights.account_no = facts.account_no AND account_weights.kind_no = facts.kind_no
