-- To which buying centre does each touch belong? To a deal of the account that was open on that day: the one it is about, else
-- the newest on which its person plays a part; `unknown` without any. Such a centre ends when its deal is closed.
WITH deals AS (
    SELECT account_no, opportunity_id, name, opened, greatest(coalesce(closed, 2147483647), opened + 1) AS ends
    FROM work.deals
),
played AS (
    SELECT DISTINCT persons.person_no, coalesce(deal.master_id, deal.id) AS opportunity_id
    FROM nouns.opportunity_contact_role AS played
    INNER JOIN nouns.opportunity AS deal ON deal.id = played.opportunity_id
    INNER JOIN derived.identities AS persons ON persons.source_id = played.contact_id
    WHERE NOT played.is_deleted AND persons.person_no IS NOT NULL
),
about AS (
    SELECT activities.activity_no, coalesce(deal.master_id, deal.id) AS opportunity_id
    FROM derived.activities AS activities
    INNER JOIN nouns.opportunity AS deal ON deal.id = activities.opportunity_id
),
tied AS (
    SELECT signed.account_no, signed.person_no, signed.activity_no, deals.opportunity_id, deals.name, deals.ends
    FROM work.signed AS signed
    INNER JOIN deals ON deals.account_no = signed.account_no AND deals.opened <= signed.day AND signed.day < deals.ends
    LEFT JOIN about ON about.activity_no = signed.activity_no AND about.opportunity_id = deals.opportunity_id
    LEFT JOIN played ON played.person_no = signed.person_no AND played.opportunity_id = deals.opportunity_id
    WHERE about.activity_no IS NOT NULL OR played.person_no IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY signed.account_no, signed.person_no, signed.activity_no
        ORDER BY CASE WHEN about.activity_no IS NULL THEN 1 ELSE 0 END, deals.opened DESC, deals.opportunity_id
    ) = 1
)
SELECT
    signed.*,
    coalesce(tied.opportunity_id, 'unknown') AS centre,
    coalesce(nullif(trim(tied.name), ''), tied.opportunity_id, 'unknown') AS name,
    tied.ends
FROM work.signed AS signed
LEFT JOIN tied
    ON tied.account_no = signed.account_no AND tied.person_no = signed.person_no AND tied.activity_no = signed.activity_no
