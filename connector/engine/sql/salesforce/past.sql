-- What was said of people before the newest version of their record?
SELECT person_id, until, title, department, seniority, buying_role, account_id FROM kept.pasts WHERE crm = 'salesforce'
