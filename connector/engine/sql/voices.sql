-- Which accounts does a person's mail domain, or the website they gave, speak for? The nearest domain that speaks for any.
WITH known AS (
    SELECT
        suffixes.domain,
        domains.account_no,
        domains.share,
        rank() OVER (PARTITION BY suffixes.domain ORDER BY suffixes.steps) AS nearest
    FROM work.suffixes AS suffixes
    INNER JOIN work.account_domains AS domains ON domains.domain = suffixes.suffix AND domains.place <= 2
)
SELECT persons.person_no, 'domain' AS rule, known.account_no, known.share
FROM work.persons AS persons
INNER JOIN known ON known.domain = persons.email_domain AND known.nearest = 1
UNION ALL
SELECT persons.person_no, 'website' AS rule, known.account_no, known.share
FROM work.persons AS persons
INNER JOIN work.websites AS websites ON websites.website = persons.website
INNER JOIN known ON known.domain = websites.domain AND known.nearest = 1
