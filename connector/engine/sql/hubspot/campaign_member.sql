-- What answers to marketing are there? A form says by its name what was asked for; each time it was sent in is an answer of
-- its own, and so is each kind of reaction to one mailing. Noon sharp is a day whose hour nobody knows.
SELECT
    'form' || id AS id,
    modified_at,
    created_at,
    is_deleted,
    coalesce('campaign' || campaign_id, 'form' || id) AS campaign_id,
    CAST(NULL AS VARCHAR) AS lead_id,
    'contact' || contact_id AS contact_id,
    CAST(NULL AS VARCHAR) AS account_id,
    CASE WHEN regexp_matches(form_name, 'regist|rsvp', 'i') THEN 'Registered' ELSE 'Submitted' END AS status,
    TRUE AS has_responded,
    CASE WHEN epoch_ms(happened_at) % 86400000 = 43200000 THEN CAST(happened_at AS DATE) END AS responded_on,
    happened_at,
    coalesce(form_name, 'Form') AS type,
    lower(trim(email)) AS email,
    '' AS mirror_of
FROM hubspot.form_submission
UNION ALL BY NAME
SELECT
    'mail' || id AS id,
    modified_at,
    created_at,
    is_deleted,
    'mail' || coalesce(campaign_id, id) || ' ' || type AS campaign_id,
    CASE
        WHEN is_filtered THEN 'Filtered'
        WHEN type = 'OPEN' THEN 'Opened'
        WHEN type = 'CLICK' THEN 'Clicked'
        WHEN type = 'REPLY' THEN 'Replied'
        ELSE 'Sent'
    END AS status,
    type IN ('OPEN', 'CLICK', 'REPLY') AS has_responded,
    CASE WHEN epoch_ms(happened_at) % 86400000 = 43200000 THEN CAST(happened_at AS DATE) END AS responded_on,
    happened_at,
    'Email' AS type,
    lower(trim(recipient)) AS email,
    '' AS mirror_of
FROM hubspot.email_event
