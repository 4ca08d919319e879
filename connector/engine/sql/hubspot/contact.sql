-- Who belongs to a company? A person who has a primary one.
SELECT * EXCLUDE (company, website, industry, employees, city, country)
FROM nouns.person
WHERE account_id IS NOT NULL
