-- Which rules of personas.yaml said who people are, and what came of it?
SELECT persona_rule, department, seniority, count(*) AS people
FROM derived.people
GROUP BY persona_rule, department, seniority
ORDER BY people DESC, persona_rule, department, seniority
