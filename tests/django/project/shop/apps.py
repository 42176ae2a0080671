"""The shop, which makes a group whenever it is migrated."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_groups(sender: object, using: str, **others: object) -> None:
    """Have the group that the shop's permissions hang on."""
    from django.contrib.auth.models import Group  # noqa: PLC0415 - it is loaded after this

    Group.objects.using(using).get_or_create(name="keepers")


class ShopConfig(AppConfig):
    """Connects the receiver."""

    name = "shop"

    def ready(self) -> None:
        post_migrate.connect(make_groups, sender=self)
