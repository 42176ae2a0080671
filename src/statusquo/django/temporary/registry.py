"""Models in Django's own registry for a while, and nothing left of them: relations to real models work only there.

What a definition leaves elsewhere is seen by looking before and after it: accessors on related models, operations that
wait for a model to come. Those, and the receivers of signals, are private to Django, and the same from 5.2 to 6.1;
``tests/django/test_temporary_models.py`` would notice a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model, signals

Kind = type[Model]

_ABSENT = object()
_SIGNALS = (
    signals.pre_init,
    signals.post_init,
    signals.pre_save,
    signals.post_save,
    signals.pre_delete,
    signals.post_delete,
    signals.m2m_changed,
)


@dataclass(frozen=True, slots=True)
class Look:
    """All that knows models, at one moment."""

    registered: dict[tuple[str, str], Kind]
    """By the labels of their apps, and their names."""
    installed: frozenset[Kind]
    """Those whose apps are."""
    labels: frozenset[str]
    """Those of the apps."""
    attributes: dict[Kind, dict[str, object]]
    lookups: dict[Kind, int]
    """How many keys with ``limit_choices_to`` lead to each."""
    waiting: frozenset[object]

    @classmethod
    def now(cls) -> Look:
        """As it is."""
        registered = {(app, name): model for app, known in apps.all_models.items() for name, model in known.items()}
        return cls(
            registered,
            frozenset(apps.get_models(include_auto_created=True)),
            frozenset(apps.app_configs),
            attributes={model: dict(vars(model)) for model in registered.values()},
            lookups={model: len(model._meta.related_fkey_lookups) for model in registered.values()},
            waiting=frozenset(operation for waiting in _waiting().values() for operation in waiting),
        )


@dataclass(slots=True)
class Definition:
    """What was defined between two looks."""

    before: Look
    after: Look | None = None

    @property
    def models(self) -> frozenset[Kind]:
        """The new models; those of an app that was installed meanwhile are new whenever it is."""
        after = self.after or Look.now()
        return (after.installed - self.before.installed).union(_new(self.before, after).values())

    def settle(self) -> None:
        """All has been defined: what comes from here on is somebody else's."""
        self.after = Look.now()


@contextmanager
def defining() -> Iterator[Definition]:
    """Withdraw at the end what was defined until ``settle``, or until it failed."""
    definition = Definition(Look.now())
    try:
        yield definition
    finally:
        _withdraw(definition.before, definition.after or Look.now())


def _withdraw(before: Look, after: Look) -> None:
    """Undo the difference, but for the models of an app that was installed meanwhile: Django keeps those."""
    lasting = after.labels - before.labels
    gone = {key: model for key, model in _new(before, after).items() if key[0] not in lasting}
    for app, name in gone:
        _unregister(app, name, before.registered.get((app, name)))
    for model, known in before.attributes.items():
        _restore_attributes(model, known, after.attributes.get(model, known))
        del model._meta.related_fkey_lookups[before.lookups[model] :]
    _forget_waiting(after.waiting - before.waiting)
    _forget_receivers({id(model) for model in gone.values()})
    apps.clear_cache()
    if apps.is_installed("django.contrib.contenttypes"):
        apps.get_model("contenttypes", "ContentType").objects.clear_cache()


def _new(before: Look, after: Look) -> dict[tuple[str, str], Kind]:
    return {key: model for key, model in after.registered.items() if before.registered.get(key) is not model}


def _unregister(app: str, name: str, before: Kind | None) -> None:
    apps.all_models[app].pop(name, None)
    if before:
        apps.all_models[app][name] = before


def _restore_attributes(model: Kind, before: dict[str, object], after: dict[str, object]) -> None:
    for name, value in after.items():
        old = before.get(name, _ABSENT)
        if old is not value and vars(model).get(name, _ABSENT) is value:
            delattr(model, name) if old is _ABSENT else setattr(model, name, old)


def _waiting() -> dict[object, list[object]]:
    return apps._pending_operations  # type: ignore[no-any-return]  # noqa: SLF001 - see above


def _forget_waiting(operations: frozenset[object]) -> None:
    for wanted, waiting in tuple(_waiting().items()):
        waiting[:] = [operation for operation in waiting if operation not in operations]
        if not waiting:
            del _waiting()[wanted]


def _forget_receivers(senders: set[int]) -> None:
    """Signals know senders by their ``id``, which another class may get."""
    for signal in _SIGNALS:
        with signal.lock:
            signal.receivers = [each for each in signal.receivers if each[0][1] not in senders]
            signal.sender_receivers_cache.clear()
