"""Who did what: one row for each change that somebody asked for."""
