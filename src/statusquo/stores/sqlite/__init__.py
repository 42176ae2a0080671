"""SQLite: pages are copied out for a baseline and copied back into the live file, by SQLite's own backup API."""
