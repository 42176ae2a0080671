"""The door for pytest."""
