"""The hooks of a run of Django's tests, each of a few lines: what they call stands in the rooms of the door."""
