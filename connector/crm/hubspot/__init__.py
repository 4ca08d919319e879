"""HubSpot: how its objects are read and how company properties are written."""
