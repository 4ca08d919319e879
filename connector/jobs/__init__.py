"""The jobs a worker or a person can run; they are handed a CRM and a store."""
