"""A folder: a manifest tells which files were touched; those are written back. Entry: ``store.open_store``."""
