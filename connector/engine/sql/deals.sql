-- From which local day to which was each opportunity of an account open? One that is open has no last day.
-- A CRM keeps the day a deal was meant to close, not the day it did: a closed deal was closed at the latest when it was last touched.
SELECT
    numbers.account_no,
    opportunity.id AS opportunity_id,
    opportunity.name,
    CAST(floor(CAST(
        epoch(opportunity.created_at)
        + CASE WHEN epoch(opportunity.created_at) < made.switch THEN made.before ELSE made.after END
        AS DOUBLE) / 86400) AS INTEGER) AS opened,
    CASE
        WHEN NOT coalesce(opportunity.is_closed, FALSE) THEN NULL
        ELSE least(
            coalesce(opportunity.closes_on - DATE '1970-01-01', 2147483646),
            CAST(floor(CAST(
                epoch(opportunity.modified_at)
                + CASE WHEN epoch(opportunity.modified_at) < touched.switch THEN touched.before ELSE touched.after END
                AS DOUBLE) / 86400) AS INTEGER)
        )
    END AS closed
FROM nouns.opportunity AS opportunity
INNER JOIN work.standing AS standing ON standing.source_id = opportunity.account_id
INNER JOIN derived.account_numbers AS numbers ON numbers.account_id = standing.target_id
INNER JOIN work.days AS made ON made.utc_day = CAST(floor(epoch(opportunity.created_at) / 86400) AS BIGINT)
INNER JOIN work.days AS touched ON touched.utc_day = CAST(floor(epoch(opportunity.modified_at) / 86400) AS BIGINT)
WHERE NOT opportunity.is_deleted
ORDER BY numbers.account_no, opened
