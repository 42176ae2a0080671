"""What the process remembers of rows, and how it is made to forget: the restorer does it when rows were put back.

A test that is rolled back is no affair of this: ``content_types`` forgets what went with it.

Beside what Django keeps, the setting ``STATUSQUO_RESET`` may name callables, by dotted paths: a ``cache_clear``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db.models import Model

from statusquo.core.errors import ConfigError

REMEMBERED = ("contenttypes.ContentType", "sites.Site")
"""Models whose managers keep rows: both have ``clear_cache``."""

LOCMEM = "django.core.cache.backends.locmem.LocMemCache"


def forget() -> None:
    """Forget all that may come from rows. Raises ConfigError."""
    for model in _remembered():
        model.objects.clear_cache()
    for alias, known in settings.CACHES.items():
        if known.get("BACKEND") == LOCMEM:  # those of a server are other people's, too
            caches[alias].clear()
    for reset in _named(tuple(getattr(settings, "STATUSQUO_RESET", ()))):
        reset()


def _remembered() -> list[type[Model]]:
    return [apps.get_model(name) for name in REMEMBERED if apps.is_installed(f"django.contrib.{name.split('.')[0]}")]


@cache
def _named(paths: tuple[str, ...]) -> tuple[Callable[[], object], ...]:
    return tuple(_resolve(path) for path in paths)


def _resolve(path: str) -> Callable[[], object]:
    """What a path leads to, through modules and attributes. Raises ConfigError."""
    try:
        found: Callable[[], object] = pkgutil.resolve_name(path)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f'STATUSQUO_RESET: "{path}" leads nowhere: {error}.', next="Give a dotted path to a callable."
        ) from error
    return found
