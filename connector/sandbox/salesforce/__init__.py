"""A Salesforce org, as far as anybody outside can tell."""
