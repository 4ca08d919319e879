"""The other half of a world: what the HubSpot-Salesforce sync makes of an org's rows."""
