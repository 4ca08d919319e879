"""Is the score right? Simulated worlds with planted buying journeys, walked day by day by the real engine."""
