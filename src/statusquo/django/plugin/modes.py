"""How a test uses databases, as far as its marks, its class and the names of its fixtures say."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from django.test import LiveServerTestCase, TestCase, TransactionTestCase

from statusquo.django.order import Mode

_BINDING = frozenset({"live_server", "django_db_reset_sequences"})
_TRANSACTIONAL = _BINDING | {"transactional_db"}


def of(item: pytest.Item, *, also: Collection[str] = ()) -> Mode:
    """The mode that pytest-django runs *item* in; *also* are fixtures that it has asked for while it ran."""
    names = {*getattr(item, "fixturenames", ()), *also}
    of_class = getattr(item, "cls", None)
    if isinstance(of_class, type) and issubclass(of_class, TransactionTestCase):
        return Mode.SAVEPOINT if issubclass(of_class, TestCase) else Mode.TRANSACTIONAL
    mark = item.get_closest_marker("django_db")
    if _TRANSACTIONAL.intersection(names) or (mark and _is_transactional(mark)):
        return Mode.TRANSACTIONAL
    return Mode.SAVEPOINT if mark or "db" in names else Mode.NONE


def is_bound(item: pytest.Item) -> bool:
    """True if *item* has no choice: it talks to a server in another thread, or wants sequences to begin anew."""
    if not _BINDING.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    of_class = getattr(item, "cls", None)
    if isinstance(of_class, type) and issubclass(of_class, TransactionTestCase):
        return issubclass(of_class, LiveServerTestCase) or bool(getattr(of_class, "reset_sequences", False))
    mark = item.get_closest_marker("django_db")
    return bool(mark and _asked(mark).get("reset_sequences"))


def _is_transactional(mark: pytest.Mark) -> bool:
    asked = _asked(mark)
    return bool(asked.get("transaction") or asked.get("reset_sequences"))


def _asked(mark: pytest.Mark) -> dict[str, object]:
    """As pytest-django reads ``django_db(transaction=False, reset_sequences=False, ...)``."""
    return {**dict(zip(("transaction", "reset_sequences"), mark.args, strict=False)), **mark.kwargs}
