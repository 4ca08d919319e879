-- What was not counted, and why? Whole activities, single touches, and what lies in the future as of the last build.
SELECT activities.activity_id, NULL AS person_no, activities.reason, activities.folded_into
FROM derived.activities AS activities
WHERE activities.reason IS NOT NULL
UNION ALL
SELECT activities.activity_id, touches.person_no, touches.reason, touches.folded_into
FROM derived.touches AS touches
INNER JOIN derived.activities AS activities ON activities.activity_no = touches.activity_no
WHERE touches.reason IS NOT NULL
UNION ALL
SELECT activities.activity_id, touches.person_no, 'future' AS reason, NULL AS folded_into
FROM derived.touches AS touches
INNER JOIN derived.activities AS activities ON activities.activity_no = touches.activity_no
WHERE touches.reason IS NULL AND touches.day > (SELECT as_of_day FROM work.as_of)
