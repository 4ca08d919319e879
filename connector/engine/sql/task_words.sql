-- In which words do tasks say what they are?
SELECT DISTINCT
    coalesce(type, '') AS type,
    coalesce(subtype, '') AS subtype,
    coalesce(call_type, '') AS call_type,
    coalesce(call_result, '') AS result,
    coalesce(status, '') AS said_status,
    CASE WHEN call_seconds < $short_call_seconds THEN 0 ELSE 1 END AS was_long
FROM work.scoped_task
