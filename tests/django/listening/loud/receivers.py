"""Receivers that look at ``raw``, each in its own way, and two that do not."""

import functools

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from loud.models import Bin


def unless_raw(function):
    """Call it for rows that are not being loaded."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        if not kwargs.get("raw"):
            function(*args, **kwargs)

    return wrapper


def logged(function):
    """Change nothing."""

    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@receiver(post_save, sender=Bin)
def named(sender, instance, raw, **kwargs):
    """Look at the argument."""
    if raw:
        return


@receiver(post_save, sender=Bin)
def keyed(sender, **kwargs):
    """Look at the key."""
    if kwargs["raw"]:
        return


@receiver(pre_save, sender=Bin)
@unless_raw
def wrapped(sender, **kwargs):
    """Be looked at by another."""


class Handler:
    """A receiver that is an object."""

    def __call__(self, sender, **kwargs):
        """Look."""
        return kwargs.get("raw")

    def method(self, sender, **kwargs):
        """Do not look."""


HANDLER = Handler()
post_save.connect(HANDLER, sender=Bin)
post_save.connect(HANDLER.method, sender=Bin)


@receiver(pre_save, sender=Bin)
@logged
def deaf(sender, instance, raw=False, **kwargs):
    """Take it and do not look."""
