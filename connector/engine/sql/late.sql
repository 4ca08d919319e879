-- Where nobody looked then: which touches of the days before did the CRM first show after that day?
SELECT facts.activity_no, facts.person_no, TRUE AS is_new
FROM derived.facts AS facts
INNER JOIN derived.activities AS activities ON activities.activity_no = facts.activity_no
WHERE activities.known_at >= to_timestamp($known_from) AND activities.day BETWEEN $as_of - $reach AND $since
