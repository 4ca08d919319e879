-- Which mail domains became our own since the last build, and which no longer are?
SELECT domain
FROM (
    (SELECT domain FROM work.own_domains EXCEPT SELECT domain FROM work.former_domains)
    UNION ALL
    (SELECT domain FROM work.former_domains EXCEPT SELECT domain FROM work.own_domains)
) AS differing
GROUP BY domain
