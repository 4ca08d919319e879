"""Account Engagement Connector: scores accounts from CRM activity and writes the result back."""
