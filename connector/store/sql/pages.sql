-- Which pages were seen in the last 90 days, and how often?
SELECT page, count(*) AS activities
FROM imported.activity
WHERE kind = 'page_view' AND page IS NOT NULL AND NOT is_deleted
    AND coalesce(CAST(happened_at AS DATE), on_date) > DATE '1970-01-01' + CAST($as_of_day - 90 AS INTEGER)
GROUP BY page
ORDER BY activities DESC, page
