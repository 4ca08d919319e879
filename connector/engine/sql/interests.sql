-- On what did the people of each account spend most time in 90 days? A campaign by its name, or a page of an imported row.
WITH spent AS (
    SELECT
        contributions.account_no,
        coalesce(campaign.name, visit.page) AS interest,
        sum(contributions.engaged_minutes) AS minutes
    FROM derived.contributions AS contributions
    INNER JOIN derived.activities AS activities ON activities.activity_no = contributions.activity_no
    LEFT JOIN nouns.campaign AS campaign ON campaign.id = activities.campaign_id
    LEFT JOIN imported.activity AS visit ON activities.source = 'imported' AND visit.id = activities.activity_id
    WHERE contributions.day > $as_of - 90 AND contributions.day <= $as_of AND contributions.engaged_minutes > 0
        AND coalesce(campaign.name, visit.page) IS NOT NULL
    GROUP BY contributions.account_no, coalesce(campaign.name, visit.page)
)
SELECT account_no, interest
FROM spent
QUALIFY row_number() OVER (PARTITION BY account_no ORDER BY minutes DESC, interest) = 1
ORDER BY account_no
