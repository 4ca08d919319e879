"""The decisions: pure functions and static SQL that turn activity into scores."""
