"""Salesforce: login, read, write and fields."""
