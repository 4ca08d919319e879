-- What deals are there? None is a copy of another CRM's record.
SELECT *, CAST(NULL AS VARCHAR) AS master_id FROM salesforce.opportunity
