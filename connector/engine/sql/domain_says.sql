-- What does a mail domain tell: our own people, somebody left out, or nothing because anybody can have an address there?
-- A sub-domain of our own or of an excluded domain is that too.
SELECT
    suffixes.domain,
    max(CASE WHEN own.domain IS NOT NULL THEN 1 ELSE 0 END) = 1 AS is_own,
    max(CASE WHEN listed.says = 'excluded' THEN 1 ELSE 0 END) = 1 AS is_excluded,
    max(CASE WHEN listed.says = 'free' AND suffixes.steps = 0 THEN 1 ELSE 0 END) = 1 AS is_free
FROM work.suffixes AS suffixes
LEFT JOIN work.own_domains AS own ON own.domain = suffixes.suffix
LEFT JOIN work.domains AS listed ON listed.domain = suffixes.suffix
GROUP BY suffixes.domain
