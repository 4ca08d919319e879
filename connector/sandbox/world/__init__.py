"""A seeded, living org: invented companies and people, and what they do day by day, as Salesforce would hold it."""
