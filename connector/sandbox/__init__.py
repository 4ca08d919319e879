"""Both CRMs on loopback HTTP with seeded, living data and a fault plan."""
