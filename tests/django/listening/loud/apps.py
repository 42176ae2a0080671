"""Connects the receivers."""

from django.apps import AppConfig


class Loud(AppConfig):
    """The app."""

    name = "loud"

    def ready(self):
        """Print something, as projects do, and connect the receivers."""
        from loud import receivers  # noqa: PLC0415 - models are there only now

        print("hello from", receivers.__name__)
