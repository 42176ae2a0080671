"""Content types that a test makes are forgotten with its rows; entered by ``plugin.surroundings``.

``ContentType.objects.get_for_model`` makes the row of a model that has none yet and keeps the object in the process.
After the test the row is gone and the object is not: the next test gets a key that leads nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db.models.signals import post_save


@contextmanager
def forgetting() -> Iterator[Callable[[], None]]:
    """A function to call after each test. What tests did not make stays looked up, at no more queries than before."""
    made: set[object] = set()

    def note(sender: object, instance: object, created: bool, **others: object) -> None:
        if created:
            made.add(instance)

    def forget() -> None:
        if made and not made.isdisjoint(_kept()):
            apps.get_model("contenttypes", "ContentType").objects.clear_cache()

    if not apps.is_installed("django.contrib.contenttypes"):
        yield forget
        return
    sender = apps.get_model("contenttypes", "ContentType")
    post_save.connect(note, sender=sender, weak=False)
    yield forget
    post_save.disconnect(note, sender=sender)


def _kept() -> Iterator[object]:
    """What the manager keeps. It is private; the public way to see it would put it there."""
    for known in apps.get_model("contenttypes", "ContentType").objects._cache.values():  # noqa: SLF001
        yield from known.values()
