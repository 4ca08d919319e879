"""The engine's SQL and array functions at work on DuckDB, in the process."""
