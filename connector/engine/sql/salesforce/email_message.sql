-- What e-mail messages are there? Account, person and owner stand on the task of the message.
SELECT
    *,
    CAST(NULL AS VARCHAR) AS account_id,
    CAST(NULL AS VARCHAR) AS who_id,
    CAST(NULL AS VARCHAR) AS owner_id,
    CAST(NULL AS VARCHAR) AS mirror_of
FROM salesforce.email_message
