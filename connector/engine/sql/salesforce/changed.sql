-- Which rows differ since the last build?
SELECT stream, id FROM work.changed
