-- Which people count in another way than at the last build: staff, excluded, seniority, role?
SELECT person_no
FROM (
    (SELECT person_no, is_staff, excluded, seniority_no, role_no FROM derived.people
     EXCEPT SELECT person_no, is_staff, excluded, seniority_no, role_no FROM work.former_people)
    UNION ALL
    (SELECT person_no, is_staff, excluded, seniority_no, role_no FROM work.former_people
     EXCEPT SELECT person_no, is_staff, excluded, seniority_no, role_no FROM derived.people)
) AS differing
GROUP BY person_no
