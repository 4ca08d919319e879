-- How is our mail received at each account? Of the people we wrote to in 90 days, how many opened, clicked and answered?
-- What machines do is not in it.
WITH signs AS (
    SELECT participants.account_no, participants.person_no, activities.kind
    FROM derived.participants AS participants
    INNER JOIN derived.activities AS activities ON activities.activity_no = participants.activity_no
    WHERE activities.kind = 'email_sent' AND activities.reason = 'unanswered'
        AND participants.person_no > 0 AND participants.account_no IS NOT NULL
        AND activities.day > $as_of - 90 AND activities.day <= $as_of
    UNION
    SELECT touches.account_no, touches.person_no, kinds.kind
    FROM derived.touches AS touches
    INNER JOIN work.kinds AS kinds ON kinds.kind_no = touches.kind_no
    WHERE touches.reason IS NULL AND kinds.kind IN ('email_open', 'email_click', 'email_reply')
        AND touches.person_no > 0 AND touches.account_no IS NOT NULL
        AND touches.day > $as_of - 90 AND touches.day <= $as_of
),
people AS (
    SELECT
        account_no,
        person_no,
        max(CASE WHEN kind = 'email_open' THEN 1 ELSE 0 END) AS opened,
        max(CASE WHEN kind = 'email_click' THEN 1 ELSE 0 END) AS clicked,
        max(CASE WHEN kind = 'email_reply' THEN 1 ELSE 0 END) AS replied
    FROM signs
    GROUP BY account_no, person_no
    HAVING max(CASE WHEN kind = 'email_sent' THEN 1 ELSE 0 END) = 1
)
SELECT
    account_no,
    count(*) AS written_people,
    CAST(sum(opened) AS BIGINT) AS opened_people,
    CAST(sum(clicked) AS BIGINT) AS clicked_people,
    CAST(sum(replied) AS BIGINT) AS replied_people
FROM people
GROUP BY account_no
ORDER BY account_no
