-- Which accounts do the domains of a lead on trial speak for? As work.voices, but the contact that it became has no voice: it
-- knows its account only because of the conversion.
WITH asked AS (
    SELECT person_no, 'domain' AS rule, email_domain AS domain, own_no, own_domain FROM work.trials
    UNION ALL
    SELECT trials.person_no, 'website' AS rule, websites.domain, trials.own_no, trials.own_domain
    FROM work.trials AS trials
    INNER JOIN work.websites AS websites ON websites.website = trials.website
),
heard AS (
    SELECT
        asked.person_no,
        asked.rule,
        suffixes.steps,
        domains.account_no,
        domains.weight
            - CASE WHEN domains.account_no = asked.own_no AND domains.domain = asked.own_domain THEN 1 ELSE 0 END AS weight
    FROM asked
    INNER JOIN work.suffixes AS suffixes ON suffixes.domain = asked.domain
    INNER JOIN work.account_domains AS domains ON domains.domain = suffixes.suffix
),
ranked AS (
    SELECT
        person_no,
        rule,
        account_no,
        CAST(weight AS DOUBLE) / CAST(sum(weight) OVER (PARTITION BY person_no, rule, steps) AS DOUBLE) AS share,
        row_number() OVER (PARTITION BY person_no, rule, steps ORDER BY weight DESC, account_no) AS place,
        rank() OVER (PARTITION BY person_no, rule ORDER BY steps) AS nearest
    FROM heard
    WHERE weight > 0
)
SELECT person_no, rule, account_no, share FROM ranked WHERE nearest = 1 AND place <= 2
