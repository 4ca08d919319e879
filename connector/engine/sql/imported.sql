-- What do imported rows say was done? By a person where the row names one we know, else by somebody at the account it names,
-- or at the account its mail or network domain speaks for.
SELECT
    activity.id AS activity_id,
    'imported' AS source,
    coalesce(pages.kind, activity.kind) AS kind,
    'inbound' AS direction,
    'responded' AS status,
    activity.happened_at,
    activity.on_date,
    CAST(round(activity.minutes * 60) AS BIGINT) AS lasted_seconds,
    activity.campaign_id,
    NULL AS what_id,
    CASE
        WHEN activity.account_id IS NOT NULL THEN activity.account_id
        WHEN persons.person_no IS NULL AND addresses.person_id IS NULL THEN coalesce(by_mail.account_id, by_network.account_id)
    END AS account_id,
    CASE WHEN persons.person_no IS NULL THEN addresses.person_id ELSE activity.person_id END AS who_id,
    NULL AS user_id,
    coalesce(activity.happened_at, CAST(activity.on_date AS TIMESTAMPTZ)) AS known_at,
    CASE
        WHEN addresses.is_ours THEN 'own_staff'
        WHEN persons.person_no IS NULL AND addresses.person_id IS NULL AND by_mail.reason IS NOT NULL THEN by_mail.reason
        WHEN persons.person_no IS NULL AND addresses.person_id IS NULL AND by_network.reason IS NOT NULL THEN by_network.reason
        ELSE pages.reason
    END AS reason,
    NULL AS folded_into,
    NULL AS mirror_of
FROM work.scoped_imported AS activity
LEFT JOIN derived.identities AS persons ON persons.source_id = activity.person_id
LEFT JOIN work.addresses AS addresses ON addresses.email = activity.email
LEFT JOIN work.visitors AS by_mail ON by_mail.domain = split_part(activity.email, '@', 2)
LEFT JOIN work.visitors AS by_network ON by_network.domain = activity.domain
LEFT JOIN work.pages AS pages ON activity.kind = 'page_view' AND pages.page = activity.page
WHERE NOT activity.is_deleted
