-- In which words do events say what they are?
SELECT DISTINCT coalesce(type, '') AS type, coalesce(subtype, '') AS subtype, coalesce(status, '') AS said_status
FROM work.scoped_event
