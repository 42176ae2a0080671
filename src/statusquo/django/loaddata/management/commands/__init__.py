"""The command that takes the place of one of Django's."""
