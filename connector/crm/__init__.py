"""The outside: what a CRM must do, and the CRMs that do it."""
