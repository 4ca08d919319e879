"""A HubSpot portal to try things on."""
