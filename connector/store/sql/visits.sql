-- Whose are the imported rows, by what do we know it, and from which domains are those of nobody?
SELECT whose, CASE WHEN whose = 'nobody' THEN domain END AS domain, count(*) AS activities
FROM derived.visits
GROUP BY whose, CASE WHEN whose = 'nobody' THEN domain END
ORDER BY activities DESC, whose, domain
