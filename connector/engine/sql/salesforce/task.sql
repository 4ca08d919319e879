-- What tasks are there? None is a copy of another CRM's record.
SELECT *, CAST(NULL AS VARCHAR) AS mirror_of FROM salesforce.task
