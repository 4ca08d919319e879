-- Who took part in an activity, for which account?
-- The person on the record counts for the account the CRM tied the record to; everybody else for their own account. That is
-- the one they belonged to then, so that a change of company leaves the past where it was. Without any person, "somebody"
-- of the account took part: minus its number. Our own people alone are nobody's engagement, nor is a record that names
-- neither a person nor an account: both stand as person 0.
WITH named AS (
    SELECT activities.activity_no, activities.who_no AS person_no, 'primary' AS role, relations.response
    FROM work.scoped_activities AS activities
    LEFT JOIN work.relations AS relations
        ON relations.activity_no = activities.activity_no AND relations.person_no = activities.who_no
    WHERE activities.who_no IS NOT NULL
    UNION ALL
    SELECT relations.activity_no, relations.person_no, relations.role, relations.response
    FROM work.relations AS relations
    INNER JOIN work.scoped_activities AS activities ON activities.activity_no = relations.activity_no
    WHERE relations.person_no <> 0 AND relations.person_no <> coalesce(activities.who_no, 0)
),
unnamed AS (
    SELECT
        activities.activity_no,
        CASE WHEN own.activity_no IS NULL THEN coalesce(-activities.account_no, 0) ELSE 0 END AS person_no,
        CASE
            WHEN own.activity_no IS NOT NULL THEN 'own'
            WHEN activities.account_no IS NULL THEN 'nobody'
            ELSE 'somebody'
        END AS role,
        NULL AS response
    FROM work.scoped_activities AS activities
    LEFT JOIN (SELECT DISTINCT activity_no FROM work.relations WHERE person_no <> 0 AND role = 'attendee') AS others
        ON others.activity_no = activities.activity_no
    LEFT JOIN (SELECT DISTINCT activity_no FROM work.relations WHERE person_no = 0) AS own
        ON own.activity_no = activities.activity_no
    WHERE activities.who_no IS NULL AND others.activity_no IS NULL
),
everybody AS (
    SELECT * FROM named
    UNION ALL
    SELECT * FROM unnamed
)
SELECT
    everybody.activity_no,
    CAST(everybody.person_no AS INTEGER) AS person_no,
    CAST(CASE
        WHEN everybody.role = 'primary' THEN coalesce(activities.account_no, pasts.account_no, matches.account_no)
        ELSE coalesce(pasts.account_no, matches.account_no, activities.account_no)
    END AS INTEGER) AS account_no,
    everybody.role,
    everybody.response
FROM everybody
INNER JOIN work.scoped_activities AS activities ON activities.activity_no = everybody.activity_no
LEFT JOIN derived.matches AS matches ON matches.person_no = everybody.person_no
LEFT JOIN derived.pasts AS pasts
    ON pasts.person_no = everybody.person_no
    AND activities.second >= pasts.from_second
    AND activities.second < pasts.until_second
