"""The app; the group of those who work here is made whenever it is migrated."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_group(apps, using, **others):
    """Have the group of librarians."""
    apps.get_model("auth", "Group").objects.using(using).get_or_create(name="librarians")


class LendingConfig(AppConfig):
    """Connects the receiver."""

    name = "lending"

    def ready(self):
        post_migrate.connect(make_group, sender=self)
