"""The commands that the app brings."""
