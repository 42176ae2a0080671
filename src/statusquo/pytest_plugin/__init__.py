"""The door for pytest: ``plugin`` is always loaded and costs nothing; the rest comes once a test needs the stack."""
