"""Databases seen as records: one module for each kind, strangers to each other. ``wiring.records`` chooses."""
