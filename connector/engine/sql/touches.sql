-- What becomes of each touch: kept, left out for a reason, or folded into another record?
SELECT
    witnessed.activity_no,
    witnessed.person_no,
    witnessed.account_no,
    witnessed.kind_no,
    witnessed.day,
    witnessed.second,
    witnessed.own_seconds,
    witnessed.is_company,
    CASE
        WHEN witnessed.reason IS NOT NULL THEN witnessed.reason
        WHEN bursts.activity_no IS NOT NULL THEN 'machine'
        WHEN mirrored.activity_no IS NOT NULL THEN 'mirrored'
        WHEN twice.activity_no IS NOT NULL THEN 'told_twice'
        WHEN near.activity_no IS NOT NULL THEN 'same_touch'
    END AS reason,
    coalesce(mirrored.kept_id, twice.kept_id, near.kept_id) AS folded_into
FROM work.witnessed AS witnessed
LEFT JOIN work.bursts AS bursts ON bursts.activity_no = witnessed.activity_no AND bursts.person_no = witnessed.person_no
LEFT JOIN work.mirrored AS mirrored
    ON mirrored.activity_no = witnessed.activity_no AND mirrored.person_no = witnessed.person_no
LEFT JOIN work.twice AS twice ON twice.activity_no = witnessed.activity_no AND twice.person_no = witnessed.person_no
LEFT JOIN work.near AS near ON near.activity_no = witnessed.activity_no AND near.person_no = witnessed.person_no
