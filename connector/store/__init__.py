"""The memory: pulled rows, derived tables, bookmarks, plans and journal."""
