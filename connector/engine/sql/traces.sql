-- Which touches still count in each account's score, and which of them came in since we last looked?
-- New is what took place since then, but for what work.news says otherwise: it became known late, or was there already.
-- Nothing older than the reach is looked at: it has faded to almost nothing.
SELECT
    contributions.account_no,
    contributions.kind_no,
    contributions.person_no,
    contributions.activity_no,
    contributions.day,
    contributions.is_shared,
    contributions.seniority_no,
    contributions.engaged_minutes,
    coalesce(news.is_new, contributions.day > $since) AS is_new
FROM derived.contributions AS contributions
LEFT JOIN work.news AS news
    ON news.activity_no = contributions.activity_no AND news.person_no = contributions.person_no
WHERE contributions.engaged_minutes > 0 AND contributions.day BETWEEN $as_of - $reach AND $as_of
