-- What is believed of each touch in scope, by the CRM's own ids? Numbers do not outlive a full build.
SELECT
    coalesce(activities.activity_id, touched.activity_id) AS activity_id,
    coalesce(persons.person_id, '') AS person_id,
    accounts.account_id,
    contributions.day,
    contributions.engaged_minutes
FROM derived.contributions AS contributions
LEFT JOIN derived.activities AS activities ON activities.activity_no = contributions.activity_no
LEFT JOIN work.touched_numbers AS touched ON touched.activity_no = contributions.activity_no
LEFT JOIN derived.person_numbers AS persons ON persons.person_no = contributions.person_no
INNER JOIN derived.account_numbers AS accounts ON accounts.account_no = contributions.account_no
