"""Fields that change by themselves, and say nothing about what somebody changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from statusquo.assets.schema import Model

ALWAYS = ("last_login",)


def is_volatile(model: Model | None, label: str, name: str, patterns: Iterable[str] = ()) -> bool:
    """True for what is set at each save, for the last sign-in, and for names or ``app.model.name`` of the patterns."""
    field = model.field(name) if model else None
    if field and field.auto:
        return True
    return any(fnmatchcase(name, each) or fnmatchcase(f"{label}.{name}", each) for each in (*ALWAYS, *patterns))
