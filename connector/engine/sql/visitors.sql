-- Which account does a visit from a domain stand for, or why for none? The nearest domain that speaks for any account, where
-- it is sure enough whose it is.
WITH known AS (
    SELECT
        suffixes.domain,
        domains.account_no,
        domains.share,
        rank() OVER (PARTITION BY suffixes.domain ORDER BY suffixes.steps) AS nearest
    FROM work.suffixes AS suffixes
    INNER JOIN work.account_domains AS domains ON domains.domain = suffixes.suffix AND domains.place = 1
),
sure AS (
    SELECT known.domain, accounts.account_id
    FROM known
    INNER JOIN work.match_rules AS rules ON rules.rule = 'domain'
    INNER JOIN derived.accounts AS accounts ON accounts.account_no = known.account_no
    WHERE known.nearest = 1 AND rules.confidence * known.share >= $least_confidence
)
SELECT
    visitors.domain,
    sure.account_id,
    CASE WHEN says.is_own THEN 'own_staff' WHEN says.is_excluded THEN 'excluded' END AS reason
FROM work.visitor_domains AS visitors
LEFT JOIN sure ON sure.domain = visitors.domain
LEFT JOIN work.domain_says AS says ON says.domain = visitors.domain
