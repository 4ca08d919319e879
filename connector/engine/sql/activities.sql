-- What was done, when, by which rule not counted, and on which account? One row for every record that is not deleted.
-- The account: the one the CRM tied the record to when it was made, else that of the account or opportunity it is about.
WITH found AS (
    SELECT * FROM work.tasks
    UNION ALL
    SELECT * FROM work.events
    UNION ALL
    SELECT * FROM work.emails
    UNION ALL
    SELECT * FROM work.responses
    UNION ALL
    SELECT * FROM work.imported
),
timed AS (
    SELECT
        *,
        CASE
            WHEN on_date IS NULL THEN CAST(floor(epoch(happened_at)) AS BIGINT)
            ELSE CAST(epoch(CAST(on_date AS TIMESTAMP)) AS BIGINT) + 43200
        END AS second
    FROM found
)
SELECT
    CAST(row_number() OVER () + $numbered AS INTEGER) AS activity_no,
    timed.activity_id,
    timed.source,
    timed.kind,
    kinds.channel,
    timed.direction,
    timed.status,
    timed.happened_at,
    CAST(
        CASE
            WHEN timed.on_date IS NULL
                THEN floor(CAST(
                    timed.second + coalesce(CASE WHEN timed.second < days.switch THEN days.before ELSE days.after END, 0)
                    AS DOUBLE) / 86400)
            ELSE floor(CAST(timed.second AS DOUBLE) / 86400)
        END AS INTEGER
    ) AS day,
    timed.second,
    timed.on_date IS NOT NULL AS date_only,
    CASE
        WHEN NOT kinds.timed THEN NULL
        WHEN timed.lasted_seconds < 0 THEN 0
        WHEN timed.lasted_seconds > kinds.longest_seconds THEN kinds.longest_seconds
        ELSE CAST(timed.lasted_seconds AS INTEGER)
    END AS own_seconds,
    timed.lasted_seconds,
    timed.campaign_id,
    CASE WHEN (timed.what_id LIKE '006%' OR timed.what_id LIKE 'deal%') THEN timed.what_id END AS opportunity_id,
    coalesce(direct.account_no, related.account_no) AS account_no,
    CASE
        WHEN direct.account_no IS NOT NULL THEN 'crm'
        WHEN related.account_no IS NULL THEN NULL
        WHEN (timed.what_id LIKE '006%' OR timed.what_id LIKE 'deal%') THEN 'opportunity'
        ELSE 'about'
    END AS account_why,
    persons.person_no AS who_no,
    timed.user_id,
    timed.known_at,
    CAST(kinds.kind_no AS SMALLINT) AS kind_no,
    CASE
        WHEN timed.reason IS NOT NULL THEN timed.reason
        WHEN kinds.kind_no IS NULL THEN 'no_rule'
        WHEN timed.second IS NULL THEN 'no_time'
    END AS reason,
    timed.folded_into,
    timed.mirror_of
FROM timed
LEFT JOIN work.kinds AS kinds ON kinds.kind = timed.kind
LEFT JOIN work.days AS days ON days.utc_day = CAST(floor(CAST(timed.second AS DOUBLE) / 86400) AS INTEGER)
LEFT JOIN derived.identities AS direct ON direct.source_id = timed.account_id
LEFT JOIN derived.identities AS related ON related.source_id = timed.what_id
LEFT JOIN derived.identities AS persons ON persons.source_id = timed.who_id
